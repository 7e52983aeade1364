"""Data sets into tables for other programs, slab by slab."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from audeep.backend.atomic import replacing_all
from audeep.backend.data import data_set as data_sets
from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet
from audeep.backend.data.schema import Split
from audeep.backend.errors import DataError, OptionError
from audeep.backend.exchange import record
from audeep.backend.exchange.base import TableFormat, rows_at_once
from audeep.backend.exchange.config import Format
from audeep.backend.exchange.folders import Place, check_name, layout_files, places
from audeep.backend.exchange.tables import TABLES
from audeep.backend.log import LOG, progress_bar
from audeep.backend.options import parse_choice

IDENTITY = (schema.FILENAME, schema.CHUNK_NR)
LABELS = (schema.LABEL_NOMINAL, schema.LABEL_NUMERIC)


def export(
    input: Path | str,
    output: Path | str,
    format: Format | str,
    *,
    labels_last: bool = False,
    name: str | None = None,
) -> list[Path]:
    """Write a data set as CSV or ARFF files.

    Without partitions and folds, that is one file in `output`. Otherwise there is one in each of the
    folders ``train``, ``devel``, ``test``, or ``fold_1``, ``fold_2`` and so on, or ``train/fold_1`` and so
    on. The file of a fold holds its validation split. Partitions or folds that leave out some instance are
    not written, with a warning.

    Parameters
    ----------
    input
        The data set, a netCDF file.
    output
        The base folder.
    format
        CSV or ARFF.
    labels_last
        Put the labels into the last two columns instead of in front of the features.
    name
        Name of the files, by default that of `input`.

    Returns
    -------
    list of Path
        The files with instances. All appear at once when all are complete.

    Raises
    ------
    DataError
        If the data set cannot be read, or has no instances, or `output` holds files of another export that
        would mix with it.
    """
    table = TABLES[_format(format)]
    output = Path(output)
    name = Path(input).stem if name is None else name.removesuffix(table.suffix)
    check_name(name, "`output`")
    with data_sets.load(input) as data_set:
        if not len(data_set):
            raise DataError(f"{input} has no instances")
        layout = places(data_set.num_instances, _partition(data_set), _cv_folds(data_set))
        files = [output / place.folder / f"{name}{table.suffix}" for place in layout]
        if any(file.exists() and file.samefile(input) for file in files):
            raise OptionError(f"`output` and `name` would replace the data set {input} itself")
        _refuse_strays(output, files)
        with replacing_all(files, output) as temporary:
            _write(data_set, table, layout, temporary, labels_last)
            record.write(record.of(data_set), record.path_of(output, name))
    LOG.info(
        "wrote %d instances of %d features to %s",
        len(data_set),
        np.prod(data_set.feature_shape, dtype=np.int64),
        files[0] if len(files) == 1 else f"{len(files)} files {files[0].name} in the folders below {output}",
    )
    return files


def _format(format: Format | str) -> Format:
    try:
        return parse_choice(format, Format)
    except ValueError as error:
        raise OptionError(f"`format`: {error}") from None


def _partition(data_set: DataSet) -> np.ndarray | None:
    """Return the partitions if every instance is in one."""
    missing = np.isnan(data_set.partition.astype(float))
    if not missing.any():
        return data_set.partition
    if not missing.all():
        _warn("partitions", missing, "are in no partition")
    return None


def _cv_folds(data_set: DataSet) -> np.ndarray | None:
    """Return the folds if every instance has its place among them."""
    folds = data_set.cv_folds
    if not data_set.num_folds:
        return None
    # An instance that no fold validates would be in no folder, and lost.
    missing = np.isnan(folds.astype(float)).any(axis=1) | ~(folds == Split.VALID).any(axis=1)
    if not missing.any():
        return folds
    _warn("cross-validation folds", missing, "have no split in some fold, or are in no validation split")
    return None


def _warn(what: str, missing: np.ndarray, why: str) -> None:
    LOG.warning("exporting without the %s: %d of %d instances %s", what, missing.sum(), len(missing), why)


def _refuse_strays(output: Path, files: list[Path]) -> None:
    """Refuse files of another layout with the same name: an import would take them for ours."""
    for file in layout_files(output, files[0].name):
        if file not in files:
            raise DataError(f"{file} is left from another export; remove it, or choose another `output`")


def _write(
    data_set: DataSet, table: TableFormat, layout: list[Place], files: list[Path], labels_last: bool
) -> None:
    """Write the tables: every row is made once, and goes wherever it belongs."""
    num_features = int(np.prod(data_set.feature_shape, dtype=np.int64))
    before, after = (IDENTITY, LABELS) if labels_last else (IDENTITY + LABELS, ())
    header = table.header(
        [*before, *(f"feature_{number}" for number in range(num_features)), *after], _label_names(data_set)
    )
    for file in files:
        file.write_text(header, encoding="utf-8", newline="")
    texts = _texts(data_set, table)
    left, right = _joined(texts, before), _joined(texts, after) or [""] * len(data_set)
    start = 0
    with progress_bar(total=len(data_set), what="exporting", unit=" instances") as bar:
        for slab in data_set.slabs(rows_at_once(num_features)):
            numbers = _numbers(slab.reshape(len(slab), num_features), table)
            end = start + len(slab)
            rows = [
                f"{first},{middle},{last}\n" if last else f"{first},{middle}\n"
                for first, middle, last in zip(left[start:end], numbers, right[start:end], strict=True)
            ]
            for place, file in zip(layout, files, strict=True):
                # Opened anew for each slab, because there may be more folds than files may be open.
                with file.open("a", encoding="utf-8", newline="") as stream:
                    stream.writelines(rows[index] for index in np.flatnonzero(place.instances[start:end]))
            start = end
            bar.update(len(slab))


def _label_names(data_set: DataSet) -> list[str]:
    """List the names that labels can take, sorted."""
    return sorted({*data_set.label_nominal[data_set.is_labelled], *(data_set.label_map or ())})


def _texts(data_set: DataSet, table: TableFormat) -> dict[str, list[str]]:
    """Write all metadata as text, a list for each column."""
    return {
        schema.FILENAME: [table.quote(name) for name in data_set.filename],
        schema.CHUNK_NR: [str(number) for number in data_set.chunk_nr],
        schema.LABEL_NOMINAL: [table.quote(label) if label else table.missing for label in data_set.label_nominal],
        schema.LABEL_NUMERIC: [
            table.missing if np.isnan(number) else str(int(number)) for number in data_set.label_numeric
        ],
    }


def _joined(texts: dict[str, list[str]], names: Sequence[str]) -> list[str]:
    """Join some columns into one text for each instance."""
    return [",".join(values) for values in zip(*(texts[name] for name in names), strict=True)]


def _numbers(features: np.ndarray, table: TableFormat) -> list[str]:
    """Write the features, shape (rows, features), as a text for each row."""
    # Nine significant digits tell any two float32 apart; one template for the row is four times as fast
    # as pandas, which writes the shortest such number.
    template = ",".join(["%.9g"] * features.shape[1])
    return [(template % tuple(row.tolist())).replace("nan", table.nan) for row in features]
