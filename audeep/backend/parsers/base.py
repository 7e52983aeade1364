"""Base classes of parsers, each of which reads one folder layout."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from audeep.backend.data.schema import Partition, Split
from audeep.backend.errors import ParseError
from audeep.backend.log import LOG
from audeep.backend.parsers.listing import no_audio_files


@dataclass(frozen=True)
class InstanceMetadata:
    """Metadata of one recording, which is an audio file or a part of one.

    Parameters
    ----------
    path
        Path of the file.
    filename
        Name in the data set; together with the channel, it must be unique.
    label_nominal, label_numeric
        Name and number of the label; None if there is no label.
    cv_folds
        Side of each cross-validation fold that it is on, None if on neither; empty if there are no folds.
    partition
        Partition, or None.
    start, end
        Where the recording starts and ends in the file, in seconds; None for the start and the end of the file.
    labels
        Names of all labels that apply, if there may be several; None if they are unknown.
    targets
        Continuous targets by name; None, or a target left out, if unknown.
    channel
        The only channel to use, from 0; None for the channels that `SpectrogramConfig.channels` says.
    """

    path: Path
    filename: str
    label_nominal: str | None = None
    label_numeric: int | None = None
    cv_folds: Sequence[Split | None] = field(default=())
    partition: Partition | None = None
    start: float | None = None
    end: float | None = None
    channel: int | None = None
    labels: Iterable[str] | None = None
    targets: Mapping[str, float | None] | None = None


#: Name of the class in the original, imported by parsers written for it.
_InstanceMetadata = InstanceMetadata


class Parser(ABC):
    """Finds the recordings below a folder, and their metadata.

    Derive your own parsers from this class or, with less work, from `FolderParser`.

    Parameters
    ----------
    basedir
        Base folder of the recordings.
    """

    def __init__(self, basedir: Path) -> None:
        super().__init__()
        self._basedir = Path(basedir).absolute()

    # Not from LoggingMixin: parsers written for the original may list it as a base before this class, which
    # fails if this class inherits from it.
    @cached_property
    def log(self) -> logging.Logger:
        """Child of the logger ``audeep``, named after the class."""
        return LOG.getChild(type(self).__name__)

    @abstractmethod
    def can_parse(self) -> bool:
        """Return whether the folder follows the rules of this parser."""

    @property
    @abstractmethod
    def label_map(self) -> Mapping[str, int] | None:
        """Number of each label name, or None if there are no labels."""

    @property
    @abstractmethod
    def num_instances(self) -> int:
        """Number of recordings."""

    @property
    @abstractmethod
    def num_folds(self) -> int:
        """Number of cross-validation folds; 0 if there are none."""

    @abstractmethod
    def parse(self) -> Sequence[InstanceMetadata]:
        """Return the recordings, always in the same order."""

    def ensure_can_parse(self) -> None:
        """Raise a `ParseError` with the reason if the folder cannot be parsed."""
        if not self.can_parse():
            raise ParseError(f"{type(self).__name__}: {self._basedir} does not follow the rules of this parser")


class FolderParser(Parser):
    """Base class of parsers that only define `scan`; everything else follows from its result.

    The folder is scanned once, on first use.
    """

    @abstractmethod
    def scan(self) -> Iterable[InstanceMetadata]:
        """Find the recordings, in any order.

        Raises
        ------
        ParseError
            If a rule is broken; names the rule, and the file or folder that breaks it.
        """

    @cached_property
    def _instances(self) -> tuple[InstanceMetadata, ...]:
        try:
            if not self._basedir.is_dir():
                wrong = "is not a folder" if self._basedir.exists() else "does not exist"
                raise ParseError(f"the base folder {self._basedir} {wrong}")
            found = sorted(self.scan(), key=lambda instance: Path(instance.path).parts)
            if not found:
                raise no_audio_files(self._basedir)
        except ParseError as error:
            error.args = (f"{type(self).__name__}: {error}",)
            raise
        return tuple(found)

    def ensure_can_parse(self) -> None:
        """Raise a `ParseError` that names the broken rule, if any."""
        self._instances  # noqa: B018

    def can_parse(self) -> bool:
        """Return whether the folder follows the rules of this parser."""
        try:
            self.ensure_can_parse()
        except ParseError:
            return False
        return True

    @property
    def label_map(self) -> dict[str, int] | None:
        """Number of each label name, or None if there are no labels."""
        return {
            instance.label_nominal: instance.label_numeric
            for instance in self._instances
            if instance.label_nominal is not None and instance.label_numeric is not None
        } or None

    @property
    def num_instances(self) -> int:
        """Number of recordings."""
        return len(self._instances)

    @property
    def num_folds(self) -> int:
        """Number of cross-validation folds; 0 if there are none."""
        return len(self._instances[0].cv_folds)

    def parse(self) -> Sequence[InstanceMetadata]:
        """Return the recordings, sorted by folder and file name."""
        return self._instances


def number_labels(labels: Iterable[str]) -> dict[str, int]:
    """Assign numbers to labels, from 0 in alphabetical order.

    >>> number_labels(["dog", "cat", "dog"])
    {'cat': 0, 'dog': 1}
    """
    return {label: number for number, label in enumerate(sorted(set(labels)))}


def hold_out(folds: Iterable[int]) -> dict[int, tuple[Split, ...]]:
    """Return the splits of the recordings of each fold: held out in their own fold, training in the others.

    >>> hold_out([2, 1])[2]
    (<Split.TRAIN: 0>, <Split.VALID: 1>)
    """
    numbers = sorted(set(folds))
    return {own: tuple(Split.VALID if own == fold else Split.TRAIN for fold in numbers) for own in numbers}
