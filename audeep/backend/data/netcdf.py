"""Data sets in netCDF-4 files: reading with the features left on disk, and writing slab by slab."""

import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np
import xarray as xr

from audeep import __version__
from audeep.backend.atomic import replacing, why_not
from audeep.backend.data import attributes, schema
from audeep.backend.data.columns import chunk_column, code_column, number_column, text_column
from audeep.backend.errors import DataError

#: Size in bytes of a chunk of the features, which holds whole instances.
CHUNK_BYTES = 2**18
#: HDF5 has no larger ones.
MAX_CHUNK_BYTES = 2**32 - 1
#: How the values of each variable of the metadata are read.
COLUMNS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    schema.FILENAME: text_column,
    schema.CHUNK_NR: chunk_column,
    schema.CV_FOLDS: partial(code_column, codes=schema.Split),
    schema.PARTITION: partial(code_column, codes=schema.Partition),
    schema.LABEL_NOMINAL: text_column,
    schema.LABEL_NUMERIC: number_column,
}
#: How a file begins that may be replaced by a data set: with HDF5, or an older netCDF.
SIGNATURES = (b"\x89HDF\r\n\x1a\n", b"CDF")
#: Variables take at most this many times the bytes of their file: zlib cannot compress further.
MAX_COMPRESSION = 1032


def read(path: Path) -> xr.Dataset:
    """Open a file and check it against the schema; the features stay on disk.

    Raises
    ------
    DataError
        If the file is missing, unreadable, or does not follow the schema.
    """
    if not path.is_file():
        raise DataError(f"there is no file {path}")
    with ExitStack() as on_error:
        try:
            _check_storage(path)
            # xarray warns of some of what is refused below.
            with warnings.catch_warnings(action="ignore"):
                # Not with netCDF4: it crashes Python when a file is open several times and closed in between
                # (seen with netCDF4 1.7.5), which happens in any notebook.
                data = xr.open_dataset(path, engine="h5netcdf", cache=False, decode_times=False)
                on_error.callback(data.close)
                _check(data)
        except DataError as error:
            raise DataError(f"{path}: {error}") from None
        except Exception as error:
            # HDF5, and what is around it, may raise anything for a file that is damaged.
            raise DataError(f"{path} cannot be read as a netCDF file: {error}") from error
        on_error.pop_all()
    return data


def _check_storage(path: Path) -> None:
    """Refuse variables whose values are not, or cannot be, in the file.

    Raises
    ------
    DataError
        With one of them.
    """
    limit = MAX_COMPRESSION * path.stat().st_size
    with h5py.File(path) as file:
        # The variables that we know come first, because HDF5 reports damage when it looks for a name, where it
        # crashes when it lists names (seen with 1.14.6).
        for name in chain((*schema.METADATA, schema.FEATURES), file):
            # HDF5 would follow links to other files, which a netCDF file does not have.
            if isinstance(file.get(name, getlink=True), h5py.ExternalLink):
                raise DataError(f"{name} is a link to another file, which is not followed")
            variable = file.get(name)
            if not isinstance(variable, h5py.Dataset):
                continue
            if variable.external or variable.is_virtual:
                raise DataError(f"the values of {name} are in another file, which is not read")
            if (variable.size or 0) * variable.dtype.itemsize > limit:
                raise DataError(f"variable {name}: its shape {variable.shape} is too large for a file of this size")


def _check(data: xr.Dataset) -> None:
    """Check a file against the schema, drop other variables, and make the metadata columns of one type each.

    Raises
    ------
    DataError
        Which says what is wrong.
    """
    missing = [name for name in (*schema.METADATA, schema.FEATURES) if name not in data.variables]
    if missing:
        raise DataError(f"this is not a data set of audeep: it has no variable {', '.join(missing)}")
    for name in {*data.variables} - {*schema.METADATA, schema.FEATURES}:
        del data[name]
    feature_dims = [str(dim) for dim in data[schema.FEATURES].dims if dim != schema.INSTANCE]
    _check_variable(data[schema.FEATURES], [schema.INSTANCE, *feature_dims], "biuf")
    if len({schema.FOLD, *feature_dims}) < len(feature_dims) + 1:
        raise DataError(f"variable {schema.FEATURES}: no dimension may be there twice, or be called {schema.FOLD}")
    for name, column in COLUMNS.items():
        dims = [schema.INSTANCE, schema.FOLD] if name == schema.CV_FOLDS else [schema.INSTANCE]
        _check_variable(data[name], dims, "OU" if name in schema.STRINGS else "biuf")
        try:
            data[name] = (dims, column(data[name].values))
        except DataError as error:
            raise DataError(f"variable {name}: {error}") from None
    attributes.check(data.attrs, feature_dims)


