"""Adding random cross-validation folds and partitions, and removing them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from audeep.backend.data.chunks import Files
from audeep.backend.data.data_set import DataSet, as_data_set
from audeep.backend.data.operations import ModificationConfig
from audeep.backend.data.schema import Partition
from audeep.backend.errors import DataError
from audeep.backend.log import LOG
from audeep.backend.seeds import root_seed


def modify(
    data: Path | str | DataSet, config: ModificationConfig | Mapping[str, Any], *, seed: int | None = None
) -> DataSet:
    """Add, replace or remove the cross-validation folds and the partitions of a data set.

    Chunks of a file stay together. Folds, and partitions, differ in size by at most one file, overall and for
    each label; files without a label count as a separate label. Where files have sets of labels, each combination
    counts as a label. Continuous targets play no part.

    Parameters
    ----------
    data
        A data set, or its file.
    config
        What to change.
    seed
        Seed for random choices.

    Returns
    -------
    DataSet
        The same instances with new folds or partitions.

    Raises
    ------
    DataError
        If there are fewer files than folds or partitions.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> config = audeep.ModificationConfig(add_cv_setup=3)
    >>> audeep.modify(make_data_set(6, generated=2), config, seed=1).num_folds
    3
    """
    config, data_set = ModificationConfig.of(config), as_data_set(data)
    # Separate generators, so that folds do not depend on whether partitions are drawn too.
    for_folds, for_partitions = map(np.random.default_rng, root_seed(seed).spawn(2))
    changed = {}
    if config.add_cv_setup is not None:
        drawn = _draw(data_set, config.add_cv_setup, "`add_cv_setup`", for_folds)
        changed["cv_folds"] = (drawn[:, np.newaxis] == np.arange(config.add_cv_setup)).astype(np.int64)
    elif config.remove_cv_setup:
        changed["cv_folds"] = np.zeros((len(data_set), 0))
    if config.add_partitioning is not None:
        drawn = _draw(data_set, len(config.add_partitioning), "`add_partitioning`", for_partitions)
        changed["partition"] = np.array(config.add_partitioning, np.int64)[drawn]
    elif config.remove_partitioning:
        changed["partition"] = np.full(len(data_set), np.nan)
    folds = f"{data_set.num_folds} cross-validation folds" if data_set.num_folds else ""
    names = ", ".join(item.name for item in Partition if (data_set.partition == item).any())
    partitions = f"the partitions {names}" if names else ""
    _log("cross-validation folds", folds, config.add_cv_setup is not None, config.remove_cv_setup)
    _log("partitions", partitions, config.add_partitioning is not None, config.remove_partitioning)
    return data_set.with_columns(**changed)


def divide(labels: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Divide items at random into groups that differ in size by at most one, overall and for each label.

    `labels` has shape (item,). Returns the group of each item, counted from 0, shape (item,).
    """
    # Shuffle, sort by label, and deal out like cards.
    order = random.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    groups = np.empty(len(labels), np.int64)
    groups[order] = np.arange(len(labels)) % count
    return groups


def _draw(data_set: DataSet, count: int, option: str, random: np.random.Generator) -> np.ndarray:
    """Divide the files into groups and return the group of each instance."""
    files = Files.of(data_set.filename)
    if count > len(files):
        raise DataError(f"{option}: {data_set.name} has {len(files)} files; expected at least {count}")
    return divide(_strata(data_set)[files.first], count, random)[files.of_instance]


def _strata(data_set: DataSet) -> np.ndarray:
    """Return what to spread evenly, shape (instance,): labels, or combinations of them if there are sets alone."""
    if data_set.is_labelled.any() or not data_set.label_names:
        return data_set.label_nominal
    return np.unique(data_set.labels, axis=0, return_inverse=True)[1]


def _log(what: str, before: str, adding: bool, removing: bool) -> None:
    """Log what happens to existing folds or partitions."""
    if before and (adding or removing):
        LOG.info("%s %s", "replacing" if adding else "removing", before)
    elif removing:
        LOG.info("no %s to remove", what)
