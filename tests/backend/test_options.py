"""Configurations check what they are given, whether it comes from Python or from the command line."""

import enum
import inspect
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audeep.backend.errors import OptionError
from audeep.backend.options import Config, Range, option, parse


class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


class Other(enum.Enum):
    RED = "r"


class Example(Config):
    tone: int | Colour = option(Colour.RED, at_least=0, help="")
    file: Path | None = option(None, help="")
    units: int = option(16, at_least=1, help="")
    rate: float = option(0.5, above=0, at_most=1, help="")
    limit: float | None = option(None, help="")
    colour: Colour = option(Colour.RED, help="")
    fast: bool = option(False, help="")


class Several(Config):
    sizes: tuple[int, ...] = option((2, 3), help="")
    steps: tuple[int, ...] | None = option(None, help="")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"units": 0}, "`units`: must be at least 1, not 0"),
        ({"units": 1.5}, "`units`: 1.5 is not a whole number"),
        ({"units": "two"}, "`units`: 'two' is not a whole number"),
        ({"units": True}, "`units`: True is not a whole number"),
        ({"units": None}, "`units`: None is not a whole number"),
        ({"rate": 0}, "`rate`: must be above 0 and at most 1, not 0"),
        ({"rate": float("nan")}, "`rate`: nan is not a number"),
        ({"limit": float("inf")}, "`limit`: must be a finite number, not inf"),
        ({"colour": "green"}, "`colour`: 'green' is not one of RED, BLUE"),
        ({"fast": "yes"}, "`fast`: 'yes' is neither True nor False"),
        ({"tone": "green"}, "`tone`: 'green' is not a whole number or one of 'RED', 'BLUE'"),
        ({"tone": -1}, "`tone`: must be at least 0 or one of 'RED', 'BLUE', not -1"),
        ({"tone": Other.RED}, f"`tone`: {Other.RED!r} is not a whole number or one of 'RED', 'BLUE'"),
        ({"file": 3}, "`file`: 3 is not a path"),
    ],
)
def test_refuses_values_out_of_range(values: dict, message: str) -> None:
    with pytest.raises(OptionError) as error:
        Example(**values)
    assert str(error.value) == message


def test_an_empty_list_is_none_only_if_that_is_the_default() -> None:
    assert Several(steps=[]) == Several(steps=None) == Several()
    with pytest.raises(OptionError, match=r"^`sizes`: expected at least one value$"):
        Several(sizes=[])


def test_converts_text_and_names() -> None:
    example = Example(units="3", rate=1, limit="-45", colour="blue", tone="blue", file="a/b")
    assert example.tone is Colour.BLUE
    assert example.file == Path("a/b")
    assert example.to_dict() == {
        "units": 3, "rate": 1.0, "limit": -45.0, "colour": "BLUE", "fast": False, "tone": "BLUE",
        "file": str(Path("a/b")),
    }  # fmt: skip
    assert Example(**example.to_dict()) == example
    assert [Example(tone=tone).tone for tone in ("3", 3, "RED", Colour.RED)] == [3, 3, Colour.RED, Colour.RED]


@given(st.floats(), st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_range_agrees_with_comparison(value: float, low: float, high: float) -> None:
    inside = low <= value < high and abs(value) != float("inf")
    assert (value in Range(at_least=low, below=high)) == inside


@given(st.integers())
def test_parses_any_whole_number(number: int) -> None:
    assert parse(str(number), int) == number == parse(number, int)


class Strict(Example, units=3, rate=0.25):
    """Has other defaults."""

    sizes: tuple[int, ...] = option((1, 2), at_least=1, help="")


def test_a_configuration_with_other_defaults() -> None:
    assert Strict() == Strict(units=3, rate=0.25, limit=None, colour="red", fast=False, sizes=[1, 2])
    assert Example().units == 16
    with pytest.raises(OptionError, match="`rate`: must be above 0 and at most 1, not 2"):
        Strict(rate=2)
    described = inspect.cleandoc(Strict.__doc__).splitlines()
    assert "units : int, at least 1, default 3" in described
    assert "sizes : several of int, at least 1, default 1 2" in described


def test_plain_values_survive_json() -> None:
    config = Strict(colour="BLUE", sizes=(4, 5))
    values = json.loads(json.dumps(config.to_dict()))
    assert values == config.to_dict()
    assert Strict(**values) == config
