"""netCDF-4 storage: reading data sets with their features left on disk, and writing them slab by slab."""

import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np
import pandas as pd
import xarray as xr

from audeep import __version__
from audeep.backend.atomic import replacing, why_not
from audeep.backend.data import attributes, columns, schema
from audeep.backend.data.features import slab_size
from audeep.backend.errors import DataError
from audeep.backend.log import LOG

#: Size in bytes of an HDF5 chunk of the features, which contains whole instances.
CHUNK_BYTES = 2**18
#: Size in bytes of an HDF5 chunk of features of different lengths, which contains a part of one instance.
PART_BYTES = 2**15
#: Limit of HDF5.
MAX_CHUNK_BYTES = 2**32 - 1
#: Number of instances in an HDF5 chunk of a column.
CHUNK_ROWS = 2**16
#: Maximum ratio of the size of a variable to that of its file: the limit of zlib.
MAX_COMPRESSION = 1032


def read(path: Path) -> xr.Dataset:
    """Open a file, check it against the schema, and return its columns, in memory, and features, on disk.

    Raises a `DataError` if anything is wrong with the file.
    """
    if not path.is_file():
        raise DataError(f"there is no file {path}")
    with ExitStack() as on_error:
        try:
            _check_storage(path)
            # xarray warns about some of the problems refused below.
            with warnings.catch_warnings(action="ignore"):
                # Not netCDF4: it crashes Python if a file is opened several times and closed in between
                # (seen with netCDF4 1.7.5), as happens in any notebook.
                data = xr.open_dataset(path, engine="h5netcdf", cache=False, decode_times=False)
                on_error.callback(data.close)
                names = {column.dims[1] for column in schema.COLUMNS.values() if column.named}
                unknown = sorted({*map(str, data.variables)} - {*schema.COLUMNS, *names, schema.FEATURES})
                data = data.drop_vars(unknown)
                _check(data)
        except DataError as error:
            raise DataError(f"{path}: {error}") from None
        except Exception as error:
            # HDF5 and its wrappers may raise anything for a damaged file.
            raise DataError(f"{path} cannot be read as a netCDF file: {error}") from error
        on_error.pop_all()
    if unknown:
        LOG.warning("%s: ignoring variables that are not part of the data model: %s", path, ", ".join(unknown))
    return data


def _check_storage(path: Path) -> None:
    """Refuse variables whose values are not stored, or cannot fit, in the file."""
    limit = MAX_COMPRESSION * path.stat().st_size
    with h5py.File(path) as file:
        # Known variables first: in a damaged file, HDF5 reports an error when looking up a name, but crashes when
        # listing names (seen with 1.14.6).
        for name in chain((*schema.COLUMNS, schema.FEATURES), file):
            # HDF5 would follow links to other files, which netCDF files do not contain.
            if isinstance(file.get(name, getlink=True), h5py.ExternalLink):
                raise DataError(f"{name} is a link to another file, which is not followed")
            variable = file.get(name)
            if not isinstance(variable, h5py.Dataset):
                continue
            if variable.external or variable.is_virtual:
                raise DataError(f"the values of {name} are in another file, which is not read")
            if _num_values(file, name) * variable.dtype.itemsize > limit:
                raise DataError(f"variable {name}: its shape {variable.shape} is too large for a file of this size")


