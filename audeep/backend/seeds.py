"""Where everything random starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audeep.backend.options import SEEDS, Config, option

if TYPE_CHECKING:
    import numpy as np


class SeedConfig(Config):
    """What makes random choices repeatable; a keyword of each function that makes some."""

    seed: int | None = option(
        None,
        **vars(SEEDS),
        metavar="N",
        help="make random choices repeatable: the same seed gives the same result on the same machine",
    )


def root_seed(seed: int | None) -> np.random.SeedSequence:
    """Make the sequence that all random numbers derive from; without a seed it is different every time."""
    import numpy as np

    return np.random.SeedSequence(SeedConfig(seed=seed).seed)


def check_seed(seed: int) -> int:
    """Return a seed as an int; `OptionError` if it is out of range."""
    return int(SeedConfig(seed=seed).seed or 0)
