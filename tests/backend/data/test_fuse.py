"""Data sets fused with each other, and chunks with each other."""

import logging
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audeep.backend.data.chunks import fuse_chunks
from audeep.backend.data.data_set import DataSet, from_columns, load
from audeep.backend.data.features import InMemory
from audeep.backend.data.fuse import fuse
from audeep.backend.data.operations import FusionConfig
from audeep.backend.errors import DataError, OptionError
from tests.helpers.data_sets import assert_equal, data_sets, in_order
from tests.helpers.golden import GOLDEN

TIME = FusionConfig(dimension="time")
COLUMNS: dict[str, Any] = {
    "filename": ["a", "a", "b", "b"],
    "chunk_nr": [0, 1, 0, 1],
    "cv_folds": [[0, 1], [0, 1], [1, 0], [1, 0]],
    "partition": [0, 0, 1, 1],
    "label_nominal": ["x", "x", "y", "y"],
    "label_numeric": [0, 0, 1, 1],
    "label_map": {"x": 0, "y": 1},
}


def save(
    path: Path,
    *,
    shape: Sequence[int] = (3,),
    dims: Sequence[str] = ("generated",),
    offset: int = 0,
    **columns: Any,
) -> Path:
    """Save a data set whose features are counted from `offset`."""
    columns = COLUMNS | columns
    shape = (len(columns["filename"]), *shape)
    from_columns(np.arange(np.prod(shape)).reshape(shape) + offset, dims, **columns).save(path)
    return path


def part(data_set: DataSet, dimension: str, piece: slice) -> DataSet:
    """Take some of the features."""
    cut = data_set.to_xarray().isel({dimension: piece})
    return data_set.with_features(InMemory(cut["features"].values), data_set.feature_dims)


