"""Columns, selections and slabs of data sets."""

from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest

from audeep.backend.data import features
from audeep.backend.data.chunks import fuse_chunks
from audeep.backend.data.data_set import DataSet, Partition, Split, empty, from_columns, load
from audeep.backend.data.fuse import fuse
from audeep.backend.data.operations import FusionConfig, ModificationConfig
from audeep.backend.data.splits import modify
from audeep.backend.data.upsample import upsample
from audeep.backend.errors import DataError
from audeep.testing import make_data_set


@pytest.fixture
def birds() -> DataSet:
    return from_columns(
        np.arange(12).reshape(4, 3),
        ["generated"],
        filename=["a", "a", "b", "c"],
        chunk_nr=[0, 1, 0, 0],
        cv_folds=[[0, 1], [0, 1], [1, 0], [1, np.nan]],
        partition=[0, 0, 2, np.nan],
        label_nominal=["owl", "owl", "tit", None],
        label_numeric=[0, 0, 1, None],
        label_map={"tit": 1, "owl": 0},
    )


def test_shape(birds: DataSet) -> None:
    assert (len(birds), birds.num_folds, birds.feature_dims, birds.feature_shape) == (
        4,
        2,
        ("generated",),
        (3,),
    )
    assert birds.features.dtype == np.float32


def test_missing_values(birds: DataSet) -> None:
    assert birds.label_nominal.tolist() == ["owl", "owl", "tit", ""]
    assert birds.is_labelled.tolist() == [True, True, True, False]
    np.testing.assert_array_equal(birds.label_numeric, [0, 0, 1, np.nan])
    np.testing.assert_array_equal(birds.partition, [0, 0, 2, np.nan])


def test_whole_columns_are_integers(birds: DataSet) -> None:
    complete = birds.select(slice(0, 3))
    assert birds.chunk_nr.dtype == np.int64
    assert birds.partition.dtype == np.float64
    assert from_columns(np.zeros((1, 1)), ["g"], filename=["a"], partition=[1]).partition.dtype == np.int64
    assert complete.filename.tolist() == ["a", "a", "b"]


def test_label_map_is_sorted_by_name(birds: DataSet) -> None:
    assert birds.attrs["label_map"] == '[["owl", 0], ["tit", 1]]'
    assert birds.label_map == {"owl": 0, "tit": 1}


def test_without_label_map() -> None:
    assert empty(1, [("generated", 2)]).label_map is None


@pytest.mark.parametrize(
    "instances",
    [np.array([2, 0]), np.array([True, False, True, False]), slice(0, 3, 2)],
    ids=["index", "mask", "slice"],
)
def test_select(birds: DataSet, instances: np.ndarray | slice) -> None:
    chosen = birds.select(instances)
    assert sorted(chosen.filename) == ["a", "b"]
    by_name = dict(zip(chosen.filename, chosen.features.values.tolist(), strict=True))
    assert by_name == {"a": [0, 1, 2], "b": [6, 7, 8]}


def test_split(birds: DataSet) -> None:
    assert birds.split(0, Split.VALID).filename.tolist() == ["b", "c"]
    assert birds.split(1, Split.TRAIN).filename.tolist() == ["b"]


def test_in_partitions(birds: DataSet) -> None:
    assert birds.in_partitions([Partition.TEST, Partition.TRAIN]).filename.tolist() == ["a", "a", "b"]


def test_a_partition_without_instances(birds: DataSet) -> None:
    with pytest.raises(DataError, match=r"no instances in partition DEVEL.*TRAIN.*TEST"):
        birds.in_partitions([Partition.TRAIN, Partition.DEVEL])


def test_has_partitions(birds: DataSet) -> None:
    assert birds.has_partitions
    assert not empty(2, [("generated", 1)]).has_partitions


@pytest.mark.parametrize(("size", "sizes"), [(1, [1, 1, 1, 1]), (3, [3, 1]), (None, [4])])
def test_slabs(birds: DataSet, size: int | None, sizes: list[int]) -> None:
    slabs = list(birds.slabs(size))
    assert [len(slab) for slab in slabs] == sizes
    np.testing.assert_array_equal(np.concatenate(slabs), np.arange(12).reshape(4, 3))


def test_slabs_are_bounded() -> None:
    assert features.slab_size((1024,)) * 1024 * 4 == features.SLAB_BYTES
    assert features.slab_size((10**9,)) == 1


def test_empty() -> None:
    data_set = empty(2, [("time", 3), ("freq", 4)], num_folds=5)
    assert data_set.feature_shape == (3, 4)
    assert data_set.filename.tolist() == ["", ""]
    assert np.isnan(data_set.cv_folds).all()
    assert data_set.cv_folds.shape == (2, 5)


def test_large_numbers_stay_exact() -> None:
    number = 2**60 + 1
    data_set = from_columns(np.zeros((1, 1)), ["generated"], filename=["a"], label_numeric=[number])
    assert data_set.label_numeric.tolist() == [number]


@pytest.mark.parametrize("number", [1.5, np.inf])
def test_numbers_must_be_whole(number: float) -> None:
    with pytest.raises(DataError, match="expected 64-bit integers, got"):
        from_columns(np.zeros((1, 1)), ["generated"], filename=["a"], label_numeric=[number])


def test_numbers_must_be_numbers() -> None:
    with pytest.raises(DataError, match=r"expected numbers.*owl"):
        from_columns(np.zeros((1, 1)), ["generated"], filename=["a"], label_numeric=["owl"])


