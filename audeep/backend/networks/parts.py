"""Names of the parts of networks that learn from labels."""

import enum


class FrontEnd(enum.Enum):
    """How a network reads spectrograms, or waveforms."""

    SMALL_RECTANGULAR = "small-rectangular"
    VERTICAL = "vertical"
    VERTICAL_HORIZONTAL = "vertical-horizontal"
    SAMPLE_LEVEL = "sample-level"
    FRAME_LEVEL = "frame-level"
    FRAME_LEVEL_MANY = "frame-level-many"

    @property
    def reads_waveforms(self) -> bool:
        """Whether it reads waveforms, not spectrograms."""
        return self in (FrontEnd.SAMPLE_LEVEL, FrontEnd.FRAME_LEVEL, FrontEnd.FRAME_LEVEL_MANY)


class BackEnd(enum.Enum):
    """How a network turns a sequence into the vector that it decides from."""

    DENSE = "dense"
    FULLY_CONVOLUTIONAL = "fully-convolutional"
    MAX = "max"
    AVERAGE = "average"
    ATTENTION = "attention"
    RECURRENT = "recurrent"

    @property
    def takes_any_length(self) -> bool:
        """Whether sequences may be of any length."""
        return self not in (BackEnd.DENSE, BackEnd.FULLY_CONVOLUTIONAL)


class Normalization(enum.Enum):
    """How the outputs of convolutions are normalised."""

    BATCH = "batch"
    NONE = "none"
