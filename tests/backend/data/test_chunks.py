"""Instances grouped by file."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audeep.backend.data.chunks import Files
from audeep.backend.data.columns import differ


def grouped(names: str) -> Files:
    return Files.of(np.array(list(names), dtype=object))


@given(st.text("abc", max_size=12))
def test_groups(names: str) -> None:
    files = grouped(names)
    in_order = list(dict.fromkeys(names))
    assert files.names.tolist() == in_order
    assert files.names[files.of_instance].tolist() == list(names)
    assert files.first.tolist() == [names.index(name) for name in in_order]
    assert files.num_chunks.tolist() == [names.count(name) for name in in_order]


@pytest.mark.parametrize(
    ("values", "contradictory"),
    [
        ([1, 2, 1, 2], []),
        ([1, 2, 3, 2], [0]),
        ([np.nan, 2, np.nan, 2], []),
        ([np.nan, 2, 1, 3], [0, 1]),
        ([[0, 1], [1, np.nan], [0, 0], [1, np.nan]], [0]),
        (np.zeros((4, 0)), []),
        (np.array(["x", "", "x", "y"], dtype=object), [1]),
    ],
)
def test_contradictory(values: list[float], contradictory: list[int]) -> None:
    assert grouped("abab").contradictory(np.array(values)).tolist() == contradictory


def test_an_integer_differs_from_a_missing_value() -> None:
    assert differ(np.array([1, 2]), np.array([1.0, np.nan])).tolist() == [False, True]


@pytest.mark.parametrize(
    ("names", "numbers", "wrong"),
    [
        ("aabb", [0, 1, 1, 0], []),
        ("abab", [1, 0, 0, 1], []),
        ("aabb", [0, 1, 1, 2], [1]),
        ("aabb", [0, 0, 0, 1], [0]),
        ("abb", [-1, 0, 2], [0, 1]),
        ("", [], []),
    ],
)
def test_misnumbered(names: str, numbers: list[int], wrong: list[int]) -> None:
    assert grouped(names).misnumbered(np.array(numbers, np.int64)).tolist() == wrong


def test_unusual_numbers_of_chunks() -> None:
    files = grouped("aabbbcccd")
    assert files.usual_num_chunks == 3
    assert files.unusual().tolist() == [0, 3]
    assert grouped("").unusual().tolist() == []
