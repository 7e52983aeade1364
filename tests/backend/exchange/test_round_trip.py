"""What export writes, import reads: nothing is lost on the way."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audeep.backend.data.data_set import DataSet, from_columns, load
from audeep.backend.exchange.export import export
from audeep.backend.exchange.formats import ExportConfig, Format, Layout
from audeep.backend.exchange.importing import import_tables
from tests.helpers.data_sets import assert_equal, data_sets, in_order
from tests.helpers.golden import GOLDEN
from tests.helpers.selection import examples

FORMATS = pytest.mark.parametrize("format", list(Format))


def there_and_back(data_set: DataSet, format: Format, folder: Path, **options: Any) -> DataSet:
    """Export a data set and import it again."""
    data_set.save(folder / "data.nc")
    export(folder / "data.nc", folder / "tables", ExportConfig(format=format, **options))
    import_tables(folder / "tables", "data", folder / "again.nc")
    with load(folder / "again.nc") as again:
        return again.in_memory()


@FORMATS
@given(data_set=data_sets(exportable=True), labels_last=st.booleans())
@settings(max_examples=examples(8), deadline=None)
def test_arbitrary_data_sets(format: Format, data_set: DataSet, labels_last: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        again = there_and_back(data_set, format, Path(folder), labels_last=labels_last)
    assert_equal(in_order(again), in_order(data_set))


@FORMATS
@given(data_set=data_sets(), labels_last=st.booleans())
@settings(max_examples=examples(4), deadline=None)
def test_a_flat_layout_loses_nothing(format: Format, data_set: DataSet, labels_last: bool) -> None:
    """Not even the order, or the instances that belong nowhere."""
    with tempfile.TemporaryDirectory() as folder:
        again = there_and_back(data_set, format, Path(folder), labels_last=labels_last, layout=Layout.FLAT)
    assert_equal(again, data_set)


@FORMATS
def test_order_is_kept_in_a_single_file(format: Format, tmp_path: Path) -> None:
    """Even of instances that share file name and chunk, which the data model does not allow."""
    data_set = from_columns(np.arange(6).reshape(3, 2), ["generated"], filename=["b", "a", "b"])
    assert_equal(there_and_back(data_set, format, tmp_path), data_set)


@FORMATS
@pytest.mark.parametrize("name", ["mel40_chunks", "chunks_cv2", "fused_chunks", "up"])
def test_files_of_the_original(format: Format, name: str, tmp_path: Path) -> None:
    with load(GOLDEN / "netcdf" / f"{name}.nc") as data_set:
        again = there_and_back(data_set, format, tmp_path)
        assert_equal(in_order(again), in_order(data_set))


@FORMATS
def test_several_blocks(format: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audeep.backend.exchange.table.BLOCK_BYTES", 64)
    data_set = from_columns(
        np.arange(60).reshape(20, 3),
        ["generated"],
        filename=[f"{number:02}.wav" for number in range(20)],
        cv_folds=np.eye(4, dtype=int)[np.arange(20) % 4],
    )
    assert_equal(in_order(there_and_back(data_set, format, tmp_path)), data_set)


@FORMATS
def test_float32_is_exact(format: Format, tmp_path: Path) -> None:
    bits = np.random.default_rng(0).integers(0, 2**32, (20, 100), dtype=np.uint32)
    edges = np.array([np.inf, -np.inf, np.nan, -0.0, 1e-45, np.finfo(np.float32).max], np.float32)
    features = np.nan_to_num(bits.view(np.float32), nan=0.5)
    features[0, : len(edges)] = edges
    data_set = from_columns(features, ["generated"], filename=[f"{number:02}" for number in range(20)])
    again = there_and_back(data_set, format, tmp_path)
    np.testing.assert_array_equal(again.features.values, features)
    np.testing.assert_array_equal(np.signbit(again.features.values[0, 3]), True)


@FORMATS
def test_a_fold_that_validates_nothing_is_still_a_fold(format: Format, tmp_path: Path) -> None:
    data_set = from_columns(np.ones((2, 1)), ["generated"], filename=["a", "b"], cv_folds=[[1, 0], [1, 0]])
    assert there_and_back(data_set, format, tmp_path).cv_folds.tolist() == [[1, 0], [1, 0]]
