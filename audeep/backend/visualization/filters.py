"""Plots of the filters that the first layer of a convolutional network has learned."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from audeep.backend.spectrograms.plotting import COLOURS, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Most filters of one shape that are drawn: of spectrograms, and of waveforms, as lines.
SHOWN, LINES = 64, 8
#: Most shapes side by side, and width of a panel relative to its height.
COLUMNS, ASPECT = 3, 1.5
#: Least pixels of a filter in a mosaic, and size of a filter relative to the gap beside it.
PIXELS, GAP = 24, 12
#: Fewest points of a Fourier transform, and range of a frequency response in dB below its peak.
NUM_POINTS, RANGE = 1024, 40
#: Most samples of a filter that are marked.
MARKED = 16


def plot_filters(figure: Figure, kernels: Mapping[str, np.ndarray], sample_rate: int | None = None) -> None:
    """Plot filters, those of each shape in a panel.

    Parameters
    ----------
    figure
        What to draw on.
    kernels
        Filters by the name of their shape: all of shape (frames, bands, filter) for spectrograms, or all of shape
        (samples, filter) for waveforms.
    sample_rate
        Sample rate of the waveforms in Hz, if it is known.
    """
    if {kernel.ndim for kernel in kernels.values()} == {3}:
        plot_patterns(figure, kernels)
    else:
        plot_responses(figure, kernels, sample_rate)


def plot_patterns(figure: Figure, kernels: Mapping[str, np.ndarray]) -> None:
    """Plot filters of spectrograms, each of shape (frames, bands), the largest first, with time to the right."""
    from matplotlib import colormaps

    # Gaps are grey, because white is zero.
    colours = colormaps["RdBu_r"].with_extremes(bad="0.75")
    columns = min(COLUMNS, len(kernels))
    panels = figure.subplots(-(-len(kernels) // columns), columns, squeeze=False).ravel()
    for axes, (name, kernel) in zip(panels, kernels.items(), strict=False):
        frames, bands, count = kernel.shape
        largest = np.argsort(-np.linalg.norm(kernel, axis=(0, 1)), kind="stable")[:SHOWN]
        image = axes.imshow(
            mosaic(kernel[:, :, largest]),
            cmap=colours,
            vmin=-1,
            vmax=1,
            origin="lower",
            aspect="auto",
            interpolation="nearest",
        )
        some = "" if len(largest) == count else f", the largest {len(largest)} of {count}"
        axes.set_title(f"{name}{some}", fontsize=9)
        axes.set(xticks=[], yticks=[])
        axes.set_xlabel(f"time: {frames} {'frame' if frames == 1 else 'frames'} each", fontsize=8)
        # One row is a band, or the mean of all of them.
        if bands > 1:
            axes.set_ylabel(f"frequency: {bands} bands each", fontsize=8)
    for axes in panels[len(kernels) :]:
        axes.set_axis_off()
    figure.colorbar(image, ax=panels, label="weight, relative to the largest of each filter", shrink=0.6)
    figure.suptitle("Filters of the first layer", fontsize=11)


def mosaic(kernels: np.ndarray, pixels: int = PIXELS) -> np.ndarray:
    """Arrange filters, shape (frames, bands, filter), in rows of a picture, the first at the upper left.

    Each is scaled to a maximum of 1, so that their patterns can be compared, and has at least `pixels` pixels in
    each direction. Between them is NaN.

    Returns
    -------
    numpy.ndarray
        Shape (height, width), bands from bottom to top, as ``Axes.imshow`` draws it with ``origin="lower"``.

    Examples
    --------
    >>> mosaic(np.array([[[2.0, -1.0]]]), pixels=1)
    array([[ 1., nan, -1.]])
    """
    frames, bands, count = kernels.shape
    # Long shapes are drawn less long than they are, so that there is room for all.
    rows = max(1, round(math.sqrt(count * math.sqrt(frames / bands) / ASPECT)))
    columns = -(-count // rows)
    rows = -(-count // columns)
    largest = np.abs(kernels).max(axis=(0, 1))
    scaled = (kernels / np.where(largest == 0, 1, largest)).transpose(2, 1, 0)
    scaled = scaled.repeat(-(-pixels // bands), axis=1).repeat(-(-pixels // frames), axis=2)
    above, left = (max(1, size // GAP) for size in scaled.shape[1:])
    tiles = np.pad(scaled, [(0, rows * columns - count), (above, 0), (left, 0)], constant_values=np.nan)
    _, height, width = tiles.shape
    picture = tiles.reshape(rows, columns, height, width)[::-1].swapaxes(1, 2)
    return picture.reshape(rows * height, columns * width)[above:, left:]


def plot_responses(figure: Figure, kernels: Mapping[str, np.ndarray], sample_rate: int | None) -> None:
    """Plot filters of waveforms, sorted by frequency: the responses of all above some of them over time."""
    rate, unit = (sample_rate, "Hz") if sample_rate else (1, "cycles per sample")
    panels = figure.subplots(2, len(kernels), squeeze=False, height_ratios=[3, 2])
    for (above, below), (name, kernel) in zip(panels.T, kernels.items(), strict=True):
        kernel = kernel[:, np.argsort(centre_frequencies(kernel, rate), kind="stable")]
        count = kernel.shape[1]
        image = above.imshow(
            frequency_responses(kernel),
            extent=(0, count, 0, rate / 2),
            cmap=COLOURS,
            vmin=-RANGE,
            vmax=0,
            origin="lower",
            aspect="auto",
            interpolation="nearest",
        )
        above.set_title(name, fontsize=9)
        above.set(xlabel="filter", ylabel=f"frequency ({unit})")
        _plot_lines(below, kernel, sample_rate)
    for axes in panels[:, 1:].ravel():
        axes.set_ylabel("")
    figure.colorbar(image, ax=panels[0], label="response (dB below its peak)", extend="min")
    figure.suptitle(
        "Filters of the first layer by centre frequency: their responses, and some of them over time", fontsize=11
    )


def _plot_lines(axes: Axes, kernels: np.ndarray, sample_rate: int | None) -> None:
    """Plot some sorted filters over time, evenly chosen, the lowest at the bottom, with their frequencies."""
    samples, count = kernels.shape
    chosen = np.unique(np.linspace(0, count - 1, LINES).round().astype(int))
    frequencies = centre_frequencies(kernels, sample_rate or 1)
    times = np.arange(samples) * (1000 / sample_rate if sample_rate else 1)
    marker = "o" if samples <= MARKED else ""
    for row, index in enumerate(chosen):
        kernel = kernels[:, index]
        curve = row + 0.45 * kernel / (np.abs(kernel).max() or 1)
        axes.plot(times, curve, color=INK, linewidth=1, marker=marker, markersize=3)
    labels = [f"{frequency:.0f} Hz" if sample_rate else f"{frequency:.3f}" for frequency in frequencies[chosen]]
    axes.set_yticks(range(len(chosen)), labels, fontsize=8)
    axes.set(xlabel="time (ms)" if sample_rate else "time (samples)", ylabel="centre frequency")
    axes.margins(x=0)


def frequency_responses(kernels: np.ndarray) -> np.ndarray:
    """Return the frequency responses of filters, shape (samples, filter), in dB relative to the peak of each.

    Returns shape (frequency, filter), with frequencies spaced evenly from 0 Hz to half the sample rate. A filter of
    zeros is 0 dB everywhere.

    Examples
    --------
    A difference of neighbouring samples passes the highest frequencies.

    >>> frequency_responses(np.array([[1.0], [-1.0]]))[-1]
    array([0.])
    """
    magnitudes = np.abs(np.fft.rfft(kernels, max(NUM_POINTS, len(kernels)), axis=0))
    peaks = magnitudes.max(axis=0)
    relative = np.where(peaks == 0, 1, magnitudes / np.where(peaks == 0, 1, peaks))
    return 20 * np.log10(np.maximum(relative, 1e-10))


def centre_frequencies(kernels: np.ndarray, sample_rate: int) -> np.ndarray:
    """Return the frequency in Hz that each filter, shape (samples, filter), passes best, shape (filter,)."""
    responses = frequency_responses(kernels)
    return responses.argmax(axis=0) * sample_rate / 2 / (len(responses) - 1)
