"""Extraction of the spectrograms of one recording from its samples."""

import logging
import math
from typing import ClassVar

import numpy as np

from audeep.backend.errors import AudioError
from audeep.backend.spectrograms import transforms
from audeep.backend.spectrograms.config import Reference, Scale, SpectrogramConfig, WaveformConfig
from audeep.backend.spectrograms.waveforms import WaveformExtractor

LOG = logging.getLogger(__name__)

#: Most empty bands that are listed.
SHOWN = 20


class Extractor(WaveformExtractor):
    """Computes the spectrograms of recordings, all with the same settings; a frame is a window.

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

    product: ClassVar[str] = "spectrogram"
    unit: ClassVar[str] = "window"
    config: SpectrogramConfig

    def __init__(self, config: SpectrogramConfig, sample_rate: int) -> None:
        self.win_length, self.hop_length = frame_lengths(config, sample_rate)
        super().__init__(config, sample_rate)
        if surplus := self.hop_length - (self.win_length - int(config.window_overlap * sample_rate)):
            change = "more" if surplus > 0 else "less"
            frames = self._num_frames(self._num_samples(0, sample_rate))
            LOG.warning(
                f"windows are {self.hop_length} samples apart, one {change} than specified, so that "
                f"{config.fixed_length:g} s have {frames} frames"
            )
        if self.mel_filters is not None and len(empty := np.flatnonzero(~self.mel_filters.any(axis=1))):
            some = ", ".join(map(str, empty[:SHOWN])) + (", ..." if len(empty) > SHOWN else "")
            LOG.warning(
                f"{len(empty)} of {config.mel_spectrum} mel bands are too narrow for a window of "
                f"{self.win_length} samples and stay empty: {some}; increase `window_width` or use fewer bands"
            )

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
    def frame_shape(self) -> tuple[int, ...]:
        """Shape of a frame, the number of bands."""
        return (self.num_bands,)

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

    def samples_in(self, frames: int) -> int:
        """Return the number of samples that a number of frames, 1 or more, cover."""
        return self.win_length + (frames - 1) * self.hop_length

    def _num_frames(self, samples: int) -> int:
        return num_frames(samples, self.win_length, self.hop_length)

    def decibels(self, samples: np.ndarray, sample_rate: int) -> np.ndarray:
        """Compute the spectrogram of a whole recording, clipped but not scaled; see `mono` for the parameters.

        Returns shape (frames, bands), in dB.
        """
        samples = transforms.preemphasis(self.mono(samples, sample_rate))
        spectrogram = transforms.power_spectrogram(samples, self.win_length, self.hop_length, self.mel_filters)
        decibels = transforms.power_to_db(spectrogram, self.reference)
        return transforms.clip(decibels, self.config.clip_below, self.config.clip_above)

    def whole(self, samples: np.ndarray, sample_rate: int) -> np.ndarray:
        """Return the result of `decibels`; chunks keep it if `scale` is NONE, or DATA_SET without `scale_range`."""
        return self.decibels(samples, sample_rate)

    def _scaled(self, chunks: np.ndarray) -> np.ndarray:
        """Scale chunks, shape (chunks, frames, bands), as far as each can be scaled by itself."""
        if self.config.scale is Scale.RECORDING:
            return transforms.scale(chunks)
        return transforms.scale(chunks, *self.config.scale_range) if self.config.scale_range else chunks


def make_extractor(config: WaveformConfig, sample_rate: int) -> WaveformExtractor:
    """Make the extractor of spectrograms or waveforms, whichever the settings are about."""
    if isinstance(config, SpectrogramConfig):
        return Extractor(config, sample_rate)
    return WaveformExtractor(config, sample_rate)


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