class TestFuse:
    @given(data_sets(), st.data())
    @settings(max_examples=25, deadline=None)
    def test_what_was_split_is_whole_again(self, data_set: DataSet, data: st.DataObject) -> None:
        dimension = data.draw(st.sampled_from(data_set.feature_dims))
        if dimension == data_set.feature_dims[0]:
            # Along which padding would be in between.
            data_set = data_set.without_lengths()
        size = data_set.feature_sizes[dimension]
        cuts = [0, *sorted(data.draw(st.lists(st.integers(0, size), min_size=1, max_size=3))), size]
        pieces = [slice(*ends) for ends in pairwise(cuts) if ends[0] < ends[1]]
        orders = [data.draw(st.permutations(range(len(data_set)))) for _ in pieces]
        orders[0] = list(range(len(data_set)))
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            paths = [folder / f"{number}.nc" for number in range(len(pieces))]
            for path, piece, order in zip(paths, pieces, orders, strict=True):
                part(data_set, dimension, piece).select(np.array(order)).save(path)
            if len(paths) == 1:
                return
            fuse(paths, FusionConfig(dimension=dimension)).save(folder / "out.nc")
            with load(folder / "out.nc") as fused:
                assert_equal(fused, data_set)

    def test_the_second_follows_the_first(self, tmp_path: Path) -> None:
        first = save(tmp_path / "1.nc", shape=(2,))
        second = save(tmp_path / "2.nc", shape=(1,), offset=100)
        fuse([first, second, first]).save(tmp_path / "out.nc")
        with load(tmp_path / "out.nc") as fused:
            assert fused.features.values[:2].tolist() == [[0, 1, 100, 0, 1], [2, 3, 101, 2, 3]]

    def test_attributes_are_kept_where_all_say_the_same(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        first = save(tmp_path / "1.nc", attrs={"model": "{}", "spectrograms": '{"clip": 1}', "history": "x"})
        second = save(tmp_path / "2.nc", attrs={"model": "{}", "spectrograms": '{"clip": 2}', "own": [1, 2]})
        with caplog.at_level(logging.INFO, "audeep"):
            fuse([first, second]).save(tmp_path / "out.nc")
        with load(tmp_path / "out.nc") as fused:
            assert set(fused.attrs) == {"model", "label_map", "feature_dims", "audeep_version"}
        assert "dropped attributes that differ between the inputs: history, own, spectrograms" in caplog.text

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            (
                {"label_nominal": ["x", "x", "y", "z"]},
                r"label_nominal of 1 instances, such as b \(chunk 1\): y and z",
            ),
            ({"label_numeric": [0, None, 1, 1]}, r"label_numeric of 1 instances, such as a \(chunk 1\): 0 and nan"),
            ({"partition": [0, 0, 2, 2]}, r"differ in partition of 2 instances, such as b \(chunk 0\): 1 and 2"),
            (
                {"cv_folds": [[0, 1], [1, 1], [1, 0], [1, 0]]},
                r"differ in cv_folds of 1 instances, such as a \(chunk 1\): \[0 1\] and \[1 1\]",
            ),
            ({"cv_folds": None}, "different numbers of cross-validation folds: 2 and 0"),
            ({"label_map": {"x": 0, "y": 1, "z": 2}}, "different label maps: {'x': 0, 'y': 1} and "),
            ({"label_map": None}, "different label maps: {'x': 0, 'y': 1} and None"),
            ({"filename": ["a", "a", "b", "c"]}, r"b \(chunk 1\) is in .*1.nc, but not in .*2.nc"),
            ({"chunk_nr": [0, 1, 0, 2]}, r"b \(chunk 1\) is in .*1.nc, but not in .*2.nc"),
            (
                {"filename": ["b", "b", "a", "a"], "chunk_nr": [0, 1, 1, 1]},
                r"2.nc has a \(chunk 1\) more than once",
            ),
        ],
    )
    def test_different_metadata(self, changes: dict[str, Any], problem: str, tmp_path: Path) -> None:
        first, second = save(tmp_path / "1.nc"), save(tmp_path / "2.nc", **changes)
        with pytest.raises(DataError, match=problem) as error:
            fuse([first, second]).save(tmp_path / "out.nc")
        assert str(second) in str(error.value)
        assert not (tmp_path / "out.nc").exists()

    def test_an_instance_more(self, tmp_path: Path) -> None:
        first = save(tmp_path / "1.nc")
        with load(first) as data_set:
            data_set.select(np.array([2, 1, 0])).save(tmp_path / "2.nc")
        for paths in ([first, tmp_path / "2.nc"], [tmp_path / "2.nc", first]):
            with pytest.raises(DataError, match=r"b \(chunk 1\) is in .*1.nc, but not in .*2.nc"):
                fuse(paths).save(tmp_path / "out.nc")

    def test_metadata_are_compared_after_alignment(self, tmp_path: Path) -> None:
        first = save(tmp_path / "1.nc")
        with load(first) as data_set:
            turned = data_set.select(np.array([3, 2, 1, 0]))
            turned = turned.with_columns(label_nominal=np.array(["y", "y", "x", "y"], object))
            turned.save(tmp_path / "2.nc")
        with pytest.raises(DataError, match=r"label_nominal of 1 instances, such as a \(chunk 0\): x and y"):
            fuse([first, tmp_path / "2.nc"]).save(tmp_path / "out.nc")

    def test_other_dimensions_must_agree(self, tmp_path: Path) -> None:
        first = save(tmp_path / "1.nc", shape=(2, 5), dims=["time", "freq"])
        second = save(tmp_path / "2.nc", shape=(3, 4), dims=["time", "freq"])
        with pytest.raises(
            DataError,
            match=r"along time: .* dimensions time \(2\) x freq \(5\) and time \(3\) x",
        ):
            fuse([first, second], TIME).save(tmp_path / "out.nc")

    def test_the_order_of_dimensions_must_agree(self, tmp_path: Path) -> None:
        first = save(tmp_path / "1.nc", shape=(2, 2), dims=["time", "freq"])
        second = save(tmp_path / "2.nc", shape=(2, 2), dims=["freq", "time"])
        with pytest.raises(DataError, match=r"cannot fuse .*1\.nc and .*2\.nc along time: "):
            fuse([first, second], TIME).save(tmp_path / "out.nc")

    def test_an_absent_dimension(self, tmp_path: Path) -> None:
        first = save(tmp_path / "1.nc", shape=(2, 2), dims=["time", "freq"])
        with pytest.raises(
            DataError, match=r"1.nc has no feature dimension generated; dimensions found: time, freq"
        ):
            fuse([first, first]).save(tmp_path / "out.nc")

    @pytest.mark.parametrize("count", [0, 1])
    def test_too_few(self, count: int, tmp_path: Path) -> None:
        with pytest.raises(OptionError, match="`input`: expected two or more"):
            fuse([save(tmp_path / "1.nc")] * count).save(tmp_path / "out.nc")


