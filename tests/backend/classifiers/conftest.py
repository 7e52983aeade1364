"""Small data sets whose classes are easy, or impossible, to tell apart."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from audeep.backend.data.data_set import DataSet, from_columns

MakeBlobs = Callable[..., DataSet]


@pytest.fixture
def blobs() -> MakeBlobs:
    """Make three far-apart clusters, one for each class, in two folds and two partitions.

    The two sides of each fold and the partitions TRAIN and DEVEL hold all classes.
    """

    def make(size: int = 12, **columns: Any) -> DataSet:
        labels = np.arange(size) % 3
        centres = np.array([[0, 0, 10], [0, 10, 0], [10, 0, 0]])
        features = centres[labels] + np.random.default_rng(0).normal(0, 0.1, (size, 3))
        halves = np.arange(size) * 2 // size
        standard: dict[str, Any] = {
            "filename": [f"{number:02}.wav" for number in range(size)],
            "label_nominal": np.array(["frog", "ant", "bee"])[labels],
            "label_numeric": labels,
            "label_map": {"frog": 0, "ant": 1, "bee": 2},
            "cv_folds": np.stack([halves, 1 - halves], axis=1),
            "partition": halves,
        }
        return from_columns(columns.pop("features", features), ["generated"], **standard | columns)

    return make
