"""The course of the learning rate."""

import keras
import numpy as np

from audeep.backend.training.config import Schedule
from audeep.backend.training.schedule import rate_at


def test_a_cycle_ends_as_the_cosine_of_keras() -> None:
    cosine = keras.optimizers.schedules.CosineDecay(1.0, decay_steps=90)
    ours = [rate_at(step, 100, Schedule.ONE_CYCLE) for step in range(100)]
    np.testing.assert_allclose(ours[10:], [float(cosine(step)) for step in range(90)], atol=1e-6)
    np.testing.assert_allclose(ours[:10], np.arange(1, 11) / 10)


def test_a_constant_rate_stays() -> None:
    assert {rate_at(step, 7, Schedule.CONSTANT) for step in range(9)} == {1.0}


def test_short_trainings_have_a_cycle_too() -> None:
    for total in range(1, 12):
        rates = [rate_at(step, total, Schedule.ONE_CYCLE) for step in range(total)]
        assert max(rates) <= 1
        assert min(rates) > 0