def _check_variable(variable: xr.DataArray, dims: Sequence[str], kinds: str) -> None:
    """Refuse a variable of other dimensions, or of a type that is none of the `kinds` of numpy."""
    if list(variable.dims) != dims:
        raise DataError(f"variable {variable.name} has the dimensions {list(variable.dims)}, not {dims}")
    if variable.dtype.kind not in kinds:
        what = "texts" if "U" in kinds else "numbers"
        raise DataError(f"variable {variable.name}: {what} are expected, not {variable.dtype}")


@contextmanager
def create(
    path: Path,
    metadata: xr.Dataset,
    feature_sizes: Mapping[str, int],
    attrs: Mapping[str, Any] | None = None,
) -> Iterator[Callable[[np.ndarray], None]]:
    """Write a data set whose features arrive slab by slab.

    The file gets its name when it is complete; until then, and after an error, `path` is untouched.

    Parameters
    ----------
    path
        The file.
    metadata
        All variables but the features, and the attributes that carry over.
    feature_sizes
        Size of each feature dimension, by its name, in order.
    attrs
        Further attributes, over those of `metadata`.

    Yields
    ------
    callable
        ``append(slab)``: writes the features of the next instances.

    Raises
    ------
    DataError
        If the file cannot be written, or would replace one that is no data set, or the slabs do not add up to the
        instances of `metadata`.
    """
    refuse_to_replace_others(path)
    with replacing(path) as temporary:
        try:
            with netCDF4.Dataset(temporary, "w", format="NETCDF4") as file:
                features = _define(file, metadata, feature_sizes)
                ours = {schema.VERSION: __version__, schema.FEATURE_DIMS: json.dumps(list(feature_sizes))}
                for name, value in {**metadata.attrs, **(attrs or {}), **ours}.items():
                    try:
                        file.setncattr(name, value)
                    except Exception as error:
                        raise DataError(f"cannot write {path}: attribute {name!r}: {error}") from error
                written = 0

                def append(slab: np.ndarray) -> None:
                    nonlocal written
                    features[written : written + len(slab)] = slab
                    written += len(slab)

                yield append
                expected = metadata.sizes[schema.INSTANCE]
                if written != expected:
                    raise DataError(f"{path}: {written} instances were written, not {expected}")
        except UnicodeEncodeError as error:
            raise DataError(f"cannot write {path}: the name {error.object!r} is no valid text") from error
        except (OSError, RuntimeError) as error:
            raise DataError(f"cannot write {path}: {why_not(temporary) or error}") from error


def refuse_to_replace_others(path: Path) -> None:
    """Refuse to write a data set over a recording, a table, a model: anything but a data set, or an empty file.

    Raises
    ------
    DataError
        If there is such a file.
    """
    # Whatever keeps it from being read, `replacing` explains.
    with suppress(OSError):
        if path.is_file() and path.stat().st_size:
            with path.open("rb") as file:
                if not file.read(8).startswith(SIGNATURES):
                    raise DataError(
                        f"{path} is no data set, and not replaced by one; remove it, or choose another name"
                    )


def _define(file: netCDF4.Dataset, metadata: xr.Dataset, feature_sizes: Mapping[str, int]) -> netCDF4.Variable:
    """Define all variables, fill those of the metadata, and return that of the features."""
    count = metadata.sizes[schema.INSTANCE]
    for dim in (schema.INSTANCE, schema.FOLD):
        file.createDimension(dim, metadata.sizes[dim])
    for dim, size in feature_sizes.items():
        file.createDimension(dim, size)
    for name in schema.METADATA:
        values = metadata[name].values
        # HDF5 cannot check texts: its filters see where they are, not what they are.
        numeric = name not in schema.STRINGS
        kind = values.dtype if numeric else str
        dims = [str(dim) for dim in metadata[name].dims]
        variable = file.createVariable(name, kind, dims, fletcher32=numeric and values.size > 0)
        if values.size:
            variable[:] = values
    shape = tuple(feature_sizes.values())
    instance_bytes = 4 * max(1, int(np.prod(shape, dtype=np.int64)))
    if instance_bytes > MAX_CHUNK_BYTES:
        raise DataError(
            f"an instance of {' x '.join(map(str, shape))} values is too large for a file, which can hold "
            f"{MAX_CHUNK_BYTES // 4} values each; cut recordings into chunks"
        )
    per_chunk = max(1, CHUNK_BYTES // instance_bytes)
    features = file.createVariable(
        schema.FEATURES,
        np.float32,
        (schema.INSTANCE, *feature_sizes),
        chunksizes=(max(1, min(per_chunk, count)), *(max(1, size) for size in shape)),
        fletcher32=True,
        fill_value=np.float32(np.nan),
    )
    features.set_auto_maskandscale(False)
    return features
