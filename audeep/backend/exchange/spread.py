"""Metadata in tables: a column of a data set whose values have names takes a column of the table for each name."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from audeep.backend.data import schema
from audeep.backend.data.columns import is_absent
from audeep.backend.data.data_set import DataSet
from audeep.backend.data.schema import Column

#: Between the column and the name of a value, as in ``targets.valence``.
SEPARATOR = "."


def spread(data_set: DataSet) -> Iterator[tuple[Column, np.ndarray]]:
    """Yield the columns to export, with their values, shape (instance,)."""
    for column in schema.exported():
        values = data_set[column.name]
        if not column.required and is_absent(column, values):
            continue
        if not column.named:
            yield column, values
            continue
        for name, part in zip(data_set[column.dims[1]], values.T, strict=True):
            yield _one(column, f"{column.name}{SEPARATOR}{name}"), part


def named_in(headings: Iterable[str]) -> list[str]:
    """Return the headings that are a column and a name."""
    prefixes = tuple(column.name + SEPARATOR for column in schema.exported() if column.named)
    return [heading for heading in headings if heading.startswith(prefixes) and heading not in prefixes]


def found(headings: Iterable[str]) -> list[Column]:
    """Return the metadata columns that a table has."""
    headings = list(headings)
    named = [_one(schema.COLUMNS[heading.partition(SEPARATOR)[0]], heading) for heading in named_in(headings)]
    return [column for column in schema.exported() if not column.named and column.name in headings] + named


def gathered(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the columns of a data set that imported rows have."""
    values: dict[str, Any] = {name: rows[name].to_numpy() for name in schema.COLUMNS if name in rows}
    for heading in named_in(map(str, rows)):
        column, _, name = heading.partition(SEPARATOR)
        values.setdefault(column, {})[name] = rows[heading].to_numpy()
    return values


def _one(column: Column, name: str) -> Column:
    """Declare the column of a table for one of the names."""
    return replace(column, name=name, dims=(schema.INSTANCE,), named=False)
