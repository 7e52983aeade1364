"""Common parts of the exchange formats: text tables with one row per instance."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import numpy as np

from audeep.backend.data.schema import Column
from audeep.backend.errors import DataError

#: Bytes of features read at a time; as text they take several times as much.
BLOCK_BYTES = 8 * 2**20

#: Consecutive rows of a table: a list of values for each column requested as text, empty where missing; and the
#: other columns, the features, shape (rows, columns), float64.
Block = tuple[list[list[str]], np.ndarray]


class TableFormat(ABC):
    """A file format for tables; `audeep.backend.exchange.registry` lists all of them."""

    #: File suffix.
    suffix: str
    #: Text of a missing value.
    missing: str
    #: Text of a feature that is NaN.
    nan: str

    @abstractmethod
    def quote(self, text: str) -> str:
        """Format a string so that it is read back unchanged."""

    @abstractmethod
    def header(self, columns: Sequence[Column], nominal: Mapping[str, Sequence[str]]) -> str:
        """Return the lines above the rows; `nominal` lists the valid values of some columns."""

    @abstractmethod
    def columns(self, path: Path) -> list[str]:
        """Read the column names, in order."""

    @abstractmethod
    def blocks(self, path: Path, texts: Sequence[int]) -> Iterator[Block]:
        """Read the rows in blocks of bounded size; `texts` are the positions of the columns to read as text."""


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a table for reading; raise a `DataError` if that fails."""
    try:
        # Keep line breaks: those in quotes are part of a value.
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise DataError(f"{path} is not UTF-8 text (it contains byte 0x{byte:02x}); convert it to UTF-8") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error


def rows_at_once(num_columns: int) -> int:
    """Return how many rows of this many columns to hold in memory at a time."""
    return max(1, BLOCK_BYTES // (4 * max(1, num_columns)))


def check_names(path: Path, names: Sequence[str]) -> None:
    """Refuse columns without a name, and duplicate names."""
    if "" in names:
        raise DataError(f"{path}: column {names.index('') + 1} has no name; every column needs one")
    for name, count in Counter(names).most_common(1):
        if count > 1:
            raise DataError(f"{path}: {count} columns are named {name!r:.80}; names must be unique")


def check_numbers(path: Path, line: int, features: Mapping[str, str]) -> None:
    """Refuse a row with a feature, given by column name, that is not a number."""
    for name, value in features.items():
        try:
            float(value)
            is_number = "_" not in value and value.strip().isascii()
        except ValueError:
            is_number = False
        if not is_number:
            raise DataError(
                f"{path}, line {line}: column {name!r:.80} contains {value!r:.80}, not a number; all columns "
                "other than metadata must be features"
            )
