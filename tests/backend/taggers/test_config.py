"""Configurations of networks that learn from labels refuse settings without effect."""

from typing import Any

import pytest

from audeep.backend.errors import OptionError
from audeep.backend.taggers.config import CNNConfig


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"front_end": "vertical"}, "`window_size` cannot be given with `front_end` vertical, whose filters have"),
        ({"front_end": "sample-level"}, "`window_size` cannot be given with `front_end` sample-level, whose"),
        ({"back_end": "max"}, "`num_units` cannot be given with `back_end` max, which has no units"),
        ({}, "`num_units` cannot be given with `back_end` average, which has no units"),
        (
            {"encoder": "logs", "back_end": "recurrent"},
            "`normalization` cannot be given with `encoder` and `back_end` recurrent, which normalise nothing",
        ),
    ],
)
def test_settings_without_effect(parts: dict[str, Any], problem: str) -> None:
    name = problem.split("`")[1]
    values: dict[str, Any] = {"window_size": 64, "num_units": 64, "normalization": "none"}
    with pytest.raises(OptionError, match=problem):
        CNNConfig(**parts, **{name: values[name]})
    # Its default may be given.
    CNNConfig(**parts, **{name: getattr(CNNConfig(), name)})


def test_settings_with_an_effect() -> None:
    assert CNNConfig(front_end="frame-level", window_size=64).window_size == 64
    assert CNNConfig(back_end="dense", num_units=64).num_units == 64
    assert not CNNConfig(encoder="logs", back_end="fully-convolutional", normalization="none").normalize


@pytest.mark.parametrize(("front_end", "least"), [("vertical-horizontal", 9), ("frame-level-many", 4)])
def test_fewer_filters_than_shapes(front_end: str, least: int) -> None:
    assert CNNConfig(front_end=front_end, num_filters=least).filters[0] == least
    with pytest.raises(OptionError, match=f"`num_filters` must be at least {least} with `front_end` {front_end}, "):
        CNNConfig(front_end=front_end, num_filters=least - 1)
