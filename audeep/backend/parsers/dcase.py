"""The development set of the DCASE 2017 acoustic scene challenge."""

import re
from collections.abc import Iterable
from functools import partial

from audeep.backend.data.schema import Split
from audeep.backend.errors import ParseError
from audeep.backend.parsers.base import FolderParser, InstanceMetadata, number_labels
from audeep.backend.parsers.listing import entries, listed, read_table

#: Reads a tab-separated list of files and labels; further columns are ignored.
read_lists = partial(read_table, delimiter="\t", header=["file", "label"])


class DCASEParser(FolderParser):
    """Reads DCASE data: ``audio/*.wav``, ``meta.txt`` and ``evaluation_setup/foldN_train.txt``.

    A recording is used for training in the folds that list it, and held out in the others. Labels are numbered in
    alphabetical order.
    """

    def scan(self) -> Iterable[InstanceMetadata]:
        """Find the recordings, named ``file.wav`` in the data set."""
        meta = self._basedir / "meta.txt"
        rows = read_lists(meta, {"file": str, "label": str})
        numbers = number_labels(row["label"] for row in rows)
        folds = self.training_files({row["file"] for row in rows})
        for row in rows:
            path, label = listed(self._basedir / row["file"], meta), row["label"]
            splits = [Split.TRAIN if row["file"] in fold else Split.VALID for fold in folds]
            yield InstanceMetadata(path, path.name, label, numbers[label], cv_folds=splits)

    def training_files(self, known: set[str]) -> list[set[str]]:
        """Read the training files of each fold, in order."""
        setup = self._basedir / "evaluation_setup"
        lists = {
            int(match[1]): path
            for path in entries(setup)
            if (match := re.fullmatch("fold([0-9]+)_train.txt", path.name))
        }
        if not lists:
            raise ParseError(f"{setup} must contain fold1_train.txt, fold2_train.txt, ...; found none")
        folds = []
        for _, path in sorted(lists.items()):
            folds.append({row["file"] for row in read_lists(path, {"file": str})})
            if unknown := sorted(folds[-1] - known):
                raise ParseError(f"{path} lists {unknown[0]}, but meta.txt does not")
        return folds
