"""Configurations: frozen dataclasses that are the only home of a default, its range and its help text.

The command line makes its options from them, the Python API takes them, and ``model.json`` stores them. Help texts
and messages name a parameter in backquotes, `window_overlap`; the command line writes ``--window-overlap``.
"""

import enum
import functools
import inspect
import math
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, dataclass_transform

from audeep.backend.errors import OptionError


@dataclass(frozen=True)
class Range:
    """The finite values that a number may take."""

    at_least: float = -math.inf
    above: float = -math.inf
    at_most: float = math.inf
    below: float = math.inf

    def __str__(self) -> str:
        bounds = {name: bound for name, bound in vars(self).items() if math.isfinite(bound)}
        words = [f"{name.replace('_', ' ')} {bound:.10g}" for name, bound in bounds.items()]
        return " and ".join(words) or "a finite number"

    def __contains__(self, value: float) -> bool:
        # NaN compares false with everything, and infinity is never between `above` and `below`.
        return self.at_least <= value <= self.at_most and self.above < value < self.below


#: What can be a seed.
SEEDS = Range(at_least=0, below=2**32)
type_hints = functools.cache(typing.get_type_hints)


def option(
    default: Any = MISSING, *, help: str, unit: str | None = None, metavar: str | None = None, **bounds: float
) -> Any:
    """Declare a field of a configuration, which is required if it has no default.

    `help` says what it means, to somebody who has not read the paper; `unit` and the bounds, those of `Range`, are
    those of a number, and `metavar` is the name of the value in help texts.
    """
    metadata = {"help": help, "unit": unit, "metavar": metavar, "range": Range(**bounds)}
    return field(default=default, metadata=metadata)


def _signature(config: type, item: Field) -> str:
    """Describe a field in numpydoc's form: ``window_width : float, in seconds, above 0, default 0.04``."""
    kind, several = value_type(config, item.name)
    name = "{" + ", ".join(choices(kind)) + "}" if isinstance(kind, enum.EnumMeta) else kind.__name__
    unit, allowed = item.metadata["unit"], item.metadata["range"]
    facts = [f"several of {name}" if several else name]
    facts += [f"in {unit}"] if unit else []
    facts += [str(allowed)] if allowed != Range() else []
    is_required, is_optional = item.default is MISSING, item.default is None
    facts += ["required" if is_required else "optional" if is_optional else f"default {default_text(item)}"]
    return f"{item.name} : {', '.join(facts)}"


def default_text(item: Field) -> str:
    """Write the default of a field for people."""
    if isinstance(item.default, tuple):
        return " ".join(map(str, item.default))
    if isinstance(item.default, enum.Enum):
        return item.default.name.replace("_", "-")
    return str(item.default)


def value_type(config: type, name: str) -> tuple[Any, bool]:
    """Return the type of a field, and whether it takes several values of it.

    ``int`` and ``int | None`` are a single int, ``tuple[int, ...] | None`` is several.
    """
    annotation = type_hints(config)[name]
    if isinstance(annotation, types.UnionType):
        (annotation,) = (kind for kind in typing.get_args(annotation) if kind is not types.NoneType)
    if typing.get_origin(annotation) is tuple:
        return typing.get_args(annotation)[0], True
    return annotation, False


@dataclass_transform(frozen_default=True)
class Config:
    """Base of all configurations, which are frozen dataclasses: checks every field when one is made.

    To the docstring of a subclass it adds each field with its type, unit, range, default and meaning. Keywords of a
    subclass are other defaults of fields that it inherits.

    Examples
    --------
    >>> class Slow(Config):
    ...     rate: float = option(1e-3, above=0, help="step size")
    >>> class Fast(Slow, rate=0.1):
    ...     pass
    >>> Fast()
    Fast(rate=0.1)
    """

    def __init_subclass__(cls, **defaults: Any) -> None:
        super().__init_subclass__()
        inherited = {item.name: item for item in fields(cls)} if defaults else {}  # type: ignore[arg-type]
        for name, default in defaults.items():
            cls.__annotations__[name] = inherited[name].type
            setattr(cls, name, field(default=default, metadata=inherited[name].metadata))
        own = fields(dataclass(frozen=True)(cls))  # type: ignore[arg-type]
        lines = [line for item in own for line in (_signature(cls, item), f"    {item.metadata['help']}")]
        cls.__doc__ = "\n".join([inspect.cleandoc(cls.__doc__ or ""), "", "Parameters", "----------", *lines])

    def __post_init__(self) -> None:
        for item in fields(self):  # type: ignore[arg-type]
            value = getattr(self, item.name)
            if value is None and item.default is None:
                continue
            kind, several = value_type(type(self), item.name)
            try:
                if several:
                    value = tuple(parse(part, kind, item.metadata["range"]) for part in value) or None
                else:
                    value = parse(value, kind, item.metadata["range"])
            except ValueError as error:
                raise OptionError(f"`{item.name}`: {error}") from None
            object.__setattr__(self, item.name, value)
        self.check()

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values, for JSON."""
        return {item.name: _plain(getattr(self, item.name)) for item in fields(self)}  # type: ignore[arg-type]

    def check(self) -> None:
        """Refuse fields that contradict each other, with an `OptionError` that names both."""


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, enum.Enum):
        return value.name
    return list(value) if isinstance(value, tuple) else value


def parse(value: Any, kind: Callable[[Any], Any], allowed: Range = Range()) -> Any:
    """Convert `value`, given in Python or as the text of an option, to `kind`, or raise a `ValueError`."""
    if isinstance(value, str) and isinstance(kind, enum.EnumMeta):
        value = choices(kind).get(value.upper().replace("_", "-"), value)
    if isinstance(kind, enum.EnumMeta) and not isinstance(value, kind):
        raise ValueError(f"{value!r} is not one of {', '.join(choices(kind))}")
    if kind in (int, float):
        try:
            number = kind(value)
        except (TypeError, ValueError, OverflowError):
            number = None
        if number is None or isinstance(value, bool) or (not isinstance(value, str) and number != value):
            raise ValueError(f"{value!r} is not {'a whole' if kind is int else 'a'} number")
        if number not in allowed:
            raise ValueError(f"must be {allowed}, not {value}")
        return number
    if kind is bool and not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither True nor False")
    if kind is str and not isinstance(value, str):
        raise ValueError(f"{value!r} is not a text")
    return value


def choices(kind: enum.EnumMeta) -> dict[str, Any]:
    """Return the members of an enumeration by the names that options have for them, such as MULTI-WORKER."""
    return {member.name.replace("_", "-"): member for member in kind}  # type: ignore[var-annotated]
