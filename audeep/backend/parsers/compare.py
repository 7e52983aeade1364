"""The data sets of the ComParE challenges."""

from collections.abc import Iterable
from pathlib import Path

from audeep.backend.data.schema import Partition
from audeep.backend.errors import ParseError
from audeep.backend.parsers.base import InstanceMetadata, number_labels
from audeep.backend.parsers.conventions import PARTITIONS
from audeep.backend.parsers.listing import audio_below, entries
from audeep.backend.parsers.table import TableParser


class ComParEParser(TableParser):
    """Reads data sets of the ComParE challenges: ``wav/train_0001.wav``, ``wav/devel_0001.wav``, and so on.

    Labels are in ``lab/labels.csv``, or else in all CSV and TSV files in ``lab``. Those of the test set are ``?``
    or left out. The beginning of a file name is its partition. Labels are numbered in alphabetical order.
    """

    def scan(self) -> Iterable[InstanceMetadata]:
        """Find the recordings, named ``train_0001.wav`` in the data set."""
        tables = self.tables()
        rows = [row for table in tables for row in self.read(*table)]
        self._report_missing(rows)
        if any(isinstance(row["label"], list) for row in rows):
            raise ParseError(f"{tables[0][0]} has lists of labels; expected one label for each file")
        labels = {row["path"]: row["label"] for row in rows}
        if len(labels) < len(rows):
            raise ParseError(f"a file is listed more than once in {', '.join(table.name for table, *_ in tables)}")
        numbers = number_labels(label for label in labels.values() if label is not None)
        if not numbers:
            raise ParseError(f"{tables[0][0]} has no labels; `column` label=NAME names the column with labels")
        for path in {*audio_below(self._basedir / "wav"), *labels}:
            label = labels.get(path)
            yield InstanceMetadata(path, path.name, label, numbers.get(label or ""), partition=_partition(path))

    def tables(self) -> list[tuple[Path, list[Path], Partition | None]]:
        """Find the tables of labels, whose paths are relative to ``wav``."""
        folder = self._basedir / "lab"
        if self._table is not None:
            tables = [self._table]
        elif (usual := folder / "labels.csv").is_file():
            tables = [usual]
        else:
            found = [path for path in entries(folder) if path.suffix.lower() in (".csv", ".tsv")]
            # Organisers have the labels of the test set too.
            tables = [path for path in found if not path.stem.endswith("_confidential")]
        if not tables:
            raise ParseError(f"{folder} has no labels.csv, nor another CSV or TSV file")
        return [(table, [self._basedir / "wav"], None) for table in tables]


def _partition(path: Path) -> Partition:
    start = path.name.partition("_")[0].lower()
    if start not in PARTITIONS:
        raise ParseError(f"{path}: the name must begin with train_, devel_ or test_")
    return PARTITIONS[start]
