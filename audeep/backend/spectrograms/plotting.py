"""Pictures of spectrograms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from audeep.backend.spectrograms.extractor import Extractor

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_preview(figure: Figure, filename: str, decibels: np.ndarray, extractor: Extractor) -> None:
    """Draw a spectrogram above the histogram of its levels.

    Parameters
    ----------
    figure
        Where to draw.
    filename
        Which recording it is.
    decibels
        Shape (frames, bands).
    extractor
        What it was made with.
    """
    above, below = figure.subplots(2, 1, height_ratios=[2, 1])
    hop, rate = extractor.hop, extractor.sample_rate
    frames, bands = decibels.shape
    image = above.imshow(
        decibels.T,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        extent=(0, frames * hop / rate, 0, bands if extractor.filters is not None else rate / 2000),
    )
    above.set(xlabel="time (s)", ylabel="mel band" if extractor.filters is not None else "frequency (kHz)")
    above.set_title(f"{filename}: {frames} windows x {bands} bands")
    figure.colorbar(image, ax=above, label="level (dB)")
    below.hist(decibels.ravel(), bins=100)
    below.set(xlabel="level (dB)", ylabel="points of the spectrogram", yscale="log")
    # By default they are formulas, which are not drawn as such, since names in the data are none.
    below.yaxis.set_major_formatter("{x:g}")
    below.yaxis.set_minor_formatter("")
    below.set_title("How often each level occurs: noise to be clipped shows as the hill on the left", fontsize=9)
