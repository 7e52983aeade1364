"""Export of data sets to tables for other programs, slab by slab."""

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from audeep.backend.atomic import is_same_file, replacing_all
from audeep.backend.data import schema
from audeep.backend.data.columns import is_missing
from audeep.backend.data.data_set import DataSet, opened
from audeep.backend.data.schema import Column, Partition, Split
from audeep.backend.errors import DataError, OptionError
from audeep.backend.exchange import sidecar
from audeep.backend.exchange.folders import layout_files
from audeep.backend.exchange.formats import ExportConfig, Format, Layout
from audeep.backend.exchange.placement import Placement, placements
from audeep.backend.exchange.registry import TABLES
from audeep.backend.exchange.spread import SEPARATOR, spread
from audeep.backend.exchange.table import TableFormat, rows_at_once
from audeep.backend.log import LOG, progress_bar

#: Columns to learn from.
LABELS = (schema.LABEL_NOMINAL, schema.LABEL_NUMERIC, schema.LABELS, schema.TARGETS)


def export(
    data: Path | str | DataSet, output: Path | str, config: ExportConfig | Mapping[str, Any] | Format | str
) -> list[Path]:
    """Write a data set as CSV or ARFF files.

    Without partitions and folds, or with the layout FLAT, writes a single file to `output`. Otherwise writes a file
    to each of the folders ``train``, ``devel``, ``test``, or ``fold_1``, ``fold_2`` and so on, or ``train/fold_1``
    and so on. The file of a fold contains its validation split. Partitions or folds that do not cover all instances
    are ignored with a warning; a flat file has all of them as columns.

    Parameters
    ----------
    data
        A data set, or its file.
    output
        The base folder.
    config
        How to write it, or only the format.

    Returns
    -------
    list of Path
        The files with instances; they appear together when all are complete.

    Raises
    ------
    DataError
        If the data set cannot be read or has no instances, or `output` contains files of another export that
        would mix with it.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> data_set = make_data_set(4, num_folds=2, generated=3)
    >>> config = audeep.ExportConfig(format="csv", name="tiny")
    >>> [path.as_posix() for path in audeep.export(data_set, "tables", config)]
    ['tables/fold_1/tiny.csv', 'tables/fold_2/tiny.csv']
    """
    config = ExportConfig.of({"format": config} if isinstance(config, str | Format) else config)
    table, output = TABLES[f".{config.format.value}"], Path(output)
    with opened(data) as data_set:
        if not len(data_set):
            raise DataError(f"{data_set.name} has no instances")
        name = (config.name or Path(data_set.columns.encoding.get("source", "data")).stem).removesuffix(
            table.suffix
        )
        is_flat = config.layout is Layout.FLAT
        layout = {Path(): np.ones(len(data_set), bool)} if is_flat else _layout(data_set)
        files = [output / folder / f"{name}{table.suffix}" for folder in layout]
        for file, source in product(files, data_set.source.files):
            if is_same_file(file, source):
                raise OptionError(f"`output` and `name` would overwrite the data set {source} itself")
        for file in layout_files(output, files[0].name):
            # An import would read it as part of this export.
            if file not in files:
                raise DataError(f"{file} is left over from another export; remove it, or choose another `output`")
        with replacing_all(files, output) as temporary:
            masks = dict(zip(temporary, layout.values(), strict=True))
            _write(data_set, table, masks, list(placements(data_set)) if is_flat else [], config.labels_last)
            sidecar.write(data_set, output / f"{name}{sidecar.SUFFIX}")
    LOG.info(
        "wrote %d instances of %d features to %s",
        len(data_set),
        np.prod(data_set.feature_shape, dtype=np.int64),
        files[0] if len(files) == 1 else f"{len(files)} files {files[0].name} in the folders below {output}",
    )
    return files


