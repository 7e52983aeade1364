"""Pictures of instances in the plane."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

#: Colours that remain distinct with every kind of colour blindness: those of Okabe and Ito, without
#: the yellow that is lost on a white page.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#000000")
#: Shapes, with the factors that make their areas look alike.
MARKERS = {"o": 0.9, "s": 0.8, "^": 1.1, "P": 1.2, "D": 0.7, "v": 1.1, "X": 1.1, "*": 1.8}
UNLABELLED = "#BBBBBB"

#: Entries in a column of the legend, and inches that a column takes.
ROWS, COLUMN_WIDTH = 28, 2.2
#: Area of a point in the legend, in square typographic points.
LEGEND_SIZE = 40


def plot_points(figure: Figure, points: np.ndarray, labels: np.ndarray, title: str = "") -> None:
    """Draw points, shape (instance, 2), each class with its own colour and shape.

    The figure is widened for the legend. Points whose label, shape (instance,), is empty are grey.
    """
    axes = figure.subplots()
    # The more points, the smaller; in square typographic points.
    size = float(np.clip(60_000 / max(1, len(points)), 6, 50))
    unlabelled = labels == ""
    classes = np.unique(labels[~unlabelled].astype(str))
    handles = {}
    if unlabelled.any():
        x, y = points[unlabelled].T
        handles["(no label)"] = axes.scatter(x, y, s=size / 2, c=UNLABELLED, linewidths=0)
    for number, name in enumerate(classes):
        x, y = points[labels == name].T
        handles[name] = axes.scatter(x, y, **style(number, size))
    axes.set(xticks=[], yticks=[], title=title)
    axes.set_aspect("equal", adjustable="datalim")
    if classes.size:
        columns = -(-len(handles) // ROWS)
        figure.set_figwidth(figure.get_figwidth() + columns * COLUMN_WIDTH)
        figure.legend(
            list(handles.values()),
            list(handles),
            loc="outside right upper",
            ncols=columns,
            fontsize=9,
            frameon=False,
            markerscale=(LEGEND_SIZE / size) ** 0.5,
        )


def style(number: int, size: float) -> dict[str, Any]:
    """Return how points of class `number`, of about this area, are drawn, as keywords of ``Axes.scatter``.

    Neighbours differ in colour and shape. Both go round, and since their numbers have no common divisor,
    the first 56 classes differ from each other; the next 56 are drawn as outlines.
    """
    colour, marker = COLOURS[number % len(COLOURS)], list(MARKERS)[number % len(MARKERS)]
    outlined = number // (len(COLOURS) * len(MARKERS)) % 2
    return {
        "marker": marker,
        "s": size * MARKERS[marker],
        "facecolors": "none" if outlined else colour,
        "edgecolors": colour if outlined else "white",
        "linewidths": 1 if outlined else 0.3,
    }
