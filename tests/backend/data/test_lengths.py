"""Instances of different lengths: what is stored of them, and what operations make of their lengths."""

from collections.abc import Callable
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import xarray as xr

from audeep.backend.data.chunks import fuse_chunks
from audeep.backend.data.data_set import DataSet, from_columns, load
from audeep.backend.data.features import InMemory, Stored
from audeep.backend.data.fuse import fuse
from audeep.backend.data.integrity import validate
from audeep.backend.data.operations import FusionConfig
from audeep.backend.data.summary import describe
from audeep.backend.data.vectors import finite_instances, lengths_of
from audeep.backend.errors import DataError
from audeep.backend.exchange.export import export
from audeep.backend.exchange.importing import import_tables
from audeep.testing import make_data_set
from tests.helpers.data_sets import assert_equal

LENGTHS = [5, 2, 3, 1]


@pytest.fixture
def data_set() -> DataSet:
    return make_data_set(4, time=5, freq=3, lengths=LENGTHS)


def test_a_file_has_lengths_and_padding(data_set: DataSet, tmp_path: Path) -> None:
    path = tmp_path / "data.nc"
    data_set.save(path)
    with load(path) as stored:
        assert_equal(stored, data_set)
        assert stored["length"].dtype == np.int64
        assert (stored.lengths.tolist(), stored.padding) == (LENGTHS, -1)
        instances = [*stored.instances()]
        assert [len(instance) for instance in instances] == LENGTHS
        np.testing.assert_array_equal(instances[1], data_set.features.values[1, :2])


@pytest.mark.parametrize("engine", ["netcdf4", "h5netcdf"])
def test_other_programs_read_silence(data_set: DataSet, tmp_path: Path, engine: str) -> None:
    path = tmp_path / "data.nc"
    data_set.save(path)
    # As the original reads it. A fill value of -1 would turn silence within the recordings into NaN as well.
    with xr.open_dataset(path, engine=engine) as data:
        np.testing.assert_array_equal(data["features"], data_set.features)
    with netCDF4.Dataset(path) as file:
        assert not np.ma.is_masked(file["features"][:])
        np.testing.assert_array_equal(file["features"][:], data_set.features)


def test_padding_takes_next_to_no_space(tmp_path: Path) -> None:
    lengths, bands = [16] * 60 + [10_000], 8
    make_data_set(60, time=16, freq=bands).save(tmp_path / "short.nc")
    make_data_set(61, time=10_000, freq=bands, lengths=lengths).save(tmp_path / "both.nc")
    sizes = {path.stem: path.stat().st_size for path in tmp_path.iterdir()}
    long_bytes, all_bytes = 4 * 10_000 * bands, 4 * 10_000 * bands * 61
    assert all_bytes > 10 * (sizes["short"] + long_bytes)
    # A short instance fills no more than one HDF5 chunk.
    assert sizes["both"] < sizes["short"] + long_bytes + 60 * 2**15 + 2**17
    with load(tmp_path / "both.nc") as stored:
        assert sum(map(len, stored.instances())) == sum(lengths)


@pytest.mark.parametrize("length", [0, -1, 6])
def test_lengths_beyond_the_features_are_refused(data_set: DataSet, length: int) -> None:
    wrong = data_set.with_columns(length=np.array([5, length, 3, 1]))
    violations = validate(wrong)
    assert violations[["constraint", "filename", "found"]].values.tolist() == [["lengths", "1.wav", length]]
    assert validate(data_set).empty
    with pytest.raises(DataError, match=rf"1\.wav \(chunk 0\) has the length {length}, but .* time \(5\) x freq"):
        _ = wrong.lengths


def test_missing_lengths_are_whole_instances(data_set: DataSet, tmp_path: Path) -> None:
    assert make_data_set(4, time=5, freq=3).lengths is None
    some = data_set.with_columns(length=np.array([np.nan, 2, np.nan, 1]))
    assert some.lengths.tolist() == [5, 2, 5, 1]
    some.save(tmp_path / "some.nc")
    with load(tmp_path / "some.nc") as stored:
        assert stored.lengths.tolist() == [5, 2, 5, 1]
    # None differs.
    assert data_set.with_columns(length=np.full(4, 5)).lengths is None
    assert lengths_of([some, make_data_set(2, time=5, freq=3)]).tolist() == [5, 2, 5, 1, 5, 5]


