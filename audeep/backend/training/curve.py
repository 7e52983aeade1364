"""Learning curve: the losses of each epoch as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from audeep.backend.atomic import replacing
from audeep.backend.training import history
from audeep.backend.training.history import Epoch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Name of the picture in the folder of a run.
FILE = "learning-curve.png"
#: Most epochs that are marked one by one.
MARKED = 30


def write_curve(folder: Path, epochs: Sequence[Epoch]) -> None:
    """Draw the learning curve into the folder of a run."""
    # Not via pyplot, which would keep the figure.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    plot_curve(figure, epochs)
    with replacing(folder / FILE) as temporary:
        figure.savefig(temporary, dpi=110)


def plot_curve(figure: Figure, epochs: Sequence[Epoch]) -> None:
    """Plot the loss of each epoch on the training data and, if there are any, on the validation data."""
    from matplotlib.ticker import MaxNLocator

    axes = figure.subplots()
    numbers = [epoch.epoch for epoch in epochs]
    look: dict[str, Any] = {"marker": "o" if len(epochs) <= MARKED else "", "markersize": 4}
    axes.plot(numbers, [epoch.loss for epoch in epochs], color="#0072B2", label="training", **look)
    if lowest := history.best(epochs):
        # None becomes NaN, which is not drawn.
        validated = np.array([epoch.validation_loss for epoch in epochs], float)
        axes.plot(numbers, validated, color="#E69F00", label="validation", **look)
        label = f"lowest: {lowest.validation_loss:.4f}, epoch {lowest.epoch}"
        at = numbers.index(lowest.epoch)
        axes.plot(lowest.epoch, validated[at], "ko", markersize=9, fillstyle="none", label=label)
    axes.set(xlabel="epoch", ylabel="loss")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(color="0.92")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
