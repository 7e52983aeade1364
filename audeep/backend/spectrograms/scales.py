"""Time and frequency axes of spectrograms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from audeep.backend.data.schema import FREQ, TIME
from audeep.backend.errors import AudeepError
from audeep.backend.spectrograms.config import Scale, SpectrogramConfig
from audeep.backend.spectrograms.extractor import frame_lengths
from audeep.backend.spectrograms.transforms import mel_edges

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Frequencies of ticks on an axis of bands, in Hz, and their least distance, as a share of the axis.
TICKS, APART = np.array([0, *(125 * 2**octave for octave in range(13))]), 0.1
#: Labels of axes whose units are not known.
NAMES = {TIME: "frame", FREQ: "band"}


def frequency_borders(sample_rate: int, win_length: int, mel_bands: int | None) -> np.ndarray:
    """Return the borders of the bands of a spectrogram, halfway between their peaks.

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
        Frequencies in Hz, ascending, shape (bands + 1,). Bands without a Fourier bin may have zero width.

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


def level_label(settings: Mapping[str, Any] | None) -> str:
    """Return the label of the values of spectrograms with these settings, with a unit if they are in decibels."""
    return "level (dB)" if (settings or {}).get("scale") == Scale.NONE.name else "level"


@dataclass(frozen=True, eq=False)
class Scales:
    """Axes of features, shape (frames, bands), in a plot with bands of equal height.

    Parameters
    ----------
    xlabel, ylabel
        Labels of the axes.
    seconds
        Distance between frames; None if unknown.
    borders
        Borders of the bands in Hz, shape (bands + 1,); None if unknown.
    values
        Label of the features.
    """

    xlabel: str
    ylabel: str
    seconds: float | None = None
    borders: np.ndarray | None = None
    values: str = "level"

    @classmethod
    def of(
        cls, feature_dims: Sequence[str], feature_shape: Sequence[int], settings: Mapping[str, Any] | None
    ) -> Self:
        """Return the scales of features with these two dimensions; `settings` are those of the spectrograms."""
        (time, freq), (_, bands) = feature_dims, feature_shape
        seconds = borders = None
        # The settings in a file may be anything, and its features may have been changed since.
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
        return cls(xlabel, ylabel, seconds, borders, level_label(settings))

    def extent(self, shape: Sequence[int]) -> tuple[float, float, float, float]:
        """Return left, right, bottom, top of features of shape (frames, bands), for ``Axes.imshow``."""
        frames, bands = shape
        return (0, frames * (self.seconds or 1), 0, bands)

    def label(self, axes: Axes) -> None:
        """Label the axes of a plot with this `extent`."""
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
