"""Classes balanced by repeating files."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audeep.backend.data.data_set import from_columns, load
from audeep.backend.data.operations import UpsamplingConfig
from audeep.backend.data.schema import Partition
from audeep.backend.data.upsample import repetitions, upsample
from audeep.backend.errors import DataError, OptionError
from tests.helpers.data_sets import assert_equal
from tests.helpers.golden import GOLDEN
from tests.helpers.selection import examples

TRAIN = UpsamplingConfig(partitions=(Partition.TRAIN,))


def save(path: Path, **columns: Any) -> Path:
    """Save a data set whose features tell the index of the instance."""
    count = len(columns["filename"])
    from_columns(np.arange(count)[:, np.newaxis], ["generated"], **columns).save(path)
    return path


def test_the_same_as_the_original(tmp_path: Path) -> None:
    upsample(GOLDEN / "netcdf" / "mel40_chunks.nc").save(tmp_path / "out.nc")
    with load(tmp_path / "out.nc") as ours, load(GOLDEN / "netcdf" / "up.nc") as theirs:
        assert_equal(ours, theirs)


def test_files_are_repeated_with_their_chunks(tmp_path: Path) -> None:
    path = save(
        tmp_path / "in.nc",
        filename=["a", "a", "b", "b", "c", "c", "d"],
        chunk_nr=[0, 1, 0, 1, 0, 1, 0],
        label_nominal=["x", "x", "x", "x", "y", "y", "x"],
        partition=[0, 0, 0, 0, 0, 0, 1],
        cv_folds=[[0], [0], [0], [0], [1], [1], [0]],
    )
    upsample(path, TRAIN).save(tmp_path / "out.nc")
    with load(tmp_path / "out.nc") as data_set:
        assert list(zip(data_set.filename, data_set.chunk_nr, data_set.features.values[:, 0], strict=True)) == [
            ("a.upsampled.1", 0, 0),
            ("a.upsampled.1", 1, 1),
            ("b.upsampled.1", 0, 2),
            ("b.upsampled.1", 1, 3),
            ("c.upsampled.1", 0, 4),
            ("c.upsampled.2", 0, 4),
            ("c.upsampled.1", 1, 5),
            ("c.upsampled.2", 1, 5),
            ("d", 0, 6),
        ]
        assert data_set.label_nominal.tolist() == [*"xxxx", *"yyyy", "x"]
        assert data_set.partition.tolist() == [0] * 8 + [1]
        assert data_set.cv_folds[:, 0].tolist() == [0] * 4 + [1] * 4 + [0]


def test_partitions_are_taken_together(tmp_path: Path) -> None:
    path = save(tmp_path / "in.nc", filename=list("abcd"), label_nominal=list("xxxy"), partition=[0, 0, 1, 1])
    both = UpsamplingConfig(partitions=(Partition.TRAIN, Partition.DEVEL))
    upsample(path, both).save(tmp_path / "out.nc")
    with load(tmp_path / "out.nc") as data_set:
        assert Counter(data_set.label_nominal) == {"x": 3, "y": 3}


@given(st.lists(st.sampled_from("xyz"), min_size=1, max_size=20), st.integers(1, 3), st.randoms())
def test_all_classes_become_as_large_as_the_largest(labels: list[str], chunks: int, random: Any) -> None:
    instances = [(label, number) for number, label in enumerate(labels) for _ in range(chunks)]
    random.shuffle(instances)
    label, file = (np.array(column) for column in zip(*instances, strict=True))
    repeats = repetitions(label, file)
    largest = chunks * max(Counter(labels).values())
    for name in set(labels):
        here = repeats[label == name]
        assert here.sum() == largest
        assert here.max() - here.min() <= 1
    for number in set(file):
        assert len(set(repeats[file == number])) == 1


@given(st.lists(st.tuples(st.sampled_from("xy"), st.integers(1, 5)), min_size=1, max_size=20))
def test_files_of_different_lengths_come_close(files: list[tuple[str, int]]) -> None:
    label = np.array([name for name, chunks in files for _ in range(chunks)])
    file = np.array([number for number, (_, chunks) in enumerate(files) for _ in range(chunks)])
    repeats = repetitions(label, file)
    sizes = {name: int(repeats[label == name].sum()) for name in set(label)}
    largest = max(Counter(label.tolist()).values())
    assert max(sizes.values()) == largest
    assert all(largest - size < 5 for size in sizes.values())


@given(counts=st.lists(st.integers(1, 30), min_size=2, max_size=4))
@settings(max_examples=examples(5), deadline=None)
def test_instances_remain_unique(counts: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("balance")
    labels = np.repeat([f"label {number}" for number in range(len(counts))], counts)
    path = save(folder / "in.nc", filename=[str(n) for n in range(len(labels))], label_nominal=labels)
    upsample(path).save(folder / "out.nc")
    with load(folder / "out.nc") as data_set:
        assert len(set(data_set.filename)) == len(data_set) == len(counts) * max(counts)
        original = [int(name.split(".upsampled.")[0]) for name in data_set.filename]
        assert data_set.features.values[:, 0].tolist() == original


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        (
            {"label_nominal": ["x", None, "y", "y"]},
            r"1 of the 3 instances to balance have no label, such as a \(ch",
        ),
        ({"label_nominal": ["x", "z", "y", "y"]}, "the chunks of a differ in label_nominal"),
        ({"partition": [0, 1, 0, 1]}, "the chunks of a differ in partition"),
        ({"partition": [1, 1, 1, 2]}, "no instances in partition TRAIN; partitions found: .'DEVEL', 'TEST'"),
    ],
)
def test_what_cannot_be_balanced(columns: dict[str, Any], problem: str, tmp_path: Path) -> None:
    defaults: dict[str, Any] = {
        "filename": ["a", "a", "b", "c"],
        "chunk_nr": [0, 1, 0, 0],
        "label_nominal": ["x", "x", "y", "y"],
        "partition": [0, 0, 0, 1],
    }
    with pytest.raises(DataError, match=problem):
        upsample(save(tmp_path / "in.nc", **defaults | columns), TRAIN).save(tmp_path / "out.nc")
    assert not (tmp_path / "out.nc").exists()


def test_labels_may_be_missing_elsewhere(tmp_path: Path) -> None:
    path = save(tmp_path / "in.nc", filename=list("abc"), label_nominal=["x", "y", None], partition=[0, 0, 2])
    upsample(path, TRAIN).save(tmp_path / "out.nc")
    with load(tmp_path / "out.nc") as data_set:
        assert data_set.filename.tolist() == ["a.upsampled.1", "b.upsampled.1", "c"]


def test_a_wrong_partition() -> None:
    with pytest.raises(OptionError, match="`partitions`: 'dev' is not one of TRAIN, DEVEL, TEST"):
        UpsamplingConfig(partitions=("dev",))  # type: ignore[arg-type]
