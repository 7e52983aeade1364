"""A parser for recordings that a table lists: ``list.csv`` with the columns file, label and partition."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from audeep.backend.data.data_set import Partition
from audeep.backend.log import LoggingMixin
from audeep.backend.parsers.base import Parser, _InstanceMetadata


class ListParser(LoggingMixin, Parser):
    """Reads ``list.csv`` and the files that it names."""

    def __init__(self, basedir: Path) -> None:
        super().__init__(basedir)
        self._table = self._basedir / "list.csv"

    def can_parse(self) -> bool:
        """Whether there is a table."""
        return self._table.is_file()

    @property
    def label_map(self) -> Mapping[str, int]:
        """Number of each label: its place in the alphabet."""
        return {label: number for number, label in enumerate(sorted({row["label"] for row in self._rows()}))}

    @property
    def num_instances(self) -> int:
        """Number of recordings."""
        return len(self._rows())

    @property
    def num_folds(self) -> int:
        """Number of cross-validation folds: none."""
        return 0

    def parse(self) -> Sequence[_InstanceMetadata]:
        """Return the recordings, in the order of the table."""
        self.log.debug("reading %s", self._table)
        numbers = self.label_map
        return [
            _InstanceMetadata(
                path=self._basedir / row["file"],
                filename=row["file"],
                label_nominal=row["label"],
                label_numeric=numbers[row["label"]],
                cv_folds=[],
                partition=Partition[row["partition"].upper()],
            )
            for row in self._rows()
        ]

    def _rows(self) -> list[dict[str, str]]:
        with self._table.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
