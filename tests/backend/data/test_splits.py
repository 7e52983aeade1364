"""Folds and partitions, added and removed."""

import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audeep.backend.data.data_set import DataSet, from_columns, load
from audeep.backend.data.operations import ModificationConfig
from audeep.backend.data.schema import Partition, Split
from audeep.backend.data.splits import divide, modify
from audeep.backend.errors import DataError, OptionError
from tests.helpers.data_sets import assert_equal
from tests.helpers.golden import GOLDEN

CV2 = GOLDEN / "netcdf" / "chunks_cv2.nc"


def spread(values: Any) -> int:
    """Return how far counts differ."""
    return max(values) - min(values)


def save(path: Path, labels: Sequence[str | None], chunks: int = 3) -> Path:
    """Save a data set of files in chunks, in random order."""
    order = np.random.default_rng(0).permutation(len(labels) * chunks)
    files = np.repeat(np.arange(len(labels)), chunks)[order]
    from_columns(
        order[:, np.newaxis],
        ["generated"],
        filename=[f"{file}.wav" for file in files],
        chunk_nr=np.tile(np.arange(chunks), len(labels))[order],
        label_nominal=np.array(labels, object)[files],
    ).save(path)
    return path


def modified(path: Path, *, seed: int | None = 0, **options: Any) -> DataSet:
    """Modify a data set and load the result."""
    output = path.with_name("out.nc")
    modify(path, ModificationConfig(**options), seed=seed).save(output)
    return load(output)


@given(st.lists(st.sampled_from("xyz"), max_size=40), st.integers(1, 12), st.integers(0, 5))
def test_groups_are_even_in_all_and_for_each_label(labels: list[str], count: int, seed: int) -> None:
    groups = divide(np.array(labels, object), count, np.random.default_rng(seed))
    assert set(groups) <= set(range(count))
    assert spread(np.bincount(groups, minlength=count)) <= 1
    for label in set(labels):
        assert spread(np.bincount(groups[np.array(labels) == label], minlength=count)) <= 1


@pytest.mark.parametrize(
    "labels", [["x"] * 7 + ["y"] * 4, [None] * 11, ["x", None] * 5], ids=["labels", "none", "some"]
)
def test_folds_divide_the_files(labels: list[str | None], tmp_path: Path) -> None:
    with modified(save(tmp_path / "in.nc", labels), add_cv_setup=3) as data_set:
        assert data_set.cv_folds.dtype == np.int64
        assert data_set.cv_folds.shape == (3 * len(labels), 3)
        # Each instance is validated once, with all chunks of its file.
        assert (data_set.cv_folds == Split.VALID).sum(axis=1).tolist() == [1] * len(data_set)
        fold = {name: sides.argmax() for name, sides in zip(data_set.filename, data_set.cv_folds, strict=True)}
        assert [fold[name] for name in data_set.filename] == data_set.cv_folds.argmax(axis=1).tolist()
        sizes = Counter(fold.values())
        assert len(sizes) == 3
        assert spread(sizes.values()) <= 1
        for label in set(labels):
            here = [fold[f"{number}.wav"] for number, name in enumerate(labels) if name == label]
            assert spread(np.bincount(here, minlength=3)) <= 1


def test_partitions_divide_the_files(tmp_path: Path) -> None:
    labels = ["x"] * 7 + ["y"] * 4
    path = save(tmp_path / "in.nc", labels)
    with modified(path, add_partitioning=(Partition.TRAIN, Partition.TEST)) as data_set:
        assert data_set.partition.dtype == np.int64
        partition = dict(zip(data_set.filename, data_set.partition, strict=True))
        assert [partition[name] for name in data_set.filename] == data_set.partition.tolist()
        assert sorted(Counter(partition.values()).items()) in ([(0, 6), (2, 5)], [(0, 5), (2, 6)])
        assert spread(Counter(partition[f"{number}.wav"] for number in range(7)).values()) == 1
        assert spread(Counter(partition[f"{number}.wav"] for number in range(7, 11)).values()) == 0


