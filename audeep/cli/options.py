"""Command line options: those built from configurations, and those that several commands share."""

import argparse
import enum
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar

from audeep.backend.options import Config, OrWords, choices, default_text, flag, parse, value_type
from audeep.backend.parsers.config import ParserConfig

ConfigT = TypeVar("ConfigT", bound=Config)


def with_flags(text: str) -> str:
    """Replace parameters in backquotes with their options."""
    return re.sub("`([a-z][a-z0-9_]*)`", lambda match: flag(match[1]), text)


class _Given:
    """Mixin of actions that note which options were given, which defaults do not show, in ``given``."""

    dest: str

    def __call__(self, parser: Any, namespace: argparse.Namespace, *arguments: Any) -> None:
        super().__call__(parser, namespace, *arguments)  # type: ignore[misc]
        namespace.given = {*getattr(namespace, "given", ()), self.dest}


class _Store(_Given, argparse._StoreAction):
    """Stores the value of an option."""


class _Extend(_Given, argparse._ExtendAction):
    """Collects the values of an option that may be given several times."""


class _StoreTrue(_Given, argparse._StoreTrueAction):
    """Stores True."""


def given(args: argparse.Namespace, names: Iterable[str]) -> dict[str, Any]:
    """Return the values of those parameters whose options were given."""
    return {name: getattr(args, name) for name in names if name in getattr(args, "given", ())}


def add_config(
    parser: argparse._ActionsContainer,
    config: type[Config],
    *,
    only: Collection[str] | None = None,
    **defaults: Any,
) -> None:
    """Add an option for each field of a configuration, or `only` for some; `defaults` override its own."""
    for item in fields(config):  # type: ignore[arg-type]
        if only is not None and item.name not in only:
            continue
        kind, several = value_type(config, item.name)
        default = defaults.get(item.name, item.default)
        is_required = default is MISSING
        default = None if is_required else default
        keywords: dict[str, Any] = {"dest": item.name, "required": is_required, "default": default}
        keywords["help"] = with_flags(item.metadata["help"])
        if kind is bool:
            keywords["action"] = _StoreTrue
        else:
            keywords["action"] = _Store
            keywords["metavar"] = item.metadata["metavar"]
            # Completion recognises files by this type.
            keywords["type"] = Path if kind is Path else converter(kind, item.metadata["range"])
            if isinstance(kind, enum.EnumMeta):
                keywords["metavar"], keywords["choices"] = "|".join(choices(kind)), kind
            if default is not None:
                keywords["help"] += f" (default: {default_text(default)})"
            if several:
                keywords["nargs"] = "+"
                if default is None:
                    keywords["action"] = _Extend
        action = parser.add_argument(flag(item.name), **keywords)
        # For completion; argparse's choices would exclude numbers.
        action.words = list(kind.words) if isinstance(kind, OrWords) else []  # type: ignore[attr-defined]


def config_from(args: argparse.Namespace, config: type[ConfigT], **values: Any) -> ConfigT:
    """Make a configuration from the parsed options; `values` override them."""
    names = [item.name for item in fields(config)]  # type: ignore[arg-type]
    return config(**{name: values.get(name, getattr(args, name)) for name in names})


def converter(kind: Any, *allowed: Any) -> Callable[[str], Any]:
    """Wrap `parse` so that argparse prints its message."""

    def convert(text: str) -> Any:
        try:
            return parse(text, kind, *allowed)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert


def add_recordings(parser: argparse.ArgumentParser) -> None:
    """Add the recordings, for commands that turn audio into results in one step."""
    help = "audio file; folder, for all audio files below it; or - for an audio file on standard input"
    parser.add_argument("recordings", nargs="+", metavar="RECORDING", help=help)


def add_input(parser: argparse.ArgumentParser, what: str, *, several: bool = False) -> None:
    """Add ``--input`` for one data set or for several."""
    nargs, kind = ("+", "data sets") if several else (None, "data set")
    help = f"{kind} (netCDF): {what}"
    parser.add_argument("--input", nargs=nargs, type=Path, required=True, metavar="FILE", help=help)


def add_output(parser: argparse.ArgumentParser, what: str, **keywords: Any) -> None:
    """Add ``--output`` for a file or folder; required unless it has a default."""
    keywords.setdefault("required", "default" not in keywords)
    keywords.setdefault("metavar", "FILE")
    parser.add_argument("--output", type=Path, help=what, **keywords)


def add_basedir_and_parser(
    parser: argparse.ArgumentParser, what: str = "base folder of the recordings", *, required: bool = True
) -> None:
    """Add ``--basedir`` and ``--parser``, for commands that read a folder of audio."""
    parser.add_argument("--basedir", type=Path, required=required, metavar="DIR", help=what)
    add_config(parser, ParserConfig)


def add_plot(parser: argparse.ArgumentParser, what: str, option: str = "--plot") -> None:
    """Add ``--plot``, the file to write a plot to."""
    parser.add_argument(option, type=Path, metavar="FILE", help=f"write {what} to FILE (.png, .pdf, .svg)")
