"""From the name of a parser to the columns that it finds."""

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import xarray as xr

from audeep.backend.data import columns, schema
from audeep.backend.data.schema import Partition, Split
from audeep.backend.errors import OptionError, ParseError
from audeep.backend.log import LOG
from audeep.backend.parsers.base import Parser
from audeep.backend.parsers.files import is_audio, is_text, printable


def find(name: str, basedir: Path | str) -> Parser:
    """Make the parser with a given name.

    Parameters
    ----------
    name
        Full name of a class, ``package.module.Class``, or ``path/to/file.py:Class``.
    basedir
        Base folder of the recordings.

    Raises
    ------
    OptionError
        If there is no such parser, or if it cannot be imported.
    """
    module_name, _, class_name = name.rpartition(":" if ":" in name else ".")
    if not (module_name and class_name) or name.endswith(".py"):
        raise _refuse(name, "give the full name package.module.Class, or path/to/file.py:Class")
    module = _load_file(name, Path(module_name).expanduser()) if ":" in name else _import(name, module_name)
    found = getattr(module, class_name, None)
    if found is None:
        raise _refuse(name, f"there is no class {class_name} in {module_name}")
    if not (isinstance(found, type) and issubclass(found, Parser)):
        raise _refuse(name, f"{class_name} is no subclass of audeep.backend.parsers.base.Parser")
    if inspect.isabstract(found):
        raise _refuse(name, f"{class_name} does not define {', '.join(sorted(found.__abstractmethods__))}")
    return found(Path(basedir))


def _import(name: str, module_name: str) -> ModuleType:
    try:
        return importlib.import_module(module_name)
    except Exception as error:
        raise _refuse(name, f"cannot import {module_name}: {type(error).__name__}: {error}") from error


def _load_file(name: str, path: Path) -> ModuleType:
    if not path.is_file():
        raise _refuse(name, f"there is no file {path}")
    module_name = f"audeep_parser_{path.stem}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise _refuse(name, f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look up the module of their class there.
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[module_name]
        raise _refuse(name, f"cannot import {path}: {type(error).__name__}: {error}") from error
    return module


def _refuse(name: str, reason: str) -> OptionError:
    return OptionError(f"`parser` {name}: {reason}")


def collect(parser: Parser) -> tuple[list[Path], xr.Dataset]:
    """Collect what a parser finds into columns, and check them.

    Parameters
    ----------
    parser
        One of ours, or one that somebody wrote.

    Returns
    -------
    paths : list of Path
        Where the recordings are.
    metadata : xarray.Dataset
        The variables of a data set but for its features, one instance for each recording.

    Raises
    ------
    ParseError
        If the parser does not fit the folder, or if what it says contradicts itself.
    """
    parser.ensure_can_parse()
    found = parser.parse()
    if not found:
        raise ParseError(f"{type(parser).__name__} finds no recordings")
    paths = [Path(instance.path) for instance in found]
    folds = [instance.cv_folds for instance in found]
    lengths = np.array([len(splits) for splits in folds])
    _refuse_first(lengths != parser.num_folds, paths, f"is not in each of the {parser.num_folds} folds")
    label_map = parser.label_map
    known = [name for name in schema.COLUMNS if hasattr(found[0], name) and name != schema.CV_FOLDS]
    values = {name: [getattr(instance, name) for instance in found] for name in known}
    metadata = columns.make({**values, schema.CV_FOLDS: folds}, label_map=label_map)
    _check(metadata, label_map, paths)
    _warn_of_others(paths)
    return paths, metadata


def _warn_of_others(paths: list[Path]) -> None:
    """Warn of audio files beside the recordings that the parser does not tell of."""
    known: dict[Path, set[str]] = {}
    for path in paths:
        known.setdefault(path.parent, set()).add(path.name)
    others = [
        path
        for folder, names in known.items()
        if folder.is_dir()
        for path in sorted({*folder.iterdir()} - {folder / name for name in names})
        if is_audio(path) and not path.name.startswith(".") and path.is_file()
    ]
    if others:
        LOG.warning("ignoring %d audio files that are not listed, such as %s", len(others), printable(others[0]))


def _check(metadata: xr.Dataset, label_map: Mapping[str, int] | None, paths: list[Path]) -> None:
    """Raise a `ParseError` for the first recording that breaks the data model."""
    filename, nominal, numeric, folds, partition = (
        metadata[name].values
        for name in (
            schema.FILENAME,
            schema.LABEL_NOMINAL,
            schema.LABEL_NUMERIC,
            schema.CV_FOLDS,
            schema.PARTITION,
        )
    )
    repeated = pd.Series(filename).duplicated(keep="first").to_numpy()
    if repeated.any():
        second = int(repeated.argmax())
        first = int((filename == filename[second]).argmax())
        both = f"{printable(paths[first])} and {printable(paths[second])} would both be"
        if paths[first] == paths[second]:
            both = f"{printable(paths[first])} is listed twice, and would twice be"
        raise ParseError(f"{both} named {filename[second]} in the data set")
    _refuse_first(np.array([not is_text(label) for label in nominal]), paths, "has a label that is no valid text")
    unnumbered = np.isnan(numeric.astype(float))
    _refuse_first((nominal == "") != unnumbered, paths, "has a label with a name or a number only, not both")
    if label_map is not None:
        expected = pd.Series(nominal).map(dict(label_map)).to_numpy(float)
        wrong = ~unnumbered & (expected != numeric)
        row = int(wrong.argmax())
        _refuse_first(
            wrong,
            paths,
            f"has the label '{nominal[row]}' with the number {numeric[row]:g}; in the label map its number is "
            f"{label_map.get(nominal[row])}",
        )
    _refuse_first(~np.all(_is_one_of(Split, folds), axis=1), paths, "is neither in training nor in validation")
    _refuse_first(~_is_one_of(Partition, partition), paths, "is in a partition that does not exist")


def _is_one_of(kind: type[Split] | type[Partition], values: np.ndarray) -> np.ndarray:
    return np.isin(values, list(kind)) | np.isnan(values.astype(float))


def _refuse_first(wrong: np.ndarray, paths: list[Path], what: str) -> None:
    if wrong.any():
        raise ParseError(f"{printable(paths[int(wrong.argmax())])} {what}")
