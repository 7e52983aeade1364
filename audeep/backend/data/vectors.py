"""Features for computation: checked to be finite and, where needed, one vector per instance."""

from collections.abc import Iterator

import numpy as np

from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import DataError

#: Features must be smaller, so that a sum of many squares does not overflow float32.
LIMIT = 1e15


def check_vectors(data_set: DataSet, reader: str) -> None:
    """Refuse a data set whose features are not vectors; `reader` names what needs them."""
    if len(data_set.feature_shape) != 1 or not data_set.feature_shape[0]:
        raise DataError(
            f"the features in {data_set.name} have the dimensions {data_set.describe_features()}, but {reader} "
            "takes one vector per instance: use the output of t-rae generate or fuse chunks, not spectrograms or "
            "matrices"
        )


def read_vectors(data_set: DataSet) -> np.ndarray:
    """Read all features into memory, shape (instance, feature), and check them as `finite_slabs` does."""
    return np.concatenate(list(finite_slabs(data_set)))


def finite_slabs(data_set: DataSet, size: int | None = None) -> Iterator[np.ndarray]:
    """Iterate over the features like `DataSet.slabs`, shape (size or fewer, feature dims...), float32.

    Raises a `DataError` that names the first instance with a value that is not finite or too large to compute with.
    """
    first = 0
    for slab in data_set.slabs(size):
        # Written so that NaN, which compares false with everything, fails.
        fits = (np.abs(slab) < LIMIT).all(axis=tuple(range(1, slab.ndim)))
        if not fits.all():
            raise DataError(
                f"instances in {data_set.name} have features that are NaN, infinite or too large, such as "
                f"{data_set.instance_name(first + fits.argmin())}"
            )
        first += len(slab)
        yield slab
