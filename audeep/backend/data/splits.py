"""Cross-validation folds and partitions: drawn at random, or removed."""

from pathlib import Path

import numpy as np

from audeep.backend.data.chunks import Files
from audeep.backend.data.data_set import DataSet, as_data_set
from audeep.backend.data.operations import ModificationConfig
from audeep.backend.data.schema import Partition
from audeep.backend.errors import DataError
from audeep.backend.log import LOG
from audeep.backend.seeds import root_seed


def modify(data: Path | str | DataSet, config: ModificationConfig, *, seed: int | None = None) -> DataSet:
    """Add, replace or remove the cross-validation folds and the partitions of a data set.

    Chunks of a file stay together. Both folds and partitions have sizes that differ by at most one file, in
    all and for each label; files without a label count as a label of their own.

    Parameters
    ----------
    data
        A data set, or its file.
    config
        What to change.
    seed
        Makes the result repeatable.

    Returns
    -------
    DataSet
        The same instances.

    Raises
    ------
    DataError
        If there are fewer files than folds or partitions.

    Examples
    --------
    >>> from audeep.testing import make_data_set
    >>> modify(make_data_set(6, generated=2), ModificationConfig(add_cv_setup=3), seed=1).num_folds
    3
    """
    data_set = as_data_set(data)
    # Two generators, so that folds do not depend on whether partitions are drawn as well.
    for_folds, for_partitions = map(np.random.default_rng, root_seed(seed).spawn(2))
    changed = data_set
    if config.add_cv_setup is not None:
        drawn = _draw(data_set, config.add_cv_setup, "`add_cv_setup`", for_folds)
        changed = _with_folds(changed, (drawn[:, np.newaxis] == np.arange(config.add_cv_setup)).astype(np.int64))
    elif config.remove_cv_setup:
        changed = _with_folds(changed, np.zeros((len(data_set), 0)))
    if config.add_partitioning is not None:
        drawn = _draw(data_set, len(config.add_partitioning), "`add_partitioning`", for_partitions)
        changed = _with_partitions(changed, np.array(config.add_partitioning, np.int64)[drawn])
    elif config.remove_partitioning:
        changed = _with_partitions(changed, np.full(len(data_set), np.nan))
    return changed


def divide(labels: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Divide items at random into groups, whose sizes differ by at most one, in all and for each label.

    `labels` has shape (item,), and so has the result, the number of the group of each item, from 0.
    """
    # Items in random order, then sorted by label, are dealt out like cards.
    order = random.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    groups = np.empty(len(labels), np.int64)
    groups[order] = np.arange(len(labels)) % count
    return groups


def _draw(data_set: DataSet, count: int, option: str, random: np.random.Generator) -> np.ndarray:
    """Divide the files into groups; returns the group of each instance."""
    files = Files.of(data_set.filename)
    if count > len(files):
        raise DataError(f"{option}: {data_set.name} has {len(files)} files, too few to divide by {count}")
    return divide(data_set.label_nominal[files.first], count, random)[files.of_instance]


def _with_folds(data_set: DataSet, folds: np.ndarray) -> DataSet:
    """Set the splits, shape (instance, fold)."""
    if data_set.num_folds:
        LOG.info("%s %d cross-validation folds", "replacing" if folds.size else "removing", data_set.num_folds)
    elif not folds.size:
        LOG.info("there are no cross-validation folds to remove")
    return data_set.with_columns(cv_folds=folds)


def _with_partitions(data_set: DataSet, partition: np.ndarray) -> DataSet:
    """Set the partitions, shape (instance,)."""
    before = [item.name for item in Partition if (data_set.partition == item).any()]
    adding = not np.isnan(partition).any()
    if before:
        LOG.info("%s the partitions %s", "replacing" if adding else "removing", ", ".join(before))
    elif not adding:
        LOG.info("there are no partitions to remove")
    return data_set.with_columns(partition=partition)
