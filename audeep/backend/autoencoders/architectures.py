"""Architectures of the recurrent autoencoders."""

from collections.abc import Mapping
from typing import Any, ClassVar

from audeep.backend.errors import OptionError
from audeep.backend.networks.cell import Cell
from audeep.backend.networks.pooling import Pooling
from audeep.backend.options import option
from audeep.backend.training.architecture import Architecture, other_settings
from audeep.backend.training.config import GenerationConfig


class RecurrentGenerationConfig(GenerationConfig):
    """How to generate representations with a recurrent autoencoder.

    Examples
    --------
    >>> import audeep
    >>> audeep.RecurrentGenerationConfig(pooling="mean-std").pooling
    <Pooling.MEAN_STD: 'mean-std'>
    """

    pooling: Pooling = option(
        Pooling.FINAL,
        help="what a vector contains: FINAL, the final states of the encoder, from which the decoder was trained; "
        "or the outputs of the encoder layers pooled over all steps: their MEAN, mean and standard deviation "
        "(MEAN-STD), MAX, or four STATISTICS (share of positive values, mean of the positive part, maximum, "
        "standard deviation). A step is a frame, with f-rae a window of a frame",
    )
    layers: tuple[int, ...] | None = option(
        None,
        metavar="LAYER",
        at_least=1,
        help="encoder layers to pool, counted from 1 for the lowest; with ft-rae, layers of the time encoder "
        "(default: all)",
    )

    def check(self) -> None:
        """Refuse layers without pooling."""
        if self.layers and self.pooling is Pooling.FINAL:
            raise OptionError("`layers` requires a `pooling` other than FINAL")


class RecurrentArchitecture(Architecture):
    """Base class of the architectures of recurrent autoencoders."""

    generation: ClassVar[type[GenerationConfig]] = RecurrentGenerationConfig

    def unwanted(self, spectrograms: Mapping[str, Any]) -> str:
        """Report decibels, which are outside the range of the decoders; RECORDING and DATA-SET both scale them."""
        return other_settings({"scale": "RECORDING"}, spectrograms) if spectrograms.get("scale") == "NONE" else ""


def _layers(default: int, which: str = "") -> int:
    help = f"number of recurrent layers in the {which}encoder, and in the {which}decoder"
    return option(default, metavar="LAYERS", at_least=1, help=help)


def _units(default: int, which: str = "") -> int:
    return option(default, metavar="UNITS", at_least=1, help=f"number of cells in each recurrent layer{which}")


def _bidirectional_encoder(reads: str, which: str = "") -> bool:
    return option(False, help=f"add a second {which}encoder that reads {reads} backwards")


def _bidirectional_decoder(writes: str, which: str = "") -> bool:
    return option(
        False, help=f"add a second {which}decoder that writes {writes} backwards; doubles the {which}representation"
    )


def _keep_prob() -> float:
    help = "probability of keeping an activation during training; the dropout rate is 1 - P"
    return option(0.8, metavar="P", above=0, at_most=1, help=help)


def _noise(step: str, which: str = "") -> float:
    help = f"probability of setting each {step} of the {which}encoder input to zero during training"
    return option(0.0, metavar="P", at_least=0, at_most=1, help=help)


def _feedback(which: str = "", remark: str = "") -> float:
    help = (
        f"probability of feeding the {which}decoder its own previous output at each step, instead of the "
        f"expected one{remark}"
    )
    return option(0.0, metavar="P", at_least=0, at_most=1, help=help)


def _cell() -> Cell:
    return option(Cell.GRU, help="kind of recurrent cell")