class TestFuseChunks:
    @pytest.mark.parametrize("name", ["mel40_chunks", "chunks_cv2"])
    def test_features_are_those_of_the_original(self, name: str, tmp_path: Path) -> None:
        fuse_chunks(GOLDEN / "netcdf" / f"{name}.nc", TIME).save(tmp_path / "out.nc")
        with load(tmp_path / "out.nc") as ours, load(GOLDEN / "netcdf" / "fused_chunks.nc") as theirs:
            ours_sorted, theirs_sorted = in_order(ours), in_order(theirs)
            np.testing.assert_array_equal(ours_sorted.features.values, theirs_sorted.features.values)
            if name == "mel40_chunks":
                assert_equal(ours_sorted, theirs_sorted)

    @given(
        st.integers(1, 4),
        st.integers(1, 4),
        st.permutations(["time", "freq", "channel"]).flatmap(
            lambda dims: st.integers(1, 3).map(lambda n: dims[:n])
        ),
        st.data(),
    )
    @settings(max_examples=25, deadline=None)
    def test_chunks_are_concatenated(self, files: int, chunks: int, dims: list[str], data: st.DataObject) -> None:
        sizes = [data.draw(st.integers(1, 3)) for _ in dims]
        axis = data.draw(st.integers(0, len(dims) - 1))
        order = np.array(data.draw(st.permutations(range(files * chunks))))
        features = np.random.default_rng(0).random((files, chunks, *sizes)).astype(np.float32)
        whole = from_columns(
            features.reshape(-1, *sizes),
            dims,
            filename=np.repeat([f"{number}.wav" for number in range(files)], chunks),
            chunk_nr=np.tile(np.arange(chunks), files),
            label_nominal=np.repeat([f"label {number}" for number in range(files)], chunks),
        )
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            whole.select(order).save(folder / "in.nc")
            fuse_chunks(folder / "in.nc", FusionConfig(dimension=dims[axis])).save(folder / "out.nc")
            with load(folder / "out.nc") as fused:
                in_which = [int(filename.split(".")[0]) for filename in fused.filename]
                assert in_which == list(dict.fromkeys((order // chunks).tolist()))
                assert fused.label_nominal.tolist() == [f"label {number}" for number in in_which]
                assert fused.chunk_nr.tolist() == [0] * files
                expected = [np.concatenate(list(features[number]), axis=axis) for number in in_which]
                np.testing.assert_array_equal(fused.features.values, expected)

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"chunk_nr": [0, 1, 0, 2]}, "b has the chunk numbers 0, 2; expected each number from 0 to 1 once"),
            ({"chunk_nr": [0, 0, 0, 1]}, "a has the chunk numbers 0, 0; expected each number from 0 to 1 once"),
            (
                {"filename": ["a", "b", "b", "b"], "chunk_nr": [0, 0, 1, 2]},
                r"has 3 chunks, but most files have 1|has 1 chunks, but most files have 3",
            ),
            ({"label_nominal": ["x", "x", "y", "z"]}, "the chunks of b differ in label_nominal; 'audeep validate"),
            ({"partition": [0, None, 1, 1]}, "the chunks of a differ in partition"),
            ({"cv_folds": [[0, 1], [0, 0], [1, 0], [1, 0]]}, "the chunks of a differ in cv_folds"),
        ],
    )
    def test_what_cannot_be_joined(self, changes: dict[str, Any], problem: str, tmp_path: Path) -> None:
        path = save(tmp_path / "in.nc", **changes)
        with pytest.raises(DataError, match=problem) as error:
            fuse_chunks(path).save(tmp_path / "out.nc")
        assert str(path) in str(error.value)
        assert not (tmp_path / "out.nc").exists()

    def test_an_absent_dimension(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="has no feature dimension time; dimensions found: generated"):
            fuse_chunks(save(tmp_path / "in.nc"), TIME).save(tmp_path / "out.nc")

    def test_no_instances(self, tmp_path: Path) -> None:
        from_columns(np.zeros((0, 3)), ["generated"], filename=[]).save(tmp_path / "in.nc")
        fuse_chunks(tmp_path / "in.nc").save(tmp_path / "out.nc")
        with load(tmp_path / "out.nc") as fused:
            assert fused.features.shape == (0, 3)


def test_a_label_map_in_another_order_is_the_same(tmp_path: Path) -> None:
    paths = [
        save(tmp_path / "1.nc"),
        save(tmp_path / "2.nc", label_map=None, attrs={"label_map": '[["y",1],["x",0]]'}),
    ]
    fuse(paths).save(tmp_path / "fused.nc")
    with load(tmp_path / "fused.nc") as fused:
        assert fused.label_map == {"x": 0, "y": 1}
