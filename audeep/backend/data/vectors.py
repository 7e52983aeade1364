"""Features for computation: checked to be finite and, where needed, one vector per instance."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from audeep.backend.data.data_set import DataSet
from audeep.backend.data.schema import TIME
from audeep.backend.errors import DataError

#: Features must be smaller, so that a sum of many squares does not overflow float32.
LIMIT = 1e15


def check_vectors(data_set: DataSet, reader: str) -> None:
    """Refuse a data set whose features are not vectors; `reader` names what needs them."""
    if data_set.waveforms is not None and data_set.feature_dims == (TIME,):
        raise DataError(
            f"the features in {data_set.name} are waveforms, but {reader} takes one vector per instance: use the "
            "output of t-rae generate, or a network with a front-end on waveforms"
        )
    if len(data_set.feature_shape) != 1 or not data_set.feature_shape[0]:
        raise DataError(
            f"the features in {data_set.name} have the dimensions {data_set.describe_features()}, but {reader} "
            "takes one vector per instance: use the output of t-rae generate or fuse chunks, not spectrograms or "
            "matrices"
        )


def read_vectors(data_set: DataSet) -> np.ndarray:
    """Read all features into memory, shape (instance, feature), and check them as `finite_slabs` does."""
    return np.concatenate(list(finite_slabs(data_set)))


def lengths_of(data_sets: Sequence[DataSet]) -> np.ndarray:
    """Return the lengths of all instances of some data sets, whether or not any is padded."""
    every = [
        np.full(len(item), item.feature_shape[0]) if item.lengths is None else item.lengths for item in data_sets
    ]
    return np.concatenate(every)


def finite_instances(data_set: DataSet, *, folder: Path | None = None) -> Iterator[np.ndarray]:
    """Iterate over the features like `DataSet.instances`, checked as by `finite_slabs`."""
    if data_set.lengths is None:
        for slab in finite_slabs(data_set, folder=folder):
            yield from slab
        return
    for index, instance in enumerate(data_set.instances(folder=folder)):
        _check(data_set, index, instance[np.newaxis])
        yield instance


def finite_slabs(data_set: DataSet, size: int | None = None, *, folder: Path | None = None) -> Iterator[np.ndarray]:
    """Iterate over the features like `DataSet.slabs`, shape (size or fewer, feature dims...), float32.

    Raises a `DataError` that names the first instance with a value that is not finite or too large to compute with.
    """
    first = 0
    for slab in data_set.slabs(size, folder=folder):
        _check(data_set, first, slab)
        first += len(slab)
        yield slab


def _check(data_set: DataSet, first: int, slab: np.ndarray) -> None:
    """Refuse the features of consecutive instances, from `first` on, if any is not finite or too large."""
    # Written so that NaN, which compares false with everything, fails.
    fits = (np.abs(slab) < LIMIT).all(axis=tuple(range(1, slab.ndim)))
    if not fits.all():
        raise DataError(
            f"instances in {data_set.name} have features that are NaN, infinite or too large, such as "
            f"{data_set.instance_name(first + fits.argmin())}"
        )
