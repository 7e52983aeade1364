"""Pictures of confusion matrices."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np

from audeep.backend.classifiers.evaluation import Evaluation, write_count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Inches of a picture: room for the title, and no more than a screen shows.
SMALLEST, LARGEST = 6, 10
#: Classes up to which cells hold counts; with more, there is only room for two or three digits, a percentage.
WITH_COUNTS = 20
#: Characters of a label.
MAX_LABEL = 30
#: Sizes of the text, in typographic points; below the smallest one, cells stay without numbers.
SMALLEST_TEXT, LARGEST_TEXT = 3.5, 10
POINTS_PER_INCH = 72
#: Width of a digit, as a share of the size of the text.
DIGIT = 0.64


def plot_confusion_matrix(figure: Figure, evaluation: Evaluation, title: str = "") -> None:
    """Draw a confusion matrix, each row coloured by its share of the true class.

    Cells hold counts; with more than 20 classes, percentages of the true class, rounded. Zeros are left out.
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
    """Write into the cells, shape (class, class), unless there is no room; returns whether there is."""
    # Only now it is known what room labels and title leave.
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