def _layout(data_set: DataSet) -> dict[Path, np.ndarray]:
    """Return which instances to write to a file in each folder, as masks of shape (instance,).

    Each fold gets a file, with the instances of its validation split, even if that is empty.
    """
    layout = {Path(): np.ones(len(data_set), bool)}
    partition, folds = data_set.partition, data_set.cv_folds
    if data_set.has_partitions and _place_all("partitions", np.isnan(partition), "are in no partition"):
        layout = {Path(item.name.lower()): partition == item for item in Partition if (partition == item).any()}
    # An instance in no validation split would not be in any folder.
    lost = np.isnan(folds).any(axis=1) | ~(folds == Split.VALID).any(axis=1)
    if data_set.num_folds and _place_all(
        "cross-validation folds", lost, "have no split in some fold, or are in no validation split"
    ):
        layout = {
            folder / f"fold_{fold}": instances & (split == Split.VALID)
            for folder, instances in layout.items()
            for fold, split in enumerate(folds.T, start=1)
        }
    return layout


def _place_all(what: str, lost: np.ndarray, why: str) -> bool:
    """Return whether partitions or folds cover every instance; warn if they do not."""
    if lost.any():
        LOG.warning("exporting without the %s: %d of %d instances %s", what, lost.sum(), len(lost), why)
    return not lost.any()


def _write(
    data_set: DataSet,
    table: TableFormat,
    files: dict[Path, np.ndarray],
    placed: Sequence[Placement],
    labels_last: bool,
) -> None:
    """Write the tables; every row is formatted once, and written to each file whose mask includes it."""
    num_features = int(np.prod(data_set.feature_shape, dtype=np.int64))
    values = {column.name: (column, values) for column, values in spread(data_set)}
    after = [name for name in values if labels_last and name.partition(SEPARATOR)[0] in LABELS]
    before = [name for name in values if name not in after]
    features = [Column(f"feature_{number}", float, "") for number in range(num_features)]
    labels = sorted({*data_set.label_nominal[data_set.is_labelled], *(data_set.label_map or ())})
    nominal = {schema.LABEL_NOMINAL: labels, **{item.name: list(item.words.values()) for item in placed}}
    places = [Column(item.name, str, "") for item in placed]
    first, last = ([values[name][0] for name in names] for names in (before, after))
    header = table.header([*first, *places, *features, *last], nominal)
    for file in files:
        file.write_text(header, encoding="utf-8", newline="")
    left = [_texts(*values[name], table) for name in before]
    left += [[item.words.get(value, table.missing) for value in item.values.tolist()] for item in placed]
    right = [_texts(*values[name], table) for name in after]
    start = 0
    with progress_bar(total=len(data_set), what="exporting", unit=" instances") as bar:
        for slab in data_set.slabs(rows_at_once(num_features), folder=next(iter(files)).parent):
            here = slice(start, start + len(slab))
            numbers = _numbers(slab.reshape(len(slab), num_features), table)
            cells = [*(texts[here] for texts in left), numbers, *(texts[here] for texts in right)]
            rows = [",".join(row) + "\n" for row in zip(*cells, strict=True)]
            for file, instances in files.items():
                # Reopened for each slab, because there may be more folds than files that can be open.
                with file.open("a", encoding="utf-8", newline="") as stream:
                    stream.writelines(rows[index] for index in np.flatnonzero(instances[here]))
            start = here.stop
            bar.update(len(slab))


def _texts(column: Column, values: np.ndarray, table: TableFormat) -> list[str]:
    """Format a column, one string per instance; `values` has shape (instance,)."""
    write = table.quote if column.kind is str else lambda value: repr(column.kind(value))
    return [
        table.missing if missing and column.may_be_missing else write(value)
        for value, missing in zip(values.tolist(), is_missing(column, values), strict=True)
    ]


def _numbers(features: np.ndarray, table: TableFormat) -> list[str]:
    """Format features, shape (rows, features), one string per row."""
    # Nine significant digits distinguish any two float32 values; one template per row is four times as fast as
    # pandas, which writes the shortest such number.
    template = ",".join(["%.9g"] * features.shape[1])
    return [(template % tuple(row.tolist())).replace("nan", table.nan) for row in features]
