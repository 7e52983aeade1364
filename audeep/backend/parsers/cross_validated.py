"""Recordings in folders ``fold_1``, ``fold_2``, ..., sorted into classes."""

from collections.abc import Iterable

from audeep.backend.parsers.base import FolderParser, InstanceMetadata, hold_out, number_labels
from audeep.backend.parsers.listing import class_files, matching_folders

#: Pattern of the name of a folder, with the number of the fold.
FOLD = "fold_([0-9]+)"


class CrossValidatedParser(FolderParser):
    """Reads data with cross-validation folds: ``fold_1/CLASS/*.wav``, ``fold_2/CLASS/*.wav``, ...

    A recording is held out in the fold of its folder and used for training in all others. Labels are numbered in
    alphabetical order across all folds.
    """

    def scan(self) -> Iterable[InstanceMetadata]:
        """Find the recordings, named ``fold_1/CLASS/file.wav`` in the data set."""
        folders = matching_folders(
            self._basedir, FOLD, expected="two or more folders named fold_1, fold_2, ...", at_least=2
        )
        splits = hold_out(int(match[1]) for match, _ in folders)
        files = [(int(match[1]), path) for match, folder in folders for path in class_files(folder)]
        numbers = number_labels(path.parent.name for _, path in files)
        for fold, path in files:
            name, label = path.relative_to(self._basedir).as_posix(), path.parent.name
            yield InstanceMetadata(path, name, label, numbers[label], cv_folds=splits[fold])
