"""Conversion of stereo recordings to mono."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

# The command line lists the channels, and starts without numpy.
if TYPE_CHECKING:
    import numpy as np


class Channels(enum.Enum):
    """How to convert a stereo recording to mono."""

    MEAN = "mean"
    LEFT = "left"
    RIGHT = "right"
    DIFF = "diff"


def to_mono(samples: np.ndarray, channels: Channels = Channels.MEAN) -> np.ndarray:
    """Convert samples, shape (samples, channels), to mono, shape (samples,); the first channel is LEFT.

    >>> import numpy as np
    >>> to_mono(np.array([[1.0, 3.0]]))
    array([2.])
    """
    if samples.shape[1] == 1 or channels is Channels.LEFT:
        return samples[:, 0]
    match channels:
        case Channels.MEAN:
            return samples.mean(axis=1)
        case Channels.RIGHT:
            return samples[:, 1]
        case Channels.DIFF:
            return samples[:, 0] - samples[:, 1]
