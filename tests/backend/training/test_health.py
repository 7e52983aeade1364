"""When a training is said to have gone wrong, and when not."""

import numpy as np
import pytest

from audeep.backend.training.health import effective_rank, has_not_fallen, have_collapsed

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([1, 1, 1, 1, 1], True),
        ([1, 2, 3, 4, 5], True),
        ([1, 0.995, 0.992, 0.991, 0.991], True),
        ([1, 0.985, 1, 1, 1], False),
        ([1, 0.9, 0.8, 0.7, 0.6], False),
        # Too few to judge.
        ([1, 1, 1, 1], False),
        ([], False),
        # There is nothing to learn, and nothing below zero is strange.
        ([0, 0, 0, 0, 0], False),
        ([-1, -1.1, -1.2, -1.3, -1.4], False),
        ([-1, -1, -1, -1, -1], True),
    ],
)
def test_a_loss_that_has_not_fallen(losses: list[float], expected: bool) -> None:
    assert has_not_fallen(losses) == expected


def test_vectors_that_differ_have_not_collapsed() -> None:
    assert not have_collapsed(RANDOM.normal(size=(50, 20)))
    # Far away from the origin, in two directions, as short vectors.
    assert not have_collapsed(5 + RANDOM.normal(size=(50, 20)))
    assert not have_collapsed(RANDOM.normal(size=(300, 2)) @ RANDOM.normal(size=(2, 20)))
    assert not have_collapsed(1e-9 * RANDOM.normal(size=(50, 20)))


def test_vectors_that_are_alike_have_collapsed() -> None:
    assert have_collapsed(np.ones((10, 4)))
    assert have_collapsed(np.zeros((10, 4)))
    assert have_collapsed(1 + 1e-3 * RANDOM.normal(size=(50, 20)))
    assert have_collapsed(RANDOM.normal(size=(50, 1)) * np.arange(1, 21))


def test_few_vectors_and_single_numbers_are_not_judged_by_their_directions() -> None:
    assert not have_collapsed(np.ones((7, 4)))
    assert not have_collapsed(RANDOM.normal(size=(50, 1)))


@pytest.mark.parametrize("rank", [1, 2, 5])
def test_effective_rank_counts_directions(rank: int) -> None:
    # In so many directions alike, and none in the others.
    rotation = np.linalg.qr(RANDOM.normal(size=(8, 8)))[0]
    points = np.concatenate([np.eye(8)[:rank], -np.eye(8)[:rank]]) @ rotation
    assert effective_rank(points.astype("float32") + 3) == pytest.approx(rank, rel=1e-3)


def test_effective_rank_of_a_collapse() -> None:
    assert effective_rank(np.ones((5, 3), "float32")) == pytest.approx(1)
