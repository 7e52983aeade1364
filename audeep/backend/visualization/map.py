"""A map of recordings: a page for any browser, with everything that it needs."""

import html
import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote

import numpy as np
from bokeh.embed import json_item
from bokeh.models import ColumnDataSource, CustomJS, HoverTool, TapTool
from bokeh.plotting import figure
from bokeh.resources import Resources

from audeep.backend.atomic import replacing
from audeep.backend.audio.survey import survey
from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet, opened
from audeep.backend.data.vectors import check_vectors, read_vectors
from audeep.backend.errors import DataError
from audeep.backend.log import LOG, progress
from audeep.backend.parsers import DEFAULT_PARSER
from audeep.backend.parsers.base import Parser
from audeep.backend.parsers.columns import collect
from audeep.backend.parsers.registry import find
from audeep.backend.seeds import check_seed
from audeep.backend.visualization import media
from audeep.backend.visualization.config import MapConfig, Projection, Sound
from audeep.backend.visualization.scatter import COLOURS, UNLABELLED
from audeep.backend.visualization.similarity import neighbours, outliers
from audeep.backend.visualization.tsne import tsne

#: Number of neighbours and of outliers that the page lists.
NEIGHBOURS, OUTLIERS = 6, 12
#: Bokeh's markers, and characters that look like them; their number and that of the colours are coprime.
MARKERS = {
    "circle": "●", "square": "■", "triangle": "▲", "diamond": "◆",
    "inverted_triangle": "▼", "star": "★", "hex": "⬢", "square_pin": "✦",
}  # fmt: skip
#: Most sound that is embedded unless asked for, in seconds.
MOST_SOUND = 3600
PAGE = files("audeep.backend.visualization") / "page"


def save_map(
    data: Path | str | DataSet,
    output: Path | str,
    config: MapConfig | Mapping[str, Any] | None = None,
    *,
    basedir: Path | str | None = None,
    parser: str | type[Parser] = DEFAULT_PARSER,
    seed: int | None = None,
) -> Path:
    """Write a page that shows recordings as points, for any browser, without a server or network.

    Point at a recording to see its spectrogram, click to hear it. The page finds names and labels, and lists the
    nearest neighbours of each recording and those that are unlike all others.

    Parameters
    ----------
    data
        Instances with one vector each, such as those written by `t-rae generate`.
    output
        The page, an HTML file.
    config
        How to place recordings, and how to include sound.
    basedir
        Base folder of the recordings; without it, the page has no spectrograms and no sound.
    parser
        Parser, a class or its name, that read the recordings. Only needed if their names are not paths below
        `basedir`.
    seed
        Makes the page repeatable.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    DataError
        If the features are not vectors of finite numbers, or if `basedir` contains none of the recordings.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> vectors = make_data_set(12, labels=["cat", "dog"], generated=4)
    >>> audeep.save_map(vectors, "map.html", {"projection": "pca"}, seed=1).name
    'map.html'
    """
    config, output = MapConfig.of(config), Path(output)
    seed = secrets.randbits(32) if seed is None else check_seed(seed)
    with opened(data) as data_set, replacing(output) as temporary:
        check_vectors(data_set, "a map")
        if len(data_set) < 3:
            raise DataError(f"a map needs at least 3 instances; {data_set.name} has {len(data_set)}")
        vectors = read_vectors(data_set)
        points = project(data_set, vectors, config, seed)
        names = instance_names(data_set)
        classes = label_classes(data_set.label_nominal)
        contents = {
            "plot": json_item(scatter(points, classes), "plot"),
            "names": names,
            "classes": classes,
            "neighbours": neighbours(vectors, NEIGHBOURS).tolist(),
            "outliers": outliers(vectors, OUTLIERS).tolist(),
            **(recorded(data_set, Path(basedir), parser, config.sound, output) if basedir is not None else {}),
        }
        title = f"{Path(data_set.name).name}: {len(data_set)} recordings, {config.projection.value}, seed {seed}"
        temporary.write_text(render(title, contents), encoding="utf-8")
    LOG.info("wrote a map of %d recordings (%.1f MB) to %s", len(names), output.stat().st_size / 1e6, output)
    return output


def project(data_set: DataSet, vectors: np.ndarray, config: MapConfig, seed: int) -> np.ndarray:
    """Place instances in the plane, shape (instance, 2)."""
    if config.projection is Projection.TSNE:
        return tsne(data_set, config, seed=seed)
    from sklearn.decomposition import PCA

    points = PCA(min(2, *vectors.shape), random_state=seed).fit_transform(vectors)
    return np.pad(points, [(0, 0), (0, 2 - points.shape[1])])


def instance_names(data_set: DataSet) -> list[str]:
    """Return what the page calls the instances."""
    if data_set.chunk_nr.any():
        return [data_set.instance_name(index) for index in range(len(data_set))]
    return data_set.filename.tolist()


def label_classes(labels: np.ndarray) -> list[dict[str, Any]]:
    """Return the name, look and instances of each class, in alphabetical order, unlabelled instances last."""
    classes = [
        {"name": str(name), "colour": COLOURS[number % len(COLOURS)], "marker": list(MARKERS)[number % len(MARKERS)]}
        for number, name in enumerate(np.unique(labels[labels != ""].astype(str)))
    ]
    if (labels == "").any():
        classes.append({"name": "", "colour": UNLABELLED, "marker": "circle"})
    return [
        item | {"sign": MARKERS[item["marker"]], "instances": np.flatnonzero(labels == item["name"]).tolist()}
        for item in classes
    ]


