"""Looking up parsers by name."""

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from audeep.backend import parsers
from audeep.backend.errors import OptionError
from audeep.backend.parsers.base import FolderParser, Parser


def find(parser: str | type[Parser], basedir: Path | str) -> Parser:
    """Make a parser from a class, a built-in name, ``package.module.Class``, or ``path/to/file.py:Class``."""
    if not isinstance(basedir, str | os.PathLike):
        raise OptionError(f"`basedir`: expected a folder, got {type(basedir).__name__}")
    found = parser if isinstance(parser, type) else _class(parser)
    if not (isinstance(found, type) and issubclass(found, Parser)):
        raise _refuse(parser, "is not a subclass of audeep.backend.parsers.base.Parser")
    interface = Parser.__abstractmethods__ | FolderParser.__abstractmethods__
    if missing := found.__abstractmethods__ & interface:
        raise _refuse(parser, f"does not define {', '.join(sorted(missing))}")
    # Some parsers written for the original declare more abstract methods, which are never called.
    found.__abstractmethods__ = frozenset()
    return found(Path(basedir))


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
