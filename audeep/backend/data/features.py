"""Sources of features: an array, a file, a selection of another source, several side by side.

A source yields slabs of instances on demand, so that data sets may be larger than memory. Sources are immutable and
can be shared.
"""

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from audeep.backend.errors import AudeepError, DataError

#: Bytes of features held in memory at a time.
SLAB_BYTES = 16 * 2**20
#: A selection is read in contiguous stretches if no slab needs a stretch longer than this many slabs.
NEAR = 4


def slab_size(feature_shape: Sequence[int]) -> int:
    """Return how many instances of this shape, float32, are held in memory at a time."""
    return max(1, SLAB_BYTES // (4 * int(np.prod(feature_shape, dtype=np.int64)) or 1))


class Features(ABC):
    """The features of some instances.

    Parameters
    ----------
    shape
        Shape (instance, feature dims...).
    files
        Files that the features are read from.
    """

    def __init__(self, shape: Sequence[int], files: Sequence[Path] = ()) -> None:
        self.shape, self.files = tuple(shape), tuple(files)

    @abstractmethod
    def read(self, start: int, stop: int, steps: int | None = None) -> np.ndarray:
        """Read consecutive instances, shape (stop - start, feature dims...), float32.

        With `steps`, reads only that many along the first feature dimension.

        Raises
        ------
        AudeepError
            If they cannot be read.
        """

    def each(self, lengths: np.ndarray) -> Iterator[np.ndarray]:
        """Iterate over all instances, each cut to its length, shape (length, further feature dims...)."""
        for start, stop in self.stretches(lengths):
            slab = self.read(start, stop, int(lengths[start:stop].max()))
            for instance, length in zip(slab, lengths[start:stop], strict=True):
                yield instance[:length]

    def stretches(self, lengths: np.ndarray) -> Iterator[tuple[int, int]]:
        """Divide the instances into stretches to read at a time, at most half of which is padding.

        Reading them one by one is slow: each time, h5netcdf spends milliseconds on looking up dimensions.
        """
        most = slab_size(self.shape[2:])
        start, steps, longest = 0, 0, 0
        for index, length in enumerate(lengths.tolist()):
            padded = (index + 1 - start) * max(longest, length)
            if index > start and (padded > most or padded > 2 * (steps + length)):
                yield start, index
                start, steps, longest = index, 0, 0
            steps, longest = steps + length, max(longest, length)
        if len(lengths):
            yield start, len(lengths)

    def slabs(self, size: int, folder: Path | None = None) -> Iterator[np.ndarray]:
        """Iterate over all instances.

        Parameters
        ----------
        size
            Number of instances in a slab.
        folder
            Folder for temporary files; by default the system's folder for them.

        Yields
        ------
        numpy.ndarray
            Consecutive instances, shape (size or fewer, feature dims...), float32.
        """
        for start in range(0, self.shape[0], size):
            yield self.read(start, min(start + size, self.shape[0]))

    def select(self, instances: np.ndarray) -> "Features":
        """Select instances by index, in any order; repeats are allowed."""
        return Selected(self, instances)

    def as_variable(self, dims: Sequence[str]) -> xr.Variable:
        """Return an xarray variable that reads the features on demand."""
        return xr.Variable(dims, indexing.LazilyIndexedArray(_Lazy(self)))


class InMemory(Features):
    """Features in an array, shape (instance, feature dims...), float32."""

    def __init__(self, array: np.ndarray) -> None:
        super().__init__(array.shape)
        self.array = array

    def read(self, start: int, stop: int, steps: int | None = None) -> np.ndarray:
        """Return a view of the array."""
        return self.array[start:stop] if steps is None else self.array[start:stop, :steps]

    def select(self, instances: np.ndarray) -> Features:
        """Return a copy of some instances."""
        return InMemory(self.array[instances])

    def as_variable(self, dims: Sequence[str]) -> xr.Variable:
        """Return an xarray variable of the array itself."""
        return xr.Variable(dims, self.array)


class Stored(Features):
    """Features in a numeric variable of an open file, shape (instance, feature dims...)."""

    def __init__(self, variable: xr.Variable, path: Path) -> None:
        super().__init__(variable.shape, [path])
        self.variable = variable

    def read(self, start: int, stop: int, steps: int | None = None) -> np.ndarray:
        """Read consecutive instances from the file."""
        (path,) = self.files
        try:
            part = self.variable[start:stop] if steps is None else self.variable[start:stop, :steps]
            with np.errstate(over="raise"):
                values = part.values.astype(np.float32, copy=False)
            if values.shape != part.shape:
                raise ValueError(f"expected shape {part.shape}, got {values.shape}")
        except MemoryError as error:
            raise AudeepError(f"not enough memory to read {path}: {error}") from error
        except FloatingPointError:
            raise DataError(f"{path} has features too large for float32") from None
        except Exception as error:
            # Libraries may raise anything for a damaged file.
            raise DataError(f"{path} is damaged; its features cannot be read: {error}") from error
        return values


class Scratch(Features):
    """Features in an open temporary file of raw float32 values, not memory-mapped, which would count as memory."""

    def __init__(self, file: IO[bytes], shape: Sequence[int]) -> None:
        super().__init__(shape)
        self.file, self.row = file, 4 * int(np.prod(self.shape[1:], dtype=np.int64))

    def read(self, start: int, stop: int, steps: int | None = None) -> np.ndarray:
        """Read consecutive instances from the file."""
        self.file.seek(self.row * start)
        values = np.frombuffer(self.file.read(self.row * (stop - start)), np.float32)
        values = values.reshape(stop - start, *self.shape[1:])
        return values if steps is None else values[:, :steps]


class Selected(Features):
    """Some instances of another source, in any order.

    Reading single instances from a netCDF file is slow: features are stored, and checksummed, in chunks of many
    instances. So if the instances of each slab are close together, a contiguous stretch is read; otherwise the
    features are sorted via a temporary file. Either way only a few slabs are in memory.
    """

    def __init__(self, source: Features, instances: np.ndarray) -> None:
        super().__init__((len(instances), *source.shape[1:]), source.files)
        self.source, self.instances = source, instances

    def select(self, instances: np.ndarray) -> Features:
        """Select instances of the underlying source."""
        return self.source.select(self.instances[instances])

    def read(self, start: int, stop: int, steps: int | None = None) -> np.ndarray:
        """Read the stretch of the source that contains the instances."""
        part = self.instances[start:stop]
        if not part.size:
            return np.empty((0, *self.shape[1:]), np.float32)
        first = int(part.min())
        return self.source.read(first, int(part.max()) + 1, steps)[part - first]

    def slabs(self, size: int, folder: Path | None = None) -> Iterator[np.ndarray]:
        """Iterate over the instances, via a temporary file if they are scattered over the source."""
        parts = [self.instances[start : start + size] for start in range(0, len(self.instances), size)]
        if all(np.ptp(part) < NEAR * size for part in parts):
            return super().slabs(size, folder)
        return self._by_way_of_a_file(parts, size, folder)

    def stretches(self, lengths: np.ndarray) -> Iterator[tuple[int, int]]:
        """Divide the instances into stretches to read at a time: single ones where they are scattered."""
        for start, stop in super().stretches(lengths):
            if np.ptp(self.instances[start:stop]) < NEAR * (stop - start):
                yield start, stop
            else:
                yield from ((index, index + 1) for index in range(start, stop))

    def _by_way_of_a_file(
        self, parts: Sequence[np.ndarray], size: int, folder: Path | None
    ) -> Iterator[np.ndarray]:
        """Sort the instances into slabs in a temporary file, then within each slab in memory."""
        starts = np.cumsum([0, *map(len, parts[:-1])])
        arrivals = [np.sort(part) for part in parts]
        with tempfile.TemporaryFile(dir=folder) as file:
            first, arrived = 0, Scratch(file, self.shape)
            for slab in self.source.slabs(size, folder):
                for start, arrival in zip(starts, arrivals, strict=True):
                    low, high = np.searchsorted(arrival, (first, first + len(slab)))
                    file.seek(arrived.row * (start + low))
                    file.write(slab[arrival[low:high] - first].astype(np.float32, copy=False))
                first += len(slab)
            for start, part in zip(starts, parts, strict=True):
                yield arrived.read(start, start + len(part))[np.argsort(np.argsort(part, kind="stable"))]


class SideBySide(Features):
    """Features of several sources with the same instances, concatenated along an axis, 1 or higher."""

    def __init__(self, sources: Sequence[Features], axis: int) -> None:
        shape = list(sources[0].shape)
        shape[axis] = sum(source.shape[axis] for source in sources)
        super().__init__(shape, [file for source in sources for file in source.files])
        self.sources, self.axis = sources, axis

    def read(self, start: int, stop: int, steps: int | None = None) -> np.ndarray:
        """Read from all sources."""
        if self.axis > 1:
            return np.concatenate([source.read(start, stop, steps) for source in self.sources], self.axis)
        values = np.concatenate([source.read(start, stop) for source in self.sources], self.axis)
        return values if steps is None else values[:, :steps]

    def each(self, lengths: np.ndarray) -> Iterator[np.ndarray]:
        """Iterate over all sources in parallel; each reads at a time what is close together in it."""
        sizes = [source.shape[1] for source in self.sources]
        parts = divided(lengths, sizes) if self.axis == 1 else [lengths] * len(sizes)
        iterators = (source.each(part) for source, part in zip(self.sources, parts, strict=True))
        for instances in zip(*iterators, strict=True):
            yield np.concatenate(instances, self.axis - 1)

    def slabs(self, size: int, folder: Path | None = None) -> Iterator[np.ndarray]:
        """Iterate over the slabs of all sources in parallel."""
        for parts in zip(*(source.slabs(size, folder) for source in self.sources), strict=True):
            yield np.concatenate(parts, self.axis)

    def select(self, instances: np.ndarray) -> Features:
        """Select the same instances of each source."""
        return SideBySide([source.select(instances) for source in self.sources], self.axis)


class Joined(Features):
    """Runs of `count` consecutive instances of another source, joined along an axis, 1 or higher."""

    def __init__(self, source: Features, count: int, axis: int) -> None:
        shape = list(source.shape)
        shape[0] //= count
        shape[axis] *= count
        super().__init__(shape, source.files)
        self.source, self.count, self.axis = source, count, axis

    def read(self, start: int, stop: int, steps: int | None = None) -> np.ndarray:
        """Read and join consecutive instances."""
        values = self._join(self.source.read(start * self.count, stop * self.count))
        return values if steps is None else values[:, :steps]

    def each(self, lengths: np.ndarray) -> Iterator[np.ndarray]:
        """Join the instances of the source, one after the other."""
        sizes = [self.source.shape[1]] * self.count
        parts = np.stack(divided(lengths, sizes) if self.axis == 1 else [lengths] * self.count, axis=1)
        instances = self.source.each(parts.ravel())
        for joined in zip(*[instances] * self.count, strict=True):
            yield np.concatenate(joined, self.axis - 1)

    def slabs(self, size: int, folder: Path | None = None) -> Iterator[np.ndarray]:
        """Iterate over joined instances."""
        return map(self._join, self.source.slabs(size * self.count, folder))

    def select(self, instances: np.ndarray) -> Features:
        """Select the parts of some joined instances."""
        parts = instances[:, np.newaxis] * self.count + np.arange(self.count)
        return Joined(self.source.select(parts.ravel()), self.count, self.axis)

    def _join(self, slab: np.ndarray) -> np.ndarray:
        parts = slab.reshape(-1, self.count, *slab.shape[1:])
        return np.moveaxis(parts, 1, self.axis).reshape(-1, *self.shape[1:])


def divided(lengths: np.ndarray, sizes: Sequence[int]) -> list[np.ndarray]:
    """Divide lengths among parts of some sizes, each but the last of which is filled before the next.

    >>> [part.tolist() for part in divided(np.array([5, 2]), [3, 4])]
    [[3, 2], [2, 0]]
    """
    starts = np.cumsum([0, *sizes[:-1]])
    return [(lengths - start).clip(0, size) for start, size in zip(starts, sizes, strict=True)]


class _Lazy(BackendArray):
    """Adapter that lets xarray read from a source on demand."""

    dtype = np.dtype(np.float32)

    def __init__(self, features: Features) -> None:
        self.features, self.shape = features, features.shape

    def __getitem__(self, key: indexing.ExplicitIndexer) -> np.ndarray:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.BASIC, self._read)

    def _read(self, key: tuple[int | slice, ...]) -> np.ndarray:
        instances = np.arange(self.shape[0])[key[0]]
        chosen = self.features.select(np.atleast_1d(instances))
        slabs = [np.empty((0, *self.shape[1:]), np.float32), *chosen.slabs(slab_size(self.shape[1:]))]
        values = np.concatenate(slabs)[(slice(None), *key[1:])]
        return values if instances.ndim else values[0]
