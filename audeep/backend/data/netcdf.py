"""Data sets in netCDF-4 files: reading with the features left on disk, and writing slab by slab."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import xarray as xr

from audeep import __version__
from audeep.backend.atomic import replacing
from audeep.backend.data import schema
from audeep.backend.data.columns import number_column, text_column
from audeep.backend.errors import DataError

#: Size in bytes of a chunk of the features, which holds whole instances.
CHUNK_BYTES = 2**18


def read(path: Path) -> xr.Dataset:
    """Open a file and check it against the schema; the features stay on disk.

    Raises
    ------
    DataError
        If the file is missing, unreadable, or does not follow the schema.
    """
    if not path.is_file():
        raise DataError(f"there is no file {path}")
    try:
        # Not with netCDF4: it crashes Python when a file is open several times and closed in between (seen with
        # netCDF4 1.7.5), which happens in any notebook.
        data = xr.open_dataset(path, engine="h5netcdf", cache=False, decode_times=False)
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(f"{path} cannot be read as a netCDF file: {error}") from error
    missing = [name for name in (*schema.METADATA, schema.FEATURES) if name not in data.variables]
    if missing:
        data.close()
        raise DataError(f"{path} is not a data set of audeep: it has no variable {', '.join(missing)}")
    for name in (*schema.METADATA, schema.FEATURES):
        expected = (schema.INSTANCE, schema.FOLD) if name == schema.CV_FOLDS else (schema.INSTANCE,)
        if data[name].dims != expected and not (name == schema.FEATURES and data[name].dims[:1] == expected):
            data.close()
            raise DataError(f"{path}: variable {name} has dimensions {data[name].dims}, not {expected}")
    for name in schema.METADATA:
        as_column = text_column if name in schema.STRINGS else number_column
        try:
            data[name] = (data[name].dims, as_column(data[name].values))
        except DataError as error:
            data.close()
            raise DataError(f"{path}: variable {name}: {error}") from None
    if data[schema.CHUNK_NR].isnull().any():
        data.close()
        raise DataError(f"{path}: variable {schema.CHUNK_NR}: the number of a chunk is missing")
    data[schema.CHUNK_NR] = data[schema.CHUNK_NR].astype(np.int64)
    return data


@contextmanager
def create(
    path: Path,
    metadata: xr.Dataset,
    feature_sizes: Mapping[str, int],
    attrs: Mapping[str, Any] | None = None,
    *,
    compress: bool = False,
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
    compress
        Compress the features without loss (zlib).

    Yields
    ------
    callable
        ``append(slab)``: writes the features of the next instances.

    Raises
    ------
    DataError
        If the file cannot be written, or the slabs do not add up to the instances of `metadata`.
    """
    with replacing(path) as temporary:
        try:
            with netCDF4.Dataset(temporary, "w", format="NETCDF4") as file:
                features = _define(file, metadata, feature_sizes, compress)
                ours = {schema.VERSION: __version__, schema.FEATURE_DIMS: json.dumps(list(feature_sizes))}
                file.setncatts({**metadata.attrs, **(attrs or {}), **ours})
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
            raise DataError(f"cannot write {path}: {error}") from error


def _define(
    file: netCDF4.Dataset, metadata: xr.Dataset, feature_sizes: Mapping[str, int], compress: bool
) -> netCDF4.Variable:
    """Define all variables, fill those of the metadata, and return that of the features."""
    count = metadata.sizes[schema.INSTANCE]
    for dim in (schema.INSTANCE, schema.FOLD):
        file.createDimension(dim, metadata.sizes[dim])
    for dim, size in feature_sizes.items():
        file.createDimension(dim, size)
    for name in schema.METADATA:
        values = metadata[name].values
        kind = str if name in schema.STRINGS else values.dtype
        variable = file.createVariable(name, kind, [str(dim) for dim in metadata[name].dims])
        if values.size:
            variable[:] = values
    shape = tuple(feature_sizes.values())
    per_chunk = max(1, CHUNK_BYTES // (4 * max(1, int(np.prod(shape, dtype=np.int64)))))
    features = file.createVariable(
        schema.FEATURES,
        np.float32,
        (schema.INSTANCE, *feature_sizes),
        chunksizes=(max(1, min(per_chunk, count)), *(max(1, size) for size in shape)),
        compression="zlib" if compress else None,
        complevel=4,
        fletcher32=True,
        fill_value=np.float32(np.nan),
    )
    features.set_auto_maskandscale(False)
    return features
