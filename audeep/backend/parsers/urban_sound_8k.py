"""The UrbanSound8K data set."""

from collections.abc import Iterable

from audeep.backend.parsers.base import FolderParser, InstanceMetadata, hold_out
from audeep.backend.parsers.listing import listed, read_table


class UrbanSound8KParser(FolderParser):
    """Reads UrbanSound8K: ``audio/foldN/*.wav``, listed in ``metadata/UrbanSound8K.csv``."""

    def scan(self) -> Iterable[InstanceMetadata]:
        """Find the recordings, named ``file.wav`` in the data set."""
        table = self._basedir / "metadata" / "UrbanSound8K.csv"
        rows = read_table(table, {"slice_file_name": str, "fold": int, "classID": int, "class": str})
        splits = hold_out(row["fold"] for row in rows)
        for row in rows:
            name, fold = row["slice_file_name"], row["fold"]
            path = listed(self._basedir / "audio" / f"fold{fold}" / name, table)
            yield InstanceMetadata(path, name, row["class"], row["classID"], cv_folds=splits[fold])
