"""Scatter plots of instances."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.figure import Figure

#: Colours that stay distinct with every kind of colour blindness: the palette of Okabe and Ito, without
#: yellow, which is hard to see on white.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#000000")
#: Shapes, with factors that make them look equally large.
MARKERS = {"o": 0.9, "s": 0.8, "^": 1.1, "P": 1.2, "D": 0.7, "v": 1.1, "X": 1.1, "*": 1.8}
UNLABELLED = "#BBBBBB"
#: How outliers are drawn differently from the other points of their class.
OUTLIER = {"edgecolors": "black", "linewidths": 1, "clip_on": False, "zorder": 3}
#: Share of the points at either end that may be outliers; margin around the points, as a share of their extent.
OUTER, MARGIN = 0.05, 0.05

#: Entries in a column of the legend, and width of a column in inches.
ROWS, COLUMN_WIDTH = 28, 2.2
#: Area of a point in the legend, in square typographic points.
LEGEND_SIZE = 40


def plot_points(figure: Figure, points: np.ndarray, labels: np.ndarray, title: str = "") -> None:
    """Draw points, shape (instance, 2), each class with its own colour and shape.

    The figure becomes a square with a legend beside it. `labels` has shape (instance,); points with an empty label
    are grey. Outliers are drawn at the border, with a black edge, and counted below.
    """
    axes = figure.subplots()
    low, high = limits(points)
    shown = points.clip(low, high)
    is_outlier = (shown != points).any(axis=1)
    # The more points, the smaller they are; in square typographic points.
    size = float(np.clip(60_000 / max(1, len(points)), 6, 50))
    handles = {}
    for name, look in styles(labels, size):
        handles[name] = axes.scatter(*shown[(labels == name) & ~is_outlier].T, **look)
        if (outliers := shown[(labels == name) & is_outlier]).size:
            axes.scatter(*outliers.T, **(look | OUTLIER))
    if count := is_outlier.sum():
        axes.set_xlabel(
            f"{count} outlier{'s' if count > 1 else ''} drawn at the border, with a black edge", labelpad=10
        )
    (left, bottom), (right, top) = low, high
    axes.set_title(title, fontsize=10)
    axes.set(xticks=[], yticks=[], xlim=(left, right), ylim=(bottom, top))
    axes.set_aspect("equal")
    side, columns = figure.get_figheight(), -(-len(handles) // ROWS) if any(handles) else 0
    figure.set_figwidth(side + columns * COLUMN_WIDTH)
    if columns:
        figure.legend(
            list(handles.values()),
            [name or "(no label)" for name in handles],
            loc="outside right upper",
            ncols=columns,
            fontsize=9,
            frameon=False,
            markerscale=(LEGEND_SIZE / size) ** 0.5,
        )


def limits(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners of the square to show, each of shape (2,); `points` have shape (instance, 2).

    Outliers lie outside: those of the outer 5 % on each side whose distance to the inner points exceeds the extent
    of these.
    """
    low = np.quantile(points, OUTER, axis=0, method="lower")
    high = np.quantile(points, 1 - OUTER, axis=0, method="higher")
    extent = (high - low).max()
    inner = points[((low - extent <= points) & (points <= high + extent)).all(axis=1)]
    low, high = inner.min(axis=0), inner.max(axis=0)
    centre, half = (low + high) / 2, (0.5 + MARGIN) * ((high - low).max() or 1)
    return centre - half, centre + half


def styles(labels: np.ndarray, size: float) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each label, the empty one first, with the style of its points."""
    if (labels == "").any():
        yield "", {"marker": "o", "s": size / 2, "facecolors": UNLABELLED, "edgecolors": "none", "linewidths": 0}
    for number, name in enumerate(np.unique(labels[labels != ""].astype(str))):
        yield str(name), style(number, size)


def style(number: int, size: float) -> dict[str, Any]:
    """Return the style of the points of class `number`, of about this area, as keywords of ``Axes.scatter``.

    Consecutive classes differ in colour and shape. Both are cycled through, and since their numbers are coprime,
    the first 56 classes look different; the next 56 are drawn as outlines.
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
