"""Chunks of recordings: grouping them by file, and fusing them into one instance again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from audeep.backend.data import schema
from audeep.backend.data.columns import differ
from audeep.backend.data.data_set import DataSet, as_data_set
from audeep.backend.data.features import Joined
from audeep.backend.data.fuse import fusion_axis
from audeep.backend.data.operations import FusionConfig
from audeep.backend.errors import DataError


@dataclass(frozen=True, eq=False)
class Files:
    """Instances grouped by file, in order of first appearance.

    Examples
    --------
    >>> import numpy as np
    >>> files = Files.of(np.array(["b", "a", "b"], dtype=object))
    >>> files.names.tolist(), files.of_instance.tolist(), files.num_chunks.tolist()
    (['b', 'a'], [0, 1, 0], [2, 1])
    """

    #: Names of the files, shape (file,), str.
    names: np.ndarray
    #: Index of the file of each instance, shape (instance,).
    of_instance: np.ndarray
    #: Index of the first instance and number of instances of each file, shape (file,).
    first: np.ndarray
    num_chunks: np.ndarray

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def of(cls, filename: np.ndarray) -> Self:
        """Group instances by file name, shape (instance,)."""
        of_instance, names = pd.factorize(filename)
        _, first, num_chunks = np.unique(of_instance, return_index=True, return_counts=True)
        return cls(names, of_instance, first, num_chunks)

    @classmethod
    def with_channels(cls, data_set: DataSet) -> Self:
        """Group instances by file and channel, which is what is cut into chunks; names contain the channel."""
        if not data_set.has_channels:
            return cls.of(data_set.filename)
        channels = np.where(np.isnan(data_set.channel), -1, data_set.channel).astype(np.int64)
        recordings = pd.Series(zip(data_set.filename, channels, strict=True), dtype=object)
        files = cls.of(recordings.to_numpy())
        names = [name if channel < 0 else f"{name} (channel {channel})" for name, channel in files.names]
        return replace(files, names=np.array(names, object))

    def contradictory(self, values: np.ndarray) -> np.ndarray:
        """Return the indices of the files whose instances differ in `values`, shape (instance, ...)."""
        return np.unique(self.of_instance[differ(values, values[self.first][self.of_instance])])

    def check_agreement(self, data_set: DataSet, variable: str) -> None:
        """Refuse files whose chunks differ in a variable."""
        wrong = self.contradictory(data_set[variable])
        if wrong.size:
            raise DataError(
                f"{data_set.name}: the chunks of {self.names[wrong[0]]} differ in {variable}; "
                f"'audeep validate --detailed' lists all such files"
            )

    def chunk_order(self, chunk_nr: np.ndarray) -> np.ndarray:
        """Return the indices that sort instances by file, then by chunk number."""
        return np.lexsort((chunk_nr, self.of_instance))

    def misnumbered(self, chunk_nr: np.ndarray) -> np.ndarray:
        """Return the indices of the files whose chunks are not numbered 0, 1, 2 and so on."""
        order = self.chunk_order(chunk_nr)
        expected = pd.Series(order).groupby(self.of_instance[order]).cumcount().to_numpy()
        return np.unique(self.of_instance[order[chunk_nr[order] != expected]])

    def unusual(self) -> np.ndarray:
        """Return the indices of the files whose number of chunks is not the most common one."""
        return np.flatnonzero(self.num_chunks != self.usual_num_chunks)

    @property
    def usual_num_chunks(self) -> int:
        """The most common number of chunks; 1 if there are no files."""
        return int(np.bincount(self.num_chunks).argmax()) if len(self) else 1


def fuse_chunks(data: Path | str | DataSet, config: FusionConfig | Mapping[str, Any] | None = None) -> DataSet:
    """Concatenate the chunks of each recording, ordered by number, into one instance with chunk number 0.

    Parameters
    ----------
    data
        A data set, or its file.
    config
        The dimension along which to concatenate.

    Returns
    -------
    DataSet
        One instance per recording, in order of first appearance.

    Raises
    ------
    DataError
        If recordings have different numbers of chunks, a chunk is missing or duplicated, the chunks of a
        recording differ in their columns, or padding would be between them.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> audeep.fuse_chunks(make_data_set(4, chunks=2, generated=3)).feature_shape
    (6,)
    """
    config, data_set = FusionConfig.of(config), as_data_set(data)
    axis = fusion_axis([data_set], config.dimension)
    files = Files.with_channels(data_set)
    _check_joinable(data_set, files)
    count = files.usual_num_chunks
    order = files.chunk_order(data_set.chunk_nr)
    # The columns of a recording are those of its chunk 0.
    joined = data_set.select(order[::count])
    if data_set.lengths is not None:
        lengths = data_set.lengths[order].reshape(-1, count)
        joined = joined.with_columns(length=_joined_lengths(data_set, lengths, axis))
    elif axis == 1:
        joined = joined.without_lengths()
    return joined.with_features(Joined(data_set.select(order).source, count, axis), data_set.feature_dims)


def _joined_lengths(data_set: DataSet, lengths: np.ndarray, axis: int) -> np.ndarray:
    """Return the length of each recording, from those of its chunks, shape (recording, chunk)."""
    if axis == 1:
        fits, rule = lengths[:, :-1] == data_set.feature_shape[0], "all chunks but the last must be full"
    else:
        fits, rule = lengths == lengths[:, :1], "the chunks of a recording must be equally long"
    if not fits.all():
        raise DataError(f"{data_set.name}: cannot fuse chunks of these lengths; {rule}")
    return lengths.sum(axis=1) if axis == 1 else lengths[:, 0]


def _check_joinable(data_set: DataSet, files: Files) -> None:
    """Refuse recordings whose chunks cannot be fused."""
    numbers = data_set.chunk_nr
    misnumbered = files.misnumbered(numbers)
    if misnumbered.size:
        file = misnumbered[0]
        here = np.sort(numbers[files.of_instance == file])
        raise DataError(
            f"{data_set.name}: {files.names[file]} has the chunk numbers {', '.join(map(str, here)):.80}; expected "
            f"each number from 0 to {len(here) - 1} once"
        )
    unusual = files.unusual()
    if unusual.size:
        file = unusual[0]
        raise DataError(
            f"{data_set.name}: {files.names[file]} has {files.num_chunks[file]} chunks, but most files have "
            f"{files.usual_num_chunks}; all must have the same number"
        )
    for name in schema.per_recording():
        files.check_agreement(data_set, name)
