"""Seeds of everything random."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audeep.backend.options import SEEDS, Config, option

if TYPE_CHECKING:
    import numpy as np


class SeedConfig(Config):
    """The seed, a keyword of every function that makes random choices."""

    seed: int | None = option(
        None,
        **vars(SEEDS),
        metavar="N",
        help="seed for random choices: the same seed gives the same result on the same machine",
    )


def root_seed(seed: int | None) -> np.random.SeedSequence:
    """Return the sequence that all random numbers derive from; without a seed, a different one each time."""
    import numpy as np

    return np.random.SeedSequence(SeedConfig(seed=seed).seed)


def check_seed(seed: int) -> int:
    """Return a seed as an int; raise an `OptionError` if it is out of range."""
    return int(SeedConfig(seed=seed).seed or 0)
