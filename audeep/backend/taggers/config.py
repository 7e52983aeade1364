"""Configurations of networks that learn from labels."""

from dataclasses import fields
from pathlib import Path
from typing import ClassVar

from audeep.backend.errors import OptionError
from audeep.backend.networks.parts import BackEnd, FrontEnd, Normalization
from audeep.backend.options import option
from audeep.backend.training.config import OptimizationConfig, Schedule

#: Settings of the front-end of a convolutional network.
OF_FRONT_END = ("front_end", "num_filters", "num_blocks", "window_size")


class TaggerConfig(
    OptimizationConfig,
    batch_size=32,
    num_epochs=60,
    learning_rate=2e-3,
    learning_rate_schedule=Schedule.ONE_CYCLE,
    weight_decay=1e-2,
):
    """How a network learns from labels: base class of the configurations of all of them."""

    #: Name on the command line.
    kind: ClassVar[str]
    #: Function that makes the layers, ``package.module:function``; only importing it needs TensorFlow.
    layers: ClassVar[str]

    keep_prob: float = option(
        0.5,
        above=0,
        at_most=1,
        metavar="P",
        help="probability of keeping an input of a dense layer in a training step; 1 disables dropout",
    )
    mixup: float = option(
        0.2,
        at_least=0,
        metavar="ALPHA",
        help="mix each instance, and its labels, with another one, by a weight from a Beta distribution with this "
        "parameter: the larger, the more evenly; 0 disables mixing",
    )
    mask_bands: float = option(
        0.15,
        at_least=0,
        below=1,
        metavar="SHARE",
        help="hide neighbouring frequency bands of spectrograms in training, at most this share of all "
        "(SpecAugment)",
    )
    mask_frames: float = option(
        0.15,
        at_least=0,
        below=1,
        metavar="SHARE",
        help="hide neighbouring frames of spectrograms in training, at most this share of all (SpecAugment)",
    )
    max_gradient: float = option(
        2.0,
        above=0,
        metavar="SIZE",
        help="clip the derivative of the loss with respect to each weight to this size",
    )
    encoder: Path | None = option(
        None,
        metavar="MODEL_DIR",
        help="begin with the encoder of a model that was trained without labels, such as output/t-rae/logs, and "
        "train it further (fine-tuning). It reads the spectrograms, which must be like those that it was trained "
        "on: in a convolutional network instead of the front-end, in others before their layers. Any model but a "
        "dictionary has one",
    )
    freeze: bool = option(False, help="leave the weights of `encoder` as they are, and train only what follows it")

    @property
    def num_feature_dims(self) -> int:
        """Number of dimensions of an instance: 2 for spectrograms and other sequences, 1 for waveforms."""
        return 2

    @property
    def directions(self) -> int:
        """Number of recurrent directions that take most of the time, and are processed independently."""
        return 1

    @property
    def takes_lengths(self) -> bool:
        """Whether instances may differ in length, up to the longest in training."""
        return True

    @property
    def takes_any_length(self) -> bool:
        """Whether instances may also be longer than those in training."""
        return self.takes_lengths

    def check(self) -> None:
        """Refuse to freeze nothing."""
        if self.freeze and self.encoder is None:
            raise OptionError("`freeze` requires `encoder`")


