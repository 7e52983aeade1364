"""A folder with a table of its recordings."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from audeep.backend.audio.names import normalized, printable
from audeep.backend.data.schema import Partition, Split
from audeep.backend.errors import ParseError
from audeep.backend.parsers.base import FolderParser, InstanceMetadata, hold_out, number_labels
from audeep.backend.parsers.conventions import PARTITIONS
from audeep.backend.parsers.label_sets import split_labels
from audeep.backend.parsers.listing import entries
from audeep.backend.parsers.table_file import Row, TableFile, target_key
from audeep.backend.parsers.table_lines import JSON_LINES

#: Names of the table and their extensions, in the order in which they are tried.
NAMES, EXTENSIONS = ("metadata", "manifest", "labels"), (".csv", ".tsv", JSON_LINES)
#: Most rows without a file that are named.
SHOWN = 10


class TableParser(FolderParser):
    """Reads the recordings that a table lists, one per row.

    By default, this is ``metadata.csv``, ``manifest.csv`` or ``labels.csv`` in the base folder, or one with the
    extension ``.tsv`` or ``.jsonl``; or there is one in each of the folders ``train``, ``test`` and so on, as in
    audio folders of Hugging Face.

    Parameters
    ----------
    basedir
        Base folder of the recordings.
    table
        The table. Paths in it are relative to the base folder or, if there is no such file, to the folder of the
        table.
    columns
        Unusual headings, by the names of their columns in `audeep.backend.parsers.conventions.COLUMNS`.
    targets
        Headings of columns with continuous targets.
    """

    def __init__(
        self,
        basedir: Path,
        table: Path | None = None,
        columns: Mapping[str, str] | None = None,
        targets: Sequence[str] = (),
    ) -> None:
        super().__init__(basedir)
        self._table, self._columns, self._targets = table, columns or {}, targets

    def scan(self) -> Iterable[InstanceMetadata]:
        """Find the recordings, named by their path relative to the base folder unless the table names them."""
        rows = [row for table in self.tables() for row in self.read(*table)]
        self._report_missing(rows)
        split_labels(rows)
        numbers = number_labels(row["label"] for row in rows if row["label"] is not None)
        splits = self._splits(rows)
        for row in rows:
            yield InstanceMetadata(
                path=row["path"],
                filename=row["name"],
                label_nominal=row["label"],
                label_numeric=numbers.get(row["label"]),
                cv_folds=splits[row["fold"]],
                partition=row["partition"],
                start=row["start"],
                end=row["end"],
                channel=row["channel"],
                labels=row["labels"],
                targets={name: row[target_key(name)] for name in self._targets} or None,
            )

    def tables(self) -> list[tuple[Path, list[Path], Partition | None]]:
        """Find the tables, with the folders to which their paths are relative, and their partition."""
        if self._table is not None:
            return [(self._table, [self._basedir, self._table.absolute().parent], None)]
        if own := self._table_in(self._basedir):
            return [(own, [self._basedir], None)]
        folders = [path for path in entries(self._basedir) if path.is_dir() and path.name.lower() in PARTITIONS]
        found: list[tuple[Path, list[Path], Partition | None]] = [
            (table, [folder], PARTITIONS[folder.name.lower()])
            for folder in folders
            if (table := self._table_in(folder))
        ]
        if not found:
            names, extensions = (f"{', '.join(every[:-1])} or {every[-1]}" for every in (NAMES, EXTENSIONS))
            raise ParseError(f"no {names} ({extensions}) in {self._basedir}")
        return found

    def _table_in(self, folder: Path) -> Path | None:
        candidates = (folder / f"{name}{extension}" for name in NAMES for extension in EXTENSIONS)
        found = [path for path in candidates if path.is_file()]
        if len(found) > 1:
            self.log.warning("reading %s, ignoring %s", found[0], ", ".join(path.name for path in found[1:]))
        return found[0] if found else None

    def read(self, path: Path, folders: Iterable[Path], partition: Partition | None) -> list[Row]:
        """Read a table, and complete the path, name and partition in each row."""
        table = TableFile(path, self._columns, self._targets)
        known: dict[tuple[str, int | None], int] = {}
        for row in table.rows:
            if row["start"] is not None and row["end"] is not None and row["end"] <= row["start"]:
                table.refuse(row, "end", "expected the end after the start")
            file = locate(row["path"], folders)
            name = row["name"] or self._name(file) + fragment(row["start"], row["end"])
            first = known.setdefault((name, row["channel"]), row["line"])
            if first != row["line"]:
                given = "name" if row["name"] else "path"
                table.refuse(row, given, f"expected each recording once, but line {first} has it too")
            row |= {"path": file, "name": name}
            if row["partition"] is None:
                row["partition"] = partition
        table.check()
        return table.rows

    def _name(self, file: Path) -> str:
        """Name a file by its path relative to the base folder; one that is elsewhere by its whole path."""
        base = normalized(self._basedir)
        return (file.relative_to(base) if file.is_relative_to(base) else file).as_posix()

    def _report_missing(self, rows: list[Row]) -> None:
        """Warn about rows without a file; refuse a table of which all rows are."""
        missing = [row["path"] for row in rows if not is_file(row["path"])]
        if not missing:
            return
        named = ", ".join(map(printable, missing[:SHOWN])) + ", ..." * (len(missing) > SHOWN)
        if len(missing) == len(rows):
            raise ParseError(f"none of the files in the table exists: {named}")
        self.log.warning("%d of %d rows have no file: %s", len(missing), len(rows), named)

    def _splits(self, rows: list[Row]) -> dict[int | None, tuple[Split | None, ...]]:
        """Return the splits of the recordings of each fold; those without a fold are in no split."""
        numbers = {row["fold"] for row in rows if row["fold"] is not None}
        without = sum(row["fold"] is None for row in rows)
        if numbers and without:
            self.log.warning("%d of %d rows have no fold; they are on neither side of any", without, len(rows))
        splits = hold_out(numbers)
        return {fold: (None,) * len(splits) if fold is None else splits[fold] for fold in (None, *numbers)}


def locate(path: str, folders: Iterable[Path]) -> Path:
    """Return the first file with this path in one of the folders; if there is none, its place in the first."""
    candidates = [normalized(folder / path) for folder in folders]
    return next(filter(is_file, candidates), candidates[0])


def is_file(path: Path) -> bool:
    """Return whether there is such a file; unlike `Path.is_file`, even if the path is too long for the system."""
    return os.path.isfile(path)  # noqa: PTH113


def fragment(start: float | None, end: float | None) -> str:
    """Return the part of a URI that cuts a segment out of a medium; empty for all of it.

    >>> fragment(1.5, 3), fragment(2, None), fragment(None, None)
    ('#t=1.5,3', '#t=2', '')
    """
    if start is None and end is None:
        return ""
    return f"#t={'' if start is None else f'{start:.12g}'}{'' if end is None else f',{end:.12g}'}"
