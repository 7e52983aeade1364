"""Plot of what a network attends to in a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from audeep.backend.data.data_set import DataSet
from audeep.backend.spectrograms.config import sample_rate_of
from audeep.backend.spectrograms.plotting import COLOURS, INK
from audeep.backend.spectrograms.scales import Scales

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_attention(
    figure: Figure,
    features: np.ndarray,
    weights: np.ndarray,
    step: int,
    scales: Scales,
    name: str,
) -> None:
    """Plot attention over time above the recording that it belongs to.

    Parameters
    ----------
    figure
        What to draw on.
    features
        A spectrogram, shape (frames, bands), or a waveform, shape (samples,), without padding.
    weights
        Weight of each step of a network, shape (steps,).
    step
        Number of frames, or samples, in a step; the last step may have fewer.
    scales
        Axes of the features.
    name
        Name of the recording.
    """
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[1, 3])
    seconds = scales.seconds or 1
    length = len(features)
    edges = (np.arange(len(weights) + 1) * step).clip(max=length)
    above.stairs(weights, edges * seconds, fill=True, color=INK)
    above.axhline(weights.mean(), color="black", linestyle="--", linewidth=1)
    above.set_ylim(bottom=0)
    above.set_ylabel("attention")
    # Names of files are not formulas.
    above.set_title(f"{name}\ndashed: equal attention at all times", fontsize=10, parse_math=False)
    if features.ndim == 1:
        from librosa.display import waveshow

        waveshow(features, sr=1 / seconds, axis="s", ax=below, color=INK)
    else:
        image = below.imshow(
            features.T,
            extent=scales.extent(features.shape),
            cmap=COLOURS,
            origin="lower",
            aspect="auto",
            interpolation="nearest",
        )
        figure.colorbar(image, ax=[above, below], label=scales.values)
    scales.label(below)
    below.set_xlim(0, length * seconds)


def scales_of(data_set: DataSet) -> Scales:
    """Return the axes of the recordings in a data set: spectrograms, other sequences, or waveforms."""
    if len(data_set.feature_dims) > 1:
        return Scales.of(data_set.feature_dims, data_set.feature_shape, data_set.spectrograms)
    rate = sample_rate_of(data_set.waveforms)
    return Scales("time (s)", "amplitude", 1 / rate) if rate else Scales("sample", "amplitude")