def test_features_stay_on_disk(birds: DataSet, tmp_path: Path) -> None:
    birds.save(tmp_path / "birds.nc")
    with load(tmp_path / "birds.nc") as data_set:
        chosen = data_set.select(np.array([3, 1]))
        assert not chosen.features._in_memory
        np.testing.assert_array_equal(np.concatenate(list(chosen.slabs(1))), [[9, 10, 11], [3, 4, 5]])


@pytest.mark.parametrize(
    ("features", "dims", "columns", "message"),
    [
        (np.zeros((1, 2)), ["generated"], {"partition": [7]}, r"expected .*2 \(TEST\), got 7"),
        (np.zeros((1, 2)), ["generated"], {"cv_folds": [[2]]}, r"expected .*1 \(VALID\), got 2"),
        (np.zeros((1, 2)), ["fold"], {}, "must be unique, and none of instance, fold, label, target; got fold"),
        (np.zeros((1, 2, 2)), ["time", "time"], {}, "must be unique, .*; got time, time"),
        (np.zeros((2, 2)), ["generated"], {}, r"the features have shape \(2, 2\), but there are 1 instances"),
        ([["x"]], ["generated"], {}, "invalid features: could not convert"),
    ],
)
def test_what_no_data_set_can_hold(features: Any, dims: list[str], columns: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        from_columns(features, dims, filename=["a"], **columns)


def test_operations_compose_and_only_save_reads_or_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    labels, partitions = ["cat", "cat", "dog"], [Partition.TRAIN, Partition.TRAIN, Partition.TRAIN, Partition.TEST]
    whole = make_data_set(12, chunks=2, labels=labels, partitions=partitions, time=3, freq=4)
    whole.save(tmp_path / "whole.nc")
    halves = [whole.to_xarray()["features"].values[..., part] for part in (slice(0, 1), slice(1, 4))]
    for number, half in enumerate(halves):
        whole.with_features(features.InMemory(half), ["time", "freq"]).save(tmp_path / f"{number}.nc")

    read = Mock(wraps=features.Stored.read)
    monkeypatch.setattr(features.Stored, "read", lambda *arguments: read(*arguments))
    fused = fuse([tmp_path / "0.nc", load(tmp_path / "1.nc")], FusionConfig(dimension="freq"))
    training = fused.in_partitions([Partition.TRAIN]).pipe(upsample)
    joined = fuse_chunks(training, FusionConfig(dimension="time")).pipe(modify, ModificationConfig(add_cv_setup=3))
    assert not read.called
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.nc", "1.nc", "whole.nc"]
    joined.save(tmp_path / "joined.nc")
    assert read.called

    with load(tmp_path / "joined.nc") as result:
        assert result.feature_sizes == {"time": 6, "freq": 4}
        assert result.num_folds == 3
        # Of nine recordings, six have cats: those of dogs are there twice.
        assert sorted(result.label_nominal) == ["cat"] * 6 + ["dog"] * 6
        for name, joined_features in zip(result.filename, result.features.values, strict=True):
            chunks = whole.select(whole.filename == name.partition(".upsampled")[0]).features.values
            np.testing.assert_array_equal(joined_features, np.concatenate(chunks))


def test_selections_of_selections_read_from_the_file() -> None:
    data_set = make_data_set(20, generated=2)
    order = np.random.default_rng(0).permutation(20)
    chosen = data_set.select(order).select(slice(3, 17)).select(np.array([5, 5, 0]))
    np.testing.assert_array_equal(chosen.features.values, data_set.features.values[order[3:17][[5, 5, 0]]])
    assert chosen.filename.tolist() == data_set.filename[order[3:17][[5, 5, 0]]].tolist()


def test_a_name_that_is_no_column() -> None:
    with pytest.raises(AttributeError, match="DataSet has no attribute or column 'loudness'"):
        _ = make_data_set(1, generated=1).loudness
    with pytest.raises(DataError, match="unknown column loudness; the columns are filename, chunk_nr, "):
        from_columns(np.zeros((1, 1)), ["generated"], filename=["a"], loudness=[1])
    with pytest.raises(DataError, match="unknown column loudness; the columns are filename, chunk_nr, "):
        make_data_set(1, generated=1).with_columns(loudness=[1])


def test_columns_are_replaced(birds: DataSet) -> None:
    sets = pd.DataFrame({"singing": [1, 0, 1, 0], "near": [0, 0, 1, None]})
    data_set = birds.with_columns(partition=[2, 2, None, 1], label_numeric=[3.0, 3, 4, 5], labels=sets)
    np.testing.assert_array_equal(data_set.partition, [2, 2, np.nan, 1])
    assert data_set.label_numeric.dtype == np.int64
    turned = data_set.with_columns(labels=1 - data_set.labels)
    assert turned.label_names == ["singing", "near"]
    np.testing.assert_array_equal(turned.labels, 1 - sets.to_numpy())


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"partition": [0, 7, 0, 0]}, r"partition: expected .*2 \(TEST\), got 7"),
        ({"filename": ["a", "b"]}, "the columns do not match: "),
        ({"label_nominal": [["x"]] * 4}, "label_nominal: "),
        ({"labels": [[1, 0]] * 4}, "labels: "),
    ],
)
def test_columns_are_checked_when_replaced(birds: DataSet, column: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        birds.with_columns(**column)


def test_file_names_are_required() -> None:
    with pytest.raises(TypeError, match="'filename'"):
        from_columns(np.zeros((1, 1)), ["generated"])  # type: ignore[call-arg]
    with pytest.raises(DataError, match="filename is missing"):
        from_columns(np.zeros((1, 1)), ["generated"], filename=None)
