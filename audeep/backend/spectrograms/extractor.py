"""From the samples of one recording to the spectrograms of its chunks."""

import logging

import numpy as np
import soxr

from audeep.backend.errors import AudioError
from audeep.backend.spectrograms import transforms
from audeep.backend.spectrograms.config import SpectrogramConfig

LOG = logging.getLogger(__name__)

#: Of bands that stay empty, so many are listed.
SHOWN = 20


class Extractor:
    """Turns samples into spectrograms, always in the same way.

    Parameters
    ----------
    config
        How spectrograms are made.
    sample_rate
        Rate of the recordings in Hz, after resampling.

    Attributes
    ----------
    width, hop
        Of the windows, in samples.
    chunk_frames
        Windows in a chunk; None without chunks.
    bands
        Number of frequency bands.
    """

    def __init__(self, config: SpectrogramConfig, sample_rate: int) -> None:
        self.config = config
        self.sample_rate = sample_rate
        self.width = int(config.window_width * sample_rate)
        self.hop = self.width - int(config.window_overlap * sample_rate)
        if self.width < 2 or self.hop < 1:
            raise AudioError(
                f"at {sample_rate} Hz, windows of {config.window_width:g} s that overlap by "
                f"{config.window_overlap:g} s are {self.width} samples wide and {self.hop} apart: too short"
            )
        self._match_expected_frames()
        self.chunk_frames: int | None = None
        if config.chunk_length is not None:
            self.chunk_frames = int(config.chunk_length * sample_rate) // self.hop
            if not self.chunk_frames:
                raise AudioError(
                    f"chunks of {config.chunk_length:g} s are shorter than the {self.hop} samples from one window "
                    f"to the next at {sample_rate} Hz"
                )
        self.filters: np.ndarray | None = None
        if config.mel_spectrum is not None:
            self.filters = transforms.mel_filters(sample_rate, self.width, config.mel_spectrum)
            if empty := np.flatnonzero(~self.filters.any(axis=1)).tolist():
                LOG.warning(
                    "of %d mel bands, %d are too narrow for a window of %d samples and stay empty: %s%s; "
                    "a larger `window_width` or fewer bands help",
                    config.mel_spectrum,
                    len(empty),
                    self.width,
                    ", ".join(map(str, empty[:SHOWN])),
                    " and so on" if len(empty) > SHOWN else "",
                )
        self.bands = self.width // 2 + 1 if self.filters is None else len(self.filters)

    def _match_expected_frames(self) -> None:
        """Change the hop by a sample where rounding to samples gives a frame more or fewer.

        The original does so with a fixed length, so that the number of frames follows from the seconds.
        """
        length, width, overlap = (
            self.config.fixed_length,
            self.config.window_width,
            self.config.window_overlap,
        )
        if length is None:
            return
        expected = int((length - overlap) / (width - overlap))
        surplus = self.num_frames(int(length * self.sample_rate)) - expected
        if abs(surplus) == 1 and self.hop + surplus > 0:
            self.hop += surplus
            LOG.warning(
                "windows are %d samples apart, one %s than asked for, so that %g s have %d frames",
                self.hop,
                "more" if surplus > 0 else "less",
                length,
                self.num_frames(int(length * self.sample_rate)),
            )

    def num_samples(self, samples: int, sample_rate: int) -> int:
        """Return the length that a recording will have, resampled and cut or padded."""
        if self.config.fixed_length is not None:
            return int(self.config.fixed_length * self.sample_rate)
        return round(samples * self.sample_rate / sample_rate)

    def num_frames(self, samples: int) -> int:
        """Return the number of windows in so many samples."""
        return max(0, 1 + (samples - self.width) // self.hop)

    def shape(self, samples: int) -> tuple[int, int, int]:
        """Return the shape (chunks, frames, bands) that so many samples give.

        Raises
        ------
        AudioError
            If they are too few.
        """
        available = self.num_frames(samples)
        count, frames = self.config.chunk_count or 1, self.chunk_frames or available
        if available < max(1, count * frames):
            seconds = samples / self.sample_rate
            wanted = f"{count} chunks of {frames} frames" if self.config.chunk_count else "a single window"
            raise AudioError(f"is too short with {seconds:.3g} s for {wanted}; `fixed_length` can add silence")
        return count, frames, self.bands

    def decibels(self, samples: np.ndarray, sample_rate: int) -> np.ndarray:
        """Extract one spectrogram of a whole recording, clipped but not yet scaled.

        Parameters
        ----------
        samples
            Shape (samples, channels), float32.
        sample_rate
            Their rate in Hz.

        Returns
        -------
        numpy.ndarray
            Shape (frames, bands), in dB relative to the largest value.
        """
        length = self.num_samples(len(samples), sample_rate)
        if sample_rate != self.sample_rate:
            samples = soxr.resample(samples, sample_rate, self.sample_rate)
        samples = transforms.fix_length(samples, length, center=self.config.center_fixed)
        samples = transforms.pre_emphasise(transforms.fuse_channels(samples, self.config.channels))
        spectrogram = transforms.power_spectrogram(samples, self.width, self.hop)
        if self.filters is not None:
            spectrogram = spectrogram @ self.filters.T
        low, high = self.config.clip_below, self.config.clip_above
        decibels = transforms.to_decibels(spectrogram)
        return transforms.clip(decibels, low, high)

    def __call__(self, samples: np.ndarray, sample_rate: int) -> np.ndarray:
        """Extract the spectrograms of a recording.

        Returns
        -------
        numpy.ndarray
            Shape (chunks, frames, bands), scaled to [-1, 1] chunk by chunk, float32.
        """
        count, frames, _ = self.shape(self.num_samples(len(samples), sample_rate))
        decibels = self.decibels(samples, sample_rate)
        return transforms.scale(transforms.split_chunks(decibels, frames, count))
