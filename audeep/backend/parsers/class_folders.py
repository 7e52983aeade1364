"""Recordings in a folder for each class."""

import re
from collections.abc import Iterable

from audeep.backend.errors import ParseError
from audeep.backend.parsers.base import FolderParser, InstanceMetadata, number_labels
from audeep.backend.parsers.conventions import PARTITIONS
from audeep.backend.parsers.cross_validated import FOLD
from audeep.backend.parsers.esc import CLASS
from audeep.backend.parsers.listing import audio_below, entries


class ClassFoldersParser(FolderParser):
    """Reads a folder for each class, with recordings at any depth: ``CLASS/*.wav``, ``CLASS/SPEAKER/*.wav``.

    The label is the name of the first folder. There must be two classes or more, and no recordings outside of them.
    Labels are numbered in alphabetical order.
    """

    def scan(self) -> Iterable[InstanceMetadata]:
        """Find the recordings, named by their path relative to the base folder."""
        for entry in entries(self._basedir):
            # Such a folder breaks a rule of another parser, which says so.
            if entry.is_dir() and _has_meaning(entry.name):
                raise ParseError(f"{entry} is named like a partition, a fold, or a class of ESC-10")
        found = [(path, path.relative_to(self._basedir)) for path in audio_below(self._basedir)]
        for path, relative in found:
            if len(relative.parts) < 2:
                raise ParseError(f"{path} is not in a class folder")
        numbers = number_labels(relative.parts[0] for _, relative in found)
        if len(numbers) < 2:
            names = ", ".join(numbers) or "none"
            raise ParseError(f"{self._basedir} must contain a folder for each class, two or more; found: {names}")
        for path, relative in found:
            label = relative.parts[0]
            yield InstanceMetadata(path, relative.as_posix(), label, numbers[label])


def _has_meaning(name: str) -> bool:
    """Return whether folders of this name belong to another layout."""
    return name.lower() in PARTITIONS or bool(re.fullmatch(FOLD, name) or re.fullmatch(CLASS, name))