class TimeAutoencoderConfig(RecurrentArchitecture):
    """Architecture of a time-recurrent autoencoder, which reads a spectrogram frame by frame.

    Examples
    --------
    >>> import audeep
    >>> audeep.TimeAutoencoderConfig(num_layers=2, num_units=256).kind
    't-rae'
    """

    kind: ClassVar[str] = "t-rae"
    model: ClassVar[str] = "audeep.backend.autoencoders.time:TimeAutoencoder"

    num_layers: int = _layers(1)
    num_units: int = _units(16)
    bidirectional_encoder: bool = _bidirectional_encoder("the spectrogram")
    bidirectional_decoder: bool = _bidirectional_decoder("the spectrogram")
    keep_prob: float = _keep_prob()
    encoder_noise: float = _noise("time step")
    feed_previous_prob: float = _feedback(remark="; has no effect on a bidirectional decoder")
    cell: Cell = _cell()
    mask_silence: bool = option(
        False, help="ignore reconstruction errors at silent points of the spectrogram, those equal to -1"
    )


class WindowConfig(RecurrentArchitecture):
    """Windows of frequency bands into which frames are cut, the steps of a frequency-recurrent network."""

    freq_window_width: int = option(
        32, metavar="BANDS", at_least=1, help="width of the windows of frequency bands, read one by one"
    )
    freq_window_overlap: int = option(
        24, metavar="BANDS", at_least=0, help="overlap of consecutive windows; must be less than their width"
    )

    def check(self) -> None:
        """Refuse an overlap that is not less than the width."""
        if self.freq_window_overlap >= self.freq_window_width:
            raise OptionError(
                f"`freq_window_overlap` ({self.freq_window_overlap}) must be below `freq_window_width` "
                f"({self.freq_window_width})"
            )


class FrequencyAutoencoderConfig(WindowConfig):
    """Architecture of a frequency-recurrent autoencoder, which reads every frame from low to high frequencies.

    Examples
    --------
    >>> import audeep
    >>> audeep.FrequencyAutoencoderConfig(num_units=64, freq_window_width=40).kind
    'f-rae'
    """

    kind: ClassVar[str] = "f-rae"
    model: ClassVar[str] = "audeep.backend.autoencoders.frequency:FrequencyAutoencoder"

    num_layers: int = _layers(1)
    num_units: int = _units(16)
    bidirectional_encoder: bool = _bidirectional_encoder("each frame")
    bidirectional_decoder: bool = _bidirectional_decoder("each frame")
    keep_prob: float = _keep_prob()
    encoder_noise: float = _noise("window of frequency bands")
    feed_previous_prob: float = _feedback()
    cell: Cell = _cell()


class FrequencyTimeAutoencoderConfig(WindowConfig):
    """Architecture of a frequency-time-recurrent autoencoder, which reads every frame, then the sequence of frames.

    Examples
    --------
    >>> import audeep
    >>> audeep.FrequencyTimeAutoencoderConfig(num_f_units=32, num_t_units=256).kind
    'ft-rae'
    """

    kind: ClassVar[str] = "ft-rae"
    model: ClassVar[str] = "audeep.backend.autoencoders.frequency_time:FrequencyTimeAutoencoder"

    num_f_layers: int = _layers(1, "frequency ")
    num_f_units: int = _units(64, " of the frequency encoder and decoder")
    num_t_layers: int = _layers(2, "time ")
    num_t_units: int = _units(128, " of the time encoder and decoder")
    bidirectional_f_encoder: bool = _bidirectional_encoder("each frame", "frequency ")
    bidirectional_f_decoder: bool = _bidirectional_decoder("each frame", "frequency ")
    bidirectional_t_encoder: bool = _bidirectional_encoder("the sequence of frames", "time ")
    bidirectional_t_decoder: bool = _bidirectional_decoder("the sequence of frames", "time ")
    keep_prob: float = _keep_prob()
    cell: Cell = _cell()
    f_encoder_noise: float = _noise("window of frequency bands", "frequency ")
    t_encoder_noise: float = _noise("time step", "time ")
    f_feed_previous_prob: float = _feedback("frequency ")
    t_feed_previous_prob: float = _feedback("time ")
