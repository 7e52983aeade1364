"""From the name of a parser to the parser."""

import importlib
import importlib.util
import inspect
import sys
from pathlib import Path
from types import ModuleType

from audeep.backend import parsers
from audeep.backend.errors import OptionError
from audeep.backend.parsers.base import Parser


def find(name: str, basedir: Path | str) -> Parser:
    """Make the parser with a given name: one of ours, ``package.module.Class``, or ``path/to/file.py:Class``."""
    full_name = f"{parsers.__name__}.{name}" if name in parsers.__all__ else name
    module_name, _, class_name = full_name.rpartition(":" if ":" in name else ".")
    if not (module_name and class_name) or name.endswith(".py"):
        ours = ", ".join(parsers.__all__)
        raise _refuse(name, f"give one of {ours}; or package.module.Class, or path/to/file.py:Class")
    if ":" in name and not Path(module_name).expanduser().is_file():
        raise _refuse(name, f"there is no file {module_name}")
    try:
        module = _load_file(Path(module_name).expanduser()) if ":" in name else importlib.import_module(module_name)
    except Exception as error:
        raise _refuse(name, f"cannot import {module_name}: {type(error).__name__}: {error}") from error
    found = getattr(module, class_name, None)
    if found is None:
        raise _refuse(name, f"there is no class {class_name} in {module_name}")
    if not (isinstance(found, type) and issubclass(found, Parser)):
        raise _refuse(name, f"{class_name} is not a subclass of audeep.backend.parsers.base.Parser")
    if inspect.isabstract(found):
        raise _refuse(name, f"{class_name} does not define {', '.join(sorted(found.__abstractmethods__))}")
    return found(Path(basedir))


def _load_file(path: Path) -> ModuleType:
    module_name = f"audeep_parser_{path.stem}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise ImportError("not a Python file")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look up the module of their class there.
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[module_name]
        raise
    return module


def _refuse(name: str, reason: str) -> OptionError:
    return OptionError(f"`parser` {name}: {reason}")
