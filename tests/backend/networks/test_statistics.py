"""Statistics over time against plain numpy."""

import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.networks.statistics import average_groups, group_bounds, over_time


def in_numpy(values: np.ndarray) -> np.ndarray:
    """Compute the statistics of a sequence, shape (time, ...)."""
    parts = [(values > 0).mean(0), np.where(values > 0, values, 0).mean(0), values.max(0), values.std(0)]
    return np.stack(parts, axis=-1)


@pytest.mark.parametrize("shape", [(7,), (7, 3), (7, 4, 5)])
def test_agrees_with_numpy(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).normal(-0.3, 2, (6, *shape)).astype(np.float32)
    np.testing.assert_allclose(over_time(tf.constant(values)), [in_numpy(item) for item in values], atol=1e-5)


@pytest.mark.parametrize("shape", [(7,), (7, 3), (7, 4, 5)])
def test_masked_steps_do_not_count(shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(1)
    # Largest where it does not count, and all negative where it does.
    values = random.normal(-9, 2, (6, *shape)).astype(np.float32)
    lengths = np.array([7, 1, 3, 6, 2, 5])
    mask = np.arange(7) < lengths[:, None]
    values[~mask] = 1e6
    expected = [in_numpy(item[:length]) for item, length in zip(values, lengths, strict=True)]
    np.testing.assert_allclose(over_time(tf.constant(values), tf.constant(mask)), expected, atol=1e-5)
    everything = np.ones_like(mask)
    kept = np.where(values == 1e6, 0, values)
    np.testing.assert_allclose(over_time(kept, everything), over_time(kept), atol=1e-5)


def test_groups_of_bands() -> None:
    values = np.arange(2 * 6 * 3, dtype=np.float32).reshape(2, 6, 3)
    np.testing.assert_allclose(average_groups(values, 3), values.reshape(2, 3, 2, 3).mean(2))
    np.testing.assert_allclose(average_groups(values, 1), values.mean(1, keepdims=True))
    np.testing.assert_allclose(average_groups(values, 6), values)
    assert group_bounds(7, 3) == [0, 2, 4, 7]
