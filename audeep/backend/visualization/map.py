"""A map of recordings: a page for any browser, with everything that it needs."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from bokeh.embed import json_item

from audeep.backend.atomic import replacing
from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet, opened
from audeep.backend.data.vectors import check_vectors, read_vectors
from audeep.backend.errors import DataError
from audeep.backend.log import LOG, progress
from audeep.backend.parsers import DEFAULT_PARSER
from audeep.backend.parsers.base import Parser
from audeep.backend.seeds import check_seed
from audeep.backend.visualization import media
from audeep.backend.visualization.config import MapConfig, Projection, Sound
from audeep.backend.visualization.page import label_classes, render, scatter
from audeep.backend.visualization.similarity import neighbours, outliers
from audeep.backend.visualization.tsne import tsne

#: Number of neighbours and of outliers that the page lists.
NEIGHBOURS, OUTLIERS = 6, 12


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


def recorded(
    data_set: DataSet, basedir: Path, parser: str | type[Parser], sound: Sound, output: Path
) -> dict[str, Any]:
    """Return thumbnails and sounds of all instances, for the page."""
    known = media.locate(data_set, basedir, parser)
    excerpts = [
        media.Excerpt(known.get(name), int(chunk))
        for name, chunk in zip(data_set.filename, data_set.chunk_nr, strict=True)
    ]
    if sound is Sound.AUTO:
        sound = media.choose_sound(excerpts)
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
        sounds = [media.link(excerpt.path, output) if excerpt.path else None for excerpt in excerpts]
    return {
        "sheets": sheets,
        "thumbnail": {
            "width": media.WIDTH, "height": media.HEIGHT, "columns": media.COLUMNS, "perSheet": media.PER_SHEET,
        },
        "sounds": sounds,
    }  # fmt: skip
