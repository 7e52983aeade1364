"""Plots of confusion matrices."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np

from audeep.backend.classifiers.evaluation import Evaluation, write_count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Size of a plot in inches: room for the title, and no larger than a screen.
SMALLEST, LARGEST = 6, 10
#: Number of classes up to which cells show counts; with more, there is only room for percentages.
WITH_COUNTS = 20
#: Maximum length of a label, in characters.
MAX_LABEL = 30
#: Font sizes, in typographic points; below the smallest, cells show no numbers.
SMALLEST_TEXT, LARGEST_TEXT = 3.5, 10
POINTS_PER_INCH = 72
#: Width of a digit, as a share of the font size.
DIGIT = 0.64


def plot_confusion_matrix(figure: Figure, evaluation: Evaluation, title: str = "") -> None:
    """Plot a confusion matrix, with cells coloured by their share of the true class.

    Cells show counts, or with more than 20 classes, rounded percentages of the true class; zeros are left out.
    """
    matrix, labels = evaluation.confusion_matrix, [_short(label) for label in evaluation.labels]
    side = float(np.clip(4 + 0.35 * len(labels), SMALLEST, LARGEST))
    figure.set_size_inches(side + 1, side)
    axes = figure.subplots()
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1e-12)
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    figure.colorbar(image, ax=axes, label="share of the true class", shrink=0.8)
    size = min(LARGEST_TEXT, 0.85 * POINTS_PER_INCH * (side - 2) / len(labels))
    axes.set_xticks(range(len(labels)), labels, rotation=90, fontsize=size)
    axes.set_yticks(range(len(labels)), labels, fontsize=size)
    scores = f"accuracy {100 * evaluation.accuracy:.2f} %, unweighted average recall {100 * evaluation.uar:.2f} %"
    if len(evaluation.folds) > 1:
        scores += f" (means over {len(evaluation.folds)} folds)"
    figure.suptitle(f"{title}\n{scores}" if title else scores, fontsize=10)
    if len(labels) <= WITH_COUNTS:
        cells, what = np.vectorize(write_count, otypes=[str])(matrix), "counts"
    else:
        cells, what = np.round(100 * shares).astype(int).astype(str), "% of the true class"
    is_written = _write_cells(figure, axes, np.where(cells == "0", "", cells), shares)
    axes.set(xlabel=f"predicted ({what} in the cells)" if is_written else "predicted", ylabel="true")


def _short(label: str) -> str:
    return shorten(label, MAX_LABEL, placeholder="...") if len(label) > MAX_LABEL else label


def _write_cells(figure: Figure, axes: Axes, cells: np.ndarray, shares: np.ndarray) -> bool:
    """Write text, shape (class, class), into the cells if there is room; return whether there is."""
    # The room that labels and title leave is only known now.
    figure.draw_without_rendering()
    room = POINTS_PER_INCH * axes.get_window_extent().width / figure.dpi / len(cells)
    longest = max(map(len, cells.ravel()))
    size = min(LARGEST_TEXT, 0.6 * room, 0.95 * room / (DIGIT * max(1, longest)))
    if size < SMALLEST_TEXT:
        return False
    for row, column in np.argwhere(cells != ""):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, cells[row, column], ha="center", va="center", fontsize=size, color=colour)
    return True
