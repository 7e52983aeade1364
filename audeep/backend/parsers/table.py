"""A folder with a table of its recordings."""

from collections.abc import Iterable

from audeep.backend.data.schema import Partition
from audeep.backend.errors import ParseError
from audeep.backend.parsers.base import FolderParser, InstanceMetadata, hold_out, number_labels
from audeep.backend.parsers.listing import listed, read_table

#: Name of the table.
TABLE = "labels.csv"


def _partition(text: str) -> Partition:
    """Return the partition of this name, in upper or lower case; raise a `ValueError` if there is none."""
    try:
        return Partition[text.upper()]
    except KeyError:
        raise ValueError from None


class TableParser(FolderParser):
    """Reads the recordings that ``labels.csv`` lists.

    The column ``filename`` has their paths below the base folder. The columns ``label``, ``partition`` (train,
    devel or test) and ``fold`` (the number of the fold that holds the recording out) are optional; of the first
    two, single values too.
    """

    def scan(self) -> Iterable[InstanceMetadata]:
        """Find the recordings, named as in the table."""
        table = self._basedir / TABLE
        rows = read_table(table, {"filename": str}, optional={"label": str, "partition": _partition, "fold": int})
        numbers = number_labels(row["label"] for row in rows if row["label"])
        folds = {row["fold"] for row in rows}
        if None in folds and len(folds) > 1:
            without = next(row["filename"] for row in rows if row["fold"] is None)
            raise ParseError(f"{table} has no fold for {without}; either all recordings have one, or none")
        splits = {None: ()} if None in folds else hold_out(folds)
        for row in rows:
            name, label = row["filename"], row["label"]
            yield InstanceMetadata(
                path=listed(self._basedir / name, table),
                filename=name,
                label_nominal=label,
                label_numeric=numbers.get(label),
                cv_folds=splits[row["fold"]],
                partition=row["partition"],
            )
