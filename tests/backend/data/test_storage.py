"""Data sets in files: what is written is read, and what does not fit is refused."""

import json
import tempfile
from pathlib import Path
from typing import Any

import h5py
import netCDF4
import numpy as np
import pytest
from hypothesis import given, settings

from audeep.backend.classifiers.config import PredictionConfig, SVMConfig
from audeep.backend.classifiers.prediction import predict
from audeep.backend.data import schema, storage
from audeep.backend.data.chunks import fuse_chunks
from audeep.backend.data.data_set import DataSet, from_columns, load
from audeep.backend.data.fuse import fuse
from audeep.backend.errors import DataError, OptionError
from audeep.testing import make_data_set
from tests.helpers.data_sets import assert_equal, data_sets
from tests.helpers.selection import examples

GOLDEN = Path(__file__).parents[2] / "golden" / "netcdf"


def small(count: int = 3) -> DataSet:
    return from_columns(np.ones((count, 4)), ["generated"], filename=[f"{number}.wav" for number in range(count)])


@given(data_sets())
@settings(max_examples=examples(15), deadline=None)
def test_round_trip(data_set: DataSet) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data_set.save(Path(folder) / "data.nc")
        with load(Path(folder) / "data.nc") as again:
            assert_equal(again, data_set)


@pytest.mark.parametrize(
    ("name", "count", "folds", "shape"),
    [
        ("mel40_chunks", 12, 0, (20, 40)),
        ("chunks_cv2", 12, 2, (20, 40)),
        ("fused_chunks", 4, 0, (60, 40)),
        ("up", 12, 0, (20, 40)),
    ],
)
def test_files_of_the_original(name: str, count: int, folds: int, shape: tuple[int, int]) -> None:
    with load(GOLDEN / f"{name}.nc") as data_set, netCDF4.Dataset(GOLDEN / f"{name}.nc") as file:
        assert (data_set.num_instances, data_set.num_folds, data_set.feature_shape) == (count, folds, shape)
        assert data_set.feature_dims == ("time", "freq")
        assert data_set.label_map == {"falling": 0, "rising": 1}
        assert sorted(set(data_set.label_nominal)) == ["falling", "rising"]
        for variable in ("filename", "chunk_nr", "cv_folds", "partition", "label_nominal", "label_numeric"):
            np.testing.assert_array_equal(getattr(data_set, variable), file[variable][:])
        np.testing.assert_array_equal(data_set.features.values, file["features"][:])
        # The label is the folder in the file name.
        folders = [name.split("/")[1] for name in data_set.filename]
        assert data_set.label_nominal.tolist() == folders
        assert data_set.partition.tolist() == [name.startswith("devel") for name in data_set.filename]
        assert not np.isnan(data_set.features.values).any()


def test_the_file_follows_the_schema(tmp_path: Path) -> None:
    """Read without our own code, as the original would."""
    data_set = from_columns(
        np.zeros((2, 5, 3)),
        ["time", "freq"],
        filename=["a", "b"],
        cv_folds=[[0], [1]],
        label_nominal=["x", None],
        label_numeric=[0, None],
        label_map={"y": 1, "x": 0},
    )
    data_set.save(tmp_path / "data.nc")
    with netCDF4.Dataset(tmp_path / "data.nc") as file:
        assert file.data_model == "NETCDF4"
        assert {name: len(dim) for name, dim in file.dimensions.items()} == {
            "instance": 2, "fold": 1, "time": 5, "freq": 3
        }  # fmt: skip
        assert {name: (file[name].dimensions, file[name].dtype) for name in file.variables} == {
            "filename": (("instance",), str),
            "chunk_nr": (("instance",), np.int64),
            "cv_folds": (("instance", "fold"), np.int64),
            "partition": (("instance",), np.float64),
            "label_nominal": (("instance",), str),
            "label_numeric": (("instance",), np.float64),
            "features": (("instance", "time", "freq"), np.float32),
        }
        assert json.loads(file.feature_dims) == ["time", "freq"]
        assert json.loads(file.label_map) == [["x", 0], ["y", 1]]
        assert file["features"].filters()["fletcher32"]


def test_slabs_are_appended(tmp_path: Path) -> None:
    data_set = small()
    with storage.create(tmp_path / "data.nc", {"generated": 4}, 3) as writer:
        for number in range(3):
            writer.append(np.full((1, 4), number))
        writer.columns = data_set.columns
    with load(tmp_path / "data.nc") as again:
        np.testing.assert_array_equal(again.features.values[:, 0], [0, 1, 2])


