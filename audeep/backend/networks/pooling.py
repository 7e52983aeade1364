"""Ways to make a vector of a sequence."""

import enum


class Pooling(enum.Enum):
    """Way to make a vector of the outputs of recurrent layers."""

    FINAL = "final"
    MEAN = "mean"
    MEAN_STD = "mean-std"
    MAX = "max"
    STATISTICS = "statistics"
