"""The columns of a data set: what is known about each instance, as arrays of one type each."""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from audeep.backend.data import attributes, schema
from audeep.backend.errors import DataError


def metadata_from_columns(
    *,
    filename: Sequence[str] | np.ndarray,
    chunk_nr: Any = None,
    cv_folds: Any = None,
    partition: Any = None,
    label_nominal: Any = None,
    label_numeric: Any = None,
    label_map: Mapping[str, int] | None = None,
    attrs: Mapping[str, Any] | None = None,
) -> xr.Dataset:
    """Make the variables of a data set but for its features; see `from_columns`."""
    count = len(filename)
    missing = np.full(count, np.nan)
    one, two = (schema.INSTANCE,), (schema.INSTANCE, schema.FOLD)
    variables = {
        schema.FILENAME: (one, text_column(filename)),
        schema.CHUNK_NR: (one, chunk_column(np.zeros(count, np.int64) if chunk_nr is None else chunk_nr)),
        schema.CV_FOLDS: (two, number_column(np.zeros((count, 0)) if cv_folds is None else cv_folds)),
        schema.PARTITION: (one, number_column(missing if partition is None else partition)),
        schema.LABEL_NOMINAL: (one, text_column([""] * count if label_nominal is None else label_nominal)),
        schema.LABEL_NUMERIC: (one, number_column(missing if label_numeric is None else label_numeric)),
    }
    return xr.Dataset(variables, attrs=dict(attrs or {}) | attributes.write_label_map(label_map))


def text_column(values: Any) -> np.ndarray:
    """Make an array of str, empty where a value is missing.

    Raises
    ------
    DataError
        If a value is no text.
    """
    column = np.asarray(values, dtype=object)
    column = np.where(pd.isna(column), "", column)
    # netCDF ends a text at the character 0.
    wrong = [value for value in column if not isinstance(value, str) or "\0" in value]
    if wrong:
        raise DataError(f"texts are expected, not {wrong[0]!r:.80}")
    return column


def number_column(values: Any) -> np.ndarray:
    """Make an array of int64, or of float64 if a value is missing (None or NaN).

    Raises
    ------
    DataError
        If a value is no whole number, or too large for int64.
    """
    column = np.asarray(values)
    if column.size and column.dtype.kind in "iu":
        # Not by way of float64, which does not hold every large number.
        _refuse(column[column > np.iinfo(np.int64).max])
        return column.astype(np.int64)
    try:
        column = column.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(f"numbers are expected: {error}") from None
    present = column[~np.isnan(column)]
    _refuse(present[(np.trunc(present) != present) | ~(np.abs(present) < 2.0**63)])
    return column if column.size == 0 or present.size < column.size else column.astype(np.int64)


def _refuse(wrong: np.ndarray) -> None:
    if wrong.size:
        raise DataError(f"whole numbers of 64 bits are expected, not {wrong[0]:g}")


def chunk_column(values: Any) -> np.ndarray:
    """Make an array of int64, in which no number may be missing.

    Raises
    ------
    DataError
        If a number is missing, or not whole.
    """
    column = number_column(values)
    if np.isnan(column).any():
        raise DataError("the number of a chunk is missing")
    return column.astype(np.int64)


def code_column(values: Any, codes: type[IntEnum]) -> np.ndarray:
    """Make an array of the numbers of an enumeration, of float64 if one is missing.

    Raises
    ------
    DataError
        If a number is not one of the enumeration.
    """
    column = number_column(values)
    wrong = column[~np.isnan(column) & ~np.isin(column, list(codes))]
    if wrong.size:
        known = ", ".join(f"{code.value} ({code.name})" for code in codes)
        raise DataError(f"{known} are expected, not {wrong[0]:g}")
    return column
