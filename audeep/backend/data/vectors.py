"""Features as one vector for each instance, for what works on all of them at once."""

import numpy as np

from audeep.backend.data.data_set import DataSet
from audeep.backend.data.files import instance_name, source
from audeep.backend.data.streaming import describe_features
from audeep.backend.errors import DataError


def check_vectors(data_set: DataSet, reader: str) -> None:
    """Refuse a data set whose features are no vectors; `reader` is who wants them.

    Raises
    ------
    DataError
        Which says what to use instead.
    """
    if len(data_set.feature_shape) != 1 or not data_set.feature_shape[0]:
        raise DataError(
            f"the features in {source(data_set)} have the dimensions {describe_features(data_set)}, but {reader} "
            "takes one vector for each instance: use the output of t-rae generate or fuse chunks, not "
            "spectrograms or matrices"
        )


def read_vectors(data_set: DataSet) -> np.ndarray:
    """Read all features into memory, shape (instance, feature).

    Raises
    ------
    DataError
        If a value is not finite.
    """
    vectors = np.concatenate(list(data_set.slabs()))
    wrong = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if wrong.size:
        raise DataError(
            f"{wrong.size} instances in {source(data_set)} have features that are not finite numbers, such as "
            f"{instance_name(data_set, wrong[0])}"
        )
    return vectors
