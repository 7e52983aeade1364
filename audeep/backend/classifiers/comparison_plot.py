"""Plots of comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: Labels, colours (of Okabe and Ito), markers and offsets of the two scores.
SCORES = {
    "accuracy": ("accuracy", "#0072B2", "o", -0.12),
    "uar": ("unweighted average recall", "#E69F00", "s", 0.12),
}


def plot_comparison(figure: Figure, table: pd.DataFrame, confidence: float) -> None:
    """Plot the scores of each data set as points with confidence intervals, the first at the top.

    `table` is the result of `audeep.compare`, and `confidence` the level of its intervals.
    """
    figure.set_size_inches(9, 1.6 + 0.5 * len(table))
    axes = figure.subplots()
    rows = np.arange(len(table))
    for name, (label, colour, marker, offset) in SCORES.items():
        score, low, high = (100 * table[column].to_numpy() for column in (name, f"{name}_low", f"{name}_high"))
        axes.hlines(rows + offset, low, high, color=colour, linewidth=1.5)
        axes.plot(score, rows + offset, marker, color=colour, label=label)
    column = ["accuracy", *(f"{100 * score:.2f}" for score in table["accuracy"])]
    for row, text in zip((-0.5, *rows), column, strict=True):
        axes.annotate(text, (1, row), xycoords=("axes fraction", "data"), xytext=(6, 0),
                      textcoords="offset points", va="center")  # fmt: skip
    axes.axvline(100 * table["accuracy"].iloc[0], color="0.6", linewidth=0.8, linestyle=":", zorder=0)
    axes.set_yticks(rows, [f"{name} ({size:,})" for name, size in zip(table["name"], table["size"], strict=True)])
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.grid(axis="x", color="0.92")
    axes.set_axisbelow(True)
    axes.set(xlabel=f"percent, with {100 * confidence:g} % intervals", ylabel="vectors (features)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False)
