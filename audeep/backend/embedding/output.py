"""Vectors as files: CSV, NumPy, netCDF, JSON lines and Parquet, each written row by row."""

import csv
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from audeep.backend.data import columns, schema, storage
from audeep.backend.errors import AudeepError, OptionError

#: Rows in a batch of a Parquet file, which are held in memory.
BATCH = 256


@dataclass(frozen=True, eq=False)
class Row:
    """The vector of a recording, or of one of its windows.

    Parameters
    ----------
    filename
        Name of the recording.
    vector
        The vector, or a sequence of vectors, float32.
    window
        Number of the window, from 0.
    start
        Start of the window in seconds; None for a whole recording.
    """

    filename: str
    vector: np.ndarray
    window: int = 0
    start: float | None = None


@dataclass(frozen=True)
class Layout:
    """What all rows have in common.

    Parameters
    ----------
    shape
        Shape of the vectors.
    dims
        Names of their dimensions.
    windows
        Whether rows are windows of recordings.
    attrs
        Attributes of a data set.
    """

    shape: tuple[int, ...]
    dims: Sequence[str]
    windows: bool
    attrs: dict[str, str]

    @property
    def names(self) -> list[str]:
        """Names of the columns of a table."""
        count = int(np.prod(self.shape, dtype=np.int64))
        start = ["start"] if self.windows else []
        return [schema.FILENAME, *start, *(f"feature_{number}" for number in range(count))]

    def values(self, row: Row) -> list[Any]:
        """Return the values of a row of a table."""
        return [row.filename, *([row.start] if self.windows else []), *row.vector.ravel().tolist()]


def print_csv(file: TextIO, rows: Iterable[Row], layout: Layout) -> None:
    """Write a table with a line of column names."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(layout.names)
    places = len(layout.names) - int(np.prod(layout.shape, dtype=np.int64))
    for row in rows:
        values = layout.values(row)
        # Nine significant digits distinguish any two float32 values.
        writer.writerow([*values[:places], *(f"{value:.9g}" for value in values[places:])])
        file.flush()


def write_csv(path: Path, rows: Iterable[Row], layout: Layout) -> None:
    """Write a table with a line of column names."""
    with path.open("w", encoding="utf-8", newline="") as file:
        print_csv(file, rows, layout)


def write_jsonl(path: Path, rows: Iterable[Row], layout: Layout) -> None:
    """Write an object per line."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            start = {"start": row.start} if layout.windows else {}
            # Not the float64 values: these need twice as many digits.
            vector = [[float(str(value)) for value in part] for part in np.atleast_2d(row.vector)]
            values = vector if row.vector.ndim > 1 else vector[0]
            file.write(json.dumps({schema.FILENAME: row.filename, **start, "vector": values}) + "\n")


def write_npy(path: Path, rows: Iterable[Row], layout: Layout) -> None:
    """Write the vectors alone, shape (row, *shape)."""
    with path.open("wb") as file:

        def write_header(count: int) -> None:
            file.seek(0)
            header = {"descr": "<f4", "fortran_order": False, "shape": (count, *layout.shape)}
            np.lib.format.write_array_header_1_0(file, header)

        # NumPy pads the header such that the number of rows can change.
        write_header(0)
        count = 0
        for row in rows:
            file.write(row.vector.astype("<f4").tobytes())
            count += 1
        write_header(count)


def write_netcdf(path: Path, rows: Iterable[Row], layout: Layout) -> None:
    """Write a data set; chunk numbers are those of the windows."""
    names, windows = [], []
    sizes = dict(zip(layout.dims, layout.shape, strict=True))
    with storage.create(path, sizes, BATCH, at_most=True) as writer:
        for batch in _batches(rows):
            writer.append(np.stack([row.vector for row in batch]))
            names += [row.filename for row in batch]
            windows += [row.window for row in batch]
        values = {schema.FILENAME: names, schema.CHUNK_NR: windows}
        writer.columns = columns.make(values, attrs=layout.attrs)


def write_parquet(path: Path, rows: Iterable[Row], layout: Layout) -> None:
    """Write a table with the columns of the CSV file."""
    import pyarrow
    from pyarrow import parquet

    texts = {schema.FILENAME: pyarrow.string(), "start": pyarrow.float64()}
    kinds = pyarrow.schema([(name, texts.get(name, pyarrow.float32())) for name in layout.names])
    with parquet.ParquetWriter(path, kinds) as writer:
        for batch in _batches(rows):
            values = zip(*map(layout.values, batch), strict=True)
            arrays = [pyarrow.array(column, kind.type) for column, kind in zip(values, kinds, strict=True)]
            writer.write_batch(pyarrow.record_batch(arrays, schema=kinds))


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(itertools.islice(iterator, BATCH)):
        yield batch


#: How to write rows to a file, by its suffix.
WRITERS: dict[str, Callable[[Path, Iterable[Row], Layout], None]] = {
    ".csv": write_csv,
    ".jsonl": write_jsonl,
    ".nc": write_netcdf,
    ".npy": write_npy,
    ".parquet": write_parquet,
}


def check_output(path: Path) -> None:
    """Refuse a file name whose format is unknown, or needs a package that is not installed."""
    if path.suffix.lower() not in WRITERS:
        raise OptionError(f"`output` {path}: expected a name that ends in one of {', '.join(WRITERS)}")
    if path.suffix.lower() == ".parquet":
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            raise AudeepError(f"`output` {path} needs pyarrow: pip install pyarrow") from None
