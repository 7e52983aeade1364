"""Features that can be computed with."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from audeep.backend.data.data_set import DataSet, from_columns, load
from audeep.backend.data.features import Selected
from audeep.backend.data.vectors import finite_instances, finite_slabs
from audeep.backend.errors import DataError
from audeep.testing import make_data_set


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


@pytest.mark.parametrize("read", [finite_slabs, finite_instances, DataSet.slabs, DataSet.instances])
def test_scattered_instances_are_sorted_in_the_given_folder(
    read: Callable[..., Iterator[np.ndarray]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = Mock(wraps=tempfile.TemporaryFile)
    monkeypatch.setattr(tempfile, "TemporaryFile", temporary)
    monkeypatch.setattr("audeep.backend.data.features.SLAB_BYTES", 2 * 4)
    data_set = make_data_set(24, generated=1)
    order = np.arange(24).reshape(2, 12).T.ravel()
    scattered = data_set.with_features(Selected(data_set.source, order), ["generated"])
    rows = np.array([*read(scattered, folder=tmp_path)]).reshape(24, 1)
    np.testing.assert_array_equal(rows, data_set.features.values[order])
    temporary.assert_called_once_with(dir=tmp_path)
