"""The lines of a table: cells between separators, or a JSON object in each line."""

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

from audeep.backend.errors import ParseError
from audeep.backend.parsers.listing import SEPARATORS
from audeep.backend.parsers.wrong_rows import Problem

#: Extension of tables with a JSON object in each line.
JSON_LINES = ".jsonl"


class Lines(NamedTuple):
    """The content of a table."""

    header: list[str]
    #: Number of each line that is not empty, from 1, and its cells. They are text; in JSON, also lists and objects.
    rows: list[tuple[int, list[Any]]]
    #: Character between cells; empty for JSON.
    separator: str = ""
    #: Lines that are not JSON objects.
    problems: tuple[Problem, ...] = ()


def read_lines(path: Path) -> Lines:
    """Read a table; its extension says whether it is made of JSON objects."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ParseError(f"the table {path} is missing") from None
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise ParseError(f"{path} is not UTF-8 text (it contains byte 0x{byte:02x}); convert it to UTF-8") from None
    except OSError as error:
        raise ParseError(f"{path} cannot be read: {error.strerror or error}") from error
    return _objects(text) if path.suffix.lower() == JSON_LINES else _separated(text, path)


def _separated(text: str, path: Path) -> Lines:
    """Split lines at separators; the first one is the header."""
    lines, separator = [], find_separator(next(iter(text.strip().splitlines()), ""))
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    start = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                lines.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise ParseError(f"{path}, line {start}: {error}") from None
    (_, header), *rows = lines or [(0, [])]
    return Lines(header, rows, separator)


def find_separator(line: str) -> str:
    """Return the character that splits a line into most columns; a comma if there is none.

    >>> find_separator("path;label, if known;fold")
    ';'
    """
    return max(SEPARATORS, key=lambda separator: len(next(csv.reader([line], delimiter=separator), [])))


def _objects(text: str) -> Lines:
    """Read a JSON object from each line; the header has the keys of all, in order of appearance."""
    objects, problems = [], []
    # Strings in JSON may contain the other line separators of Unicode, which `str.splitlines` knows.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            # Numbers stay text, so that they follow the same rules as in other tables.
            found = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            objects.append((number, found))
        else:
            problems.append(Problem(number, "", "expected a JSON object", line.strip()))
    header = list(dict.fromkeys(key for _, item in objects for key in item))
    rows = [(number, [_cell(item.get(key)) for key in header]) for number, item in objects]
    return Lines(header, rows, problems=tuple(problems))


def _cell(value: Any) -> Any:
    """Return a JSON value as it would be in another table; lists and objects stay as they are."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value.strip() if isinstance(value, str) else value
