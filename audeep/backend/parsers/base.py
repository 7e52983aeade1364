"""What every parser is: a reader of one way to lay out a folder of recordings."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from audeep.backend.data.schema import Partition, Split
from audeep.backend.errors import ParseError
from audeep.backend.log import LOG
from audeep.backend.parsers.listing import describe_unreadable


@dataclass(frozen=True)
class InstanceMetadata:
    """What a parser knows about one recording.

    Parameters
    ----------
    path
        Where the file is.
    filename
        Its name in the data set; unique within it.
    label_nominal, label_numeric
        Name and number of its label, or None for both.
    cv_folds
        Side on which it stands in each cross-validation fold; empty if there are none.
    partition
        Its partition, or None.
    """

    path: Path
    filename: str
    label_nominal: str | None = None
    label_numeric: int | None = None
    cv_folds: Sequence[Split] = field(default=())
    partition: Partition | None = None


#: Name in the original, which parsers written for it import.
_InstanceMetadata = InstanceMetadata


class Parser(ABC):
    """Finds the recordings below a folder and what is known about them.

    Parsers for data of your own inherit from this class, or from `FolderParser`, which is less work.

    Parameters
    ----------
    basedir
        Base folder of the recordings.
    """

    def __init__(self, basedir: Path) -> None:
        super().__init__()
        self._basedir = Path(basedir).absolute()

    # Not from LoggingMixin: parsers written for the original may name it as a base before this class, and
    # then this class cannot inherit from it.
    @cached_property
    def log(self) -> logging.Logger:
        """Logger below ``audeep``, named after the class."""
        return LOG.getChild(type(self).__name__)

    @abstractmethod
    def can_parse(self) -> bool:
        """Whether the folder follows the rules of this parser."""

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
        """Raise a `ParseError` that says why the folder cannot be parsed, if it cannot."""
        if not self.can_parse():
            raise ParseError(f"{type(self).__name__}: {self._basedir} does not follow the rules of this parser")


class FolderParser(Parser):
    """A parser that is a single method, `scan`; all else follows from what it finds.

    The folder is scanned once, when the result is first needed.
    """

    @abstractmethod
    def scan(self) -> Iterable[InstanceMetadata]:
        """Find the recordings, in any order.

        Raises
        ------
        ParseError
            With the rule that is broken, and the file or folder that breaks it.
        """

    @cached_property
    def _instances(self) -> tuple[InstanceMetadata, ...]:
        try:
            if not self._basedir.is_dir():
                wrong = "is no folder" if self._basedir.exists() else "does not exist"
                raise ParseError(f"the base folder {self._basedir} {wrong}")
            found = sorted(self.scan(), key=lambda instance: Path(instance.path).parts)
            if not found:
                unreadable = describe_unreadable(self._basedir)
                raise ParseError(
                    f"there are no audio files in {self._basedir}" + (f", only {unreadable}" if unreadable else "")
                )
        except ParseError as error:
            raise ParseError(f"{type(self).__name__}: {error}") from error
        return tuple(found)

    def ensure_can_parse(self) -> None:
        """Raise a `ParseError` with the rule that is broken, if one is."""
        self._instances  # noqa: B018

    def can_parse(self) -> bool:
        """Whether the folder follows the rules of this parser."""
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
    """Give labels their numbers: from 0, in alphabetical order.

    >>> number_labels(["dog", "cat", "dog"])
    {'cat': 0, 'dog': 1}
    """
    return {label: number for number, label in enumerate(sorted(set(labels)))}


def hold_out(folds: Iterable[int]) -> dict[int, tuple[Split, ...]]:
    """Return the splits of the recordings of each fold: held out in their own fold, trained on in the others.

    >>> hold_out([2, 1])[2]
    (<Split.TRAIN: 0>, <Split.VALID: 1>)
    """
    numbers = sorted(set(folds))
    return {own: tuple(Split.VALID if own == fold else Split.TRAIN for fold in numbers) for own in numbers}