def scatter(points: np.ndarray, classes: Sequence[Mapping[str, Any]]) -> figure:
    """Plot points, shape (instance, 2), in the look of their classes; the page's script knows what happens then."""
    colours, markers = np.empty(len(points), object), np.empty(len(points), object)
    for item in classes:
        colours[item["instances"]], markers[item["instances"]] = item["colour"], item["marker"]
    source = ColumnDataSource(
        {
            "x": points[:, 0].astype(np.float32),
            "y": points[:, 1].astype(np.float32),
            "colour": colours.tolist(),
            "marker": markers.tolist(),
            "size": np.full(len(points), float(np.clip(400 / len(points) ** 0.5, 6, 14))),
            "alpha": np.ones(len(points)),
        },
        name="points",
    )
    plot = figure(
        tools="pan,wheel_zoom,box_zoom,reset,save",
        active_scroll="wheel_zoom",
        match_aspect=True,
        output_backend="webgl",
        sizing_mode="stretch_both",
        toolbar_location="above",
    )
    look: dict[str, Any] = {
        "marker": "marker", "size": "size", "fill_color": "colour", "fill_alpha": "alpha", "line_color": "white",
        "line_alpha": "alpha", "line_width": 0.5,
    }  # fmt: skip
    dots = plot.scatter("x", "y", source=source, **look)
    # The script dims points itself.
    dots.nonselection_glyph = dots.muted_glyph = None
    dots.selection_glyph = dots.glyph.clone(line_color="black", line_width=2)
    plot.axis.visible = False
    plot.grid.visible = False
    plot.outline_line_color = None
    pointed = CustomJS(code="window.audeep.point(cb_data.index.indices)")
    clicked = CustomJS(code="window.audeep.choose(cb_data.source.selected.indices)")
    plot.add_tools(
        HoverTool(tooltips=None, callback=pointed, renderers=[dots]), TapTool(callback=clicked, renderers=[dots])
    )
    return plot


def recorded(
    data_set: DataSet, basedir: Path, parser: str | type[Parser], sound: Sound, output: Path
) -> dict[str, Any]:
    """Return thumbnails and sounds of all instances, for the page."""
    known = locate(data_set, basedir, parser)
    excerpts = [
        media.Excerpt(known.get(name), int(chunk))
        for name, chunk in zip(data_set.filename, data_set.chunk_nr, strict=True)
    ]
    if sound is Sound.AUTO:
        sound = choose_sound(excerpts)
    settings = data_set.spectrograms or (data_set.model or {}).get(schema.SPECTROGRAMS)
    sounds: list[str | None] = []

    def thumbnails() -> Iterator[np.ndarray]:
        maker = media.Media(settings, embed_sound=sound is Sound.EMBED)
        with closing(maker.make(excerpts)) as made:
            for thumbnail, address in progress(made, total=len(excerpts), what="read", unit="recording"):
                sounds.append(address)
                yield thumbnail

    sheets = [*media.sheets(thumbnails())]
    if sound is Sound.LINK:
        sounds = [excerpt.path and link(excerpt.path, output) for excerpt in excerpts]
    return {
        "sheets": sheets,
        "thumbnail": {
            "width": media.WIDTH, "height": media.HEIGHT, "columns": media.COLUMNS, "perSheet": media.PER_SHEET,
        },
        "sounds": sounds,
    }  # fmt: skip


def locate(data_set: DataSet, basedir: Path, parser: str | type[Parser]) -> dict[str, Path]:
    """Return the path of each recording by its name; the parser is asked if names are not paths below the folder."""
    names = dict.fromkeys(data_set.filename)
    known = {name: path for name in names if (path := basedir / name).is_file()}
    if not known:
        paths, columns = collect(find(parser, basedir))
        parsed = dict(zip(columns[schema.FILENAME].values, paths, strict=True))
        known = {name: parsed[name] for name in names if name in parsed}
    missing = [name for name in names if name not in known]
    if not known:
        raise DataError(f"{basedir} contains none of the recordings in {data_set.name}, such as {missing[0]}")
    if missing:
        LOG.warning("%s lacks %d recordings, such as %s", basedir, len(missing), missing[0])
    return known


def choose_sound(excerpts: Sequence[media.Excerpt]) -> Sound:
    """Choose whether to embed sounds or to link to them, by their total length."""
    recordings = survey(list({excerpt.path for excerpt in excerpts if excerpt.path is not None}))
    lengths = recordings["samples"] / recordings["sample_rate"].clip(lower=1)
    seconds = float(lengths.clip(upper=media.SOUND_SECONDS).sum())
    if seconds <= MOST_SOUND:
        return Sound.EMBED
    LOG.warning(
        "the page links to the recordings instead of containing %.0f minutes of sound; keep both where they are, or "
        "set `sound` EMBED",
        seconds / 60,
    )
    return Sound.LINK


def link(recording: Path, page: Path) -> str:
    """Return the address of a recording, relative to a page.

    >>> link(Path("/data/a b.wav"), Path("/data/maps/map.html"))
    '../a%20b.wav'
    """
    relative = os.path.relpath(recording.absolute(), page.absolute().parent)
    return quote(Path(relative).as_posix())


def render(title: str, contents: Mapping[str, Any]) -> str:
    """Return the page; `contents` is the data of its script."""
    # Otherwise a name could end the script.
    data = json.dumps(contents, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Template((PAGE / "page.html").read_text("utf-8")).substitute(
        title=html.escape(title),
        style=(PAGE / "page.css").read_text("utf-8"),
        bokeh=Resources("inline", components=["bokeh", "bokeh-gl"]).render_js(),
        data=data,
        script=(PAGE / "page.js").read_text("utf-8"),
    )
