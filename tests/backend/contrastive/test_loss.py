"""The loss and the measures of collapse, against their formulas."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from audeep.backend.contrastive.loss import alignment, nt_xent, uniformity


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def expected_losses(first: np.ndarray, second: np.ndarray, temperature: float) -> list[float]:
    """Follow equation 1 of the paper, pair by pair."""
    views = [*first.astype(float), *second.astype(float)]

    def similarity(one: np.ndarray, other: np.ndarray) -> float:
        return one @ other / (np.linalg.norm(one) * np.linalg.norm(other) * temperature)

    count, losses = len(first), []
    for index, view in enumerate(views):
        against = sum(np.exp(similarity(view, other)) for place, other in enumerate(views) if place != index)
        losses.append(-np.log(np.exp(similarity(view, views[(index + count) % (2 * count)])) / against))
    return losses


@given(st.integers(1, 6), st.integers(1, 5), st.floats(0.05, 2))
@settings(max_examples=25, deadline=None)
def test_nt_xent_follows_its_formula(count: int, size: int, temperature: float) -> None:
    first, second = normal(count, size, seed=1), normal(count, size, seed=2)
    losses = nt_xent(first, second, temperature)
    np.testing.assert_allclose(losses, expected_losses(first, second, temperature), rtol=1e-4, atol=1e-5)


def test_nt_xent_in_closed_form() -> None:
    # Views of an instance are alike, and at a right angle to all others.
    views = 7 * np.eye(4, dtype="float32")
    np.testing.assert_allclose(nt_xent(views, views, 0.5), np.full(8, np.log(1 + 6 * np.exp(-2))), rtol=1e-6)
    # All are alike: a guess among the 7 others.
    views = np.ones((4, 3), "float32")
    np.testing.assert_allclose(nt_xent(views, views, 0.5), np.full(8, np.log(7)), rtol=1e-6)


def test_a_single_instance_teaches_nothing() -> None:
    first, second = tf.constant(normal(1, 3)), tf.constant(normal(1, 3, seed=1))
    with tf.GradientTape() as tape:
        tape.watch(first)
        loss = tf.reduce_sum(nt_xent(first, second, 0.1))
    assert float(loss) == pytest.approx(0, abs=1e-5)
    np.testing.assert_allclose(tape.gradient(loss, first), np.zeros((1, 3)), atol=1e-5)


def test_alignment_in_closed_form() -> None:
    first = np.array([[2, 0], [0, 3]], "float32")
    assert float(alignment(first, 5 * first)) == pytest.approx(0, abs=1e-6)
    # One pair is at a right angle, the other opposite.
    assert float(alignment(first, np.array([[0, 1], [0, -1]], "float32"))) == pytest.approx((2 + 4) / 2)


def test_uniformity_in_closed_form() -> None:
    assert float(uniformity(np.ones((5, 3), "float32"))) == pytest.approx(0, abs=1e-6)
    # Of each point, two neighbours are at a squared distance of 2, and one of 4.
    square = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], "float32")
    assert float(uniformity(square)) == pytest.approx(np.log((2 * np.exp(-4) + np.exp(-8)) / 3), rel=1e-5)
