"""Cross-validation folds and partitions: drawn at random, or removed."""

from pathlib import Path

import numpy as np
import xarray as xr

from audeep.backend.data import schema
from audeep.backend.data.config import ModificationConfig
from audeep.backend.data.data_set import DataSet, load
from audeep.backend.data.files import Files, source
from audeep.backend.data.schema import Partition
from audeep.backend.data.streaming import write
from audeep.backend.errors import DataError
from audeep.backend.log import LOG
from audeep.backend.seeds import root_seed


def modify(input: Path | str, output: Path | str, config: ModificationConfig, *, seed: int | None = None) -> None:
    """Add, replace or remove the cross-validation folds and the partitions of a data set.

    Chunks of a file stay together. Both folds and partitions have sizes that differ by at most one file, in
    all and for each label; files without a label count as a label of their own.

    Parameters
    ----------
    input
        The data set, a netCDF file.
    output
        The data set to write.
    config
        What to change.
    seed
        Makes the result repeatable.

    Raises
    ------
    DataError
        If there are fewer files than folds or partitions.
    """
    # Two generators, so that folds do not depend on whether partitions are drawn as well.
    for_folds, for_partitions = map(np.random.default_rng, root_seed(seed).spawn(2))
    with load(input) as data_set:
        metadata = data_set.metadata
        if config.add_cv_setup is not None:
            drawn = _draw(data_set, config.add_cv_setup, "`add_cv_setup`", for_folds)
            metadata = _with_folds(metadata, drawn[:, np.newaxis] == np.arange(config.add_cv_setup))
        elif config.remove_cv_setup:
            metadata = _with_folds(metadata, np.zeros((len(data_set), 0)))
        if config.add_partitioning is not None:
            drawn = _draw(data_set, len(config.add_partitioning), "`add_partitioning`", for_partitions)
            metadata = _with_partitions(metadata, np.array(config.add_partitioning, np.int64)[drawn])
        elif config.remove_partitioning:
            metadata = _with_partitions(metadata, np.full(len(data_set), np.nan))
        write(Path(output), metadata, data_set.feature_sizes, data_set.slabs())


def divide(labels: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Divide items at random into groups of even size, with all labels spread evenly over them.

    Parameters
    ----------
    labels
        Shape (item,).
    count
        Number of groups.
    random
        Where randomness comes from.

    Returns
    -------
    numpy.ndarray
        Number of the group of each item, from 0, shape (item,). Sizes of groups differ by at most one, in all
        and for each label.
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
        raise DataError(f"{option}: {source(data_set)} has {len(files)} files, too few to divide by {count}")
    return divide(data_set.label_nominal[files.first], count, random)[files.of_instance]


def _with_folds(metadata: xr.Dataset, validation: np.ndarray) -> xr.Dataset:
    """Set the validation splits, shape (instance, fold)."""
    before, after = metadata.sizes[schema.FOLD], validation.shape[1]
    if before:
        LOG.info("%s %d cross-validation folds", "replacing" if after else "removing", before)
    elif not after:
        LOG.info("there are no cross-validation folds to remove")
    folds = validation.astype(np.int64 if after else np.float64)
    return metadata.drop_vars(schema.CV_FOLDS).assign({schema.CV_FOLDS: ((schema.INSTANCE, schema.FOLD), folds)})


def _with_partitions(metadata: xr.Dataset, partition: np.ndarray) -> xr.Dataset:
    """Set the partitions, shape (instance,)."""
    before = [item.name for item in Partition if (metadata[schema.PARTITION] == item).any()]
    adding = not np.isnan(partition).any()
    if before:
        LOG.info("%s the partitions %s", "replacing" if adding else "removing", ", ".join(before))
    elif not adding:
        LOG.info("there are no partitions to remove")
    return metadata.assign({schema.PARTITION: ((schema.INSTANCE,), partition)})
