"""Looking up parsers by name."""

import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from audeep.backend import parsers
from audeep.backend.errors import OptionError
from audeep.backend.parsers.base import FolderParser, Parser
from audeep.backend.parsers.config import ParserConfig


def find(parser: str | type[Parser] | ParserConfig | Mapping[str, Any], basedir: Path | str) -> Parser:
    """Make a parser from a class, a built-in name, ``package.module.Class``, or ``path/to/file.py:Class``.

    A `ParserConfig`, or a dict of its parameters, also says which table to read.
    """
    if not isinstance(basedir, str | os.PathLike):
        raise OptionError(f"`basedir`: expected a folder, got {type(basedir).__name__}")
    options = ParserConfig()
    if isinstance(parser, ParserConfig | Mapping):
        options = ParserConfig.of(parser)
        parser = options.parser
    found = parser if isinstance(parser, type) else _class(parser)
    if not (isinstance(found, type) and issubclass(found, Parser)):
        raise _refuse(parser, "is not a subclass of audeep.backend.parsers.base.Parser")
    interface = Parser.__abstractmethods__ | FolderParser.__abstractmethods__
    if missing := found.__abstractmethods__ & interface:
        raise _refuse(parser, f"does not define {', '.join(sorted(missing))}")
    # Some parsers written for the original declare more abstract methods, which are never called.
    found.__abstractmethods__ = frozenset()
    return found(Path(basedir), **_table_options(options, found))


def _table_options(config: ParserConfig, parser: type[Parser]) -> dict[str, Any]:
    """Return the keywords of a parser that say which table to read; most parsers have none."""
    options: dict[str, Any] = {} if config.table is None else {"table": config.table}
    if config.columns:
        options["columns"] = config.columns
    if config.target:
        options["targets"] = config.target
    if not options.keys() <= inspect.signature(parser).parameters.keys():
        given = next(f"`{name.removesuffix('s')}`" for name in options)
        raise OptionError(f"{given}: {parser.__name__} reads no such table; leave out `parser` or use TableParser")
    return options


def _class(name: str) -> Any:
    """Import the class with a given name."""
    if not isinstance(name, str):
        raise _refuse(name, "expected a parser class or its name")
    full_name = f"{parsers.__name__}.{name}" if name in parsers.__all__ else name
    module_name, _, class_name = full_name.rpartition(":" if ":" in name else ".")
    if not (module_name and class_name) or name.endswith(".py"):
        ours = ", ".join(parsers.__all__)
        raise _refuse(name, f"expected one of {ours}; or package.module.Class, or path/to/file.py:Class")
    if ":" in name and not Path(module_name).expanduser().is_file():
        raise _refuse(name, f"there is no file {module_name}")
    try:
        module = _load_file(Path(module_name).expanduser()) if ":" in name else importlib.import_module(module_name)
    except Exception as error:
        raise _refuse(name, f"cannot import {module_name}: {type(error).__name__}: {error}") from error
    if not hasattr(module, class_name):
        raise _refuse(name, f"there is no class {class_name} in {module_name}")
    return getattr(module, class_name)


def _load_file(path: Path) -> ModuleType:
    module_name = f"audeep_parser_{path.stem}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise ImportError("not a Python file")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look up the module of their class in it.
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[module_name]
        raise
    return module


def _refuse(parser: object, reason: str) -> OptionError:
    return OptionError(f"`parser` {getattr(parser, '__name__', parser)}: {reason}")
