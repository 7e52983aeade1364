"""A new column is a declaration: with it alone, a column passes through everything that handles data sets."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from audeep.backend.data import schema
from audeep.backend.data.chunks import fuse_chunks
from audeep.backend.data.data_set import DataSet, from_columns, load
from audeep.backend.data.fuse import fuse
from audeep.backend.data.integrity import constraints, count_files, validate
from audeep.backend.data.operations import FusionConfig, ModificationConfig
from audeep.backend.data.splits import modify
from audeep.backend.data.upsample import upsample
from audeep.backend.errors import DataError
from audeep.backend.exchange.export import export
from audeep.backend.exchange.importing import import_tables
from tests.helpers.data_sets import assert_equal

#: One of each kind.
NEW = {
    "temperature": (
        schema.Column("temperature", float, "in degrees Celsius"),
        [21.5, 21.5, np.nan, np.nan, -3, -3],
    ),
    "rating": (schema.Column("rating", int, "how much people like it"), [1, 1, 2**60 + 1, 2**60 + 1, 0, 0]),
    "site": (
        schema.Column("site", str, "where it was recorded"),
        ["wood, old", "wood, old", "", "", "Öland", "Öland"],
    ),
    "sensors": (
        schema.Column("sensors", float, "in volts", dims=("instance", "sensor"), named=True),
        pd.DataFrame({"left, low": [1, 1, 0, 0, np.nan, np.nan], "水": [-0.5, -0.5, 1e-300, 1e-300, 2, 2]}),
    ),
}


@pytest.fixture(params=NEW)
def name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    column, _ = NEW[request.param]
    monkeypatch.setitem(schema.COLUMNS, column.name, column)
    return column.name


@pytest.fixture
def data_set(name: str) -> DataSet:
    return from_columns(
        np.arange(12).reshape(6, 2),
        ["generated"],
        filename=["a", "a", "b", "b", "c", "c"],
        chunk_nr=[0, 1] * 3,
        label_nominal=["x", "x", "x", "x", "y", "y"],
        label_numeric=[0, 0, 0, 0, 1, 1],
        label_map={"x": 0, "y": 1},
        **{name: NEW[name][1]},
    )


def test_comes_back_from_everything(name: str, data_set: DataSet, tmp_path: Path) -> None:
    values = np.array(NEW[name][1], object if name == "site" else None)
    names = list(getattr(NEW[name][1], "columns", []))
    data_set.save(tmp_path / "data.nc")
    stored = load(tmp_path / "data.nc")
    assert_equal(stored, data_set)
    order = np.array([4, 0, 2])
    for result, expected in (
        (stored, values),
        (stored.select(order), values[order]),
        (fuse([stored, stored.select(np.arange(6)[::-1])]), values),
        (fuse_chunks(stored), values[::2]),
        (upsample(stored), values[[0, 1, 2, 3, 4, 4, 5, 5]]),
        (modify(stored, ModificationConfig(add_cv_setup=2), seed=1), values),
        (fuse_chunks(fuse([upsample(stored)] * 2), FusionConfig()), values[[0, 2, 4, 4]]),
    ):
        np.testing.assert_array_equal(result[name], expected)
        assert result[name].dtype == stored[name].dtype
        assert not names or result["sensor"].tolist() == names
    for format in ("csv", "arff"):
        export(stored, tmp_path / format, format)
        back = import_tables(tmp_path / format, "data", tmp_path / f"{format}.nc")
        assert_equal(back, stored)


def test_is_checked(name: str, data_set: DataSet, tmp_path: Path) -> None:
    assert name in {constraint.name for constraint in constraints()}
    assert not count_files(validate(data_set))[name]
    changed = data_set[name].copy()
    changed[0] = changed[2]
    wrong = data_set.with_columns(**{name: changed})
    assert count_files(validate(wrong))[name] == 1
    with pytest.raises(DataError, match=f"the chunks of a differ in {name}"):
        fuse_chunks(wrong)
    with pytest.raises(DataError, match=f"differ in {name} of 1 instances"):
        fuse([data_set, wrong])


def test_a_file_may_lack_it(name: str, tmp_path: Path) -> None:
    plain = from_columns(np.zeros((2, 1)), ["generated"], filename=["a", "b"])
    plain.save(tmp_path / "plain.nc")
    export(plain, tmp_path / "csv", "csv")
    assert name not in (tmp_path / "csv" / "data.csv").read_text()
    schema.COLUMNS.pop(name)
    with load(tmp_path / "plain.nc") as without:
        assert name not in without.columns


def test_what_it_may_hold(name: str) -> None:
    with pytest.raises(DataError, match=f"{name}: expected "):
        from_columns(
            np.zeros((1, 1)),
            ["generated"],
            filename=["a"],
            **{name: {"x": [object()]} if name == "sensors" else [object()]},
        )