class CNNConfig(TaggerConfig):
    """Settings of a convolutional network: a front-end reads spectrograms or waveforms, a back-end decides.

    Examples
    --------
    >>> import audeep
    >>> audeep.CNNConfig(front_end="vertical", back_end="attention").filters
    (64, 128, 256, 512)
    """

    kind: ClassVar[str] = "cnn"
    layers: ClassVar[str] = "audeep.backend.taggers.cnn:layers"

    front_end: FrontEnd = option(
        FrontEnd.SMALL_RECTANGULAR,
        help="filters that read spectrograms: SMALL-RECTANGULAR, blocks of 3 x 3 as in VGG; VERTICAL, of one shape "
        "that spans most bands; VERTICAL-HORIZONTAL, of many shapes, along frequency for timbre and along time for "
        "rhythm. Or waveforms: SAMPLE-LEVEL, blocks of 3 samples; FRAME-LEVEL, of the length `window_size`; "
        "FRAME-LEVEL-MANY, of many lengths",
    )
    back_end: BackEnd = option(
        BackEnd.AVERAGE,
        help="what turns their outputs over time into a vector: DENSE, a dense layer over all of them; "
        "FULLY-CONVOLUTIONAL, further blocks until one step is left; MAX or AVERAGE over time; ATTENTION, a mean "
        "weighted by what matters; RECURRENT, a GRU in both directions. The first two need recordings of the same "
        "length",
    )
    num_filters: int | None = option(
        None,
        at_least=1,
        metavar="N",
        help="number of filters in the first block; each further block has twice as many, with SAMPLE-LEVEL every "
        "second one (default: 32 for SMALL-RECTANGULAR and SAMPLE-LEVEL, 64 for the others). At least one for each "
        f"shape: {FrontEnd.VERTICAL_HORIZONTAL.num_shapes} for VERTICAL-HORIZONTAL, "
        f"{FrontEnd.FRAME_LEVEL_MANY.num_shapes} for FRAME-LEVEL-MANY",
    )
    num_blocks: int | None = option(
        None,
        at_least=1,
        at_most=12,
        metavar="N",
        help="number of blocks of the front-end (default: 8 for SAMPLE-LEVEL, 4 for the others)",
    )
    window_size: int = option(
        512,
        at_least=1,
        unit="samples",
        metavar="SAMPLES",
        help="length of the filters of FRAME-LEVEL, which overlap by half; those of FRAME-LEVEL-MANY have half, "
        "one, two and four times this length",
    )
    num_units: int = option(
        128,
        at_least=1,
        metavar="N",
        help="number of units, or filters, of a back-end that has any: all but MAX and AVERAGE",
    )
    normalization: Normalization = option(
        Normalization.BATCH, help="normalise the outputs of each convolution over the batch, or not at all"
    )

    @property
    def filters(self) -> tuple[int, ...]:
        """Number of filters of each block."""
        is_sample_level = self.front_end is FrontEnd.SAMPLE_LEVEL
        few = is_sample_level or self.front_end is FrontEnd.SMALL_RECTANGULAR
        first, count = self.num_filters or (32 if few else 64), self.num_blocks or (8 if is_sample_level else 4)
        return tuple(first * 2 ** (number // (1 + is_sample_level)) for number in range(count))

    @property
    def num_feature_dims(self) -> int:
        """Number of dimensions of an instance."""
        return 1 if self.front_end.reads_waveforms else 2

    @property
    def normalize(self) -> bool:
        """Whether to normalise over the batch."""
        return self.normalization is Normalization.BATCH

    @property
    def takes_lengths(self) -> bool:
        """Whether instances may differ in length."""
        return self.back_end.takes_any_length

    def check(self) -> None:
        """Refuse settings that would have no effect, and fewer filters than shapes."""
        super().check()
        clashes = {}
        if self.encoder is not None:
            clashes = dict.fromkeys(OF_FRONT_END, "`encoder`, which takes the place of the front-end")
            if self.back_end is not BackEnd.FULLY_CONVOLUTIONAL:
                clashes["normalization"] = (
                    f"`encoder` and `back_end` {self.back_end.value}, which normalise nothing"
                )
        elif not self.front_end.has_windows:
            clashes["window_size"] = f"`front_end` {self.front_end.value}, whose filters have other lengths"
        if not self.back_end.has_units:
            clashes["num_units"] = f"`back_end` {self.back_end.value}, which has no units"
        for item in fields(self):
            if item.name in clashes and getattr(self, item.name) != item.default:
                raise OptionError(f"`{item.name}` cannot be given with {clashes[item.name]}")
        least = self.front_end.num_shapes
        if self.filters[0] < least:
            raise OptionError(
                f"`num_filters` must be at least {least} with `front_end` {self.front_end.value}, whose filters "
                f"have {least} shapes, not {self.num_filters}"
            )


class LSTMConfig(TaggerConfig):
    """Settings of LSTM layers, and of the dense layers that read their outputs at all steps.

    Examples
    --------
    >>> import audeep
    >>> audeep.LSTMConfig(num_units=[64, 32]).dense_units
    (2048, 1024)
    """

    kind: ClassVar[str] = "lstm"
    layers: ClassVar[str] = "audeep.backend.taggers.lstm:layers"

    num_units: tuple[int, ...] = option(
        (512, 256, 128), at_least=1, metavar="UNITS", help="number of units of each LSTM layer"
    )
    dense_units: tuple[int, ...] = option(
        (2048, 1024),
        at_least=1,
        metavar="UNITS",
        help="number of units of each dense layer; the first reads the outputs of the last LSTM layer at all steps",
    )

    @property
    def takes_any_length(self) -> bool:
        """Whether instances may also be longer than those in training."""
        return False


class GatedCNNConfig(TaggerConfig):
    """Settings of a network of gated convolutions along time, and recurrent layers.

    Examples
    --------
    >>> import audeep
    >>> audeep.GatedCNNConfig(num_filters=64).num_units
    128
    """

    kind: ClassVar[str] = "gated-cnn"
    layers: ClassVar[str] = "audeep.backend.taggers.gated_cnn:layers"

    num_filters: int = option(
        128,
        at_least=2,
        metavar="N",
        help="number of filters of each gated block, an even number: half of their outputs are multiplied by the "
        "sigmoid of the others",
    )
    num_blocks: int = option(2, at_least=1, metavar="N", help="number of gated blocks")
    num_pooled: int = option(
        2,
        at_least=0,
        metavar="N",
        help="number of blocks of convolution and maximum pooling after them, each of which halves the steps",
    )
    num_units: int = option(
        128, at_least=1, metavar="N", help="number of units of the recurrent layers, in each direction"
    )
    num_layers: int = option(2, at_least=1, metavar="N", help="number of recurrent layers, in both directions")

    @property
    def directions(self) -> int:
        """Number of recurrent directions that take most of the time, and are processed independently."""
        return 2

    def check(self) -> None:
        """Refuse an odd number of filters."""
        super().check()
        if self.num_filters % 2:
            raise OptionError(f"`num_filters` must be even, not {self.num_filters}")
