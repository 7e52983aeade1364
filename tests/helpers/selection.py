"""How much of the suite runs by default, and how much with ``make test-long``."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings


def long_except(names: Iterable[str], *default: str) -> list[Any]:
    """Return the values of a parameter; all but those that run by default are marked `long`.

    For contracts that take long: by default, run the case that is the most likely to break the contract.
    """
    values = list(names)
    if unknown := set(default) - set(values):
        raise ValueError(f"{', '.join(sorted(unknown))}: expected some of {', '.join(values)}")
    return [name if name in default else pytest.param(name, marks=pytest.mark.long) for name in values]


def examples(count: int) -> int:
    """Return how many examples of a slow property to try, when 100 of others are tried by default."""
    return settings().max_examples * count // 100
