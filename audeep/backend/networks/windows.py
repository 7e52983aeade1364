"""Frames as sequences of overlapping windows of frequency bands."""

import functools
import logging

import keras
from keras import ops

from audeep.backend.errors import DataError

LOG = logging.getLogger(__name__)


class Windows:
    """Cuts frames of `bands` bands into `count` windows of `width` bands that overlap by `overlap` bands."""

    def __init__(self, width: int, overlap: int, bands: int) -> None:
        self.width, self.step = width, width - overlap
        if width > bands:
            raise DataError(f"`freq_window_width` is {width}, but the frames have only {bands} bands")
        self.count = 1 + (bands - width) // self.step
        if dropped := bands - (width + (self.count - 1) * self.step):
            warn_of_dropped(dropped, bands)

    def __call__(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Cut frames of shape (batch, bands) into windows, shape (batch, count, width), low to high."""
        starts = range(0, self.count * self.step, self.step)
        return ops.stack([frames[:, start : start + self.width] for start in starts], axis=1)


# Once, although cross-validation makes the same model for each fold.
@functools.cache
def warn_of_dropped(dropped: int, bands: int) -> None:
    """Warn of bands that do not fill a window."""
    LOG.warning("the encoder ignores the highest %d of %d bands, which do not fill a window", dropped, bands)


def merge_time(sequence: keras.KerasTensor) -> keras.KerasTensor:
    """Make every frame a separate example: (batch, time, features) to (batch * time, features)."""
    return ops.reshape(sequence, (-1, sequence.shape[-1]))


def split_time(frames: keras.KerasTensor, like: keras.KerasTensor) -> keras.KerasTensor:
    """Undo `merge_time`: (batch * time, features) to (batch, time, features), with the time of `like`."""
    time = ops.shape(like)[1]
    if time is None:
        # A symbolic tensor of Keras cannot be reshaped to two unknown sizes, but each frame can be looked up.
        return ops.take(frames, frame_numbers(like), axis=0)
    return ops.reshape(frames, (-1, time, frames.shape[-1]))


def frame_numbers(sequences: keras.KerasTensor) -> keras.KerasTensor:
    """Return where `merge_time` puts each frame, shape (batch, time), int32.

    >>> frame_numbers(ops.zeros((2, 3, 1))).numpy().tolist()
    [[0, 1, 2], [3, 4, 5]]
    """
    ones = ops.cast(ops.ones_like(sequences[:, :, 0]), "int32")
    before = (ops.cumsum(ones, axis=0) - 1) * ops.sum(ones, axis=1, keepdims=True)
    return before + ops.cumsum(ones, axis=1) - 1


def side_by_side(windows: keras.KerasTensor) -> keras.KerasTensor:
    """Concatenate the windows of a frame: (frames, windows, size) to (frames, windows * size)."""
    return ops.reshape(windows, (-1, windows.shape[1] * windows.shape[2]))