def _num_values(file: h5py.File, name: str) -> int:
    """Return the number of values of a variable, without the padding of features, which takes no space."""
    variable, lengths = file[name], file.get(schema.LENGTH)
    size = variable.size or 0
    if name != schema.FEATURES or not size or variable.ndim < 2 or not isinstance(lengths, h5py.Dataset):
        return size
    count, longest = variable.shape[:2]
    steps = np.nan_to_num(lengths[:].astype(float), nan=longest).clip(0, longest).sum()
    # At least one whole instance, since one may be read with its padding.
    return int(max(steps, longest)) * (size // (count * longest))


def _check(data: xr.Dataset) -> None:
    """Check a file against the schema, and convert its columns to their declared types."""
    required = [*(name for name, column in schema.COLUMNS.items() if column.required), schema.FEATURES]
    if missing := [name for name in required if name not in data.variables]:
        raise DataError(f"not an auDeep data set, missing variable {', '.join(missing)}")
    feature_dims = [str(dim) for dim in data[schema.FEATURES].dims if dim != schema.INSTANCE]
    _check_variable(data[schema.FEATURES], [schema.INSTANCE, *feature_dims], "biuf")
    columns.check_feature_dims(feature_dims)
    for name, column in schema.COLUMNS.items():
        if name not in data.variables:
            if column.named and column.dims[1] in data.dims:
                raise DataError(f"there is a dimension {column.dims[1]}, but no variable {name}")
            data.update(columns.empty(column, data.sizes[schema.INSTANCE]))
            continue
        _check_variable(data[name], list(column.dims), "OU" if column.kind is str else "biuf")
        try:
            values: Any = data[name].values
            if column.named:
                values = pd.DataFrame(values, columns=_names(data, column.dims[1]))
            data.update(columns.converted(column, values))
        except DataError as error:
            raise DataError(f"variable {name}: {error}") from None
    attributes.check(data.attrs, feature_dims)


def _names(data: xr.Dataset, dim: str) -> np.ndarray:
    """Return the names of the values along a dimension of a file."""
    if not data.sizes[dim]:
        return np.array([])  # xarray writes an empty array of strings as numbers
    if dim not in data.variables:
        raise DataError(f"missing variable {dim}, which names its values")
    _check_variable(data[dim], [dim], "OU")
    return data[dim].values


def _check_variable(variable: xr.DataArray, dims: Sequence[str], kinds: str) -> None:
    """Refuse a variable with other dimensions, or whose type is not one of the numpy `kinds`."""
    if list(variable.dims) != dims:
        raise DataError(f"variable {variable.name} has the dimensions {list(variable.dims)}, not {dims}")
    if variable.dtype.kind not in kinds:
        what = "strings" if "U" in kinds else "numbers"
        raise DataError(f"variable {variable.name}: expected {what}, got {variable.dtype}")


class Writer:
    """Writes a data set: its features slab by slab, its columns last.

    With `padding`, instances may be shorter than the first feature dimension. The rest is `padding`, of which HDF5
    stores next to nothing: chunks that are never written take no space.
    """

    def __init__(
        self,
        file: netCDF4.Dataset,
        path: Path,
        feature_sizes: Mapping[str, int],
        count: int,
        *,
        at_most: bool,
        padding: float | None,
    ) -> None:
        self.file, self.path, self.columns, self.written = file, path, xr.Dataset(), 0
        # Not unlimited by default: opening a file then takes h5netcdf twice as long (measured with 1.8).
        file.createDimension(schema.INSTANCE, None if at_most else count)
        for dim, size in feature_sizes.items():
            file.createDimension(dim, size)
        self.own_attrs: dict[str, str | float] = {
            schema.VERSION: __version__,
            schema.FEATURE_DIMS: json.dumps(list(feature_sizes)),
        }
        if padding is not None:
            self.own_attrs[schema.PADDING] = padding
        shape = tuple(feature_sizes.values())
        chunk_shape = _chunk_shape(shape, count, in_parts=padding is not None)
        if 4 * np.prod(chunk_shape, dtype=np.int64) > MAX_CHUNK_BYTES:
            raise DataError(
                f"an instance of {' x '.join(map(str, shape))} values is too large to store; the limit is "
                f"{MAX_CHUNK_BYTES // 4} values: cut recordings into chunks"
            )
        self.features = file.createVariable(
            schema.FEATURES,
            np.float32,
            (schema.INSTANCE, *feature_sizes),
            chunksizes=chunk_shape,
            fletcher32=True,
            fill_value=np.float32(np.nan if padding is None else padding),
        )
        self.features.set_auto_maskandscale(False)

    def append(self, slab: np.ndarray) -> None:
        """Append the features of some instances, shape (instance, feature dims...).

        With padding, the first feature dimension may be shorter.
        """
        steps = [slice(size) for size in slab.shape[1:2]]
        self.features[slice(self.written, self.written + len(slab)), *steps] = slab
        self.written += len(slab)

    def rewrite(self, function: Callable[[np.ndarray], np.ndarray], lengths: np.ndarray | None = None) -> None:
        """Replace the features that are written, up to their lengths, by what `function` makes of them."""
        places: list[tuple[slice, ...]]
        if lengths is None:
            size = slab_size(self.features.shape[1:])
            starts = range(0, self.written, size)
            places = [(slice(start, min(start + size, self.written)),) for start in starts]
        else:
            places = [(slice(index, index + 1), slice(length)) for index, length in enumerate(lengths)]
        for place in places:
            self.features[place] = function(self.features[place])

    def finish(self) -> None:
        """Write the columns, which must have as many instances as the features, and the attributes."""
        expected = self.columns.sizes.get(schema.INSTANCE)
        if self.written != expected:
            raise DataError(f"{self.path}: expected {expected} instances, got {self.written}")
        for name, column in schema.COLUMNS.items():
            values = self.columns[name].values
            if not column.required and columns.is_absent(column, values):
                continue
            for dim, size in zip(column.dims, values.shape, strict=True):
                if dim not in self.file.dimensions:
                    self.file.createDimension(dim, size)
            if column.named:
                _, dim = column.dims
                self.file.createVariable(dim, str, [dim])[:] = self.columns[dim].values
            is_text = column.kind is str
            variable = self.file.createVariable(
                name,
                str if is_text else values.dtype,
                column.dims,
                chunksizes=[max(1, min(size, CHUNK_ROWS)) for size in values.shape],
                # HDF5 cannot checksum strings: its filters see pointers, not their content.
                fletcher32=not is_text and values.size > 0,
            )
            if values.size:
                variable[:] = values
        for name, value in {**self.columns.attrs, **self.own_attrs}.items():
            try:
                self.file.setncattr(name, value)
            except Exception as error:
                raise DataError(f"cannot write {self.path}: attribute {name!r}: {error}") from error


def _chunk_shape(shape: Sequence[int], count: int, *, in_parts: bool) -> list[int]:
    """Return the shape of the HDF5 chunks of `count` instances: several instances, or parts of one."""
    split = shape[1:] if in_parts else shape
    unit_bytes = 4 * max(1, int(np.prod(split, dtype=np.int64)))
    if in_parts:
        sizes = [1, min(PART_BYTES // unit_bytes, shape[0]), *split]
    else:
        sizes = [min(CHUNK_BYTES // unit_bytes, count), *split]
    return [max(1, size) for size in sizes]


@contextmanager
def create(
    path: Path,
    feature_sizes: Mapping[str, int],
    count: int,
    inputs: Sequence[Path] = (),
    *,
    at_most: bool = False,
    padding: float | None = None,
) -> Iterator[Writer]:
    """Write a data set slab by slab: yields a `Writer`, whose ``columns`` must be set before the block ends.

    The file is renamed to `path` when complete; until then, and after an error, `path` is unchanged.

    Parameters
    ----------
    path
        File to write.
    feature_sizes
        Size of each feature dimension by name, in order.
    count
        Number of instances.
    inputs
        Files that the features are read from; `path` must not be one of them.
    at_most
        Whether there may be fewer instances than `count`.
    padding
        Value of features beyond the length of an instance; None if all instances have the same length.
    """
    with replacing(path, inputs=inputs, is_data_set=True) as temporary:
        try:
            with netCDF4.Dataset(temporary, "w", format="NETCDF4") as file:
                writer = Writer(file, path, feature_sizes, count, at_most=at_most, padding=padding)
                yield writer
                writer.finish()
            if padding is not None:
                with h5py.File(temporary, "r+") as stored:
                    # Otherwise, netCDF readers would take the padding, and all values equal to it, for missing.
                    del stored[schema.FEATURES].attrs["_FillValue"]
        except UnicodeEncodeError as error:
            raise DataError(f"cannot write {path}: the name {error.object!r} is not valid text") from error
        except (OSError, RuntimeError) as error:
            raise DataError(f"cannot write {path}: {why_not(temporary) or error}") from error
