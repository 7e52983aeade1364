"""Tables of other programs, or of our own export, into a data set, block by block."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd
import xarray as xr

from audeep.backend.atomic import refuse_to_replace
from audeep.backend.data import columns, schema, storage
from audeep.backend.data.data_set import DataSet, load
from audeep.backend.data.features import slab_size
from audeep.backend.errors import AudeepError
from audeep.backend.exchange import sidecar
from audeep.backend.exchange.folders import find
from audeep.backend.exchange.formats import AttributeNames, check_name
from audeep.backend.exchange.registry import BY_SUFFIX
from audeep.backend.exchange.rows import columns_of, complete, merge, read
from audeep.backend.exchange.sidecar import Record
from audeep.backend.log import LOG


def import_tables(
    basedir: Path | str, name: str, output: Path | str, names: AttributeNames | None = None
) -> DataSet:
    """Read CSV or ARFF files into a data set.

    The files are those that `audeep.backend.exchange.export.export` writes, or those of another program in
    the same folders. An instance in ``fold_1`` is in the validation split of the first fold, and in the
    training splits of all folds that do not have it. Without file names, instances are named after their
    file and row; without chunk numbers, the rows of a file that share a file name are numbered from 0;
    without numeric labels, the nominal ones are numbered in alphabetical order from 0.

    Parameters
    ----------
    basedir
        The base folder.
    name
        Name of the files, with or without ``.csv`` or ``.arff``.
    output
        The data set to write, a netCDF file.
    names
        Names of the columns that hold metadata.

    Returns
    -------
    DataSet
        The file that was written.

    Raises
    ------
    DataError
        If files are missing, cannot be read, or contradict each other.
    """
    basedir, output = Path(basedir), Path(output)
    check_name(name, "`basedir`")
    sources = find(basedir, name, list(BY_SUFFIX))
    refuse_to_replace(output, is_data_set=True)
    tables = columns_of(sources, names or AttributeNames())
    num_features = len(tables[0].features)
    record = sidecar.read(sidecar.path_of(basedir, sources[0].path.stem), num_features)
    with _scratch(output) as scratch:
        rows = complete(read(sources, tables, scratch), sources)
        first, cv_folds = merge(rows, len({source.fold for source in sources} - {None}))
        sizes = {schema.GENERATED: num_features} if record is None else record.feature_sizes
        with storage.create(output, sizes, len(first)) as writer:
            for features in _in_slabs(scratch, first, num_features):
                writer.append(features.reshape(len(features), *sizes.values()))
            writer.columns = _metadata(rows.iloc[first], cv_folds, record)
    LOG.info("wrote %d instances of %d features to %s", len(first), num_features, output)
    return load(output)


@contextmanager
def _scratch(output: Path) -> Iterator[IO[bytes]]:
    """Open a nameless file beside `output`, where there is room, for features whose place is not known yet."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output.parent) as file:
            yield file
    except OSError as error:
        raise AudeepError(f"cannot write {output}: {error.strerror or error}") from error


def _in_slabs(scratch: IO[bytes], rows: np.ndarray, num_features: int) -> Iterator[np.ndarray]:
    """Read the features of some rows, in ascending order, a slab at a time; not mapped, which counts as memory."""
    size, row = slab_size((num_features,)), 4 * num_features
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        scratch.seek(row * int(part[0]))
        stretch = scratch.read(row * int(part[-1] + 1 - part[0]))
        yield np.frombuffer(stretch, np.float32).reshape(-1, num_features)[part - part[0]]


def _metadata(instances: pd.DataFrame, cv_folds: np.ndarray | None, record: Record | None) -> xr.Dataset:
    """Make the variables of the data set but for its features."""
    values = {name: instances[name].to_numpy() for name in schema.COLUMNS if name in instances}
    return columns.make(
        {**values, schema.CV_FOLDS: cv_folds},
        label_map=_label_map(instances, record),
        attrs=None if record is None else record.attributes,
    )


def _label_map(instances: pd.DataFrame, record: Record | None) -> dict[str, int] | None:
    """Keep the label map of the record if it fits; else make one if each label has one number."""
    labelled = instances[instances[schema.LABEL_NOMINAL] != ""]
    pairs = labelled[[schema.LABEL_NOMINAL, schema.LABEL_NUMERIC]].drop_duplicates()
    here = {str(name): int(number) for name, number in pairs.itertuples(index=False)}
    if record is not None and (record.label_map is None or here.items() <= record.label_map.items()):
        return record.label_map
    return here if here and len(here) == len(pairs) else None
