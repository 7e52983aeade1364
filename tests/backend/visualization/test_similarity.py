"""Neighbours and outliers."""

import numpy as np
import pytest

from audeep.backend.visualization.similarity import neighbours, outliers


@pytest.mark.parametrize("count", [1, 4, 30])
def test_neighbours_are_the_nearest(count: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(20, 5))
    distances = np.linalg.norm(vectors[:, np.newaxis] - vectors, axis=-1)
    np.fill_diagonal(distances, np.inf)
    expected = distances.argsort(axis=1)[:, : min(count, 19)]
    np.testing.assert_array_equal(neighbours(vectors, count), expected)


def test_outliers_are_far_from_all_others() -> None:
    random = np.random.default_rng(0)
    # Two groups of different density, and three instances in none of them.
    groups = [random.normal(0, 0.1, (40, 3)), random.normal(20, 2, (40, 3))]
    strays = np.array([[3.0, 0, 0], [20, 20, 60], [0, -40, 0]])
    vectors = np.concatenate([groups[0], strays, groups[1]])
    assert {*outliers(vectors, 3).tolist()} == {40, 41, 42}


def test_few_instances() -> None:
    vectors = np.array([[0.0], [1.0], [5.0]])
    assert neighbours(vectors, 6).shape == (3, 2)
    assert sorted(outliers(vectors, 12).tolist()) == [0, 1, 2]
