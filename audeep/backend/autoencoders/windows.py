"""Frames as sequences of overlapping windows of frequency bands."""

import logging

import keras
from keras import ops

from audeep.backend.autoencoders.config import WindowConfig
from audeep.backend.errors import DataError

LOG = logging.getLogger(__name__)


class Windows:
    """Cuts frames of a certain size.

    Parameters
    ----------
    config
        Width and overlap of the windows.
    features
        Size of a frame.

    Attributes
    ----------
    count, width
        Number of windows in a frame, and bands in a window.
    """

    def __init__(self, config: WindowConfig, features: int) -> None:
        self.width, self.step = config.freq_window_width, config.freq_window_width - config.freq_window_overlap
        if self.width > features:
            raise DataError(f"`freq_window_width` is {self.width}, but the frames have {features} bands only")
        self.count = 1 + (features - self.width) // self.step
        if dropped := features - (self.width + (self.count - 1) * self.step):
            LOG.warning(
                "the encoder does not see the highest %d of %d bands, as they fill no window", dropped, features
            )

    def __call__(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Cut frames of shape (batch, bands) into windows, shape (batch, count, width), low to high."""
        starts = range(0, self.count * self.step, self.step)
        return ops.stack([frames[:, start : start + self.width] for start in starts], axis=1)


def merge_time(sequence: keras.KerasTensor) -> keras.KerasTensor:
    """Make every frame an example of its own: (batch, time, features) to (batch * time, features)."""
    return ops.reshape(sequence, (-1, sequence.shape[-1]))


def split_time(frames: keras.KerasTensor, like: keras.KerasTensor) -> keras.KerasTensor:
    """Undo `merge_time`: (batch * time, features) to (batch, time, features), time being that of `like`."""
    return ops.reshape(frames, (-1, like.shape[1], frames.shape[-1]))
