"""Several instances made one: of different data sets, or the chunks of a file."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from audeep.backend.data import attributes, schema
from audeep.backend.data.config import FusionConfig
from audeep.backend.data.data_set import DataSet, load, slab_size
from audeep.backend.data.files import PER_FILE, Files, differ, instance_name, source
from audeep.backend.data.streaming import describe_features, slabs_in_order, write
from audeep.backend.errors import DataError, OptionError
from audeep.backend.log import LOG


def fuse(inputs: Sequence[Path | str], output: Path | str, config: FusionConfig | None = None) -> None:
    """Concatenate the features of several data sets, instance by instance.

    Instances belong together by file name and chunk number; the output has them in the order of the first
    data set. What the files say about themselves (their attributes) is kept where all say the same.

    Parameters
    ----------
    inputs
        Two or more data sets, netCDF files.
    output
        The data set to write.
    config
        The dimension along which to concatenate.

    Raises
    ------
    OptionError
        If there are fewer than two inputs.
    DataError
        If the data sets differ in their metadata, or in the size of another dimension.
    """
    config = config or FusionConfig()
    output = Path(output)
    if len(inputs) < 2:
        raise OptionError(f"`input`: two or more data sets are needed to fuse them, not {len(inputs)}")
    with ExitStack() as stack:
        data_sets = [stack.enter_context(load(path)) for path in inputs]
        axis = _fusion_axis(data_sets, config.dimension)
        orders = [_alignment(data_sets[0], other) for other in data_sets]
        for other, order in zip(data_sets, orders, strict=True):
            _check_same_metadata(data_sets[0], other, order)
        sizes = data_sets[0].feature_sizes
        sizes[config.dimension] = sum(data_set.feature_shape[axis] for data_set in data_sets)
        metadata = data_sets[0].metadata
        metadata.attrs = _common_attrs(data_sets)
        size = slab_size(tuple(sizes.values()))
        slabs = [
            data_set.slabs(size) if order is None else slabs_in_order(data_set, order, size, output.parent)
            for data_set, order in zip(data_sets, orders, strict=True)
        ]
        fused = (np.concatenate(parts, axis=axis + 1) for parts in zip(*slabs, strict=True))
        write(output, metadata, sizes, fused)


def fuse_chunks(input: Path | str, output: Path | str, config: FusionConfig | None = None) -> None:
    """Join the chunks of each file, in the order of their numbers, into one instance with chunk number 0.

    The output has the files in the order in which they first appear.

    Parameters
    ----------
    input
        The data set, a netCDF file.
    output
        The data set to write.
    config
        The dimension along which to join.

    Raises
    ------
    DataError
        If files have different numbers of chunks, or lack one, or have one twice, or if the chunks of a
        file differ in their metadata.
    """
    config = config or FusionConfig()
    output = Path(output)
    with load(input) as data_set:
        axis = _fusion_axis([data_set], config.dimension)
        files = Files.of(data_set.filename)
        _check_joinable(data_set, files)
        count = files.usual_num_chunks
        order = files.chunk_order(data_set.chunk_nr)
        sizes = data_set.feature_sizes
        sizes[config.dimension] *= count
        size = count * slab_size(tuple(sizes.values()))
        chunks = slabs_in_order(data_set, order, size, output.parent)
        # Of each file, what its chunk 0 says.
        metadata = data_set.metadata.isel({schema.INSTANCE: order[::count]})
        write(output, metadata, sizes, (_join(slab, count, axis) for slab in chunks))


def _fusion_axis(data_sets: Sequence[DataSet], dimension: str) -> int:
    """Return which feature dimension has this name; all others must be equal in all data sets."""
    for data_set in data_sets:
        if dimension not in data_set.feature_dims:
            raise DataError(
                f"{source(data_set)} has no feature dimension {dimension}; those there are: "
                f"{', '.join(data_set.feature_dims) or 'none'}"
            )
    first = data_sets[0]
    for other in data_sets[1:]:
        ours, theirs = ({**data_set.feature_sizes, dimension: None} for data_set in (first, other))
        if list(ours.items()) != list(theirs.items()):
            raise DataError(
                f"{source(first)} and {source(other)} cannot be fused along {dimension}, because the features of "
                f"one have the dimensions {describe_features(first)}, those of the other "
                f"{describe_features(other)}; all but {dimension} must be the same"
            )
    return first.feature_dims.index(dimension)


def _alignment(first: DataSet, other: DataSet) -> np.ndarray | None:
    """Return where `other` has each instance of `first`; None if the order is the same."""
    ours, theirs = _keys(first), _keys(other)
    if ours.equals(theirs):
        return None
    for data_set, keys in ((first, ours), (other, theirs)):
        if keys.has_duplicates:
            twice = int(np.flatnonzero(keys.duplicated())[0])
            raise DataError(f"{source(data_set)} has {instance_name(data_set, twice)} more than once")
    order = theirs.get_indexer(ours)
    for here, there, found in ((first, other, order), (other, first, ours.get_indexer(theirs))):
        absent = np.flatnonzero(found < 0)
        if absent.size:
            raise DataError(
                f"{instance_name(here, absent[0])} is in {source(here)}, but not in {source(there)}; data sets can "
                "only be fused if they have the same instances"
            )
    return order


def _keys(data_set: DataSet) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([data_set.filename, data_set.chunk_nr])


def _check_same_metadata(first: DataSet, other: DataSet, order: np.ndarray | None) -> None:
    """Refuse data sets that say different things about an instance, or number labels differently."""
    both = f"{source(first)} and {source(other)}"
    if first.num_folds != other.num_folds:
        raise DataError(
            f"{both} have different numbers of cross-validation folds: {first.num_folds} and {other.num_folds}"
        )
    for name in PER_FILE:
        ours, theirs = first.data[name].values, other.data[name].values
        if order is not None:
            theirs = theirs[order]
        different = np.flatnonzero(differ(ours, theirs))
        if different.size:
            index = different[0]
            raise DataError(
                f"{both} differ in {name} of {different.size} instances, such as {instance_name(first, index)}: "
                f"{ours[index]!s:.80} and {theirs[index]!s:.80}"
            )
    if first.label_map != other.label_map:
        raise DataError(f"{both} have different label maps: {first.label_map} and {other.label_map}")


def _common_attrs(data_sets: Sequence[DataSet]) -> dict[str, Any]:
    """Return the attributes that all data sets have, with the same value; log which are lost."""
    first, *others = (data_set.attrs for data_set in data_sets)
    common = {name: value for name, value in first.items() if all(_same(other, name, value) for other in others)}
    lost = {str(name) for attrs in (first, *others) for name in attrs} - set(common)
    if lost := lost - {schema.FEATURE_DIMS, schema.VERSION, schema.LABEL_MAP}:
        LOG.info("the inputs differ in their attributes %s, so the output has none", ", ".join(sorted(lost)))
    # All have the same label map, but not always in the same words.
    return common | attributes.write_label_map(data_sets[0].label_map)


def _same(attrs: dict[str, Any], name: str, value: Any) -> bool:
    """Tell whether an attribute is there and has this value, which may be an array."""
    return name in attrs and np.array_equal(attrs[name], value)


def _check_joinable(data_set: DataSet, files: Files) -> None:
    """Refuse files whose chunks cannot be joined."""
    numbers = data_set.chunk_nr
    misnumbered = files.misnumbered(numbers)
    if misnumbered.size:
        file = misnumbered[0]
        here = np.sort(numbers[files.of_instance == file])
        raise DataError(
            f"{source(data_set)}: {files.names[file]} has the chunk numbers {', '.join(map(str, here)):.80}, where "
            f"each number from 0 to {len(here) - 1} should occur once"
        )
    unusual = files.unusual()
    if unusual.size:
        file = unusual[0]
        raise DataError(
            f"{source(data_set)}: {files.names[file]} has {files.num_chunks[file]} chunks, but most files have "
            f"{files.usual_num_chunks}; all must have the same number"
        )
    for name in PER_FILE:
        files.check_agreement(data_set, name)


def _join(slab: np.ndarray, count: int, axis: int) -> np.ndarray:
    """Join each `count` consecutive instances along a feature dimension."""
    chunks = np.moveaxis(slab.reshape(-1, count, *slab.shape[1:]), 1, axis + 1)
    shape = chunks.shape
    return chunks.reshape(*shape[: axis + 1], -1, *shape[axis + 3 :])