def test_too_few_instances(tmp_path: Path) -> None:
    path = tmp_path / "data.nc"
    path.write_text("CDF, before")

    def write_two() -> None:
        with storage.create(path, {"generated": 4}, 3) as writer:
            writer.append(np.ones((2, 4)))
            writer.columns = small().columns

    with pytest.raises(DataError, match="expected 3 instances, got 2"):
        write_two()
    assert path.read_text() == "CDF, before"
    assert list(tmp_path.iterdir()) == [path]


def test_further_attributes(tmp_path: Path) -> None:
    data_set = small()
    data_set.attrs["history"] = "preprocess"
    data_set.with_features(data_set.source, ["generated"], {"model": "{}"}).save(tmp_path / "data.nc")
    with load(tmp_path / "data.nc") as again:
        assert (again.attrs["history"], again.attrs["model"]) == ("preprocess", "{}")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no file .*none.nc"):
        load(tmp_path / "none.nc")


def test_another_kind_of_file(tmp_path: Path) -> None:
    path = tmp_path / "data.nc"
    path.write_text("filename,chunk_nr")
    with pytest.raises(DataError, match=r"data.nc cannot be read as a netCDF file"):
        load(path)


def test_a_missing_variable(tmp_path: Path) -> None:
    path = tmp_path / "data.nc"
    small().to_xarray().drop_vars(["partition", "label_nominal"]).to_netcdf(path)
    with pytest.raises(DataError, match=r"not an auDeep data set, missing variable partition, label_nominal"):
        load(path)


def test_a_wrong_dimension(tmp_path: Path) -> None:
    path = tmp_path / "data.nc"
    data = small().to_xarray()
    data["partition"] = (("fold",), np.zeros(0))
    data.to_netcdf(path)
    with pytest.raises(DataError, match="variable partition has the dimensions"):
        load(path)


def rewrite(path: Path, **variables: Any) -> Path:
    """Write a file with other variables, (dimensions, values) each, that nothing has checked."""
    small().to_xarray().assign(variables).to_netcdf(path)
    return path


@pytest.mark.parametrize(
    ("variable", "values", "problem"),
    [
        ("chunk_nr", [0.0, 0.5, 1.0], "expected 64-bit integers, got 0.5"),
        ("chunk_nr", [0.0, np.nan, 1.0], "a value is missing"),
        (
            "chunk_nr",
            np.array([0, 1, 2**63], np.uint64),
            r"expected 64-bit integers, got 9.22337e\+18",
        ),
        ("chunk_nr", [0, 1, 1e30], r"expected 64-bit integers, got 1e\+30"),
        ("label_numeric", ["1", "2", "3"], "expected numbers, got "),
        ("filename", [1, 2, 3], "expected strings, got int64"),
        ("label_nominal", [1.5, 2, 3], "expected strings, got float64"),
        ("partition", [0, 1, 3], r"expected .*0 \(TRAIN\), 1 \(DEVEL\), 2 \(TEST\), got 3"),
        ("partition", [0, np.nan, -1], r".*expected .*2 \(TEST\), got -1"),
    ],
)
def test_a_wrong_value(tmp_path: Path, variable: str, values: Any, problem: str) -> None:
    path = rewrite(tmp_path / "data.nc", **{variable: (("instance",), np.asarray(values))})
    with pytest.raises(DataError, match=rf"data\.nc: variable {variable}: {problem}"):
        load(path)


