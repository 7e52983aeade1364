"""The columns of a data set: what is known about each instance, as arrays of one type each."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from audeep.backend.data import schema
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
        schema.CHUNK_NR: (
            one,
            np.zeros(count, np.int64) if chunk_nr is None else np.asarray(chunk_nr, np.int64),
        ),
        schema.CV_FOLDS: (two, number_column(np.zeros((count, 0)) if cv_folds is None else cv_folds)),
        schema.PARTITION: (one, number_column(missing if partition is None else partition)),
        schema.LABEL_NOMINAL: (one, text_column([""] * count if label_nominal is None else label_nominal)),
        schema.LABEL_NUMERIC: (one, number_column(missing if label_numeric is None else label_numeric)),
    }
    return xr.Dataset(variables, attrs=dict(attrs or {}) | label_map_attribute(label_map))


def label_map_attribute(label_map: Mapping[str, int] | None) -> dict[str, str]:
    """Write a label map as the attribute of the file format."""
    if label_map is None:
        return {}
    return {schema.LABEL_MAP: json.dumps(sorted((str(name), int(number)) for name, number in label_map.items()))}


def text_column(values: Any) -> np.ndarray:
    """Make an array of str, empty where a value is missing."""
    column = np.asarray(values, dtype=object)
    return np.where(pd.isna(column), "", column)


def number_column(values: Any) -> np.ndarray:
    """Make an array of int64, or of float64 if a value is missing (None or NaN).

    Raises
    ------
    DataError
        If a value is no whole number.
    """
    column = np.asarray(values)
    if column.size and column.dtype.kind in "iu":
        # Not by way of float64, which does not hold every large number.
        return column.astype(np.int64)
    try:
        column = column.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"numbers are expected: {error}") from None
    present = column[~np.isnan(column)]
    wrong = present[~np.isfinite(present) | (np.trunc(present) != present)]
    if wrong.size:
        raise DataError(f"whole numbers are expected, not {wrong[0]:g}")
    return column if column.size == 0 or present.size < column.size else column.astype(np.int64)
