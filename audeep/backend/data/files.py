"""The files that instances come from: which chunks belong together."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet, source
from audeep.backend.errors import DataError


@dataclass(frozen=True, eq=False)
class Files:
    """Instances grouped by file; the files are in the order in which they first appear.

    Parameters
    ----------
    names
        Names of the files, shape (file,), of str.
    of_instance
        Index of the file of each instance, shape (instance,).
    first
        Index of the first instance of each file, shape (file,).
    num_chunks
        Number of instances of each file, shape (file,).

    Examples
    --------
    >>> import numpy as np
    >>> files = Files.of(np.array(["b", "a", "b"], dtype=object))
    >>> files.names.tolist(), files.of_instance.tolist(), files.num_chunks.tolist()
    (['b', 'a'], [0, 1, 0], [2, 1])
    """

    names: np.ndarray
    of_instance: np.ndarray
    first: np.ndarray
    num_chunks: np.ndarray

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def of(cls, filename: np.ndarray) -> Self:
        """Group instances by the names of their files, shape (instance,)."""
        of_instance, names = pd.factorize(filename)
        _, first, num_chunks = np.unique(of_instance, return_index=True, return_counts=True)
        return cls(names, of_instance, first, num_chunks)

    def contradictory(self, values: np.ndarray) -> np.ndarray:
        """Return the indices of the files whose instances have different values, shape (instance, ...)."""
        return np.unique(self.of_instance[differ(values, values[self.first][self.of_instance])])

    def check_agreement(self, data_set: DataSet, variable: str) -> None:
        """Refuse files whose chunks have different values of a variable.

        Raises
        ------
        DataError
            With the first such file.
        """
        wrong = self.contradictory(data_set.data[variable].values)
        if wrong.size:
            raise DataError(
                f"{source(data_set)}: the chunks of {self.names[wrong[0]]} differ in {variable}; "
                f"'audeep validate --detailed' lists all such files"
            )

    def chunk_order(self, chunk_nr: np.ndarray) -> np.ndarray:
        """Return the indices that sort instances by file, and those of a file by chunk number."""
        return np.lexsort((chunk_nr, self.of_instance))

    def misnumbered(self, chunk_nr: np.ndarray) -> np.ndarray:
        """Return the indices of the files whose chunk numbers are not exactly 0, 1, 2 and so on."""
        order = self.chunk_order(chunk_nr)
        starts = np.cumsum(self.num_chunks) - self.num_chunks
        expected = np.arange(len(order)) - np.repeat(starts, self.num_chunks)
        return np.unique(self.of_instance[order[chunk_nr[order] != expected]])

    def unusual(self) -> np.ndarray:
        """Return the indices of the files whose number of chunks is not the most frequent one."""
        return np.flatnonzero(self.num_chunks != self.usual_num_chunks)

    @property
    def usual_num_chunks(self) -> int:
        """The most frequent number of chunks; 1 if there are no files."""
        return int(np.bincount(self.num_chunks).argmax()) if len(self) else 1


def differ(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Tell for each instance whether its values differ; missing values (NaN) are equal.

    Parameters
    ----------
    left, right
        Values, shape (instance, ...), of str or numbers.

    Returns
    -------
    numpy.ndarray
        Shape (instance,), bool.
    """
    unequal = left != right
    if left.dtype.kind == right.dtype.kind == "f":
        unequal &= ~(np.isnan(left) & np.isnan(right))
    return unequal.any(axis=tuple(range(1, unequal.ndim)))


def instance_name(data_set: DataSet, instance: int) -> str:
    """Name an instance for people."""
    return f"{data_set.filename[instance]} (chunk {data_set.chunk_nr[instance]})"


#: Variables that all chunks of a file have in common.
PER_FILE = tuple(name for name in schema.METADATA if name not in (schema.FILENAME, schema.CHUNK_NR))