@pytest.mark.parametrize(
    ("variable", "dims", "values", "problem"),
    [
        ("cv_folds", ("instance", "fold"), [[0], [1], [2]], r"expected .*0 \(TRAIN\), 1 \(VALID\), got 2"),
        (
            "cv_folds",
            ("fold", "instance"),
            [[0, 1, 1]],
            r"dimensions \['fold', 'instance'\], not \['instance', 'fold",
        ),
        (
            "features",
            ("time", "instance"),
            np.ones((4, 3)),
            r"dimensions \['time', 'instance'\], not \['instance', 't",
        ),
        ("features", ("instance", "time"), [["a"], ["b"], ["c"]], "expected numbers, got"),
        ("features", ("instance",), np.ones(3, complex), "expected numbers, got complex128"),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_wrong_variable(tmp_path: Path, variable: str, dims: tuple[str, ...], values: Any, problem: str) -> None:
    data = small().to_xarray().drop_vars(variable).assign({variable: (dims, np.asarray(values))})
    data.to_netcdf(tmp_path / "data.nc", engine="h5netcdf", invalid_netcdf=True)
    with pytest.raises(DataError, match=rf"data\.nc: variable {variable}:? .*{problem}"):
        load(tmp_path / "data.nc")


def test_numbers_of_other_types(tmp_path: Path) -> None:
    """As other programs may write them."""
    path = rewrite(
        tmp_path / "data.nc",
        features=(("instance", "time"), np.arange(6.0).reshape(3, 2)),
        chunk_nr=(("instance",), np.arange(3, dtype=np.uint8)),
        partition=(("instance",), np.array([0, 1, np.nan], np.float32)),
    )
    with load(path) as data_set:
        (slab,) = data_set.slabs()
        assert (slab.dtype, data_set.chunk_nr.dtype) == (np.float32, np.int64)
        np.testing.assert_array_equal(slab, [[0, 1], [2, 3], [4, 5]])
        np.testing.assert_array_equal(data_set.partition, [0, 1, np.nan])


def test_features_too_large_for_float32(tmp_path: Path) -> None:
    path = rewrite(tmp_path / "data.nc", features=(("instance", "time"), np.full((3, 1), 1e39)))
    with (
        load(path) as data_set,
        pytest.raises(DataError, match=r"data\.nc has features too large for float32"),
    ):
        list(data_set.slabs())


def test_further_variables_are_left_out_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = rewrite(tmp_path / "data.nc", weights=(("instance",), np.ones(3)), fold=(("fold",), np.zeros(0)))
    with load(path) as data_set:
        assert set(data_set.to_xarray().data_vars) == {*schema.COLUMNS, "features"}
    assert caplog.messages == [f"{path}: ignoring variables that are not part of the data model: fold, weights"]


def test_a_wrong_attribute(tmp_path: Path) -> None:
    small().to_xarray().assign_attrs(label_map="{").to_netcdf(tmp_path / "data.nc")
    with pytest.raises(DataError, match=r"data\.nc: attribute label_map is not a JSON array"):
        load(tmp_path / "data.nc")


def test_an_attribute_that_netcdf_has_not(tmp_path: Path) -> None:
    small().save(tmp_path / "data.nc")
    with h5py.File(tmp_path / "data.nc", "r+") as file:
        file.attrs["is/good"] = "yes"
    with load(tmp_path / "data.nc") as data_set, pytest.raises(DataError, match=r"copy\.nc: attribute 'is/good'"):
        data_set.save(tmp_path / "copy.nc")
    assert [path.name for path in tmp_path.iterdir()] == ["data.nc"]


@pytest.mark.parametrize("name", ["features", "fold", "something else"])
def test_links_to_other_files_are_not_followed(name: str, tmp_path: Path) -> None:
    small().save(tmp_path / "data.nc")
    small().save(tmp_path / "other.nc")
    with h5py.File(tmp_path / "data.nc", "r+") as file:
        file.pop(name, None)
        file[name] = h5py.ExternalLink("other.nc", "/features")
    with pytest.raises(DataError, match=rf"data\.nc: {name} is a link to another file, which is not followed"):
        load(tmp_path / "data.nc")


@pytest.mark.parametrize("storage", ["external", "virtual"])
def test_values_in_other_files_are_not_read(storage: str, tmp_path: Path) -> None:
    small().save(tmp_path / "data.nc")
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(48))
    with h5py.File(tmp_path / "data.nc", "r+") as file:
        del file["features"]
        if storage == "external":
            features = file.create_dataset("features", (3, 4), "f4", external=[(secret, 0, 48)])
        else:
            layout = h5py.VirtualLayout((3, 4), "f4")
            layout[:] = h5py.VirtualSource(secret, "features", (3, 4))
            features = file.create_virtual_dataset("features", layout)
        for axis, dim in zip(features.dims, ("instance", "generated"), strict=True):
            axis.attach_scale(file[dim])
    with pytest.raises(DataError, match=r"data\.nc: the values of features are in another file, which is not read"):
        load(tmp_path / "data.nc")


def test_a_size_that_no_file_has(tmp_path: Path) -> None:
    """Nothing of it is read, so that no memory is asked for."""
    small().save(tmp_path / "data.nc")
    with h5py.File(tmp_path / "data.nc", "r+") as file:
        del file["filename"], file["instance"]
        file.create_dataset("instance", (10**12,), "f4", chunks=(1000,)).make_scale()
        file.create_dataset("filename", (10**12,), h5py.string_dtype(), chunks=(1000,))
        file["filename"].dims[0].attach_scale(file["instance"])
    with pytest.raises(
        DataError, match=r"filename: its shape \(1000000000000,\) is too large for a file of this size"
    ):
        load(tmp_path / "data.nc")


@pytest.mark.parametrize("part", [0, 1, 8, 100, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off(part: float, tmp_path: Path) -> None:
    path = tmp_path / "data.nc"
    small().save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(part if part >= 1 else part * len(content))])
    with pytest.raises(DataError, match=r"data\.nc cannot be read as a netCDF file: "):
        load(path)


@pytest.mark.parametrize("variable", ["chunk_nr", "cv_folds", "partition", "label_numeric", "features"])
def test_a_flipped_bit_among_numbers_is_noticed(variable: str, tmp_path: Path) -> None:
    path = tmp_path / "data.nc"
    values = np.arange(3)
    from_columns(
        values[:, np.newaxis], ["generated"], filename=list("abc"), chunk_nr=values, cv_folds=[[0], [1], [0]],
        partition=values, label_nominal=list("abc"), label_numeric=values,
    ).save(path)  # fmt: skip
    with h5py.File(path) as file:
        place = file[variable].id.get_chunk_info(0).byte_offset
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with (
        pytest.raises(DataError, match=r"data\.nc (cannot be read|is damaged).*filter returned failure"),
        load(path) as data_set,
    ):
        list(data_set.slabs())


def test_damage_is_noticed(tmp_path: Path) -> None:
    path, copy = tmp_path / "data.nc", tmp_path / "copy.nc"
    noise = np.random.default_rng(0).random((400, 300))
    from_columns(noise, ["generated"], filename=["a"] * 400).save(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with load(path) as data_set, pytest.raises(DataError, match=r"data.nc is damaged; its features"):
        data_set.save(copy)
    assert not copy.exists()


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    """Python gives such names to files whose names are not UTF-8."""
    data_set = from_columns(np.ones((1, 1)), ["generated"], filename=["caf\udce9.wav"])
    with pytest.raises(DataError, match="is not valid text"):
        data_set.save(tmp_path / "data.nc")
    assert not list(tmp_path.iterdir())


def test_saving_over_the_source_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.nc"
    small().save(path)
    before = path.read_bytes()
    (tmp_path / "link.nc").symlink_to(path)
    with load(path) as data_set:
        for changed in (data_set.select(np.array([1])), fuse([data_set, small()]), fuse_chunks(data_set)):
            for target in (path, tmp_path / "link.nc"):
                with pytest.raises(
                    OptionError, match=r"`output` and `input` must be different files, not both .*data"
                ):
                    changed.save(target)
    assert path.read_bytes() == before


def test_predictions_do_not_replace_what_they_were_made_from(tmp_path: Path) -> None:
    path = tmp_path / "data.nc"
    make_data_set(6, labels=["cat", "dog"], generated=2).save(path)
    before = path.read_bytes()
    predictions = predict(path, path, SVMConfig(complexity=1), PredictionConfig())
    with pytest.raises(OptionError, match=r"`output` and `input` must be different files, not both .*data\.nc"):
        predictions.save(path)
    assert path.read_bytes() == before


@pytest.mark.long
def test_a_file_may_be_open_many_times(tmp_path: Path) -> None:
    """With netCDF4 as the reader, this crashed Python."""
    paths = [tmp_path / f"{number}.nc" for number in range(2)]
    for path in paths:
        small().save(path)
    rng = np.random.default_rng(0)
    opened = []
    for action in rng.random(100):
        if action < 0.5:
            opened.append(load(paths[rng.integers(2)]))
        elif action < 0.8 and opened:
            opened.pop(rng.integers(len(opened))).close()
        elif opened:
            assert opened[rng.integers(len(opened))].features[1:3].values.shape == (2, 4)
    for data_set in opened:
        data_set.close()


def test_instances_too_large_for_a_file(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError, match="an instance of 100000 x 50000 values is too large to store"),
        storage.create(tmp_path / "data.nc", {"time": 100_000, "freq": 50_000}, 3),
    ):
        pass
    assert not list(tmp_path.iterdir())


def test_a_feature_dimension_of_a_reserved_name(tmp_path: Path) -> None:
    data = small().to_xarray().drop_vars("features").assign(features=(("instance", "fold"), np.ones((3, 0))))
    data.to_netcdf(tmp_path / "data.nc", engine="h5netcdf")
    with pytest.raises(
        DataError, match=r"data\.nc: names of feature dimensions must be unique, and none of .*; got"
    ):
        load(tmp_path / "data.nc")
