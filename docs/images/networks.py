"""Draw the picture of front-ends and back-ends of the documentation.

python docs/images/networks.py docs/images/networks.svg
"""

import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from make import (
    BLUE,
    INK,
    ORANGE,
    PAGE,
    RATE,
    SECONDS,
    SETTINGS,
    SOFT,
    chirp,
    draw_recording,
    draw_spectrogram,
    inset,
)
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from audeep.backend.spectrograms.extractor import Extractor

#: Size of the picture, and of a recording in it, in inches.
SIZE, WIDTH, HEIGHT = (13, 5.5), 2.3, 1.25
#: Where the columns and the rows of front-ends begin.
COLUMNS, ROWS = (0.55, 3.3, 6.05), (3.3, 0.7)
#: Filters of each front-end as rectangles: left, bottom, width and height as shares of the recording; and a note.
WAVEFORMS = {
    "sample-level": (
        [(0.06 + 0.045 * n, 0.08, 0.015, 0.84) for n in range(20)],
        "filters of 3 samples, many layers deep",
    ),
    "frame-level": ([(0.36, 0.08, 0.28, 0.84)], "one length, that of a window"),
    "frame-level-many": (
        [(0.06, 0.08, 0.42, 0.84), (0.55, 0.08, 0.22, 0.84), (0.84, 0.08, 0.1, 0.84)],
        "several lengths side by side",
    ),
}
SPECTROGRAMS = {
    "small-rectangular": (
        [(0.1 + 0.15 * n, 0.15 + 0.27 * m, 0.05, 0.12) for n in range(6) for m in range(3)],
        "filters of 3 x 3, many layers deep",
    ),
    "vertical": ([(0.45, 0.05, 0.1, 0.9)], "one shape: most bands, few frames"),
    "vertical-horizontal": (
        [
            (0.06, 0.05, 0.1, 0.9),
            (0.22, 0.05, 0.04, 0.9),
            (0.32, 0.3, 0.06, 0.4),
            (0.5, 0.72, 0.44, 0.08),
            (0.5, 0.45, 0.3, 0.08),
            (0.5, 0.18, 0.16, 0.08),
        ],
        "many shapes: tall for timbre, long for time",
    ),
}
#: Names of the back-ends in each group, its title, and its bottom.
BACK_ENDS = (
    (("max", "average", "attention", "recurrent"), "any length", 2.58),
    (("dense", "fully-convolutional"), "equal length", 1.12),
)


def draw_networks(file: str) -> None:
    """Draw all front-ends on a recording, and the back-ends that they may be followed by."""
    path = Path(file)
    mpl.rcParams.update({"svg.hashsalt": "networks", "svg.fonttype": "path", "font.size": 10, "text.color": INK})
    figure = Figure(figsize=SIZE)
    page = figure.add_axes((0, 0, 1, 1), xlim=(0, SIZE[0]), ylim=(0, SIZE[1]))
    page.set_axis_off()
    page.add_patch(box(0.15, 0.15, SIZE[0] - 0.3, SIZE[1] - 0.3, PAGE, "#D1D5DB"))
    rng = np.random.default_rng(3)
    time = np.arange(int(RATE * SECONDS)) / RATE
    sound = np.exp(-2 * (time % 1)) * chirp(rng, time) + 0.02 * rng.normal(size=time.size)
    decibels = Extractor(SETTINGS, RATE).decibels(sound[:, np.newaxis].astype(np.float32), RATE)
    for title, bottom, front_ends in (("waveforms", ROWS[0], WAVEFORMS), ("spectrograms", ROWS[1], SPECTROGRAMS)):
        page.text(COLUMNS[0], bottom + HEIGHT + 0.42, f"front-ends on {title}", fontsize=12, fontweight="bold")
        for left, (name, (filters, note)) in zip(COLUMNS, front_ends.items(), strict=True):
            axes = inset(figure, left, bottom, WIDTH, HEIGHT)
            if title == "waveforms":
                draw_recording(axes, sound)
                draw_filters(axes, filters, ORANGE)
            else:
                draw_spectrogram(axes, decibels)
                draw_filters(axes, filters, PAGE)
            middle = left + WIDTH / 2
            page.text(middle, bottom + HEIGHT + 0.1, name, ha="center", fontsize=10, family="monospace")
            page.text(middle, bottom - 0.22, note, ha="center", fontsize=9, color=SOFT)
    draw_back_ends(page)
    # Every front-end goes with every back-end.
    bottom, top = ROWS[1] + HEIGHT / 2, ROWS[0] + HEIGHT / 2
    page.plot([8.5, 8.68, 8.68, 8.5], [bottom, bottom, top, top], color=SOFT, linewidth=1.6)
    draw_arrow(page, 8.68, 9.1, (bottom + top) / 2)
    draw_arrow(page, 11.4, 11.9, (bottom + top) / 2)
    page.text(12.35, (bottom + top) / 2, "labels", ha="center", va="center", fontsize=12, fontweight="bold")
    figure.savefig(path, transparent=True, metadata={"Date": None} if path.suffix == ".svg" else {})


def box(left: float, bottom: float, width: float, height: float, face: str, edge: str) -> FancyBboxPatch:
    """Make a box with round corners."""
    return FancyBboxPatch(
        (left, bottom), width, height, boxstyle="round,pad=0.05", facecolor=face, edgecolor=edge, linewidth=1.2
    )


def draw_filters(axes: Axes, filters: list[tuple[float, float, float, float]], colour: str) -> None:
    """Draw filters as rectangles over a recording."""
    for left, bottom, width, height in filters:
        place: dict[str, Any] = {"xy": (left, bottom), "width": width, "height": height, "linewidth": 1.5}
        axes.add_patch(Rectangle(**place, transform=axes.transAxes, facecolor=colour, alpha=0.35))
        axes.add_patch(Rectangle(**place, transform=axes.transAxes, fill=False, edgecolor=colour))


def draw_back_ends(page: Axes) -> None:
    """Draw the back-ends, in two groups."""
    page.text(9.15, ROWS[0] + HEIGHT + 0.12, "back-ends", fontsize=12, fontweight="bold")
    for names, title, bottom in BACK_ENDS:
        height = 0.42 * len(names) + 0.3
        page.add_patch(box(9.2, bottom, 2.1, height, "#DCE8F5", BLUE))
        page.text(10.25, bottom + height - 0.15, f"recordings of {title}", ha="center", fontsize=9.5, color=BLUE)
        for number, name in enumerate(names):
            y = bottom + height - 0.55 - 0.42 * number
            page.text(10.25, y, name, ha="center", fontsize=10, family="monospace")


def draw_arrow(page: Axes, left: float, right: float, height: float) -> None:
    """Draw an arrow to the right."""
    page.add_patch(
        FancyArrowPatch(
            (left, height), (right, height),
            arrowstyle="-|>", mutation_scale=18, color=SOFT, linewidth=1.6, shrinkA=0, shrinkB=0,
        )
    )  # fmt: skip


if __name__ == "__main__":
    draw_networks(sys.argv[1])
