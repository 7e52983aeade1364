"""Tests of the training loop."""

import random

import numpy as np
import tensorflow as tf

from audeep.backend.training.loop import seeded


def test_seeds_what_training_draws_and_nothing_else() -> None:
    def draw() -> list[float]:
        return [random.random(), np.random.rand(), float(tf.random.uniform(()))]  # noqa: NPY002

    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    expected = draw()[:2]
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    drawn = []
    for seed in (5, 5, 0):
        with seeded(seed):
            drawn.append(draw())
    assert drawn[0] == drawn[1] != drawn[2]
    assert draw()[:2] == expected
