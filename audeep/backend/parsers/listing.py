"""Listing recordings in folders and tables, with errors that name the file at fault."""

import csv
import logging
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from audeep.backend.audio.formats import is_audio, is_unreadable
from audeep.backend.errors import ParseError

LOG = logging.getLogger(__name__)

#: Column separators of tables.
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}

#: Files and folders created by operating systems, in lower case.
LEFT_BY_SYSTEMS = {"$recycle.bin", "@eadir", "__macosx", "desktop.ini", "ehthumbs.db", "icon\r", "thumbs.db"}


def is_hidden(path: Path) -> bool:
    """Return whether to ignore a file or folder: its name starts with a dot, or the system created it.

    >>> is_hidden(Path(".DS_Store")), is_hidden(Path("Thumbs.db")), is_hidden(Path("dog.wav"))
    (True, True, False)
    """
    return path.name.startswith(".") or path.name.lower() in LEFT_BY_SYSTEMS


def entries(folder: Path) -> list[Path]:
    """List the files and folders that are not hidden, sorted by name."""
    try:
        visible = (path for path in folder.iterdir() if not is_hidden(path))
        # By name and not by path, whose order differs between systems.
        return sorted(visible, key=lambda path: path.name)
    except FileNotFoundError:
        raise ParseError(f"the folder {folder} is missing") from None
    except OSError as error:
        raise ParseError(f"the folder {folder} cannot be read: {error.strerror}") from error


def audio_below(folder: Path, above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """Find the audio files in a folder and all folders below it; `above` are its parents so far."""
    here = folder.resolve()
    above = above | {here, *here.parents}
    for entry in entries(folder):
        if entry.is_dir():
            # Following a link to a parent would never end.
            if not (entry.is_symlink() and entry.resolve() in above):
                yield from audio_below(entry, above)
        elif is_audio(entry):
            yield entry


def files_below(folder: Path) -> Iterator[Path]:
    """Find all files below a folder that are not hidden, in any order; links to folders are not followed."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_hidden(Path(name))]
        yield from (Path(parent, name) for name in names if not is_hidden(Path(name)))


def describe_unreadable(folder: Path) -> str:
    """Say how many files below a folder are recordings in unsupported formats; empty if there are none."""
    counts = Counter(path.suffix.lower() for path in files_below(folder) if is_unreadable(path))
    if not counts:
        return ""
    named = ", ".join(f"{count} {extension}" for extension, count in sorted(counts.items()))
    return f"{counts.total()} recordings in unsupported formats ({named}); convert them to WAV or FLAC"


def no_audio_files(folder: Path) -> ParseError:
    """Return the error for a folder without audio files, which says what there is instead."""
    unreadable = describe_unreadable(folder)
    return ParseError(f"no audio files in {folder}" + (f", only {unreadable}" if unreadable else ""))


def audio_files(folder: Path) -> list[Path]:
    """List a folder that may contain only audio files, and folders with names like audio files."""
    files = [path for path in entries(folder) if not (is_audio(path) and path.is_dir())]
    for path in files:
        if is_unreadable(path):
            raise ParseError(f"{path} is in an unsupported format; convert it to WAV or FLAC")
        if not is_audio(path):
            raise ParseError(f"{path} is not an audio file; a class folder may contain nothing else")
    return files


def class_files(folder: Path) -> list[Path]:
    """List the audio files in a folder that may contain only class folders."""
    classes = entries(folder)
    for path in classes:
        if not path.is_dir():
            raise ParseError(f"{path} is not in a class folder; {folder} may contain only class folders")
    if not classes:
        raise ParseError(f"{folder} contains no class folders")
    return [path for label in classes for path in audio_files(label)]


def matching_folders(
    base: Path, pattern: str, *, expected: str, at_least: int = 1
) -> list[tuple[re.Match[str], Path]]:
    """List the folders in `base` whose names match, and warn about the others.

    Parameters
    ----------
    base
        Folder to search.
    pattern
        Regular expression for the full folder name.
    expected
        What was expected, for the message if there are fewer than `at_least`.
    """
    matches = {path: re.fullmatch(pattern, path.name) for path in entries(base) if path.is_dir()}
    found = [(match, path) for path, match in matches.items() if match]
    if len(found) < at_least:
        names = ", ".join(path.name for _, path in found) or "none"
        raise ParseError(f"{base} must contain {expected}; found: {names}")
    if ignored := [path.name for path, match in matches.items() if not match]:
        LOG.warning("%s: ignoring these folders: %s", base, ", ".join(ignored))
    return found


def listed(path: Path, table: Path) -> Path:
    """Return `path`, listed in `table`; raise a `ParseError` if there is no such file."""
    if not path.is_file():
        raise ParseError(f"{path} is missing, but listed in {table}")
    return path


def read_table(
    path: Path,
    columns: Mapping[str, Callable[[str], Any]],
    *,
    optional: Mapping[str, Callable[[str], Any]] = MappingProxyType({}),
    delimiter: str = ",",
    header: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """Read some columns of a text table.

    Parameters
    ----------
    path
        Text file, UTF-8.
    columns
        Names and types of the columns to read.
    optional
        Those of columns that may be missing, as may be single values in them; None stands for what is missing.
    delimiter
        Character between columns.
    header
        Names of the columns, if the table has no header line.

    Raises
    ------
    ParseError
        If the file is missing, unreadable or empty, a column or value is missing, or a value has the wrong type.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, header, delimiter=delimiter)
            if missing := [name for name in columns if name not in (reader.fieldnames or columns)]:
                found = delimiter.join(reader.fieldnames or ())
                hint = separator_hint(found, delimiter)
                raise ParseError(f"{path} has no column '{missing[0]}'; its first line is {found!r:.200}{hint}")
            rows = [
                _convert(row, columns, optional, delimiter, f"{path}, line {reader.line_num}") for row in reader
            ]
    except FileNotFoundError:
        raise ParseError(f"the file {path} is missing") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ParseError(f"{path} cannot be read: {error}") from error
    if not rows:
        raise ParseError(f"{path} has no rows")
    return rows


def separator_hint(line: str, expected: str) -> str:
    """Return the end of a message if a line seems to have an unexpected separator; empty otherwise."""
    others = [name for character, name in SEPARATORS.items() if character in line and character != expected]
    if expected in line or not others:
        return ""
    return f"; expected {SEPARATORS[expected]} as separators, found {others[0]}"


def _convert(
    row: Mapping[str, Any],
    columns: Mapping[str, Callable[[str], Any]],
    optional: Mapping[str, Callable[[str], Any]],
    delimiter: str,
    where: str,
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, kind in {**columns, **optional}.items():
        if not row.get(name) and name in optional:
            values[name] = None
            continue
        if not row.get(name):
            # With the wrong separator, the first column contains the whole line.
            hint = separator_hint(str(next(iter(row.values()))), delimiter)
            raise ParseError(f"{where}: no value for '{name}'{hint}")
        try:
            values[name] = kind(row[name])
            # Values that a data set cannot store.
            if "\0" in row[name] or (isinstance(values[name], int) and abs(values[name]) >= 2**63):
                raise ValueError
        except ValueError:
            raise ParseError(f"{where}: '{name}' has the invalid value {row[name]!r}") from None
    return values
