"""Ways to pool a sequence into a vector."""

import enum


class Pooling(enum.Enum):
    """How to pool the outputs of recurrent layers into a vector."""

    FINAL = "final"
    MEAN = "mean"
    MEAN_STD = "mean-std"
    MAX = "max"
    STATISTICS = "statistics"
