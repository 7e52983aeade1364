"""Instances placed in the plane."""

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from audeep.backend.data.data_set import DataSet, from_columns
from audeep.backend.errors import DataError, OptionError
from audeep.backend.visualization.config import TSNEConfig
from audeep.backend.visualization.tsne import choose_perplexity, plot_tsne, tsne

FEW = TSNEConfig(perplexity=3)


def vectors(features: Any) -> DataSet:
    return from_columns(features, ["generated"], filename=[str(number) for number in range(len(features))])


@pytest.mark.parametrize("num_features", [2, 50, 70])
def test_groups_remain_groups(num_features: int) -> None:
    random = np.random.default_rng(0)
    group = np.repeat([0, 1, 2], 15)
    centres = 100 * random.standard_normal((3, num_features))
    points = tsne(
        vectors(centres[group] + random.standard_normal((45, num_features))),
        TSNEConfig(perplexity=5, learning_rate=50),
        seed=0,
    )
    assert points.shape == (45, 2)
    distances = np.linalg.norm(points[:, np.newaxis] - points, axis=-1)
    np.fill_diagonal(distances, np.inf)
    assert (group[distances.argmin(axis=1)] == group).all()


def test_the_seed_decides() -> None:
    data_set = vectors(np.random.default_rng(0).standard_normal((20, 60)))
    first, second = tsne(data_set, FEW, seed=1), tsne(data_set, FEW, seed=1)
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("features", [np.arange(8)[:, np.newaxis], np.eye(8)[:, :2], np.eye(4, 60)])
def test_few_features_and_few_instances(features: np.ndarray) -> None:
    assert np.isfinite(tsne(vectors(features), TSNEConfig(perplexity=2), seed=0)).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_features_that_are_not_finite(value: float) -> None:
    features = np.ones((8, 2))
    features[5, 1] = value
    with pytest.raises(
        DataError, match=r"instances in the data set .* NaN, infinite or too large.*, such as 5 \(chunk 0\)"
    ):
        tsne(vectors(features), FEW)


def test_features_that_are_all_the_same() -> None:
    with pytest.raises(DataError, match="have the same features; there is nothing to show"):
        tsne(vectors(np.ones((8, 2))), FEW)


def test_features_that_are_no_vectors() -> None:
    matrices = from_columns(np.zeros((9, 2, 3)), ["time", "freq"], filename=["a"] * 9)
    with pytest.raises(DataError, match=r"time \(2\) x freq \(3\), but t-SNE takes one vector"):
        tsne(matrices, FEW)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_instances(count: int) -> None:
    with pytest.raises(OptionError, match=f"`perplexity`: 3 is too high for the {count} instances"):
        tsne(vectors(np.zeros((count, 2))), FEW)


@pytest.mark.parametrize(("count", "perplexity"), [(400, 50), (151, 50), (150, 49), (48, 15), (12, 3), (2, 1)])
def test_the_perplexity_suits_the_number_of_instances(
    count: int, perplexity: float, caplog: pytest.LogCaptureFixture
) -> None:
    assert choose_perplexity(vectors(np.zeros((count, 2))), TSNEConfig()) == perplexity
    assert (f"lowered from 50 to {perplexity}, because the data set has only {count}" in caplog.text) == (
        perplexity < 50
    )


def test_one_that_is_given_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    assert choose_perplexity(vectors(np.zeros((48, 2))), TSNEConfig(perplexity=40)) == 40
    assert not caplog.records


def test_two_instances_are_enough() -> None:
    assert np.isfinite(tsne(vectors(np.eye(2)), seed=0)).all()
    with pytest.raises(DataError, match="at least 2 instances; the data set has 1"):
        tsne(vectors(np.eye(1)))


def test_the_title_says_how_to_make_the_picture_again() -> None:
    data_set = vectors(np.random.default_rng(0).standard_normal((12, 4)))
    given, chosen, again = Figure(), Figure(), Figure()
    plot_tsne(given, data_set, TSNEConfig(perplexity=4, learning_rate=200), seed=7)
    title = given.axes[0].get_title()
    assert title == "t-SNE of the data set\nperplexity 4, learning rate 200, seed 7"
    plot_tsne(chosen, data_set, FEW)
    plot_tsne(again, data_set, FEW, seed=int(chosen.axes[0].get_title().split()[-1]))
    places = [figure.axes[0].collections[0].get_offsets() for figure in (chosen, again)]
    np.testing.assert_array_equal(*places)
