"""Configurations: frozen dataclasses, the single source of each default, range and help text.

The command line builds its options from them, the Python API takes them, and ``model.json`` stores them. Help texts
and messages name a parameter in backquotes, `window_overlap`; the command line shows ``--window-overlap``.
"""

import difflib
import enum
import functools
import inspect
import math
import os
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Self, dataclass_transform

from audeep.backend.errors import OptionError


@dataclass(frozen=True)
class Range:
    """Range of a finite number."""

    at_least: float = -math.inf
    above: float = -math.inf
    at_most: float = math.inf
    below: float = math.inf

    def __str__(self) -> str:
        bounds = {name: bound for name, bound in vars(self).items() if math.isfinite(bound)}
        words = [f"{name.replace('_', ' ')} {bound:.10g}" for name, bound in bounds.items()]
        return " and ".join(words) or "a finite number"

    def __contains__(self, value: float) -> bool:
        # NaN compares false with everything, and infinity is never strictly between `above` and `below`.
        return self.at_least <= value <= self.at_most and self.above < value < self.below


#: Valid seeds.
SEEDS = Range(at_least=0, below=2**32)
#: Parameters whose options on the command line have another name.
FLAGS = {"resume": "--continue"}
type_hints = functools.cache(typing.get_type_hints)


@dataclass(frozen=True)
class OrWords:
    """A type whose values may be replaced by words.

    That of a field annotated ``float | Literal["auto"]``, or ``int | Colour`` with an enumeration of words.
    """

    kind: type
    #: What each word stands for.
    words: Mapping[str, Any]

    @property
    def __name__(self) -> str:
        return " or ".join([self.kind.__name__, *map(repr, self.words)])


def option(
    default: Any = MISSING, *, help: str, unit: str | None = None, metavar: str | None = None, **bounds: float
) -> Any:
    """Declare a field of a configuration; it is required unless it has a default.

    `help` explains it to somebody who has not read the paper. `unit` and the bounds, those of `Range`, apply to
    numbers; `metavar` is the placeholder of the value in help texts.
    """
    metadata = {"help": help, "unit": unit, "metavar": metavar, "range": Range(**bounds)}
    return field(default=default, metadata=metadata)


def _signature(config: type, item: Field) -> str:
    """Describe a field in numpydoc format: ``window_width : float, in seconds, above 0, default 0.04``."""
    kind, several = value_type(config, item.name)
    name = "{" + ", ".join(choices(kind)) + "}" if isinstance(kind, enum.EnumMeta) else kind.__name__
    unit, allowed = item.metadata["unit"], item.metadata["range"]
    facts = [f"several of {name}" if several else name]
    facts += [f"in {unit}"] if unit else []
    facts += [str(allowed)] if allowed != Range() else []
    is_required, is_optional = item.default is MISSING, item.default is None
    facts += ["required" if is_required else "optional" if is_optional else f"default {default_text(item.default)}"]
    return f"{item.name} : {', '.join(facts)}"


def default_text(default: Any) -> str:
    """Format a default for people."""
    if isinstance(default, tuple):
        return " ".join(map(str, default))
    if isinstance(default, enum.Enum):
        return default.name.replace("_", "-")
    return str(default)


def value_type(config: type, name: str) -> tuple[Any, bool]:
    """Return the type of a field's values, and whether it takes several.

    ``int`` and ``int | None`` are a single int, ``tuple[int, ...] | None`` is several, and
    ``float | Literal["auto"]`` or ``int | Colour``, with an enumeration, is an `OrWords`.
    """
    annotation = type_hints(config)[name]
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        annotation, *others = (kind for kind in typing.get_args(annotation) if kind is not types.NoneType)
        if others:
            [special] = others
            is_enum = isinstance(special, enum.EnumMeta)
            words = choices(special) if is_enum else {word: word for word in typing.get_args(special)}
            return OrWords(annotation, words), False
    if typing.get_origin(annotation) is tuple:
        return typing.get_args(annotation)[0], True
    return annotation, False


class _Docstring:
    """Docstring of a configuration, including its fields; built when it is read, to keep start-up fast."""

    def __init__(self, summary: str) -> None:
        self.summary = summary

    def __get__(self, instance: object, config: type) -> str:
        own = fields(config)
        lines = [line for item in own for line in (_signature(config, item), f"    {item.metadata['help']}")]
        summary, section, examples = inspect.cleandoc(self.summary).partition("\n\nExamples\n")
        return "\n".join([summary, "", "Parameters", "----------", *lines]) + section + examples


