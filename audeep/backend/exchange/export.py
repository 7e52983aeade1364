"""Data sets into tables for other programs, slab by slab."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from audeep.backend.atomic import replacing_all
from audeep.backend.data import schema
from audeep.backend.data.columns import is_missing
from audeep.backend.data.data_set import DataSet, opened
from audeep.backend.data.schema import Column, Split
from audeep.backend.errors import DataError
from audeep.backend.exchange import sidecar
from audeep.backend.exchange.folders import Place, layout_files, places
from audeep.backend.exchange.formats import ExportConfig, Format
from audeep.backend.exchange.registry import TABLES
from audeep.backend.exchange.table import TableFormat, rows_at_once
from audeep.backend.log import LOG, progress_bar

LABELS = (schema.LABEL_NOMINAL, schema.LABEL_NUMERIC)


def export(data: Path | str | DataSet, output: Path | str, config: ExportConfig | Format | str) -> list[Path]:
    """Write a data set as CSV or ARFF files.

    Without partitions and folds, that is one file in `output`. Otherwise there is one in each of the
    folders ``train``, ``devel``, ``test``, or ``fold_1``, ``fold_2`` and so on, or ``train/fold_1`` and so
    on. The file of a fold holds its validation split. Partitions or folds that leave out some instance are
    not written, with a warning.

    Parameters
    ----------
    data
        A data set, or its file.
    output
        The base folder.
    config
        How it is written, or the format alone.

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
    config = config if isinstance(config, ExportConfig) else ExportConfig(format=config)  # type: ignore[arg-type]
    table, output = TABLES[config.format], Path(output)
    with opened(data) as data_set:
        if not len(data_set):
            raise DataError(f"{data_set.name} has no instances")
        name = (config.name or data_set.stem).removesuffix(table.suffix)
        layout = places(data_set.num_instances, _partition(data_set), _cv_folds(data_set))
        files = [output / place.folder / f"{name}{table.suffix}" for place in layout]
        _refuse_strays(output, files)
        with replacing_all(files, output) as temporary:
            _write(data_set, table, layout, temporary, config.labels_last)
            sidecar.write(sidecar.of(data_set), sidecar.path_of(output, name))
    LOG.info(
        "wrote %d instances of %d features to %s",
        len(data_set),
        np.prod(data_set.feature_shape, dtype=np.int64),
        files[0] if len(files) == 1 else f"{len(files)} files {files[0].name} in the folders below {output}",
    )
    return files


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
    columns = [column for column in schema.exported() if column.required or not _is_empty(data_set, column)]
    after = [column for column in columns if labels_last and column.name in LABELS]
    before = [column for column in columns if column not in after]
    features = [Column(f"feature_{number}", float, "") for number in range(num_features)]
    header = table.header([*before, *features, *after], _label_names(data_set))
    for file in files:
        file.write_text(header, encoding="utf-8", newline="")
    left, right = _texts(data_set, before, table), _texts(data_set, after, table)
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


def _is_empty(data_set: DataSet, column: Column) -> bool:
    return bool(is_missing(column, data_set[column.name]).all())


def _texts(data_set: DataSet, columns: Sequence[Column], table: TableFormat) -> list[str]:
    """Write some columns as one text for each instance."""
    if not columns:
        return [""] * len(data_set)
    texts = []
    for column in columns:
        write = table.quote if column.kind is str else lambda value, kind=column.kind: repr(kind(value))
        values = data_set[column.name]
        texts.append(
            [
                table.missing if missing and column.may_be_missing else write(value)
                for value, missing in zip(values.tolist(), is_missing(column, values), strict=True)
            ]
        )
    return list(map(",".join, zip(*texts, strict=True)))


def _numbers(features: np.ndarray, table: TableFormat) -> list[str]:
    """Write the features, shape (rows, features), as a text for each row."""
    # Nine significant digits tell any two float32 apart; one template for the row is four times as fast
    # as pandas, which writes the shortest such number.
    template = ",".join(["%.9g"] * features.shape[1])
    return [(template % tuple(row.tolist())).replace("nan", table.nan) for row in features]
