"""Tables that export writes, read by other libraries."""

import logging
from pathlib import Path
from typing import Any

import arff
import h5py
import numpy as np
import pandas as pd
import pytest

from audeep.backend.data.data_set import from_columns, load
from audeep.backend.errors import AudeepError, DataError, OptionError
from audeep.backend.exchange import export as module
from audeep.backend.exchange.export import export
from audeep.backend.exchange.formats import ExportConfig
from audeep.backend.exchange.table import TableFormat
from tests.helpers.golden import GOLDEN

METADATA = ["filename", "chunk_nr", "label_nominal", "label_numeric"]
MEL40 = GOLDEN / "netcdf" / "mel40_chunks.nc"


def tree(folder: Path) -> list[str]:
    """List all files below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def save(folder: Path, **columns: Any) -> Path:
    """Save a data set of four instances with two features."""
    path = folder / "data.nc"
    columns = {"filename": ["a", "b", "c", "d"]} | columns
    from_columns(np.arange(8).reshape(4, 2), ["generated"], **columns).save(path)
    return path


def names(file: Path) -> list[str]:
    """Read the file names in a table."""
    return pd.read_csv(file)["filename"].tolist()


@pytest.mark.parametrize("partition", ["train", "devel"])
def test_csv_is_that_of_the_original(partition: str, tmp_path: Path) -> None:
    export(MEL40, tmp_path, "csv")
    ours = pd.read_csv(tmp_path / partition / "mel40_chunks.csv")
    theirs = pd.read_csv(GOLDEN / "exchange" / "csv" / partition / "mel40_chunks.csv")
    assert list(ours) == list(theirs)
    assert ours[METADATA].equals(theirs[METADATA])
    np.testing.assert_array_equal(ours.iloc[:, 4:].astype(np.float32), theirs.iloc[:, 4:].astype(np.float32))


@pytest.mark.parametrize("partition", ["train", "devel"])
def test_arff_is_that_of_the_original(partition: str, tmp_path: Path) -> None:
    export(MEL40, tmp_path, "ARFF")
    with (tmp_path / partition / "mel40_chunks.arff").open() as file:
        ours = arff.load(file)
    with (GOLDEN / "exchange" / "arff" / partition / "mel40_chunks.arff").open() as file:
        theirs = arff.load(file)
    assert ours["attributes"] == theirs["attributes"]
    for our_row, their_row in zip(ours["data"], theirs["data"], strict=True):
        assert our_row[:4] == their_row[:4]
        np.testing.assert_array_equal(np.float32(our_row[4:]), np.float32(their_row[4:]))


def test_labels_last(tmp_path: Path) -> None:
    path = save(tmp_path, label_nominal=["x"] * 4, label_numeric=[7] * 4)
    export(path, tmp_path / "out", ExportConfig(format="csv", labels_last=True))
    table = (tmp_path / "out" / "data.csv").read_text()
    assert table.splitlines()[:2] == [
        "filename,chunk_nr,feature_0,feature_1,label_nominal,label_numeric",
        "a,0,0,1,x,7",
    ]


def test_missing_labels(tmp_path: Path) -> None:
    path = save(tmp_path, label_nominal=["x", None, "x", "x"], label_numeric=[7, None, 7, 7])
    export(path, tmp_path / "out", "csv")
    export(path, tmp_path / "out", "arff")
    assert (tmp_path / "out" / "data.csv").read_text().splitlines()[2] == "b,0,,,2,3"
    assert (tmp_path / "out" / "data.arff").read_text().splitlines()[-3] == "b,0,?,?,2,3"


def test_arff_lists_every_label_of_the_map(tmp_path: Path) -> None:
    path = save(tmp_path, label_nominal=["z"] * 4, label_numeric=[1] * 4, label_map={"z": 1, "b c": 0, "{ä}": 2})
    export(path, tmp_path, "arff")
    assert "@ATTRIBUTE label_nominal {'b c', z, '{ä}'}\n" in (tmp_path / "data.arff").read_text("utf-8")


@pytest.mark.parametrize(
    ("columns", "files"),
    [
        ({}, {"": "abcd"}),
        ({"partition": [2, 0, 0, 2]}, {"train/": "bc", "test/": "ad"}),
        ({"cv_folds": [[1, 0], [0, 1], [1, 1], [0, 1]]}, {"fold_1/": "ac", "fold_2/": "bcd"}),
        (
            {"partition": [2, 0, 0, 2], "cv_folds": [[1, 0], [0, 1], [1, 1], [0, 1]]},
            {"train/fold_1/": "c", "train/fold_2/": "bc", "test/fold_1/": "a", "test/fold_2/": "d"},
        ),
    ],
    ids=["neither", "partitions", "folds", "both"],
)
def test_layouts(columns: dict[str, Any], files: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    written = export(save(tmp_path, **columns), out, "csv")
    assert tree(out) == sorted([*(f"{folder}data.csv" for folder in files), "data.audeep.json"])
    assert sorted(written) == sorted(out / folder / "data.csv" for folder in files)
    for folder, letters in files.items():
        assert names(out / folder / "data.csv") == list(letters)


@pytest.mark.parametrize(
    ("columns", "warning"),
    [
        ({"partition": [0, None, 1, None]}, "without the partitions: 2 of 4 instances are in no partition"),
        ({"cv_folds": [[1], [1], [np.nan], [1]]}, "without the cross-validation folds: 1 of 4 instances"),
        (
            {"cv_folds": [[1, 0], [0, 1], [0, 0], [0, 0]]},
            "without the cross-validation folds: 2 of 4 instances",
        ),
    ],
)
def test_partial_information_is_discarded(
    columns: dict[str, Any], warning: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "audeep"):
        export(save(tmp_path, **columns), tmp_path / "out", "csv")
    assert names(tmp_path / "out" / "data.csv") == list("abcd")
    assert warning in caplog.text


def test_a_flat_layout_is_one_table(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = save(tmp_path, partition=[2, 0, None, 1], cv_folds=[[1, 0], [0, 1], [1, np.nan], [0, 0]])
    (written,) = export(path, tmp_path / "out", ExportConfig(format="csv", layout="flat"))
    assert tree(tmp_path / "out") == ["data.audeep.json", "data.csv"]
    table = pd.read_csv(written, keep_default_na=False)
    assert list(table) == [*METADATA, "partition", "fold_1", "fold_2", "feature_0", "feature_1"]
    assert table["partition"].tolist() == ["test", "train", "", "devel"]
    assert table["fold_1"].tolist() == ["valid", "train", "valid", "train"]
    assert table["fold_2"].tolist() == ["train", "valid", "", "train"]
    assert "without" not in caplog.text


def test_weka_is_told_the_partitions(tmp_path: Path) -> None:
    path = save(tmp_path, partition=[2, 0, 0, 2])
    export(path, tmp_path / "folders", "arff")
    with pytest.raises(DataError, match=r"data\.arff is left over from another export; remove it"):
        export(path, tmp_path / "folders", ExportConfig(format="arff", layout="flat"))
    (written,) = export(path, tmp_path, ExportConfig(format="arff", layout="flat"))
    with written.open() as file:
        table = arff.load(file)
    assert ("partition", ["train", "devel", "test"]) in table["attributes"]


@pytest.mark.parametrize(("name", "file"), [("x", "x.csv"), ("x.y", "x.y.csv"), ("x.csv", "x.csv")])
def test_name(name: str, file: str, tmp_path: Path) -> None:
    (written,) = export(save(tmp_path), tmp_path, ExportConfig(format="csv", name=name))
    assert written == tmp_path / file


@pytest.mark.parametrize("name", ["", "a/b", ".."])
def test_a_wrong_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"`name`: .* is not a file name"):
        export(save(tmp_path), tmp_path, ExportConfig(format="csv", name=name))


def test_names_in_the_data_lead_nowhere(tmp_path: Path) -> None:
    """Folders are numbered and named by us; what the data hold stays in the tables."""
    evil = ["../../out", str(tmp_path / "absolute"), "a/../..", "\\\\server\\share"]
    path = save(tmp_path, filename=evil, label_nominal=evil, partition=[0, 0, 2, 2], cv_folds=[[1, 0], [0, 1]] * 2)
    for format in ("csv", "arff"):
        export(path, tmp_path / "out" / format, format)
    folders = [f"{part}/fold_{fold}" for part in ("test", "train") for fold in (1, 2)]
    assert tree(tmp_path / "out" / "csv") == ["data.audeep.json", *(f"{folder}/data.csv" for folder in folders)]
    assert tree(tmp_path / "out" / "arff") == ["data.audeep.json", *(f"{folder}/data.arff" for folder in folders)]
    assert {path.name for path in tmp_path.iterdir()} == {"data.nc", "out"}


def test_no_instances(tmp_path: Path) -> None:
    path = tmp_path / "data.nc"
    from_columns(np.zeros((0, 2)), ["generated"], filename=[], cv_folds=np.zeros((0, 2))).save(path)
    with pytest.raises(DataError, match=r"data\.nc has no instances"):
        export(path, tmp_path / "out", "csv")
    assert not (tmp_path / "out").exists()


def test_an_attribute_that_json_cannot_hold(tmp_path: Path) -> None:
    with h5py.File(save(tmp_path), "r+") as file:
        file.attrs["impedance"] = 1 + 2j
    with pytest.raises(DataError, match=r"cannot write the attributes of the data set to .*data\.audeep\.json"):
        export(tmp_path / "data.nc", tmp_path / "out", "csv")
    assert tree(tmp_path / "out") == []


def test_a_wrong_format(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="`format`: 'xls' is not one of CSV, ARFF"):
        export(save(tmp_path), tmp_path, "xls")


def test_awkward_names_are_read_by_pandas(tmp_path: Path) -> None:
    awkward = ['a,"b"', "line\r\nbreak", "Ülm 100%", "back\\slash"]
    export(save(tmp_path, filename=awkward), tmp_path, "csv")
    assert names(tmp_path / "data.csv") == awkward


def test_exporting_twice_replaces_the_files(tmp_path: Path) -> None:
    path = save(tmp_path)
    export(path, tmp_path / "out", "csv")
    export(path, tmp_path / "out", ExportConfig(format="csv", labels_last=True))
    assert tree(tmp_path / "out") == ["data.audeep.json", "data.csv"]


def test_files_of_another_layout_are_no_prey(tmp_path: Path) -> None:
    export(save(tmp_path, partition=[0, 0, 1, 1]), tmp_path / "out", "csv")
    with pytest.raises(DataError, match=r"data\.csv is left over from another export; remove it"):
        export(save(tmp_path), tmp_path / "out", "csv")
    assert not (tmp_path / "out" / "data.csv").exists()


def test_an_interrupted_export_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_numbers", fail)
    with pytest.raises(KeyboardInterrupt):
        export(save(tmp_path, partition=[0, 0, 1, 1]), tmp_path / "out", "csv")
    assert tree(tmp_path / "out") == []


def test_an_output_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(AudeepError, match="cannot write"):
        export(save(tmp_path), tmp_path / "out", "csv")


def test_features_are_never_in_memory_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    numbers = module._numbers

    def counted(features: np.ndarray, table: TableFormat) -> list[str]:
        sizes.append(len(features))
        return numbers(features, table)

    monkeypatch.setattr(module, "rows_at_once", lambda _: 3)
    monkeypatch.setattr(module, "_numbers", counted)
    export(save(tmp_path), tmp_path, "csv")
    assert sizes == [3, 1]
    assert names(tmp_path / "data.csv") == list("abcd")


def test_scattered_instances_are_sorted_beside_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order = np.random.default_rng(1).permutation(1000)
    from_columns(np.arange(1000.0)[:, None], ["generated"], filename=list(map(str, range(1000)))).save(
        tmp_path / "data.nc"
    )
    # The system's folder for temporary files may be too small for the features.
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    monkeypatch.setattr(module, "rows_at_once", lambda _: 10)
    with load(tmp_path / "data.nc") as data_set:
        export(data_set.select(order), tmp_path / "out", "csv")
    assert names(tmp_path / "out" / "data.csv") == order.tolist()


def test_more_folds_than_files_may_be_open(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    folds = np.eye(200, dtype=int)
    from_columns(np.zeros((200, 1)), ["generated"], filename=list(map(str, range(200))), cv_folds=folds).save(
        tmp_path / "loo.nc"
    )
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, limits[1]))
    try:
        files = export(tmp_path / "loo.nc", tmp_path / "out", "csv")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert [len(file.read_text().splitlines()) for file in files] == [2] * 200
    assert not list((tmp_path / "out").rglob(".*"))
