"""What every parser is: a reader of one way to lay out a folder of recordings."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from audeep.backend.data.schema import Partition, Split
from audeep.backend.log import LoggingMixin


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


class Parser(LoggingMixin, ABC):
    """Finds the recordings below a folder and what is known about them.

    Parameters
    ----------
    basedir
        Base folder of the recordings.
    """

    def __init__(self, basedir: Path) -> None:
        super().__init__()
        self._basedir = Path(basedir)

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
