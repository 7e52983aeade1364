"""The ESC-10 and ESC-50 data sets."""

import re
from collections.abc import Iterable

from audeep.backend.errors import ParseError
from audeep.backend.parsers.base import FolderParser, InstanceMetadata, hold_out
from audeep.backend.parsers.listing import audio_files, entries, listed, matching_folders, read_table

#: Pattern of the name of a folder in the old layout, with the class.
CLASS = "[0-9]{3} - (.+)"


class ESCParser(FolderParser):
    """Reads ESC-10 and ESC-50, in their old and current layout.

    The old layout has a folder for each class, ``001 - Dog bark/1-100032-A.ogg``; labels are numbered in the order
    of the folders, and a file name starts with the digit of its fold. The current layout has ``audio/*.wav`` and
    ``meta/esc50.csv``.
    """

    def scan(self) -> Iterable[InstanceMetadata]:
        """Find the recordings, named ``file.wav`` in the data set."""
        table = self._basedir / "meta" / "esc50.csv"
        return self.scan_table() if table.is_file() else self.scan_folders()

    def scan_folders(self) -> Iterable[InstanceMetadata]:
        """Find the recordings in class folders."""
        folders = matching_folders(
            self._basedir,
            CLASS,
            expected="class folders such as '001 - Dog bark', or meta/esc50.csv",
        )
        files = [
            (number, match[1], path)
            for number, (match, folder) in enumerate(folders)
            for path in audio_files(folder)
        ]
        for _, _, path in files:
            if not re.match("[0-9]", path.name):
                raise ParseError(f"{path}: the file name must start with the digit of its fold")
        splits = hold_out(int(path.name[0]) for _, _, path in files)
        for number, label, path in files:
            yield InstanceMetadata(path, path.name, label, number, cv_folds=splits[int(path.name[0])])

    def scan_table(self) -> Iterable[InstanceMetadata]:
        """Find the recordings listed in ``meta/esc50.csv``: all, or those of ESC-10 if only these exist."""
        table, audio = self._basedir / "meta" / "esc50.csv", self._basedir / "audio"
        rows = read_table(table, {"filename": str, "fold": int, "target": int, "category": str, "esc10": str.lower})
        present = {path.name for path in entries(audio)}
        numbers = {row["target"]: row["target"] for row in rows}
        if not any(row["filename"] in present for row in rows if row["esc10"] != "true"):
            rows = [row for row in rows if row["esc10"] == "true"]
            numbers = {target: number for number, target in enumerate(sorted({row["target"] for row in rows}))}
        splits = hold_out(row["fold"] for row in rows)
        for row in rows:
            name, label, number = row["filename"], row["category"], numbers[row["target"]]
            path = listed(audio / name, table)
            yield InstanceMetadata(path, name, label, number, cv_folds=splits[row["fold"]])
