"""Columns as arrays of the types declared in `audeep.backend.data.schema`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from audeep.backend.audio.names import is_text
from audeep.backend.data import attributes, schema
from audeep.backend.data.schema import Column
from audeep.backend.errors import DataError


def make(
    values: Mapping[str, Any], *, label_map: Mapping[str, int] | None = None, attrs: Mapping[str, Any] | None = None
) -> xr.Dataset:
    """Make the columns of a data set, in memory, from their values by name.

    None stands for a missing column. Values with names are given as a `pandas.DataFrame`, or as a mapping from
    names to values. `label_map` maps label names to numbers.
    """
    given = {name: of_name(name, column) for name, column in values.items() if column is not None}
    if schema.FILENAME not in given:
        raise DataError(f"{schema.FILENAME} is missing; every instance needs one")
    count = len(given[schema.FILENAME][schema.FILENAME])
    variables: dict[str, xr.Variable] = {}
    for name, column in schema.COLUMNS.items():
        variables |= given.get(name) or empty(column, count)
    return together(xr.Dataset(attrs=dict(attrs or {}) | attributes.write_label_map(label_map)), variables)


def replaced(old: xr.Dataset, values: Mapping[str, Any]) -> xr.Dataset:
    """Replace some columns, given by name; arrays of values with names keep the names."""
    variables: dict[str, xr.Variable] = {}
    for name, column in values.items():
        variables |= of_name(name, column, old)
    return together(old.drop_vars([*variables]), variables)


def together(columns: xr.Dataset, variables: Mapping[str, xr.Variable]) -> xr.Dataset:
    """Add variables to columns, which must have the same instances."""
    try:
        return columns.assign(variables)
    except ValueError as error:
        raise DataError(f"the columns do not match: {error}") from error


def of_name(name: str, values: Any, old: xr.Dataset | None = None) -> dict[str, xr.Variable]:
    """Return the result of `converted` for the column of a name; errors say which it is.

    If there are `old` columns, values with names may be an array, and keep the names.
    """
    if name not in schema.COLUMNS:
        raise DataError(f"unknown column {name}; the columns are {', '.join(schema.COLUMNS)}")
    column = schema.COLUMNS[name]
    try:
        if column.named and old is not None and not isinstance(values, pd.DataFrame | Mapping):
            values = pd.DataFrame(values, columns=old[column.dims[1]].values)
        return converted(column, values)
    except (DataError, ValueError) as error:
        raise DataError(f"{name}: {error}") from None


def converted(column: Column, values: Any) -> dict[str, xr.Variable]:
    """Convert values to the variable of a column, and if they have names, the variable of these."""
    if not column.named:
        return {column.name: variable(column, convert(column, values))}
    try:
        frame = pd.DataFrame(values)
    except (TypeError, ValueError) as error:
        raise DataError(f"expected a pandas.DataFrame: {error}") from None
    return {**coordinate(column, frame.columns), column.name: variable(column, convert(column, frame.to_numpy()))}


def empty(column: Column, count: int) -> dict[str, xr.Variable]:
    """Make a column of `count` default or missing values; any further dimensions have size 0."""
    shape = (count, *(0 for _ in column.dims[1:]))
    fill = "" if column.kind is str else np.nan if column.default is None else column.default
    values = np.full(shape, fill, object if column.kind is str else None)
    return {**(coordinate(column, []) if column.named else {}), column.name: variable(column, values)}


def coordinate(column: Column, names: Iterable[Any]) -> dict[str, xr.Variable]:
    """Make the coordinate of a column whose values have names."""
    texts = np.array([*names, None], object)[:-1]  # of str, even if there are none
    for name in texts:
        if not isinstance(name, str) or name != name.strip() or not name or "\0" in name or not is_text(name):
            raise DataError(f"expected names that are texts without spaces around them, got {name!r:.80}")
    if len(set(texts)) < len(texts):
        raise DataError(f"names must be unique, got {', '.join(texts):.200}")
    return {column.dims[1]: xr.Variable(column.dims[1:], texts)}


def check_feature_dims(dims: Sequence[str]) -> None:
    """Refuse names of feature dimensions that are not unique, or those of other dimensions."""
    reserved = schema.column_dims()
    if len({*reserved, *dims}) < len(reserved) + len(dims):
        raise DataError(
            f"names of feature dimensions must be unique, and none of {', '.join(reserved)}; got {', '.join(dims)}"
        )


def variable(column: Column, values: np.ndarray) -> xr.Variable:
    """Make a variable of values as they are.

    Without `fastpath`, xarray lets pandas convert strings. With pyarrow, that fails for names that are not valid
    text, and takes 21 MB more for 100,000 instances (measured with pandas 3.1 and pyarrow 26).
    """
    return xr.Variable(column.dims, values, fastpath=True)


def convert(column: Column, values: Any) -> np.ndarray:
    """Convert values to the type of a column; None, NaN and empty strings stand for missing values.

    Examples
    --------
    >>> convert(schema.COLUMNS["partition"], [2, None])
    array([ 2., nan])
    """
    if column.kind is str:
        return _texts(values)
    values = np.asarray(values)
    if column.codes and values.size and values.dtype.kind in "iu":
        # Not via wider types: sets of labels may take more memory than anything else.
        _check_codes(column, values)
        return values.astype(column.dtype)
    numbers = _numbers(values, whole=column.kind is int)
    missing = np.isnan(numbers)
    if not column.may_be_missing:
        if missing.any():
            raise DataError("a value is missing")
        return numbers.astype(column.dtype)
    _check_codes(column, numbers[~missing])
    return numbers if numbers.dtype.kind == "f" else numbers.astype(column.dtype)


def _check_codes(column: Column, numbers: np.ndarray) -> None:
    """Refuse numbers that are not among the codes of a column, if it has any."""
    if not column.codes:
        return
    is_valid = np.zeros(numbers.shape, bool)
    for code in column.codes:
        is_valid |= numbers == code
    if not is_valid.all():
        known = ", ".join(f"{code.value} ({code.name})" for code in column.codes)
        raise DataError(f"expected {known}, got {numbers[~is_valid][0]:g}")


def is_missing(column: Column, values: np.ndarray) -> np.ndarray:
    """Return whether each value of a column is missing, in the shape of `values`."""
    return values == "" if column.kind is str else np.isnan(values)


def is_absent(column: Column, values: np.ndarray) -> bool:
    """Return whether a column holds nothing, so that a file need not have it; names alone are something."""
    return not values.shape[1] if column.named else bool(is_missing(column, values).all())


def _texts(values: Any) -> np.ndarray:
    column = np.asarray(values, dtype=object)
    column = np.where(pd.isna(column), "", column)
    # netCDF truncates a string at the character 0.
    wrong = [value for value in column.flat if not isinstance(value, str) or "\0" in value]
    if wrong:
        raise DataError(f"expected strings, got {wrong[0]!r:.80}")
    return column


def _numbers(column: np.ndarray, *, whole: bool) -> np.ndarray:
    if whole and column.size and column.dtype.kind in "iu":
        # Not via float64, which cannot represent every large integer.
        wrong, missing = column[column > np.iinfo(np.int64).max], False
    else:
        try:
            column = column.astype(np.float64)
        except (TypeError, ValueError, OverflowError) as error:
            raise DataError(f"expected numbers: {error}") from None
        present = column[~np.isnan(column)]
        missing = column.size == 0 or present.size < column.size
        wrong = present[(np.trunc(present) != present) | ~(np.abs(present) < 2.0**63)] if whole else present[:0]
    if wrong.size:
        raise DataError(f"expected 64-bit integers, got {wrong[0]:g}")
    return column.astype(np.int64) if whole and not missing else column


def differ(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return whether the values of each instance differ, shape (instance,); missing values (NaN) are equal.

    Values have shape (instance, ...), and are strings or numbers.

    Examples
    --------
    >>> differ(np.array([1.0, np.nan, 2.0]), np.array([1.0, np.nan, np.nan])).tolist()
    [False, False, True]
    """
    unequal = left != right
    if left.dtype.kind == right.dtype.kind == "f":
        unequal &= ~(np.isnan(left) & np.isnan(right))
    return unequal.any(axis=tuple(range(1, unequal.ndim)))
