"""The page of a map: a plot, and the script that says what happens on it."""

import html
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, CustomJS, HoverTool, TapTool
from bokeh.plotting import figure
from bokeh.resources import Resources

from audeep.backend.visualization.scatter import COLOURS, UNLABELLED

#: Bokeh's markers, and characters that look like them; their number and that of the colours are coprime.
MARKERS = {
    "circle": "●", "square": "■", "triangle": "▲", "diamond": "◆",
    "inverted_triangle": "▼", "star": "★", "hex": "⬢", "square_pin": "✦",
}  # fmt: skip
STATIC = files("audeep.backend.visualization") / "static"


def label_classes(labels: np.ndarray) -> list[dict[str, Any]]:
    """Return the name, look and instances of each class, in alphabetical order, unlabelled instances last."""
    names, markers = np.unique(labels[labels != ""].astype(str)).tolist(), [*MARKERS]
    classes = [
        {"name": name, "colour": COLOURS[number % len(COLOURS)], "marker": markers[number % len(markers)]}
        for number, name in enumerate(names)
    ]
    if (labels == "").any():
        classes.append({"name": "", "colour": UNLABELLED, "marker": "circle"})
    return [
        item | {"sign": MARKERS[item["marker"]], "instances": np.flatnonzero(labels == item["name"]).tolist()}
        for item in classes
    ]


def scatter(points: np.ndarray, classes: Sequence[Mapping[str, Any]]) -> figure:
    """Plot points, shape (instance, 2), in the look of their classes; the page's script knows what happens then."""
    looks = {name: np.empty(len(points), object) for name in ("colour", "marker")}
    for item in classes:
        for name, values in looks.items():
            values[item["instances"]] = item[name]
    source = ColumnDataSource(
        {
            "x": points[:, 0].astype(np.float32),
            "y": points[:, 1].astype(np.float32),
            **{name: values.tolist() for name, values in looks.items()},
            "size": np.full(len(points), float(np.clip(400 / len(points) ** 0.5, 6, 14))),
            "alpha": np.ones(len(points)),
        },
        name="points",
    )
    plot = figure(
        tools="pan,wheel_zoom,box_zoom,reset,save",
        active_scroll="wheel_zoom",
        match_aspect=True,
        # With 5,000 points and no graphics card, a step of zooming takes 80 ms of CPU time; with WebGL, 945 ms.
        # With WebGL, Bokeh 3.9 also mixes up markers from a column.
        output_backend="canvas",
        sizing_mode="stretch_both",
        toolbar_location="above",
    )
    plot.toolbar.logo = None
    shown = plot.scatter(
        "x", "y", source=source, marker="marker", size="size", fill_color="colour", fill_alpha="alpha",
        line_color="white", line_alpha="alpha", line_width=0.5,
    )  # fmt: skip
    # The script dims points itself.
    shown.nonselection_glyph = shown.selection_glyph = None
    ring = ColumnDataSource({"x": [], "y": []}, name="ring")
    plot.scatter("x", "y", source=ring, size=24, fill_color=None, line_color="black", line_width=2)
    plot.axis.visible = False
    plot.grid.visible = False
    plot.outline_line_color = None
    pointed = CustomJS(code="window.audeep.point(cb_data.index.indices)")
    clicked = CustomJS(code="window.audeep.choose(cb_data.source.selected.indices)")
    plot.add_tools(
        HoverTool(tooltips=None, callback=pointed, renderers=[shown], visible=False),
        TapTool(callback=clicked, renderers=[shown], visible=False),
    )
    return plot


def render(title: str, contents: Mapping[str, Any]) -> str:
    """Return the page; `contents` is the data of its script."""
    # Otherwise a name could end the script.
    data = json.dumps(contents, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Template((STATIC / "map.html").read_text("utf-8")).substitute(
        title=html.escape(title),
        style=(STATIC / "map.css").read_text("utf-8"),
        bokeh=Resources("inline", components=["bokeh"]).render_js(),
        data=data,
        script=(STATIC / "map.js").read_text("utf-8"),
    )
