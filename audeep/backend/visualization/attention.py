"""Plot of what a network attends to in a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from audeep.backend.spectrograms.plotting import COLOURS, INK
from audeep.backend.spectrograms.scales import Scales

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_attention(
    figure: Figure,
    features: np.ndarray,
    weights: np.ndarray,
    scales: Scales,
    *,
    step: int | None = None,
    name: str = "",
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
    scales
        Axes of the features; those of a waveform know the distance of samples.
    step
        Number of frames, or samples, in a step, of which the last may have fewer; by default, steps divide the
        recording evenly.
    name
        Title, such as the name of the recording.
    """
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[1, 3])
    seconds = scales.seconds or 1
    length = len(features)
    edges = np.arange(len(weights) + 1) * (length / len(weights) if step is None else step)
    above.stairs(weights, edges.clip(max=length) * seconds, fill=True, color=INK)
    above.axhline(weights.mean(), color="black", linestyle="--", linewidth=1)
    above.set_ylim(bottom=0)
    above.set_ylabel("attention")
    # Names of files are not formulas.
    above.set_title(f"{name}\ndashed: equal attention at all times".strip(), fontsize=10, parse_math=False)
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
        figure.colorbar(image, ax=[above, below], label="level")
    scales.label(below)
    below.set_xlim(0, length * seconds)
