"""Recordings in a folder for each partition, sorted into classes."""

from collections.abc import Iterable

from audeep.backend.parsers.base import FolderParser, InstanceMetadata, number_labels
from audeep.backend.parsers.conventions import PARTITIONS
from audeep.backend.parsers.listing import class_files, matching_folders


class PartitionedParser(FolderParser):
    """Reads data with partitions: ``train/CLASS/*.wav``, ``devel/CLASS/*.wav``, ``test/CLASS/*.wav``.

    One of the three folders is enough, and other usual names, such as ``validation``, stand for them. Labels are
    numbered in alphabetical order across all of them.
    """

    def scan(self) -> Iterable[InstanceMetadata]:
        """Find the recordings, named ``train/CLASS/file.wav`` in the data set."""
        folders = matching_folders(
            self._basedir, f"(?i:{'|'.join(PARTITIONS)})", expected="a folder named train, devel or test"
        )
        files = [path for _, folder in folders for path in class_files(folder)]
        numbers = number_labels(path.parent.name for path in files)
        for path in files:
            name, label = path.relative_to(self._basedir).as_posix(), path.parent.name
            partition = PARTITIONS[path.parent.parent.name.lower()]
            yield InstanceMetadata(path, name, label, numbers[label], partition=partition)
