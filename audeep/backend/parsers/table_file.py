"""Tables of recordings: text files with a row for each recording, and columns named as people name them."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from audeep.backend.errors import ParseError
from audeep.backend.parsers.conventions import COLUMNS, MISSING, TableColumn, finite, seconds
from audeep.backend.parsers.listing import SEPARATORS
from audeep.backend.parsers.wrong_rows import Problem, WrongRowsError

#: A row: its ``line`` in the file, from 1, and the value of each of `COLUMNS`, None where missing.
Row = dict[str, Any]


def target_key(name: str) -> str:
    """Return where rows have the value of a target, which may be named like another column."""
    return f"target {name}"


class TableFile:
    """A table of recordings.

    Parameters
    ----------
    path
        Text file, UTF-8, with headings in the first line. The character that splits this line into most columns
        separates the columns: a comma, semicolon, tab or vertical bar.
    names
        Headings of columns that have an unusual one, by the names in `COLUMNS`.

    targets
        Headings of columns with continuous targets; rows have their values under `target_key`.

    Attributes
    ----------
    rows
        The rows that are right.
    headings
        Heading of each of `COLUMNS` that the table has.

    Raises
    ------
    ParseError
        If there is no such table, or it has no rows, no paths, or not the columns in `names`.
    """

    def __init__(self, path: Path, names: Mapping[str, str], targets: Sequence[str] = ()) -> None:
        self.path = path
        keys = {target_key(name): name for name in targets}
        columns = COLUMNS | {key: TableColumn(key, (), "a finite number", finite) for key in keys}
        lines, separator = _read_lines(path)
        (_, header), *body = lines or [(0, [])]
        if not body:
            raise ParseError(f"{path} has no rows")
        positions = _find_columns(path, header, columns, {**names, **keys})
        self.headings = {name: header[position] for name, position in positions.items()}
        self._problems: list[Problem] = []
        self.rows: list[Row] = []
        for line, cells in body:
            so_far = len(self._problems)
            if further := "".join(cells[len(header) :]):
                self._problems.append(Problem(line, header[-1], f"expected {len(header)} values in a row", further))
            row: Row = {"line": line, **dict.fromkeys(columns)}
            for name, position in positions.items():
                # Some programs leave out separators at the end of a line.
                text = cells[position] if position < len(cells) else ""
                row[name] = self._read(line, columns[name], text, separator)
            if len(self._problems) == so_far:
                self.rows.append(row)

    def _read(self, line: int, column: TableColumn, text: str, separator: str) -> Any:
        """Convert a value; None if it is missing or wrong."""
        if text in MISSING and column.name != "path":
            return None
        if separator == ";" and column.read in (seconds, finite):
            # Spreadsheets write semicolons where numbers have a decimal comma.
            text = text.replace(",", ".")
        try:
            # No data set can store the character 0.
            if not text or "\0" in text:
                raise ValueError
            return column.read(text)
        except ValueError:
            rule = f"expected {column.expected}"
            self._problems.append(Problem(line, self.headings[column.name], rule, text))
            return None

    def refuse(self, row: Row, column: str, rule: str) -> None:
        """Note that a value of a row breaks a rule."""
        self._problems.append(Problem(row["line"], self.headings.get(column, column), rule, str(row[column])))

    def check(self) -> None:
        """Raise an error that tells of all rows that break a rule, if any do."""
        if self._problems:
            raise WrongRowsError(self.path, self._problems)


def _read_lines(path: Path) -> tuple[list[tuple[int, list[str]]], str]:
    """Read the lines that are not empty, with their numbers from 1, and find the separator."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ParseError(f"the table {path} is missing") from None
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise ParseError(f"{path} is not UTF-8 text (it contains byte 0x{byte:02x}); convert it to UTF-8") from None
    except OSError as error:
        raise ParseError(f"{path} cannot be read: {error.strerror or error}") from error
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
    return lines, separator


def find_separator(line: str) -> str:
    """Return the character that splits a line into most columns; a comma if there is none.

    >>> find_separator("path;label, if known;fold")
    ';'
    """
    return max(SEPARATORS, key=lambda separator: len(next(csv.reader([line], delimiter=separator), [])))


def _find_columns(
    path: Path, header: Sequence[str], columns: Mapping[str, TableColumn], names: Mapping[str, str]
) -> dict[str, int]:
    """Return the position of each of the columns that a table has; those in `names` must exist."""
    has = f"its columns are {', '.join(header):.200}"
    positions = {}
    for column in columns.values():
        name = names.get(column.name)
        if name is not None:
            found = [position for position, heading in enumerate(header) if heading == name]
            if not found:
                given = f"`column` {column.name}={name}" if column.name in COLUMNS else "`target`"
                raise ParseError(f"{path} has no column {name!r} ({given}); {has}")
        else:
            found = _find_usual(column, ["" if heading in names.values() else heading for heading in header])
        if len(found) > 1:
            raise ParseError(f"{path} has {len(found)} columns {header[found[0]]!r}; headings must be unique")
        if found:
            positions[column.name] = found[0]
    if "path" not in positions:
        usual = ", ".join(["path", *COLUMNS["path"].aliases])
        raise ParseError(f"{path} has no column {usual}; {has}; `column` path=NAME names the one with paths")
    return positions


def _find_usual(column: TableColumn, header: Sequence[str]) -> list[int]:
    """Find the headings that are the first name of a column to occur, whatever their case."""
    plain = [heading.lower().replace(" ", "_") for heading in header]
    for name in (column.name, *column.aliases):
        if name in plain:
            return [position for position, heading in enumerate(plain) if heading == name]
    return []