@dataclass_transform(frozen_default=True)
class Config:
    """Base class of all configurations: frozen dataclasses that check every field on creation.

    The docstring of a subclass lists each field with its type, unit, range, default and meaning. Keywords of a
    subclass replace the defaults of inherited fields.

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
        dataclass(frozen=True)(cls)
        cls.__doc__ = _Docstring(cls.__doc__ or "")  # type: ignore[assignment]

    def __post_init__(self) -> None:
        for item in fields(self):  # type: ignore[arg-type]
            value = getattr(self, item.name)
            if value is None and item.default is None:
                continue
            kind, several = value_type(type(self), item.name)
            try:
                if several:
                    if isinstance(value, str) or not isinstance(value, Iterable):
                        value = (value,)
                    value = tuple(parse(part, kind, item.metadata["range"]) for part in value) or None
                    if value is None and item.default is not None:
                        raise ValueError("expected at least one value")
                else:
                    value = parse(value, kind, item.metadata["range"])
            except ValueError as error:
                raise OptionError(f"`{item.name}`: {error}") from None
            object.__setattr__(self, item.name, value)
        self.check()

    @classmethod
    def of(cls, value: Self | Mapping[str, Any] | None, *, owner: str | None = None) -> Self:
        """Return `value` if it is a configuration, else make one from a mapping, or with all defaults from None.

        `owner` is what errors about unknown parameters name, by default the class.
        """
        if isinstance(value, cls):
            return value
        if not isinstance(value, Mapping | None):
            given = f"the class {value.__name__}" if isinstance(value, type) else repr(value)
            raise OptionError(f"expected a {cls.__name__} or a dict of its parameters, got {given:.200}")
        names = [item.name for item in fields(cls)]  # type: ignore[arg-type]
        for name in value or ():
            if name not in names:
                close = "".join(f"; did you mean `{match}`?" for match in difflib.get_close_matches(name, names, 1))
                raise OptionError(f"{owner or cls.__name__} has no parameter `{name}`{close}")
        try:
            return cls(**value or {})
        except TypeError as error:
            raise OptionError(f"{cls.__name__}: {str(error).rpartition('() ')[2]}") from None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values, ready for JSON."""
        return {item.name: _plain(getattr(self, item.name)) for item in fields(self)}  # type: ignore[arg-type]

    def check(self) -> None:
        """Raise an `OptionError` that names the fields, if any contradict each other."""


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, Path):
        return str(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def flag(name: str) -> str:
    """Return the option of a parameter on the command line: ``--keep-prob`` for ``keep_prob``."""
    return FLAGS.get(name) or "--" + name.replace("_", "-")


def parse(value: Any, kind: Callable[[Any], Any], allowed: Range = Range()) -> Any:
    """Convert `value`, from Python or the command line, to `kind`; raise a `ValueError` if it is invalid."""
    or_words = ""
    if isinstance(kind, OrWords):
        words, kind = kind.words, kind.kind
        names = (value, _option_name(value)) if isinstance(value, str) else ()
        for name in names:
            if name in words:
                return words[name]
        if isinstance(value, enum.Enum) and value in words.values():
            return value
        or_words = f" or {'one of ' * (len(words) > 1)}{', '.join(map(repr, words))}"
    if isinstance(value, str) and isinstance(kind, enum.EnumMeta):
        value = choices(kind).get(_option_name(value), value)
    if isinstance(kind, enum.EnumMeta) and not isinstance(value, kind):
        raise ValueError(f"{value!r} is not one of {', '.join(choices(kind))}")
    if kind in (int, float):
        try:
            number = kind(value)
        except (TypeError, ValueError, OverflowError):
            number = None
        if number is None or isinstance(value, bool) or (not isinstance(value, str) and number != value):
            raise ValueError(f"{value!r} is not {'a whole' if kind is int else 'a'} number{or_words}")
        if number not in allowed:
            raise ValueError(f"must be {allowed}{or_words}, not {value}")
        return number
    if kind is bool and not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither True nor False")
    if kind is str and not isinstance(value, str):
        raise ValueError(f"{value!r} is not a string")
    if kind is Path:
        if not isinstance(value, str | os.PathLike):
            raise ValueError(f"{value!r} is not a path")
        return Path(value)
    return value


def _option_name(word: str) -> str:
    """Return a word as the members of enumerations are named in options."""
    return word.upper().replace("_", "-")


def choices(kind: enum.EnumMeta) -> dict[str, Any]:
    """Return the members of an enumeration by their option names, such as MULTI-WORKER."""
    return {member.name.replace("_", "-"): member for member in kind}  # type: ignore[var-annotated]
