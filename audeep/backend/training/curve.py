"""Learning curve: the losses of each epoch as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

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
    marker = "o" if len(epochs) <= MARKED else ""
    axes.plot(
        [epoch.epoch for epoch in epochs],
        [epoch.loss for epoch in epochs],
        marker=marker,
        markersize=4,
        color="#0072B2",
        label="training",
    )
    if lowest := history.best(epochs):
        validated = [epoch for epoch in epochs if epoch.validation_loss is not None]
        axes.plot(
            [epoch.epoch for epoch in validated],
            [epoch.validation_loss for epoch in validated],
            marker=marker,
            markersize=4,
            color="#E69F00",
            label="validation",
        )
        axes.plot(
            lowest.epoch,
            lowest.validation_loss,
            marker="o",
            markersize=9,
            color="black",
            fillstyle="none",
            linestyle="",
            label=f"lowest: {lowest.validation_loss:.4f}, epoch {lowest.epoch}",
        )
    axes.set(xlabel="epoch", ylabel="loss")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(color="0.92")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