def test_a_selection_has_its_own(data_set: DataSet, tmp_path: Path) -> None:
    data_set.save(tmp_path / "data.nc")
    order = np.array([3, 1, 1])
    with load(tmp_path / "data.nc") as stored:
        selection = stored.select(order)
        assert selection.lengths.tolist() == [1, 2, 2]
        for instance, index in zip(finite_instances(selection), order, strict=True):
            np.testing.assert_array_equal(instance, data_set.features.values[index, : LENGTHS[index]])
        np.testing.assert_array_equal(selection.features.values, data_set.features.values[order])
        selection.save(tmp_path / "selection.nc")
    with load(tmp_path / "selection.nc") as again:
        assert_equal(again, data_set.select(order))


def test_instances_are_read_many_at_a_time_with_little_padding(tmp_path: Path) -> None:
    lengths = [3, 4, 100, *[4] * 17]
    make_data_set(20, time=100, freq=2, lengths=lengths).save(tmp_path / "data.nc")
    with load(tmp_path / "data.nc") as stored:
        for chosen, expected in (
            (range(20), [(0, 2), (2, 4), (4, 20)]),
            ([5, 0, 1], [(0, 3)]),
            # Too far from each other to read everything between them.
            ([19, 0], [(0, 1), (1, 2)]),
        ):
            selection = stored.select(np.array(chosen))
            assert [*selection.source.stretches(selection.lengths)] == expected


def test_only_the_padding_may_be_anything(data_set: DataSet) -> None:
    data_set.features[1, 2:] = np.nan
    assert len([*finite_instances(data_set)]) == 4
    data_set.features[2, 2, 1] = np.nan
    with pytest.raises(DataError, match=r"too large, such as 2\.wav"):
        _ = [*finite_instances(data_set)]


def test_inspection_tells_how_much_is_padding(data_set: DataSet) -> None:
    facts = describe(data_set, {"instance": 1})
    assert facts["lengths"] == {"minimum": 1, "maximum": 5, "share_of_padding": 0.45}
    assert facts["instance"]["feature_shape"] == [2, 3]
    assert facts["instance"]["minimum"] == pytest.approx(float(data_set.features[1, :2].min()))
    assert "lengths" not in describe(make_data_set(4, time=5, freq=3))


def test_fusion_keeps_lengths_but_not_along_time(data_set: DataSet) -> None:
    other = make_data_set(4, time=5, freq=2, lengths=LENGTHS)
    fused = fuse([data_set, other.select(np.array([2, 0, 3, 1]))], FusionConfig(dimension="freq"))
    assert (fused.lengths.tolist(), fused.feature_shape) == (LENGTHS, (5, 5))
    with pytest.raises(DataError, match=r"differ in length of 1 instances, such as 1\.wav"):
        fuse([data_set, other.with_columns(length=np.array([5, 3, 3, 1]))], FusionConfig(dimension="freq"))
    with pytest.raises(DataError, match=r"cannot fuse the data set along time: its instances have different"):
        fuse([data_set, data_set], FusionConfig(dimension="time"))
    whole = data_set.with_columns(length=np.full(4, 5))
    along_time = fuse([whole, whole], FusionConfig(dimension="time"))
    assert (along_time.lengths, along_time.feature_shape) == (None, (10, 3))
    cut = along_time.with_columns(length=np.array([10, 7, 5, 2]))
    for instance, features, length in zip(cut.instances(), cut.features.values, cut.lengths, strict=True):
        np.testing.assert_array_equal(instance, features[:length])


def test_fusion_keeps_the_padding(data_set: DataSet, tmp_path: Path) -> None:
    def padded(value: float) -> DataSet:
        features = data_set.features.values.copy()
        for instance, length in zip(features, LENGTHS, strict=True):
            instance[length:] = value
        return data_set.with_features(InMemory(features), data_set.feature_dims, {"padding": value})

    fuse([padded(-100), padded(-100)], {"dimension": "freq"}).save(tmp_path / "fused.nc")
    with load(tmp_path / "fused.nc") as fused:
        assert fused.padding == -100
        assert (fused.features.values[3, 1:] == -100).all()
    with pytest.raises(DataError, match="different values beyond the end of their instances: -100 and -60; make"):
        fuse([padded(-100), padded(-60)], {"dimension": "freq"})
    # By default it is -1, also where no attribute says so.
    assert fuse([padded(-1), data_set], {"dimension": "freq"}).padding == -1


