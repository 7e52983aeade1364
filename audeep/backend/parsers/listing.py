"""Listing the recordings in folders and in tables, with errors that name the file to blame."""

import csv
import logging
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from audeep.backend.audio.formats import is_audio, is_unreadable
from audeep.backend.errors import ParseError

LOG = logging.getLogger(__name__)

#: Characters between the columns of tables.
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}

#: What operating systems leave in folders, in lower case.
LEFT_BY_SYSTEMS = {"$recycle.bin", "@eadir", "__macosx", "desktop.ini", "ehthumbs.db", "icon\r", "thumbs.db"}


def is_hidden(path: Path) -> bool:
    """Whether a file or folder is no part of a data set: its name starts with a dot, or the system made it.

    >>> is_hidden(Path(".DS_Store")), is_hidden(Path("Thumbs.db")), is_hidden(Path("dog.wav"))
    (True, True, False)
    """
    return path.name.startswith(".") or path.name.lower() in LEFT_BY_SYSTEMS


def entries(folder: Path) -> list[Path]:
    """List files and folders that are not hidden, sorted by name."""
    try:
        visible = (path for path in folder.iterdir() if not is_hidden(path))
        # By the name and not by the path, whose order differs between systems.
        return sorted(visible, key=lambda path: path.name)
    except FileNotFoundError:
        raise ParseError(f"the folder {folder} is missing") from None
    except OSError as error:
        raise ParseError(f"the folder {folder} cannot be read: {error.strerror}") from error


def audio_below(folder: Path, above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """Find the audio files in a folder and in all folders below it; `above` are those on the way to it."""
    here = folder.resolve()
    above = above | {here, *here.parents}
    for entry in entries(folder):
        if entry.is_dir():
            # A link back to one of them would be followed forever.
            if not (entry.is_symlink() and entry.resolve() in above):
                yield from audio_below(entry, above)
        elif is_audio(entry):
            yield entry


def describe_unreadable(folder: Path) -> str:
    """Say how many files below a folder are recordings in formats that cannot be read; empty if none are."""
    files = (Path(name) for _, _, names in os.walk(folder) for name in names)
    counts = Counter(path.suffix.lower() for path in files if is_unreadable(path) and not is_hidden(path))
    if not counts:
        return ""
    named = ", ".join(f"{count} {extension}" for extension, count in sorted(counts.items()))
    return f"{counts.total()} in formats that cannot be read ({named}); convert them to WAV or FLAC to use them"


def audio_files(folder: Path) -> list[Path]:
    """List a folder that may hold nothing but audio files, and folders that are called like such files."""
    files = [path for path in entries(folder) if not (is_audio(path) and path.is_dir())]
    for path in files:
        if is_unreadable(path):
            raise ParseError(f"{path} is in a format that cannot be read; convert it to WAV or FLAC")
        if not is_audio(path):
            raise ParseError(f"{path} is not an audio file; a class folder may contain nothing else")
    return files


def class_files(folder: Path) -> list[Path]:
    """List the audio files in a folder that holds nothing but a folder for each class."""
    classes = entries(folder)
    for path in classes:
        if not path.is_dir():
            raise ParseError(f"{path} is not in the folder of a class; {folder} may hold nothing else")
    if not classes:
        raise ParseError(f"{folder} holds no folder of a class")
    return [path for label in classes for path in audio_files(label)]


def matching_folders(
    base: Path, pattern: str, *, expected: str, at_least: int = 1
) -> list[tuple[re.Match[str], Path]]:
    """List the folders in `base` whose names match, and warn of those that do not.

    Parameters
    ----------
    base
        Where to look.
    pattern
        Regular expression for the full name.
    expected
        What is expected, for the message if there are fewer than `at_least`.
    """
    matches = {path: re.fullmatch(pattern, path.name) for path in entries(base) if path.is_dir()}
    found = [(match, path) for path, match in matches.items() if match]
    if len(found) < at_least:
        names = ", ".join(path.name for _, path in found) or "none"
        raise ParseError(f"{base} must hold {expected}; found: {names}")
    if ignored := [path.name for path, match in matches.items() if not match]:
        LOG.warning("%s: ignoring these folders: %s", base, ", ".join(ignored))
    return found


def listed(path: Path, table: Path) -> Path:
    """Return `path`, which a table lists, if there is such a file."""
    if not path.is_file():
        raise ParseError(f"{path} is missing, though {table} lists it")
    return path


def read_table(
    path: Path,
    columns: Mapping[str, Callable[[str], Any]],
    *,
    delimiter: str = ",",
    header: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """Read some columns of a table.

    Parameters
    ----------
    path
        Text file, UTF-8.
    columns
        Name and type of the columns to read.
    delimiter
        Character between two columns.
    header
        Names of the columns, if the first line does not hold them.

    Raises
    ------
    ParseError
        If the file is missing, unreadable or empty, or a column or a value is missing, or a value of another type.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, header, delimiter=delimiter)
            if missing := [name for name in columns if name not in (reader.fieldnames or columns)]:
                found = delimiter.join(reader.fieldnames or ())
                hint = separator_hint(found, delimiter)
                raise ParseError(f"{path} has no column '{missing[0]}'; its first line is {found!r:.200}{hint}")
            rows = [_convert(row, columns, delimiter, f"{path}, line {reader.line_num}") for row in reader]
    except FileNotFoundError:
        raise ParseError(f"the file {path} is missing") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ParseError(f"{path} cannot be read: {error}") from error
    if not rows:
        raise ParseError(f"{path} lists nothing")
    return rows


def separator_hint(line: str, expected: str) -> str:
    """Return the end of a message about a line that seems to have another separator than expected, or nothing."""
    others = [name for character, name in SEPARATORS.items() if character in line and character != expected]
    if expected in line or not others:
        return ""
    return f"; it seems to be separated by {others[0]}, but {SEPARATORS[expected]} are expected"


def _convert(
    row: Mapping[str, Any], columns: Mapping[str, Callable[[str], Any]], delimiter: str, where: str
) -> dict[str, Any]:
    values = {}
    for name, kind in columns.items():
        if not row.get(name):
            # Of a line with another separator, the first column holds all.
            hint = separator_hint(str(next(iter(row.values()))), delimiter)
            raise ParseError(f"{where}: no value for '{name}'{hint}")
        try:
            values[name] = kind(row[name])
            # What no data set can hold.
            if "\0" in row[name] or (isinstance(values[name], int) and abs(values[name]) >= 2**63):
                raise ValueError
        except ValueError:
            raise ParseError(f"{where}: '{name}' cannot be {row[name]!r}") from None
    return values
