"""Import of tables, from our own export or other programs, into a data set, block by block."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pandas as pd

from audeep.backend.atomic import refuse_to_replace
from audeep.backend.data import columns, schema
from audeep.backend.data.data_set import DataSet, load
from audeep.backend.data.features import Scratch
from audeep.backend.errors import AudeepError
from audeep.backend.exchange import placement, sidecar
from audeep.backend.exchange.folders import find
from audeep.backend.exchange.formats import AttributeNames, check_name
from audeep.backend.exchange.rows import columns_of, complete, merge, read
from audeep.backend.exchange.sidecar import Record
from audeep.backend.exchange.spread import gathered


def import_tables(
    basedir: Path | str, name: str, output: Path | str, names: AttributeNames | Mapping[str, Any] | None = None
) -> DataSet:
    """Read CSV or ARFF files into a data set.

    The files may come from `audeep.backend.exchange.export.export`, or from another program in the same folders.
    An instance in ``fold_1`` is in the validation split of the first fold, and in the training splits of all folds
    that do not contain it. In a single file, the columns ``partition`` (train, devel or test) and ``fold_1``,
    ``fold_2`` and so on (train or valid) have the same meaning. Columns such as ``labels.dog`` (1 or 0) and
    ``targets.valence`` hold sets of labels and continuous targets. Without file names, instances are named after
    their file and row; without chunk numbers, rows with the same file name are numbered from 0 within a file;
    without numeric labels, the nominal labels are numbered in alphabetical order from 0.

    Parameters
    ----------
    basedir
        Base folder.
    name
        File name of the tables, with or without ``.csv`` or ``.arff``.
    output
        Data set to write, a netCDF file.
    names
        Names of the metadata columns.

    Returns
    -------
    DataSet
        The data set that was written.

    Raises
    ------
    DataError
        If files are missing, cannot be read, or contradict each other.

    Examples
    --------
    >>> import audeep
    >>> import pandas as pd
    >>> table = pd.DataFrame({"filename": ["a.wav", "b.wav"], "pitch": [220, 180], "range": [30, 55]})
    >>> table.to_csv("pitch.csv", index=False)
    >>> with audeep.import_tables(".", "pitch", "pitch.nc") as data_set:
    ...     data_set.filename.tolist(), data_set.features.values.tolist()
    (['a.wav', 'b.wav'], [[220.0, 30.0], [180.0, 55.0]])
    """
    names, basedir, output = AttributeNames.of(names), Path(basedir), Path(output)
    check_name(name, "`basedir`")
    sources = find(basedir, name)
    refuse_to_replace(output, is_data_set=True)
    record_path, by_column = basedir / f"{sources[0].path.stem}{sidecar.SUFFIX}", names.by_column()
    if not record_path.is_file():
        # Without a record, instances are vectors, and a column of this name is one of their features.
        del by_column[schema.LENGTH]
    tables = columns_of(sources, by_column)
    num_features = len(tables[0].features)
    record = sidecar.read(record_path, num_features)
    with _scratch(output) as scratch:
        rows = read(sources, tables, scratch)
        complete(rows, basedir, placement.names_in(tables[0].metadata))
        first, cv_folds = merge(rows, len({source.fold for source in sources} - {None}))
        sizes = {schema.GENERATED: num_features} if record is None else record.feature_sizes
        source = Scratch(scratch, (len(rows), *sizes.values())).select(first)
        instances = rows.iloc[first]
        metadata = columns.make(
            {**gathered(instances), schema.CV_FOLDS: cv_folds},
            label_map=_label_map(instances, record),
            attrs=None if record is None else record.attributes,
        )
        DataSet(metadata, tuple(sizes), source).save(output)
    return load(output)


@contextmanager
def _scratch(output: Path) -> Iterator[IO[bytes]]:
    """Open an unnamed temporary file beside `output` for features whose final position is not known yet."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output.parent) as file:
            yield file
    except OSError as error:
        raise AudeepError(f"cannot write {output}: {error.strerror or error}") from error


def _label_map(instances: pd.DataFrame, record: Record | None) -> dict[str, int] | None:
    """Return the label map of the record if it matches; else make one if each label has a single number."""
    labelled = instances[instances[schema.LABEL_NOMINAL] != ""]
    pairs = labelled[[schema.LABEL_NOMINAL, schema.LABEL_NUMERIC]].drop_duplicates()
    here = {str(name): int(number) for name, number in pairs.itertuples(index=False)}
    if record is not None and (record.label_map is None or here.items() <= record.label_map.items()):
        return record.label_map
    return here if here and len(here) == len(pairs) else None
