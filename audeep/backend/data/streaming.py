"""Features that move from one file to another, in any order, without all of them in memory."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from audeep.backend.data import netcdf, schema
from audeep.backend.data.data_set import DataSet
from audeep.backend.log import LOG, progress_bar

#: An order is local if every slab of it comes from a stretch of at most this many slabs.
NEAR = 4


def slabs_in_order(data_set: DataSet, order: np.ndarray, size: int, folder: Path) -> Iterator[np.ndarray]:
    """Iterate over the features of some instances in a given order, a slab at a time.

    Single instances are slow to read from a netCDF file: its features are stored, and checked, in chunks of
    many instances. So if the instances of every slab are near each other, whole stretches are read; else the
    features make a detour through a temporary file. Either way a few slabs are in memory.

    Parameters
    ----------
    data_set
        Where the features come from.
    order
        Indices of instances, shape (count,); they may repeat.
    size
        Instances in a slab.
    folder
        Where there is room for a temporary file as large as the features that are wanted.

    Yields
    ------
    numpy.ndarray
        Features of the next instances, shape (size or fewer, feature dims...).
    """
    parts = [order[start : start + size] for start in range(0, len(order), size)]
    if all(np.ptp(part) < NEAR * size for part in parts):
        return _from_stretches(data_set, parts)
    return _by_way_of_a_file(data_set, parts, folder)


def _from_stretches(data_set: DataSet, parts: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    for part in parts:
        start, stop = int(part.min()), int(part.max()) + 1
        (stretch,) = data_set.select(slice(start, stop)).slabs(stop - start)
        yield stretch[part - start]


def _by_way_of_a_file(data_set: DataSet, parts: Sequence[np.ndarray], folder: Path) -> Iterator[np.ndarray]:
    """Sort the instances by the slab they go to in a temporary file, then those of each slab in memory."""
    row = np.empty(data_set.feature_shape, np.float32).nbytes
    starts = np.cumsum([0, *map(len, parts[:-1])])
    arrivals = [np.sort(part) for part in parts]
    with tempfile.TemporaryFile(dir=folder) as file:
        first = 0
        for slab in data_set.slabs():
            for start, arrival in zip(starts, arrivals, strict=True):
                low, high = np.searchsorted(arrival, (first, first + len(slab)))
                file.seek(row * (start + low))
                file.write(slab[arrival[low:high] - first].astype(np.float32, copy=False))
            first += len(slab)
        for start, part in zip(starts, parts, strict=True):
            file.seek(row * start)
            arrived = np.frombuffer(file.read(row * len(part)), np.float32).reshape(
                len(part), *data_set.feature_shape
            )
            yield arrived[np.argsort(np.argsort(part, kind="stable"))]


def write(output: Path, metadata: xr.Dataset, sizes: Mapping[str, int], slabs: Iterable[np.ndarray]) -> None:
    """Write a data set, with a progress bar; see `audeep.backend.data.netcdf.create`."""
    count = metadata.sizes[schema.INSTANCE]
    with (
        netcdf.create(output, metadata, sizes) as append,
        progress_bar(total=count, what="write", unit="instance") as bar,
    ):
        for slab in slabs:
            append(slab)
            bar.update(len(slab))
    LOG.info("wrote %d instances of %s to %s", count, _in_words(sizes), output)


def describe_features(data_set: DataSet) -> str:
    """Write the feature dimensions for people: ``time (60) x freq (40)``."""
    return _in_words(data_set.feature_sizes) or "(none)"


def _in_words(sizes: Mapping[str, int]) -> str:
    return " x ".join(f"{dim} ({size})" for dim, size in sizes.items())
