"""Extraction of the spectrograms of one recording from its samples."""

import logging
import math
from copy import copy
from dataclasses import replace
from typing import Self

import numpy as np
import soxr

from audeep.backend.audio.channels import to_mono
from audeep.backend.audio.length import fix_length
from audeep.backend.errors import AudioError
from audeep.backend.spectrograms import transforms
from audeep.backend.spectrograms.config import Reference, Scale, SpectrogramConfig

LOG = logging.getLogger(__name__)

#: Most empty bands that are listed.
SHOWN = 20


class Extractor:
    """Computes the spectrograms of recordings, all with the same settings.

    Parameters
    ----------
    config
        Settings of the spectrograms.
    sample_rate
        Sample rate in Hz, after resampling.

    Attributes
    ----------
    win_length, hop_length
        Length of a frame, and distance between the starts of consecutive frames, in samples.
    chunk_frames
        Number of frames in a chunk; None without chunks.

    Raises
    ------
    AudioError
        If frames or chunks are too short at this rate.

    Examples
    --------
    >>> extractor = Extractor(SpectrogramConfig(window_width=0.08, window_overlap=0.04, mel_spectrum=64), 8000)
    >>> extractor(np.zeros((8000, 1), np.float32), sample_rate=8000).shape
    (1, 24, 64)
    """

    def __init__(self, config: SpectrogramConfig, sample_rate: int) -> None:
        self.config = config
        self.sample_rate = sample_rate
        self.win_length, self.hop_length = frame_lengths(config, sample_rate)
        if surplus := self.hop_length - (self.win_length - int(config.window_overlap * sample_rate)):
            change = "more" if surplus > 0 else "less"
            frames = self._num_frames(self._num_samples(0, sample_rate))
            LOG.warning(
                f"windows are {self.hop_length} samples apart, one {change} than specified, so that "
                f"{config.fixed_length:g} s have {frames} frames"
            )
        self.chunk_frames: int | None = None
        if config.chunk_length is not None:
            self.chunk_frames = int(config.chunk_length * sample_rate) // self.hop_length
            if not self.chunk_frames:
                raise AudioError(
                    f"chunks of {config.chunk_length:g} s are shorter than the {self.hop_length} samples from one "
                    f"window to the next at {sample_rate} Hz"
                )
        if self.mel_filters is not None and len(empty := np.flatnonzero(~self.mel_filters.any(axis=1))):
            some = ", ".join(map(str, empty[:SHOWN])) + (", ..." if len(empty) > SHOWN else "")
            LOG.warning(
                f"{len(empty)} of {config.mel_spectrum} mel bands are too narrow for a window of "
                f"{self.win_length} samples and stay empty: {some}; increase `window_width` or use fewer bands"
            )

    def using(self, channel: int | None) -> Self:
        """Return an extractor for one channel, from 0; None stands for what `SpectrogramConfig.channels` says."""
        if channel is None:
            return self
        extractor = copy(self)
        extractor.config = replace(self.config, channels=channel)
        return extractor

    @property
    def mel_filters(self) -> np.ndarray | None:
        """Filters of shape (bands, win_length // 2 + 1); None for spectrograms of all Fourier bins."""
        # Cached elsewhere, because they are too large to send to workers with each batch.
        bands = self.config.mel_spectrum
        return None if bands is None else transforms.mel_filters(self.sample_rate, self.win_length, bands)

    @property
    def num_bands(self) -> int:
        """Number of frequency bands."""
        return self.config.mel_spectrum or self.win_length // 2 + 1

    @property
    def silence(self) -> float:
        """Value of padding: the lowest level."""
        if self.config.scale is not Scale.NONE:
            return -1.0
        clip_below = self.config.clip_below
        return 10 * math.log10(transforms.FLOOR) if clip_below is None else clip_below

    @property
    def reference(self) -> float | None:
        """Power at 0 dB; None for the largest power of each recording."""
        if self.config.reference is Reference.PEAK:
            return None
        return transforms.full_scale_power(self.win_length, in_bands=self.mel_filters is not None)

    def _num_samples(self, samples: int, sample_rate: int) -> int:
        """Return the length of a recording after resampling and trimming or padding."""
        if self.config.fixed_length is not None:
            return int(self.config.fixed_length * self.sample_rate)
        return round(samples * self.sample_rate / sample_rate)

    def samples_in(self, frames: int) -> int:
        """Return the number of samples that a number of frames, 1 or more, cover."""
        return self.win_length + (frames - 1) * self.hop_length

    def _num_frames(self, samples: int) -> int:
        return num_frames(samples, self.win_length, self.hop_length)

    def shape(self, samples: int, sample_rate: int) -> tuple[int, int, int]:
        """Return the shape (chunks, frames, bands) for a recording; `AudioError` if it is too short."""
        length = self._num_samples(samples, sample_rate)
        available = self._num_frames(length)
        count, frames = self.config.chunk_count or 1, self.chunk_frames or available
        if self.config.keep_partial_chunks and available:
            whole_and_partial = -(-available // frames)
            count = min(self.config.chunk_count or whole_and_partial, whole_and_partial)
            return count, min(frames, available), self.num_bands
        if available < max(1, count * frames):
            seconds = length / self.sample_rate
            wanted = f"{count} chunks of {frames} frames" if self.config.chunk_count else "a single window"
            raise AudioError(f"is too short ({seconds:.3g} s) for {wanted}; set `fixed_length` to pad it")
        return count, frames, self.num_bands

    def lengths(self, samples: int, sample_rate: int) -> np.ndarray:
        """Return the number of frames of each chunk of a recording, shape (chunks,); see `shape`."""
        count, frames, _ = self.shape(samples, sample_rate)
        available = self._num_frames(self._num_samples(samples, sample_rate))
        return np.minimum(frames, available - frames * np.arange(count))

    def decibels(self, samples: np.ndarray, sample_rate: int) -> np.ndarray:
        """Extract the spectrogram of a whole recording, clipped but not scaled.

        `samples` has shape (samples, channels), float32; `sample_rate` is in Hz. Returns shape (frames, bands), in
        dB.
        """
        length = self._num_samples(len(samples), sample_rate)
        if sample_rate != self.sample_rate:
            samples = soxr.resample(samples, sample_rate, self.sample_rate)
        samples = fix_length(samples, length, center=self.config.center_fixed)
        samples = transforms.preemphasis(to_mono(samples, self.config.channels))
        spectrogram = transforms.power_spectrogram(samples, self.win_length, self.hop_length)
        if self.mel_filters is not None:
            spectrogram = spectrogram @ self.mel_filters.T
        decibels = transforms.power_to_db(spectrogram, self.reference)
        return transforms.clip(decibels, self.config.clip_below, self.config.clip_above)

    def __call__(self, samples: np.ndarray, sample_rate: int) -> np.ndarray:
        """Compute the spectrograms of a recording; see `decibels` for the parameters.

        Returns
        -------
        numpy.ndarray
            Shape (chunks, frames, bands), float32; in dB if `scale` is NONE, or DATA_SET without `scale_range`.
            The last chunk is padded if it is shorter, which `lengths` says.
        """
        lengths = self.lengths(len(samples), sample_rate)
        count, frames, last = len(lengths), int(lengths[0]), int(lengths[-1])
        decibels = self.decibels(samples, sample_rate)
        if last == frames:
            return self._scaled(transforms.split_chunks(decibels, frames, count))
        whole = transforms.split_chunks(decibels, frames, count - 1)
        start = frames * (count - 1)
        partial = self._scaled(decibels[np.newaxis, start : start + last])
        padded = np.pad(partial, [(0, 0), (0, frames - last), (0, 0)], constant_values=self.silence)
        return np.concatenate([self._scaled(whole), padded])

    def _scaled(self, chunks: np.ndarray) -> np.ndarray:
        """Scale chunks, shape (chunks, frames, bands), as far as each can be scaled by itself."""
        if self.config.scale is Scale.RECORDING:
            return transforms.scale(chunks)
        return transforms.scale(chunks, *self.config.scale_range) if self.config.scale_range else chunks


def frame_lengths(config: SpectrogramConfig, sample_rate: int) -> tuple[int, int]:
    """Return the length of a frame, and the distance between the starts of consecutive frames, in samples.

    If rounding to samples gives a fixed length one frame more or fewer than computed in seconds, frames are one
    sample further apart or closer together, as in the original. `AudioError` if frames are too short.
    """
    win_length = int(config.window_width * sample_rate)
    hop_length = win_length - int(config.window_overlap * sample_rate)
    if win_length < 2 or hop_length < 1:
        raise AudioError(
            f"at {sample_rate} Hz, windows of {config.window_width:g} s that overlap by "
            f"{config.window_overlap:g} s are too short: {win_length} samples, {hop_length} apart"
        )
    if config.fixed_length is not None:
        overlap = config.window_overlap
        expected = int((config.fixed_length - overlap) / (config.window_width - overlap))
        surplus = num_frames(int(config.fixed_length * sample_rate), win_length, hop_length) - expected
        if abs(surplus) == 1 and hop_length + surplus > 0:
            hop_length += surplus
    return win_length, hop_length


def num_frames(samples: int, win_length: int, hop_length: int) -> int:
    """Return the number of whole frames in a number of samples."""
    return max(0, 1 + (samples - win_length) // hop_length)
