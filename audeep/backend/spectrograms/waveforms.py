"""Waveforms of one recording from its samples: at one rate, of one channel, cut into chunks."""

from copy import copy
from dataclasses import replace
from typing import ClassVar, Self

import numpy as np
import soxr

from audeep.backend.audio.channels import to_mono
from audeep.backend.audio.length import fix_length
from audeep.backend.errors import AudioError
from audeep.backend.spectrograms.config import WaveformConfig


class WaveformExtractor:
    """Makes the waveforms of recordings, all with the same settings.

    A waveform is a sequence of frames of one sample each. An `Extractor` makes sequences of other frames in the
    same way.

    Parameters
    ----------
    config
        Settings of the waveforms.
    sample_rate
        Sample rate in Hz, after resampling.

    Attributes
    ----------
    chunk_frames
        Number of frames in a chunk; None without chunks.

    Raises
    ------
    AudioError
        If chunks are too short at this rate.

    Examples
    --------
    >>> extractor = WaveformExtractor(WaveformConfig(fixed_length=0.5), 8000)
    >>> extractor(np.zeros((8000, 2), np.float32), sample_rate=16000).shape
    (1, 4000)
    """

    #: What it makes of a recording, and of what that is a sequence, for messages.
    product: ClassVar[str] = "waveform"
    unit: ClassVar[str] = "sample"
    #: Distance between the starts of consecutive frames, in samples.
    hop_length: int = 1
    config: WaveformConfig

    def __init__(self, config: WaveformConfig, sample_rate: int) -> None:
        self.config, self.sample_rate = config, sample_rate
        self.chunk_frames: int | None = None
        if config.chunk_length is not None:
            self.chunk_frames = int(config.chunk_length * sample_rate) // self.hop_length
            if not self.chunk_frames:
                hop = f"the {self.hop_length} samples from one {self.unit} to the next"
                raise AudioError(
                    f"chunks of {config.chunk_length:g} s are shorter than "
                    f"{hop if self.hop_length > 1 else 'a sample'} at {sample_rate} Hz"
                )

    def using(self, channel: int | None) -> Self:
        """Return an extractor for one channel, from 0; None stands for what `WaveformConfig.channels` says."""
        if channel is None:
            return self
        extractor = copy(self)
        extractor.config = replace(self.config, channels=channel)
        return extractor

    @property
    def frame_shape(self) -> tuple[int, ...]:
        """Shape of a frame."""
        return ()

    @property
    def silence(self) -> float:
        """Value of padding."""
        return 0.0

    def _num_samples(self, samples: int, sample_rate: int) -> int:
        """Return the length of a recording after resampling and trimming or padding."""
        if self.config.fixed_length is not None:
            return int(self.config.fixed_length * self.sample_rate)
        return round(samples * self.sample_rate / sample_rate)

    def _num_frames(self, samples: int) -> int:
        return samples

    def shape(self, samples: int, sample_rate: int) -> tuple[int, ...]:
        """Return the shape (chunks, frames, ...) for a recording; `AudioError` if it is too short."""
        length = self._num_samples(samples, sample_rate)
        available = self._num_frames(length)
        count, frames = self.config.chunk_count or 1, self.chunk_frames or available
        if self.config.keep_partial_chunks and available:
            whole_and_partial = -(-available // frames)
            count = min(self.config.chunk_count or whole_and_partial, whole_and_partial)
            return count, min(frames, available), *self.frame_shape
        if available < max(1, count * frames):
            seconds = length / self.sample_rate
            many = self.config.chunk_count is not None
            wanted = f"{count} chunks of {frames} {self.unit}s" if many else f"a single {self.unit}"
            raise AudioError(f"is too short ({seconds:.3g} s) for {wanted}; set `fixed_length` to pad it")
        return count, frames, *self.frame_shape

    def lengths(self, samples: int, sample_rate: int) -> np.ndarray:
        """Return the number of frames of each chunk of a recording, shape (chunks,); see `shape`."""
        count, frames, *_ = self.shape(samples, sample_rate)
        available = self._num_frames(self._num_samples(samples, sample_rate))
        return np.minimum(frames, available - frames * np.arange(count))

    def mono(self, samples: np.ndarray, sample_rate: int) -> np.ndarray:
        """Resample a recording, trim or pad it, and join its channels.

        `samples` has shape (samples, channels), float32; `sample_rate` is in Hz. Returns shape (samples,).
        """
        length = self._num_samples(len(samples), sample_rate)
        if sample_rate != self.sample_rate:
            samples = soxr.resample(samples, sample_rate, self.sample_rate)
        samples = fix_length(samples, length, center=self.config.center_fixed)
        return to_mono(samples, self.config.channels)

    def whole(self, samples: np.ndarray, sample_rate: int) -> np.ndarray:
        """Return what is cut into chunks, shape (frames, ...); see `mono` for the parameters."""
        return self.mono(samples, sample_rate)

    def __call__(self, samples: np.ndarray, sample_rate: int) -> np.ndarray:
        """Process a recording; see `mono` for the parameters.

        Returns
        -------
        numpy.ndarray
            Shape (chunks, frames, ...), float32. The last chunk is padded if it is shorter, which `lengths` says.
        """
        lengths = self.lengths(len(samples), sample_rate)
        count, frames, last = len(lengths), int(lengths[0]), int(lengths[-1])
        whole = self.whole(samples, sample_rate)
        if last == frames:
            return self._scaled(split_chunks(whole, frames, count))
        start = frames * (count - 1)
        partial = self._scaled(whole[np.newaxis, start : start + last])
        padding = [(0, 0), (0, frames - last), *((0, 0) for _ in self.frame_shape)]
        padded = np.pad(partial, padding, constant_values=self.silence)
        return np.concatenate([self._scaled(split_chunks(whole, frames, count - 1)), padded])

    def _scaled(self, chunks: np.ndarray) -> np.ndarray:
        """Scale chunks, shape (chunks, frames, ...), as far as each can be scaled by itself."""
        return chunks


def split_chunks(sequence: np.ndarray, frames: int, count: int) -> np.ndarray:
    """Return the first `count` chunks of `frames` frames of a sequence, shape (count, frames, ...).

    >>> split_chunks(np.arange(5), frames=2, count=2).tolist()
    [[0, 1], [2, 3]]
    """
    return sequence[: frames * count].reshape(count, frames, *sequence.shape[1:])
