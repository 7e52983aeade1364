"""What the exchange formats have in common: tables of text, a row an instance."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

import numpy as np

from audeep.backend.data.schema import Column
from audeep.backend.errors import DataError

#: Bytes of features that are held at once as text, which takes several times that.
BLOCK_BYTES = 8 * 2**20


class Block(NamedTuple):
    """Consecutive rows of a table.

    Parameters
    ----------
    texts
        A list of values for each column that was asked for as text; empty where a value is missing.
    features
        The other columns, shape (rows, columns), float32.
    """

    texts: list[list[str]]
    features: np.ndarray


class TableFormat(ABC):
    """A file format for tables; see `audeep.backend.exchange.registry` for those there are."""

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
    def header(self, columns: Sequence[Column], labels: Sequence[str]) -> str:
        """Write what stands above the rows.

        Parameters
        ----------
        columns
            Columns, in order.
        labels
            The values that nominal labels can take.
        """

    @abstractmethod
    def columns(self, path: Path) -> list[str]:
        """Read the names of the columns.

        Raises
        ------
        DataError
            If the file is no table of this format, or its columns cannot be told apart.
        """

    @abstractmethod
    def blocks(self, path: Path, texts: Sequence[int]) -> Iterator[Block]:
        """Read the rows, a bounded number at a time.

        Parameters
        ----------
        path
            The file.
        texts
            Positions of the columns to read as text; all others are features.

        Raises
        ------
        DataError
            If a row does not fit the columns, or a feature is no number.
        """


@contextmanager
def open_text(path: Path, newline: str | None = None) -> Iterator[TextIO]:
    """Open a table for reading; whatever prevents that is a `DataError`."""
    try:
        with path.open(encoding="utf-8-sig", newline=newline) as file:
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
    for number, name in enumerate(names, start=1):
        if not name:
            raise DataError(f"{path}: column {number} has no name; every column needs one")
    for name, count in Counter(names).most_common(1):
        if count > 1:
            raise DataError(f"{path}: {count} columns have the name {name!r:.80}; names must differ")


def is_number(text: str) -> bool:
    """Tell whether a text stands for a feature."""
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text and text.strip().isascii()


def no_number(path: Path, where: str, column: str, value: object) -> DataError:
    """Make the error for a feature that is no number."""
    return DataError(
        f"{path}, {where}: column {column!r:.80} holds {value!r:.80}, which is no number; every column that is not "
        f"named as metadata holds features"
    )


def as_float32(values: np.ndarray, path: Path) -> np.ndarray:
    """Convert features to float32.

    Raises
    ------
    DataError
        If a finite number is too large for that.
    """
    try:
        with np.errstate(over="raise", under="ignore"):
            return values.astype(np.float32)
    except FloatingPointError:
        raise DataError(
            f"{path} holds the feature {np.nanmax(np.abs(values[np.isfinite(values)])):g}; "
            f"features are float32, at most {np.finfo(np.float32).max:g}"
        ) from None
