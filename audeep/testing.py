"""Tiny data sets for examples, and for tests of programs that use auDeep."""

from collections.abc import Sequence

import numpy as np

from audeep.backend.data.data_set import DataSet, from_columns
from audeep.backend.data.schema import Partition, Split
from audeep.backend.errors import OptionError
from audeep.backend.parsers.base import number_labels


def make_data_set(
    num_recordings: int = 6,
    *,
    chunks: int = 1,
    labels: Sequence[str] = (),
    num_folds: int = 0,
    partitions: Sequence[Partition] = (),
    lengths: Sequence[int] = (),
    seed: int = 0,
    **feature_sizes: int,
) -> DataSet:
    """Make a tiny data set in memory, with random features drawn uniformly from -1 to 1.

    Parameters
    ----------
    num_recordings
        Number of recordings, named ``0.wav``, ``1.wav`` and so on.
    chunks
        Number of chunks per recording; each is an instance.
    labels
        Labels of the recordings, cycled through; numbered in alphabetical order.
    num_folds
        Number of cross-validation folds: recording ``n`` is held out in fold ``n % num_folds``.
    partitions
        Partitions of the recordings, cycled through.
    lengths
        Lengths of the instances along the first feature dimension, cycled through; by default, all are full.
    seed
        Seed of the features.
    **feature_sizes
        Size of each feature dimension, by name.

    Returns
    -------
    DataSet
        ``num_recordings * chunks`` instances.

    Raises
    ------
    OptionError
        If there are no feature dimensions.

    Examples
    --------
    >>> data_set = make_data_set(4, chunks=2, labels=["cat", "dog"], num_folds=2, time=3, freq=5)
    >>> len(data_set), data_set.feature_sizes, data_set.label_map
    (8, {'time': 3, 'freq': 5}, {'cat': 0, 'dog': 1})
    >>> data_set.filename[:3].tolist(), data_set.chunk_nr[:3].tolist()
    (['0.wav', '0.wav', '1.wav'], [0, 1, 0])
    """
    if not feature_sizes:
        raise OptionError("give the size of at least one feature dimension, such as generated=8")
    recording = np.repeat(np.arange(num_recordings), chunks)
    numbers = number_labels(labels)
    names = np.resize(np.array(labels, object), num_recordings)[recording] if labels else None
    held_out = recording[:, np.newaxis] % max(1, num_folds) == np.arange(num_folds)
    features = np.random.default_rng(seed).uniform(-1, 1, (len(recording), *feature_sizes.values()))
    steps = np.resize(np.array(lengths), len(recording)) if lengths else None
    for instance, length in zip(features, () if steps is None else steps, strict=False):
        instance[length:] = -1
    return from_columns(
        features,
        list(feature_sizes),
        filename=[f"{number}.wav" for number in recording],
        chunk_nr=np.tile(np.arange(chunks), num_recordings),
        cv_folds=np.where(held_out, Split.VALID, Split.TRAIN),
        partition=np.resize(np.array(partitions), num_recordings)[recording] if partitions else None,
        label_nominal=names,
        label_numeric=None if names is None else [numbers[name] for name in names],
        label_map=numbers or None,
        length=steps,
    )