def test_chunks_are_joined_if_only_the_last_is_shorter() -> None:
    chunks = make_data_set(3, chunks=2, time=5, freq=3, lengths=[5, 2, 5, 5, 5, 1])
    joined = fuse_chunks(chunks, FusionConfig(dimension="time"))
    assert joined.lengths.tolist() == [7, 10, 6]
    expected = np.concatenate([chunks.features[0], chunks.features[1, :2]])
    np.testing.assert_array_equal(next(joined.instances()), expected)
    wrong = chunks.with_columns(length=np.array([2, 5, 5, 5, 5, 1]))
    with pytest.raises(DataError, match="all chunks but the last must be full"):
        fuse_chunks(wrong, FusionConfig(dimension="time"))
    with pytest.raises(DataError, match="the chunks of a recording must be equally long"):
        fuse_chunks(chunks, FusionConfig(dimension="freq"))
    equal = chunks.with_columns(length=np.array([2, 2, 5, 5, 1, 1]))
    assert fuse_chunks(equal, FusionConfig(dimension="freq")).lengths.tolist() == [2, 5, 1]


@pytest.mark.parametrize(
    ("fused", "lengths"),
    [
        (lambda one, other: fuse([one, other], {"dimension": "freq"}), [4, 2, 3]),
        (lambda _, other: fuse_chunks(other, {"dimension": "freq"}), [4, 4, 2, 2, 3, 3]),
        (lambda _, other: fuse_chunks(other, {"dimension": "time"}), [4, 3, 4, 1]),
    ],
)
def test_fusing_scattered_instances_reads_each_once(
    fused: Callable[[DataSet, DataSet], DataSet],
    lengths: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = make_data_set(20, chunks=2, time=4, freq=2, lengths=lengths)
    # So that the chunks of a recording are far from each other.
    other = one.select(np.argsort(one.chunk_nr, kind="stable"))
    expected = fused(one, other)
    one.save(tmp_path / "one.nc")
    other.save(tmp_path / "other.nc")
    # A stretch is at most 16 steps of two bands.
    monkeypatch.setattr("audeep.backend.data.features.SLAB_BYTES", 16 * 2 * 4)
    num_read = []
    original = Stored.read

    def counted(self: Stored, start: int, stop: int, steps: int | None = None) -> np.ndarray:
        num_read.append(stop - start)
        return original(self, start, stop, steps)

    monkeypatch.setattr(Stored, "read", counted)
    with load(tmp_path / "one.nc") as one, load(tmp_path / "other.nc") as other:
        instances = [*fused(one, other).instances()]
    for instance, features, length in zip(instances, expected.features.values, expected.lengths, strict=True):
        np.testing.assert_array_equal(instance, features[:length])
    assert sum(num_read) * 4 * 2 == expected.features.size


def test_tables_have_lengths(data_set: DataSet, tmp_path: Path) -> None:
    export(data_set, tmp_path / "tables", "csv")
    with import_tables(tmp_path / "tables", "data", tmp_path / "back.nc") as back:
        assert_equal(back, data_set)


def test_in_tables_of_other_programs_length_is_a_feature(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("filename,length,width\na.wav,1.5,2\n")
    with import_tables(tmp_path, "data", tmp_path / "data.nc") as data_set:
        assert data_set.features.values.tolist() == [[1.5, 2]]


def test_a_wrong_padding_is_refused(tmp_path: Path) -> None:
    features = np.zeros((1, 2, 2))
    from_columns(features, ["time", "freq"], filename=["a"], attrs={"padding": "silence"}).save(tmp_path / "a.nc")
    with pytest.raises(DataError, match="attribute padding is not a finite number; correct or remove it"):
        load(tmp_path / "a.nc")
