"""What the exchange formats have in common: tables of text, a row an instance."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import numpy as np

from audeep.backend.data.schema import Column
from audeep.backend.errors import DataError

#: Bytes of features that are held at once as text, which takes several times that.
BLOCK_BYTES = 8 * 2**20

#: Consecutive rows of a table: a list of values for each column that was asked for as text, empty where one is
#: missing; the other columns are the features, shape (rows, columns), float64.
Block = tuple[list[list[str]], np.ndarray]


class TableFormat(ABC):
    """A file format for tables; `audeep.backend.exchange.registry` lists those there are."""

    #: Suffix of the files.
    suffix: str
    #: How a missing value is written.
    missing: str
    #: How a feature that is not a number is written.
    nan: str

    @abstractmethod
    def quote(self, text: str) -> str:
        """Write a text so that it is read back as it is."""

    @abstractmethod
    def header(self, columns: Sequence[Column], nominal: Mapping[str, Sequence[str]]) -> str:
        """Write what stands above the rows; `nominal` lists the values of columns that take no others."""

    @abstractmethod
    def columns(self, path: Path) -> list[str]:
        """Read the names of the columns, in order."""

    @abstractmethod
    def blocks(self, path: Path, texts: Sequence[int]) -> Iterator[Block]:
        """Read the rows, a bounded number at a time; `texts` are the positions of the columns to read as text."""


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a table for reading; whatever prevents that is a `DataError`."""
    try:
        # Line breaks stay as they are, for those in quotes belong to a text.
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise DataError(f"{path} is not UTF-8 text (it holds byte 0x{byte:02x}); convert it to UTF-8") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error


def rows_at_once(num_columns: int) -> int:
    """Return how many rows of this many columns are held at once."""
    return max(1, BLOCK_BYTES // (4 * max(1, num_columns)))


def check_names(path: Path, names: Sequence[str]) -> None:
    """Refuse columns without a name, and two of the same name."""
    if "" in names:
        raise DataError(f"{path}: column {names.index('') + 1} has no name; every column needs one")
    for name, count in Counter(names).most_common(1):
        if count > 1:
            raise DataError(f"{path}: {count} columns have the name {name!r:.80}; names must differ")


def check_numbers(path: Path, line: int, features: Mapping[str, str]) -> None:
    """Refuse a row with a feature, given by the name of its column, that is no number."""
    for name, value in features.items():
        try:
            float(value)
            is_number = "_" not in value and value.strip().isascii()
        except ValueError:
            is_number = False
        if not is_number:
            raise DataError(
                f"{path}, line {line}: column {name!r:.80} holds {value!r:.80}, which is no number; every column "
                "that is not named as metadata holds features"
            )
