"""The factory of tiny data sets."""

import numpy as np
import pytest

from audeep.backend.data.integrity import validate
from audeep.backend.data.schema import Partition, Split
from audeep.backend.errors import OptionError
from audeep.testing import make_data_set


def test_everything_at_once() -> None:
    partitions = [Partition.TRAIN, Partition.TEST]
    data_set = make_data_set(5, chunks=2, labels=["b", "a"], num_folds=3, partitions=partitions, time=2, freq=3)
    assert validate(data_set).empty
    assert data_set.features.shape == (10, 2, 3)
    assert data_set.label_nominal[::2].tolist() == ["b", "a", "b", "a", "b"]
    assert data_set.label_numeric[::2].tolist() == [1, 0, 1, 0, 1]
    assert data_set.partition[::2].tolist() == [0, 2, 0, 2, 0]
    assert ((data_set.cv_folds == Split.VALID).sum(axis=1) == 1).all()
    assert np.ptp(data_set.features.values) > 1


def test_the_least() -> None:
    data_set = make_data_set(generated=4)
    assert (len(data_set), data_set.num_folds, data_set.label_map) == (6, 0, None)
    assert not data_set.is_labelled.any()
    assert not data_set.has_partitions
    with pytest.raises(OptionError, match="at least one feature dimension"):
        make_data_set(3)


def test_the_seed_decides() -> None:
    one, again, other = (make_data_set(2, seed=seed, generated=3).features.values for seed in (1, 1, 2))
    assert one.tolist() == again.tolist() != other.tolist()
