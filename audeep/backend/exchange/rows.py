"""Rows of all imported files: metadata in a pandas data frame, features on disk.

The frame has the columns of `audeep.backend.data.schema` that the tables contain, and `FILE`, `FOLD` and `DIGEST`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import pandas as pd

from audeep.backend.data import schema
from audeep.backend.data.schema import Column, Split
from audeep.backend.errors import DataError
from audeep.backend.exchange import placement
from audeep.backend.exchange.folders import Source
from audeep.backend.exchange.registry import TABLES
from audeep.backend.exchange.spread import found, named_in
from audeep.backend.log import progress_bar
from audeep.backend.parsers.base import number_labels

#: Texts that stand for a missing number.
MISSING = ("", "nan", "NaN")
#: The file of a row; its fold; a hash of its features, since they may not fit in memory.
FILE, FOLD, DIGEST = "file", "fold", "digest"


class Columns(NamedTuple):
    """Columns of a file: the position of each metadata variable, and the names of the features."""

    metadata: dict[str, int]
    features: list[str]


def columns_of(sources: Sequence[Source], names: Mapping[str, str]) -> list[Columns]:
    """Read the columns of each file, which must be the same in all files; `names` are those of metadata columns."""
    # Only a single file may have the layout FLAT; otherwise folders give partitions and folds.
    is_alone = len(sources) == 1 and sources[0].partition is sources[0].fold is None
    found = [_columns(source.path, names, is_alone) for source in sources]
    for source, columns in zip(sources, found, strict=True):
        only_one = {*columns.metadata, *columns.features} ^ {*found[0].metadata, *found[0].features}
        if only_one or columns.features != found[0].features:
            what = (
                f"only one of them has {min(only_one)!r}" if only_one else "their features are in different order"
            )
            raise DataError(f"{source.path} and {sources[0].path} have different columns: {what}")
    return found


def _columns(path: Path, names: Mapping[str, str], is_alone: bool) -> Columns:
    columns = TABLES[path.suffix.lower()].columns(path)
    metadata = {}
    for variable, name in names.items():
        if name in columns:
            metadata[variable] = columns.index(name)
        elif name != variable:
            raise DataError(
                f"{path} has no column {name!r} (`{variable}_attribute`); its first columns are "
                f"{', '.join(columns[:6])}"
            )
    metadata |= {name: columns.index(name) for name in named_in(columns)}
    for name in placement.names_in(columns) if is_alone else ():
        if columns.index(name) not in metadata.values():
            metadata[name] = columns.index(name)
    features = [name for position, name in enumerate(columns) if position not in metadata.values()]
    if not features:
        raise DataError(f"{path} has no features; all columns other than metadata are features")
    return Columns(metadata, features)


def read(sources: Sequence[Source], columns: Sequence[Columns], scratch: IO[bytes]) -> pd.DataFrame:
    """Read all files, and write the features to `scratch`, float32, row by row."""
    parts = []
    with progress_bar(total=None, what="importing", unit=" instances") as bar:
        for (path, partition, fold), (metadata, _) in zip(sources, columns, strict=True):
            for texts, numbers in TABLES[path.suffix.lower()].blocks(path, list(metadata.values())):
                features = _as_float32(numbers, path)
                scratch.write(features.data)
                known = {FILE: path, FOLD: fold, schema.PARTITION: partition}
                digests = [hash(row.tobytes()) for row in features]
                parts.append(pd.DataFrame({**known, **dict(zip(metadata, texts, strict=True)), DIGEST: digests}))
                bar.update(len(features))
    if not parts:
        raise DataError(f"no instances in {', '.join(str(source.path) for source in sources)}")
    scratch.flush()
    return pd.concat(parts, ignore_index=True)


def _as_float32(values: np.ndarray, path: Path) -> np.ndarray:
    """Convert features to float32; raise a `DataError` if a finite number is too large."""
    try:
        with np.errstate(over="raise", under="ignore"):
            return values.astype(np.float32, order="C")
    except FloatingPointError:
        raise DataError(
            f"{path} has the feature {np.nanmax(np.abs(values[np.isfinite(values)])):g}, too large for float32 "
            f"(at most {np.finfo(np.float32).max:g})"
        ) from None


def complete(rows: pd.DataFrame, basedir: Path, placed: Sequence[str]) -> None:
    """Convert metadata to their types, and fill in missing columns.

    File names are relative to `basedir`; `placed` are the partition and fold columns.
    """
    if schema.FILENAME not in rows:
        numbers = rows.groupby(FILE).cumcount() + 1
        names = rows[FILE].map(lambda path: path.relative_to(basedir).as_posix())
        rows[schema.FILENAME] = names + "#" + numbers.astype(str)
    for column in found(map(str, rows)):
        name = column.name
        if column.kind is str:
            _refuse(rows, rows[name].str.contains("\0", regex=False), f"its {name} contains the character 0")
        else:
            rows[name] = _numbers(rows, column)
        if not column.may_be_missing:
            _refuse(rows, rows[name].isna() | (rows[name] == ""), f"it has no {name}")
    if schema.CHUNK_NR not in rows:
        recording = [name for name in (FILE, schema.FILENAME, schema.CHANNEL) if name in rows]
        rows[schema.CHUNK_NR] = rows.groupby(recording, dropna=False).cumcount()
    for name in placed:
        codes = placement.codes_of(name)
        rows[name] = placement.numbers(rows[name], codes)
        _refuse(rows, rows[name] < 0, f"its {name} must be one of {', '.join(placement.words(codes))}")
    _complete_labels(rows)


def _complete_labels(rows: pd.DataFrame) -> None:
    """Assign numbers to the labels, in alphabetical order, if the files do not."""
    if schema.LABEL_NOMINAL not in rows:
        rows[schema.LABEL_NOMINAL] = ""
    labels = rows[schema.LABEL_NOMINAL]
    if schema.LABEL_NUMERIC not in rows or rows[schema.LABEL_NUMERIC].isna().all():
        rows[schema.LABEL_NUMERIC] = labels.map(number_labels({*labels} - {""})).astype(float)
        return
    unnumbered = rows[schema.LABEL_NUMERIC].isna()
    _refuse(rows, unnumbered & (labels != ""), "its label has a name but no number")
    _refuse(rows, ~unnumbered & (labels == ""), "its label has a number but no name")


def _numbers(rows: pd.DataFrame, column: Column) -> pd.Series:
    """Convert the texts of a column to numbers, NaN where missing."""
    texts = rows[column.name]
    missing = texts.isin(MISSING)
    numbers = pd.to_numeric(texts.mask(missing), errors="coerce")
    right = numbers.notna() if column.kind is float else (numbers % 1 == 0) & (numbers.abs() < 2**63)
    what = "number" if column.kind is float else "64-bit integer"
    _refuse(rows, ~missing & ~right, f"its {column.name} is not a {what}")
    return numbers


def _refuse(rows: pd.DataFrame, wrong: pd.Series, why: str) -> None:
    """Raise an error for the first wrong row, if any."""
    if wrong.any():
        position = int(wrong.to_numpy().argmax())
        row = rows.iloc[position]
        number = (rows[FILE].iloc[: position + 1] == row[FILE]).sum()
        name = f" ({row[schema.FILENAME]})" if row[schema.FILENAME] else ""
        raise DataError(f"{row[FILE]}: instance {number}{name}: {why}")


def merge(rows: pd.DataFrame, num_folds: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Merge rows that are the same instance, which occur if folds overlap.

    Rows of different folds are the same instance if they agree in partition, file name, chunk number and channel;
    they must then agree in everything else. If a file repeats such a row, repetitions are matched in order. In a
    table with folds as columns, each row is an instance. Returns the first row of each instance, shape (instance,),
    and the `Split` of each instance in each fold, shape (instance, fold), or None if there are no folds.
    """
    if not num_folds:
        columns = [name for name in placement.names_in(rows.columns) if name != schema.PARTITION]
        return np.arange(len(rows)), rows[columns].to_numpy() if columns else None
    name = [column for column in (schema.FILENAME, schema.CHUNK_NR, schema.CHANNEL) if column in rows]
    repetition = rows.groupby([FILE, *name], dropna=False).cumcount()
    keys = [rows[schema.PARTITION], *(rows[column] for column in name), repetition]
    instance = rows.groupby(keys, sort=False, dropna=False).ngroup().to_numpy()
    first = np.unique(instance, return_index=True)[1]
    others = [column.name for column in found(map(str, rows)) if column.name not in name]
    for column in (DIGEST, *others):
        values = rows[column].to_numpy()
        differs = (values != values[first][instance]) & ~pd.isna(values)
        if differs.any():
            row = rows.iloc[int(differs.argmax())]
            raise DataError(
                f"chunk {row[schema.CHUNK_NR]} of {row[schema.FILENAME]} is in several folds with different "
                f"{'features' if column == DIGEST else column}; give different recordings different file names"
            )
    cv_folds = np.full((len(first), num_folds), Split.TRAIN, np.int64)
    cv_folds[instance, rows[FOLD].to_numpy()] = Split.VALID
    return first, cv_folds
