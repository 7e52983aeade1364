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
    """A column that says where instances belong; `values`, shape (instance,), are codes, or NaN where unknown."""

    name: str
    values: np.ndarray
    codes: type[IntEnum]

    @property
    def words(self) -> dict[int, str]:
        """What each code is called in a table."""
        return {int(code): word for word, code in words(self.codes).items()}


def words(codes: type[IntEnum]) -> dict[str, IntEnum]:
    """Return the codes by what they are called in a table, such as ``train``."""
    return {code.name.lower(): code for code in codes}


def placements(data_set: DataSet) -> Iterator[Placement]:
    """Yield the columns that a data set has."""
    if data_set.has_partitions:
        yield Placement(schema.PARTITION, data_set.partition, Partition)
    for number, splits in enumerate(data_set.cv_folds.T, start=1):
        yield Placement(f"{schema.FOLD}_{number}", splits, Split)


def names_in(columns: Iterable[str]) -> list[str]:
    """Return those names of columns that say where instances belong."""
    columns = {*columns}
    folds = (f"{schema.FOLD}_{number}" for number in count(1))
    found = [schema.PARTITION] if schema.PARTITION in columns else []
    while (name := next(folds)) in columns:
        found.append(name)
    return found


def codes_of(name: str) -> type[IntEnum]:
    """Return the codes that a column with one of these names holds."""
    return Partition if name == schema.PARTITION else Split


def numbers(texts: pd.Series, codes: type[IntEnum]) -> pd.Series:
    """Convert what a table says to codes: NaN where it says nothing, -1 where it says something else."""
    known = {"": np.nan, **{word: float(code) for word, code in words(codes).items()}}
    return texts.map(lambda text: known.get(text.strip().lower(), -1.0)).astype(float)
