"""Architectures of the autoencoders, and how representations are generated with them."""

from typing import ClassVar

from audeep.backend.errors import OptionError
from audeep.backend.networks.cell import Cell
from audeep.backend.options import Config, option
from audeep.backend.training.architecture import ARCHITECTURES, Architecture


def _layers(default: int, which: str = "") -> int:
    help = f"recurrent layers in the {which}encoder, and as many in the {which}decoder"
    return option(default, metavar="LAYERS", at_least=1, help=help)


def _units(default: int, which: str = "") -> int:
    return option(default, metavar="UNITS", at_least=1, help=f"cells in each recurrent layer{which}")


def _bidirectional_encoder(reads: str, which: str = "") -> bool:
    return option(False, help=f"let a second {which}encoder read {reads} backwards")


def _bidirectional_decoder(writes: str, which: str = "") -> bool:
    return option(
        False, help=f"let a second {which}decoder write {writes} backwards; doubles the {which}representation"
    )


def _keep_prob() -> float:
    help = "keep each activation with probability P while training, that is, dropout of 1 - P"
    return option(0.8, metavar="P", above=0, at_most=1, help=help)


def _noise(step: str, which: str = "") -> float:
    help = f"zero each {step} that the {which}encoder reads with probability P while training"
    return option(0.0, metavar="P", at_least=0, at_most=1, help=help)


def _feedback(which: str = "", remark: str = "") -> float:
    help = (
        f"at each step, show the {which}decoder with probability P what it wrote itself at the step before, "
        f"instead of what was expected there{remark}"
    )
    return option(0.0, metavar="P", at_least=0, at_most=1, help=help)


def _cell() -> Cell:
    return option(Cell.GRU, help="kind of recurrent cell")


class TimeAutoencoderConfig(Architecture):
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
        False, help="do not count errors at points of the spectrogram that are silent, that is, equal to -1"
    )


class WindowConfig(Architecture):
    """How frames are cut into windows of frequency bands, which are the steps of a frequency-recurrent network."""

    freq_window_width: int = option(
        32, metavar="BANDS", at_least=1, help="width of the windows of frequency bands that are read one by one"
    )
    freq_window_overlap: int = option(
        24, metavar="BANDS", at_least=0, help="overlap of consecutive windows; less than their width"
    )

    def check(self) -> None:
        """Refuse windows that do not advance."""
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


ARCHITECTURES |= {
    config.kind: config
    for config in (TimeAutoencoderConfig, FrequencyAutoencoderConfig, FrequencyTimeAutoencoderConfig)
}


class GenerationConfig(Config):
    """How representations are generated.

    Examples
    --------
    >>> import audeep
    >>> audeep.GenerationConfig(steps=[70, 140]).steps
    (70, 140)
    """

    steps: tuple[int, ...] | None = option(
        None,
        metavar="STEP",
        help="training steps whose models are used, the numbers in the names model-STEP (default: the latest)",
    )
    batch_size: int | None = option(
        None,
        metavar="SIZE",
        at_least=1,
        help="instances in a batch; up to 4 batches are encoded at the same time, which takes memory "
        "(default: 500, or fewer if they are large)",
    )
