"""Tables of recordings: text files with a row for each recording, and columns named as people name them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from audeep.backend.errors import ParseError
from audeep.backend.parsers.conventions import COLUMNS, MISSING, TableColumn, finite, seconds
from audeep.backend.parsers.table_lines import read_lines
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
        separates the columns: a comma, semicolon, tab or vertical bar. Or a ``.jsonl`` file with a JSON object in
        each line, whose keys are the headings.
    names
        Headings of columns that have an unusual one, by the names in `COLUMNS`.
    targets
        Headings of columns with continuous targets; rows have their values under `target_key`.

    Attributes
    ----------
    rows
        The rows that are right. Labels are text, or if they are a list in JSON, a list of texts.
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
        header, rows, separator, problems = read_lines(path)
        if problems and not rows:
            raise WrongRowsError(path, problems)
        if not rows:
            raise ParseError(f"{path} has no rows")
        positions = _find_columns(path, header, columns, {**names, **keys})
        self.headings = {name: header[position] for name, position in positions.items()}
        self._problems: list[Problem] = [*problems]
        self.rows: list[Row] = []
        for line, cells in rows:
            so_far = len(self._problems)
            if further := "".join(cells[len(header) :]):
                self._problems.append(Problem(line, header[-1], f"expected {len(header)} values in a row", further))
            row: Row = {"line": line, **dict.fromkeys(columns)}
            for name, position in positions.items():
                # Some programs leave out separators at the end of a line.
                cell = cells[position] if position < len(cells) else ""
                row[name] = self._read(line, columns[name], cell, separator)
            if len(self._problems) == so_far:
                self.rows.append(row)

    def _read(self, line: int, column: TableColumn, cell: Any, separator: str) -> Any:
        """Convert a cell; None if it is missing or wrong."""
        if isinstance(cell, str):
            if cell in MISSING and column.name != "path":
                return None
            if separator == ";" and column.read in (seconds, finite):
                # Spreadsheets write semicolons where numbers have a decimal comma.
                cell = cell.replace(",", ".")
        holds_sets = column.name == ("labels" if "labels" in self.headings else "label")
        try:
            if isinstance(cell, list) and holds_sets:
                return [column.read(_text(part)) for part in cell]
            return column.read(_text(cell))
        except ValueError:
            rule = f"expected {column.expected}"
            self._problems.append(Problem(line, self.headings[column.name], rule, str(cell)))
            return None

    def refuse(self, row: Row, column: str, rule: str) -> None:
        """Note that a value of a row breaks a rule."""
        self._problems.append(Problem(row["line"], self.headings.get(column, column), rule, str(row[column])))

    def check(self) -> None:
        """Raise an error that tells of all rows that break a rule, if any do."""
        if self._problems:
            raise WrongRowsError(self.path, self._problems)


def _text(cell: Any) -> str:
    """Return a cell that is a text, and not empty; no data set can store the character 0."""
    if not isinstance(cell, str) or not cell or "\0" in cell:
        raise ValueError
    return cell


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
