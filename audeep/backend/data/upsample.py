"""Balancing classes by repeating files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from audeep.backend.data import schema
from audeep.backend.data.chunks import Files
from audeep.backend.data.data_set import DataSet, as_data_set
from audeep.backend.data.operations import UpsamplingConfig
from audeep.backend.errors import DataError

#: Separates the name of a file from the number of its copy, counted from 1, as in the original.
SUFFIX = ".upsampled."


def upsample(data: Path | str | DataSet, config: UpsamplingConfig | Mapping[str, Any] | None = None) -> DataSet:
    """Balance the classes of a data set by repeating files, with all their chunks.

    Every class grows to the size of the largest one, or falls short of it by less than the chunks of one file.
    Within a class, the number of copies of any two files differs by at most one. All balanced files are renamed to
    ``NAME.upsampled.1``, ``NAME.upsampled.2`` and so on, so that file name and chunk number still identify an
    instance; a file that occurs once is number 1. Instances keep their order, with copies next to each other.

    Parameters
    ----------
    data
        A data set, or its file.
    config
        The partitions within which to balance.

    Returns
    -------
    DataSet
        All instances, with copies of some.

    Raises
    ------
    DataError
        If a partition has no instances, an instance in the partitions has no label, or chunks of a file differ
        in label or partition.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> data_set = make_data_set(3, generated=2, labels=["cat", "cat", "dog"])
    >>> audeep.upsample(data_set).filename.tolist()
    ['0.wav.upsampled.1', '1.wav.upsampled.1', '2.wav.upsampled.1', '2.wav.upsampled.2']
    """
    config, data_set = UpsamplingConfig.of(config), as_data_set(data)
    concerned = data_set.are_in(config.partitions)
    files = Files.with_channels(data_set)
    _check(data_set, files, concerned)
    counts = np.ones(len(data_set), np.int64)
    counts[concerned] = repetitions(data_set.label_nominal[concerned], files.of_instance[concerned])
    copies = np.repeat(np.arange(len(data_set)), counts)
    number = 1 + pd.Series(copies).groupby(copies).cumcount()
    suffix = np.where(concerned[copies], SUFFIX + number.astype(str).to_numpy(object), "")
    return data_set.select(copies).with_columns(filename=data_set.filename[copies] + suffix)


def repetitions(labels: np.ndarray, recordings: np.ndarray) -> np.ndarray:
    """Return how often, at least once, to repeat each instance so that all classes are as large as the largest.

    `labels`, `recordings` and the result have shape (instance,); the chunks of a recording share label and number.

    Examples
    --------
    >>> repetitions(np.array(["x", "y", "y", "y", "x"]), np.array(["a", "b", "c", "d", "e"])).tolist()
    [2, 1, 1, 1, 1]
    """
    files = Files.of(recordings)
    classes = pd.Series(files.num_chunks).groupby(labels[files.first])
    sizes = classes.transform("sum")
    rounds, room = sizes.max() // sizes, sizes.max() % sizes
    # After repeating all files equally often, the first ones fill the remaining room.
    once_more = classes.cumsum() <= room
    return (rounds + once_more).to_numpy()[files.of_instance]


def _check(data_set: DataSet, files: Files, concerned: np.ndarray) -> None:
    """Refuse instances without a label, and files that belong to several classes or partitions."""
    if not data_set.is_labelled.any() and (data_set.label_names or data_set.target_names):
        what = "sets of labels" if data_set.label_names else "continuous targets"
        raise DataError(f"{data_set.name}: upsampling balances classes, but the instances have {what}")
    unlabelled = np.flatnonzero(concerned & ~data_set.is_labelled)
    if unlabelled.size:
        raise DataError(
            f"{data_set.name}: {unlabelled.size} of the {concerned.sum()} instances to balance have no label, "
            f"such as {data_set.instance_name(unlabelled[0])}; label them, or choose other `partitions`"
        )
    for name in (schema.LABEL_NOMINAL, schema.PARTITION):
        files.check_agreement(data_set, name)