def test_everything_else_stays(tmp_path: Path) -> None:
    modify(CV2, ModificationConfig(add_cv_setup=4, add_partitioning=(Partition.TEST,))).save(tmp_path / "out.nc")
    with load(tmp_path / "out.nc") as data_set, load(CV2) as before:
        assert set(data_set.partition) == {2}
        again = data_set.with_columns(partition=before.partition, cv_folds=before.cv_folds)
        assert_equal(again, before)


def test_removing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "audeep"):
        modify(CV2, ModificationConfig(remove_cv_setup=True, remove_partitioning=True)).save(tmp_path / "in.nc")
    assert "removing 2 cross-validation folds" in caplog.text
    assert "removing the partitions TRAIN, DEVEL" in caplog.text
    with load(tmp_path / "in.nc") as data_set:
        assert data_set.num_folds == 0
        assert not data_set.has_partitions
    caplog.clear()
    with caplog.at_level(logging.INFO, "audeep"):
        modified(tmp_path / "in.nc", remove_cv_setup=True, remove_partitioning=True).close()
    assert "no cross-validation folds to remove" in caplog.text
    assert "no partitions to remove" in caplog.text


def test_replacing_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    config = ModificationConfig(add_cv_setup=3, add_partitioning=(Partition.TRAIN, Partition.TEST))
    with caplog.at_level(logging.INFO, "audeep"):
        modify(CV2, config).save(tmp_path / "out.nc")
    assert "replacing 2 cross-validation folds" in caplog.text
    assert "replacing the partitions TRAIN, DEVEL" in caplog.text


def test_the_seed_decides(tmp_path: Path) -> None:
    path = save(tmp_path / "in.nc", [None] * 30, chunks=1)
    folds = []
    for seed in (1, 1, 2, None, None):
        with modified(path, add_cv_setup=2, seed=seed) as data_set:
            folds.append(data_set.cv_folds[:, 0].tolist())
    assert folds[0] == folds[1]
    assert len({tuple(fold) for fold in folds}) == 4


def test_folds_and_partitions_are_independent(tmp_path: Path) -> None:
    path = save(tmp_path / "in.nc", [None] * 40, chunks=1)
    with modified(path, add_cv_setup=2) as alone:
        folds = alone.cv_folds
    with modified(path, add_cv_setup=2, add_partitioning=("train", "test")) as both:
        np.testing.assert_array_equal(both.cv_folds, folds)
        assert set(both.partition[folds[:, 0] == 1]) == {0, 2}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"add_cv_setup": 4}, "`add_cv_setup`: .*in.nc has 2 files; expected at least 4"),
        (
            {"add_partitioning": ("train", "devel", "test")},
            "`add_partitioning`: .* 2 files; expected at least 3",
        ),
    ],
)
def test_too_few_files(options: dict[str, Any], problem: str, tmp_path: Path) -> None:
    path = save(tmp_path / "in.nc", ["x", "y"], chunks=5)
    with pytest.raises(DataError, match=problem):
        modified(path, **options)
    assert not (tmp_path / "out.nc").exists()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "nothing to change: give one or more of `add_cv_setup`, `remove_cv_setup`"),
        ({"add_cv_setup": 2, "remove_cv_setup": True}, "`add_cv_setup` and `remove_cv_setup` exclude each other"),
        (
            {"add_partitioning": ("train",), "remove_partitioning": True},
            "`add_partitioning` and `remove_partitioning` exclude each other",
        ),
        (
            {"add_partitioning": ("train", "TRAIN")},
            "`add_partitioning`: name each partition once, not TRAIN, TRAIN",
        ),
        ({"add_cv_setup": 1}, "`add_cv_setup`: must be at least 2, not 1"),
    ],
)
def test_contradictions(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(OptionError, match=problem):
        ModificationConfig(**options)
