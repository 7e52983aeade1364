"""Learning rate schedules."""

import math

from audeep.backend.training.config import Schedule

#: Share of the steps of a cycle in which the rate increases.
WARM_UP = 0.1


def rate_at(step: int, total: int, schedule: Schedule) -> float:
    """Return the learning rate of a step, from 0, out of `total`, as a share of the maximum rate.

    References
    ----------
    Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018;
    Loshchilov and Hutter, "SGDR: Stochastic gradient descent with warm restarts", ICLR 2017 (the cosine).

    Examples
    --------
    >>> [rate_at(step, 20, Schedule.ONE_CYCLE) for step in (0, 1, 2, 11, 20)]
    [0.5, 1.0, 1.0, 0.5, 0.0]
    """
    if schedule is Schedule.CONSTANT:
        return 1.0
    warm_up = WARM_UP * total
    if step < warm_up:
        return min(1.0, (step + 1) / warm_up)
    return (1 + math.cos(math.pi * (step - warm_up) / (total - warm_up))) / 2
