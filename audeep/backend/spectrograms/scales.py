"""Time and frequency along the axes of spectrograms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from audeep.backend.data.schema import FREQ, TIME
from audeep.backend.errors import AudeepError
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.spectrograms.extractor import frame_lengths
from audeep.backend.spectrograms.transforms import mel_edges

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Frequencies that an axis of bands names, in Hz, as far as they are apart by this share of it.
TICKS, APART = np.array([0, *(125 * 2**octave for octave in range(13))]), 0.1
#: What frames and bands are called where it is not known what they stand for.
NAMES = {TIME: "frame", FREQ: "band"}


def frequency_borders(sample_rate: int, win_length: int, mel_bands: int | None) -> np.ndarray:
    """Return the frequencies between which the bands of a spectrogram are drawn, half way between their peaks.

    Parameters
    ----------
    sample_rate
        In Hz.
    win_length
        Length of a frame, in samples.
    mel_bands
        Number of mel bands; None for a spectrogram of all Fourier bins.

    Returns
    -------
    numpy.ndarray
        In Hz, ascending, shape (bands + 1,). Bands that no Fourier bin falls into may have no width.

    Examples
    --------
    >>> frequency_borders(8, win_length=8, mel_bands=None)
    array([0. , 0.5, 1.5, 2.5, 3.5, 4. ])
    """
    if mel_bands is None:
        peaks = np.arange(win_length // 2 + 1)
    else:
        peaks = mel_edges(sample_rate, win_length, mel_bands)[1:-1]
    return np.array([0, *(peaks[:-1] + peaks[1:]) / 2, win_length / 2]) * sample_rate / win_length


@dataclass(frozen=True, eq=False)
class Scales:
    """Time and frequency of features, shape (frames, bands), in a picture with all bands of the same height.

    Parameters
    ----------
    xlabel, ylabel
        What the axes show.
    seconds
        From one frame to the next; None if not known.
    borders
        Frequencies between which the bands are, shape (bands + 1,), in Hz; None if not known.
    """

    xlabel: str
    ylabel: str
    seconds: float | None = None
    borders: np.ndarray | None = None

    @classmethod
    def of(
        cls, feature_dims: Sequence[str], feature_shape: Sequence[int], settings: Mapping[str, Any] | None
    ) -> Self:
        """Find the scales of features that have these two dimensions; `settings` may say how they were made."""
        (time, freq), (_, bands) = feature_dims, feature_shape
        seconds = borders = None
        # A file may say anything of how it was made, and its features may have been changed since.
        with suppress(AudeepError, TypeError):
            config = SpectrogramConfig(**settings or {})
            if rate := config.sample_rate:
                win_length, hop_length = frame_lengths(config, rate)
                seconds = hop_length / rate if time == TIME else None
                borders = frequency_borders(rate, win_length, config.mel_spectrum)
        if freq != FREQ or borders is None or len(borders) != bands + 1:
            borders = None
        xlabel = "time (s)" if seconds else NAMES.get(time, time)
        ylabel = "frequency (Hz)" if borders is not None else NAMES.get(freq, freq)
        return cls(xlabel, ylabel, seconds, borders)

    def extent(self, shape: Sequence[int]) -> tuple[float, float, float, float]:
        """Return left, right, bottom, top of features of shape (frames, bands), for ``Axes.imshow``."""
        frames, bands = shape
        return (0, frames * (self.seconds or 1), 0, bands)

    def label(self, axes: Axes) -> None:
        """Label the axes of a picture of this `extent`."""
        axes.set(xlabel=self.xlabel, ylabel=self.ylabel)
        if self.borders is None:
            return
        bands = len(self.borders) - 1
        ticks = TICKS[self.borders[-1] >= TICKS]
        places = np.interp(ticks, self.borders, np.arange(bands + 1))
        chosen = [0]
        for index, place in enumerate(places):
            if place - places[chosen[-1]] >= APART * bands:
                chosen.append(index)
        axes.set_yticks(places[chosen], ticks[chosen])
