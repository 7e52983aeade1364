"""Partitions and cross-validation folds as columns of a single table: ``partition``, ``fold_1``, ``fold_2``, ..."""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from itertools import count
from typing import NamedTuple

import numpy as np
import pandas as pd

from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet
from audeep.backend.data.schema import Partition, Split


class Placement(NamedTuple):
    """A column of partitions or splits; `values`, shape (instance,), are codes, NaN where unknown."""

    name: str
    values: np.ndarray
    codes: type[IntEnum]

    @property
    def words(self) -> dict[int, str]:
        """Name of each code in a table."""
        return {int(code): word for word, code in words(self.codes).items()}


def words(codes: type[IntEnum]) -> dict[str, IntEnum]:
    """Return the codes by their names in a table, such as ``train``."""
    return {code.name.lower(): code for code in codes}


def placements(data_set: DataSet) -> Iterator[Placement]:
    """Yield the partition and fold columns of a data set."""
    if data_set.has_partitions:
        yield Placement(schema.PARTITION, data_set.partition, Partition)
    for number, splits in enumerate(data_set.cv_folds.T, start=1):
        yield Placement(f"{schema.FOLD}_{number}", splits, Split)


def names_in(columns: Iterable[str]) -> list[str]:
    """Return the names of partition and fold columns."""
    columns = {*columns}
    folds = (f"{schema.FOLD}_{number}" for number in count(1))
    found = [schema.PARTITION] if schema.PARTITION in columns else []
    while (name := next(folds)) in columns:
        found.append(name)
    return found


def codes_of(name: str) -> type[IntEnum]:
    """Return the codes of a partition or fold column."""
    return Partition if name == schema.PARTITION else Split


def numbers(texts: pd.Series, codes: type[IntEnum]) -> pd.Series:
    """Convert texts to codes: NaN where empty, -1 where unknown."""
    known = {"": np.nan, **{word: float(code) for word, code in words(codes).items()}}
    return texts.map(lambda text: known.get(text.strip().lower(), -1.0)).astype(float)
