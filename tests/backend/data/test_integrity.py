"""The seven rules of the data model."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audeep.backend.data.data_set import from_columns
from audeep.backend.data.integrity import constraints, count_files, validate
from tests.helpers.golden import GOLDEN

NAMES = [constraint.name for constraint in constraints()]
#: What follows all rules, with missing values.
GOOD: dict[str, Any] = {
    "filename": ["a", "b", "a", "b", "c", "c"],
    "chunk_nr": [1, 0, 0, 1, 1, 0],
    "cv_folds": [[0, np.nan], [1, 0], [0, np.nan], [1, 0], [0, 1], [0, 1]],
    "partition": [0, 1, 0, 1, None, None],
    "label_nominal": ["x", None, "x", None, "y", "y"],
    "label_numeric": [3, None, 3, None, 4, 4],
    "label_map": {"x": 3, "y": 4, "z": 5},
}


def save(path: Path, **changes: Any) -> Path:
    columns = GOOD | changes
    from_columns(np.zeros((len(columns["filename"]), 2)), ["generated"], **columns).save(path)
    return path


@pytest.mark.parametrize("path", sorted((GOLDEN / "netcdf").glob("*.nc")), ids=lambda path: path.stem)
def test_files_of_the_original_follow_the_rules(path: Path) -> None:
    assert validate(path).empty


@pytest.mark.parametrize("changes", [{}, {"label_map": None, "label_numeric": None}], ids=["labels", "no numbers"])
def test_a_valid_data_set(changes: dict[str, Any], tmp_path: Path) -> None:
    violations = validate(save(tmp_path / "data.nc", **changes))
    assert violations.empty
    assert count_files(violations) == dict.fromkeys(NAMES, 0)


def test_no_instances(tmp_path: Path) -> None:
    from_columns(np.zeros((0, 2)), ["generated"], filename=[], label_map={}).save(tmp_path / "data.nc")
    assert validate(tmp_path / "data.nc").empty


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"label_nominal": ["x", None, "z", None, "y", "y"], "label_map": None},
            {"nominal_labels": [("a", 0, "z"), ("a", 1, "x")]},
        ),
        (
            {"label_nominal": ["x", None, None, None, "y", "y"], "label_map": None},
            {"nominal_labels": [("a", 0, ""), ("a", 1, "x")]},
        ),
        (
            {"label_numeric": [3, None, 3, None, 4, 5], "label_map": None},
            {"numeric_labels": [("c", 0, 5), ("c", 1, 4)]},
        ),
        (
            {"cv_folds": [[0], [1], [1], [1], [0], [0]]},
            {"cv_folds": [("a", 0, [1]), ("a", 1, [0])]},
        ),
        (
            {"partition": [0, 1, 0, 2, 1, 1]},
            {"partitions": [("b", 0, 1), ("b", 1, 2)]},
        ),
        (
            {"label_map": {"x": 3, "y": 5}},
            {"label_map": [("c", 0, "y: 4"), ("c", 1, "y: 4")]},
        ),
        (
            {"label_map": {"x": 3}},
            {"label_map": [("c", 0, "y: 4"), ("c", 1, "y: 4")]},
        ),
        (
            {"label_numeric": [3, 1, 3, 1, None, None]},
            {"label_map": [("b", 0, ": 1"), ("b", 1, ": 1"), ("c", 0, "y: "), ("c", 1, "y: ")]},
        ),
        (
            {"filename": ["a", "b", "a", "b", "c", "d"], "chunk_nr": [1, 0, 0, 1, 0, 0]}
            | {"filename": ["a", "b", "a", "b", "c", "b"], "chunk_nr": [1, 0, 0, 1, 0, 2]}
            | dict.fromkeys(["cv_folds", "partition", "label_nominal", "label_numeric"]),
            # All numbers are equally frequent: the least is taken as right.
            {"number_of_chunks": [("a", 0, 2), ("a", 1, 2), ("b", 0, 3), ("b", 1, 3), ("b", 2, 3)]},
        ),
        (
            {"chunk_nr": [1, 0, 0, 1, 2, 0]},
            {"chunk_numbers": [("c", 0, 0), ("c", 2, 2)]},
        ),
        (
            {"chunk_nr": [1, 0, 0, 1, 0, 0]},
            {"chunk_numbers": [("c", 0, 0), ("c", 0, 0)]},
        ),
    ],
)
def test_violations(changes: dict[str, Any], expected: dict[str, list[tuple[Any, ...]]], tmp_path: Path) -> None:
    violations = validate(save(tmp_path / "data.nc", **changes))
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in violations.to_dict("records"):
        found.setdefault(row["constraint"], []).append((row["filename"], row["chunk_nr"], row["found"]))
    assert found == expected
    files = {name: len({file for file, *_ in rows}) for name, rows in expected.items()}
    assert count_files(violations) == dict.fromkeys(NAMES, 0) | files


@pytest.mark.parametrize(
    ("known", "is_valid"),
    [
        ({"length": [2, 1, 2, 2, 2, 1]}, True),
        ({"attrs": {"spectrograms": '{"keep_partial_chunks": true}'}}, True),
        ({"attrs": {"windows": '{"window": 1, "hop": 1}'}}, True),
        ({"attrs": {"spectrograms": '{"keep_partial_chunks": false}'}}, False),
    ],
)
def test_recordings_that_differ_in_length_may_have_any_number_of_chunks(
    known: dict[str, Any], is_valid: bool
) -> None:
    numbers = {"filename": ["a", "b", "a", "b", "c", "b"], "chunk_nr": [1, 0, 0, 1, 0, 2]}
    data_set = from_columns(np.zeros((6, 2)), ["generated"], **numbers, **known)
    assert validate(data_set).empty == is_valid
    # Numbers must still be consecutive.
    lacking = data_set.select(np.array([0, 1, 2, 4, 5]))
    assert "chunk_numbers" in validate(lacking)["constraint"].to_numpy()


def test_files_are_counted_and_not_instances(tmp_path: Path) -> None:
    changes = {"chunk_nr": [5, 0, 5, 0, 0, 1]}
    assert count_files(validate(save(tmp_path / "data.nc", **changes)))["chunk_numbers"] == 2
