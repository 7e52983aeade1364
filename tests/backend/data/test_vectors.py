"""Features that can be computed with."""

from pathlib import Path

import numpy as np
import pytest

from audeep.backend.data.data_set import from_columns, load
from audeep.backend.data.vectors import finite_slabs
from audeep.backend.errors import DataError


def test_slabs_come_as_they_are() -> None:
    features = np.arange(12, dtype=np.float32).reshape(3, 2, 2)
    slabs = list(finite_slabs(from_columns(features, ["time", "freq"], filename=["a", "b", "c"]), 2))
    assert [len(slab) for slab in slabs] == [2, 1]
    np.testing.assert_array_equal(np.concatenate(slabs), features)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e15, -3e38])
def test_the_first_wrong_instance_is_named(value: float, tmp_path: Path) -> None:
    features = np.zeros((5, 2, 2))
    features[3:, 1, 0] = value
    from_columns(features, ["time", "freq"], filename=list("abcde"), chunk_nr=[0, 0, 0, 7, 0]).save(
        tmp_path / "x.nc"
    )
    with load(tmp_path / "x.nc") as data_set:
        slabs = finite_slabs(data_set, 2)
        next(slabs)
        with pytest.raises(DataError, match=r"x\.nc have features that .*, such as d \(chunk 7\)"):
            next(slabs)


def test_some_of_the_instances(tmp_path: Path) -> None:
    features = np.arange(14.0).reshape(7, 2)
    features[[2, 6], 1] = np.nan
    from_columns(features, ["generated"], filename=list("abcdefg")).save(tmp_path / "x.nc")
    wanted = np.array([1, 0, 0, 1, 1, 1, 0], bool)
    with load(tmp_path / "x.nc") as data_set:
        for size in (1, 2, 3, 9):
            slabs = list(finite_slabs(data_set.select(wanted), size))
            np.testing.assert_array_equal(np.concatenate(slabs), features[wanted])
        with pytest.raises(DataError, match=r"such as g \(chunk 0\)"):
            list(finite_slabs(data_set.select(np.arange(7) > 2), 4))
