"""Which channel of a recording to use, or how to join several into one."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from audeep.backend.errors import AudioError

# The command line lists the channels, and starts without numpy.
if TYPE_CHECKING:
    import numpy as np


class Channels(enum.Enum):
    """How to use the channels of a recording: joined, one of them, or each as a recording of its own."""

    MEAN = "mean"
    LEFT = "left"
    RIGHT = "right"
    DIFF = "diff"
    EACH = "each"


def to_mono(samples: np.ndarray, channels: int | Channels = Channels.MEAN) -> np.ndarray:
    """Convert samples, shape (samples, channels), to mono, shape (samples,).

    `channels` may be the number of a channel, from 0. LEFT and RIGHT are the first and the second channel, DIFF is
    their difference. A recording with one channel stays as it is, unless another is asked for by number.

    >>> import numpy as np
    >>> to_mono(np.array([[1.0, 3.0]])), to_mono(np.array([[1.0, 3.0]]), 1)
    (array([2.]), array([3.]))
    """
    count = samples.shape[1]
    if isinstance(channels, int):
        if problem := lacks_channel(count, channels):
            raise AudioError(problem)
        return samples[:, channels]
    if count == 1 or channels is Channels.LEFT:
        return samples[:, 0]
    match channels:
        case Channels.MEAN:
            return samples.mean(axis=1)
        case Channels.RIGHT:
            return samples[:, 1]
        case Channels.DIFF:
            return samples[:, 0] - samples[:, 1]
        case Channels.EACH:
            raise AudioError(f"has {count} channels; choose one of them")


def lacks_channel(count: int, number: int) -> str:
    """Say that a recording of `count` channels has no channel `number`; empty if it does.

    >>> lacks_channel(2, 2)
    'has 2 channels, so no channel 2 (counted from 0)'
    """
    channels = "1 channel" if count == 1 else f"{count} channels"
    return "" if number < count else f"has {channels}, so no channel {number} (counted from 0)"
