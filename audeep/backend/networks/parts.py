"""Parts of networks that learn from labels: their names, and the shapes of their first filters."""

import enum

#: Share of the bands, and frames, that vertical filters span: those of one shape, and those of many.
ONE_SHAPE = (0.9, 7)
MANY_SHAPES = [(0.9, 7), (0.9, 3), (0.9, 1), (0.4, 7), (0.4, 3), (0.4, 1)]
#: Frames that horizontal filters span.
LENGTHS = (32, 64, 128)
#: Lengths of filters over waveforms, as multiples of the window.
MULTIPLES = (0.5, 1, 2, 4)


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

    @property
    def has_windows(self) -> bool:
        """Whether the length of its first filters follows from that of a window."""
        return self in (FrontEnd.FRAME_LEVEL, FrontEnd.FRAME_LEVEL_MANY)

    @property
    def num_shapes(self) -> int:
        """Number of shapes of its first filters; each needs at least one filter."""
        many = {
            FrontEnd.VERTICAL_HORIZONTAL: len(MANY_SHAPES) + len(LENGTHS),
            FrontEnd.FRAME_LEVEL_MANY: len(MULTIPLES),
        }
        return many.get(self, 1)


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

    @property
    def has_units(self) -> bool:
        """Whether it has weights, so that its size can be chosen."""
        return self not in (BackEnd.MAX, BackEnd.AVERAGE)


class Normalization(enum.Enum):
    """How the outputs of convolutions are normalised."""

    BATCH = "batch"
    NONE = "none"
