"""Pictures of confusion matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from audeep.backend.classifiers.evaluation import Evaluation, write_count

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Inches of a picture, at most; classes whose numbers have room in it.
LARGEST, WITH_NUMBERS = 21, 45
POINTS_PER_INCH = 72


def plot_confusion_matrix(figure: Figure, evaluation: Evaluation) -> None:
    """Draw a confusion matrix, each row coloured by its share of the true class.

    The figure is made large enough for all classes, but with more than 45 of them, numbers are left out.
    """
    matrix, labels = evaluation.confusion_matrix, evaluation.labels
    side = min(3 + 0.4 * len(labels), LARGEST)
    figure.set_size_inches(side + 1, side)
    axes = figure.subplots()
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1e-12)
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    # As large as the room for each allows.
    size = min(10, POINTS_PER_INCH * (side - 3) / len(labels))
    axes.set_xticks(range(len(labels)), labels, rotation=90, fontsize=size)
    axes.set_yticks(range(len(labels)), labels, fontsize=size)
    axes.set(xlabel="predicted", ylabel="true")
    axes.set_title(
        f"accuracy {100 * evaluation.accuracy:.2f} %, unweighted average recall {100 * evaluation.uar:.2f} %"
    )
    figure.colorbar(image, ax=axes, label="share of the true class", shrink=0.8)
    for row, column in np.argwhere(matrix) if len(labels) <= WITH_NUMBERS else []:
        colour = "white" if shares[row, column] > 0.5 else "black"
        count = write_count(matrix[row, column])
        axes.text(column, row, count, ha="center", va="center", fontsize=8, color=colour)
