"""Where everything random starts from."""

import numpy as np

from audeep.backend.errors import OptionError
from audeep.backend.options import SEEDS, parse


def root_seed(seed: int | None) -> np.random.SeedSequence:
    """Make the sequence that all random numbers derive from; without a seed it is different every time.

    Raises
    ------
    OptionError
        If the seed cannot be one.
    """
    return np.random.SeedSequence(None if seed is None else check_seed(seed))


def check_seed(seed: int) -> int:
    """Return a seed that is one of `audeep.backend.options.SEEDS`.

    Raises
    ------
    OptionError
        If it is not.
    """
    try:
        return parse(seed, int, SEEDS)
    except ValueError as error:
        raise OptionError(f"`seed`: {error}") from None
