"""Where everything random starts from."""

import numpy as np

from audeep.backend.errors import OptionError


def root_seed(seed: int | None) -> np.random.SeedSequence:
    """Make the sequence that all random numbers derive from; without a seed it is different every time.

    Raises
    ------
    OptionError
        If the seed is no whole number of at least 0.
    """
    try:
        return np.random.SeedSequence(seed)
    except (TypeError, ValueError):
        raise OptionError(f"--seed: must be a whole number of at least 0, not {seed}") from None
