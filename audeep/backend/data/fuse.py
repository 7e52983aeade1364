"""Fusion: features of several data sets, concatenated."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from audeep.backend.data import attributes, schema
from audeep.backend.data.columns import differ
from audeep.backend.data.data_set import DataSet, as_data_set, listed
from audeep.backend.data.features import SideBySide
from audeep.backend.data.operations import FusionConfig
from audeep.backend.errors import DataError, OptionError
from audeep.backend.log import LOG


def fuse(inputs: Sequence[Path | str | DataSet], config: FusionConfig | Mapping[str, Any] | None = None) -> DataSet:
    """Concatenate the features of several data sets, instance by instance.

    Instances are matched by file name, chunk number and channel, and keep the order of the first data set. The
    result remembers the models of all data sets; other attributes are kept if they are the same in all.

    Parameters
    ----------
    inputs
        Two or more data sets, or their files.
    config
        The dimension along which to concatenate.

    Returns
    -------
    DataSet
        The instances of the first data set, with the features of all.

    Raises
    ------
    OptionError
        If there are fewer than two inputs.
    DataError
        If the data sets differ in their columns, in the size of another dimension or in the padding of shorter
        instances, or if instances have different lengths along the dimension.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> one, other = make_data_set(4, generated=3), make_data_set(4, generated=2)
    >>> audeep.fuse([one, other]).feature_shape
    (5,)
    """
    config = FusionConfig.of(config)
    data_sets = [as_data_set(data) for data in listed(inputs)]
    if len(data_sets) < 2:
        raise OptionError(f"`input`: expected two or more data sets to fuse, got {len(data_sets)}")
    axis = fusion_axis(data_sets, config.dimension)
    if axis == 1:
        data_sets = [_without_padding(data_set, config.dimension) for data_set in data_sets]
    first, *others = data_sets
    sources = [first.source, *(aligned(first, other).source for other in others)]
    columns = first.columns.copy()
    columns.attrs = _common_attrs(data_sets)
    if first.lengths is not None:
        columns.attrs[schema.PADDING] = first.padding
    return replace(first, columns=columns, source=SideBySide(sources, axis))


def _without_padding(data_set: DataSet, dimension: str) -> DataSet:
    """Refuse instances of different lengths, whose padding would be in the middle of what is fused."""
    if data_set.lengths is not None:
        raise DataError(f"cannot fuse {data_set.name} along {dimension}: its instances have different lengths")
    return data_set.without_lengths()


def fusion_axis(data_sets: Sequence[DataSet], dimension: str) -> int:
    """Return the axis of a dimension; the data sets must agree in all other feature dimensions."""
    for data_set in data_sets:
        if dimension not in data_set.feature_dims:
            raise DataError(
                f"{data_set.name} has no feature dimension {dimension}; dimensions found: "
                f"{', '.join(data_set.feature_dims) or 'none'}"
            )
    first = data_sets[0]
    for other in data_sets[1:]:
        ours, theirs = ({**data_set.feature_sizes, dimension: None} for data_set in (first, other))
        if list(ours.items()) != list(theirs.items()):
            raise DataError(
                f"cannot fuse {first.name} and {other.name} along {dimension}: their features have the dimensions "
                f"{first.describe_features()} and {other.describe_features()}; all but {dimension} must be the same"
            )
    return 1 + first.feature_dims.index(dimension)


def aligned(first: DataSet, other: DataSet) -> DataSet:
    """Put the instances of a data set in the order of another; both must say the same about each of them."""
    order = _alignment(first, other)
    other = other if order is None else other.select(order)
    _check_same_columns(first, other)
    return other


def _keys(data_set: DataSet) -> pd.MultiIndex:
    """Return what identifies each instance: file name, chunk and channel, -1 where there is none."""
    channels = np.where(np.isnan(data_set.channel), -1, data_set.channel)
    return pd.MultiIndex.from_arrays([data_set.filename, data_set.chunk_nr, channels])


def _alignment(first: DataSet, other: DataSet) -> np.ndarray | None:
    """Return the index in `other` of each instance of `first`; None if the order is the same."""
    ours, theirs = map(_keys, (first, other))
    if ours.equals(theirs):
        return None
    for data_set, keys in ((first, ours), (other, theirs)):
        if keys.has_duplicates:
            twice = int(np.flatnonzero(keys.duplicated())[0])
            raise DataError(f"{data_set.name} has {data_set.instance_name(twice)} more than once")
    order = theirs.get_indexer(ours)
    for here, there, found in ((first, other, order), (other, first, ours.get_indexer(theirs))):
        absent = np.flatnonzero(found < 0)
        if absent.size:
            raise DataError(
                f"{here.instance_name(absent[0])} is in {here.name}, but not in {there.name}; both must have "
                "the same instances"
            )
    return order


def _check_same_columns(first: DataSet, other: DataSet) -> None:
    """Refuse data sets that differ in a column of an instance, the label map or the padding."""
    both = f"{first.name} and {other.name}"
    if first.num_folds != other.num_folds:
        raise DataError(
            f"{both} have different numbers of cross-validation folds: {first.num_folds} and {other.num_folds}"
        )
    for name, column in schema.COLUMNS.items():
        if column.named and first[column.dims[1]].tolist() != other[column.dims[1]].tolist():
            ours, theirs = (", ".join(data_set[column.dims[1]]) or "none" for data_set in (first, other))
            raise DataError(f"{both} have different {name}: {ours:.80}, and {theirs:.80}")
        different = np.flatnonzero(differ(first[name], other[name]))
        if different.size:
            index = different[0]
            raise DataError(
                f"{both} differ in {name} of {different.size} instances, such as {first.instance_name(index)}: "
                f"{first[name][index]!s:.80} and {other[name][index]!s:.80}"
            )
    # A file has one value for the padding of all its features.
    if first.lengths is not None and first.padding != other.padding:
        raise DataError(
            f"{both} have different values beyond the end of their instances: {first.padding:g} and "
            f"{other.padding:g}; make them with the same clipping and scaling"
        )
    if first.label_map != other.label_map:
        raise DataError(f"{both} have different label maps: {first.label_map} and {other.label_map}")


def _common_attrs(data_sets: Sequence[DataSet]) -> dict[str, Any]:
    """Return the attributes that are the same in all data sets; log which are dropped."""
    first, *others = (data_set.attrs for data_set in data_sets)
    common = {
        name: value
        for name, value in first.items()
        if all(name in other and np.array_equal(other[name], value) for other in others)
    }
    if all(models := [data_set.models for data_set in data_sets]):
        common |= attributes.write_models([model for several in models for model in several])
    else:
        # The models of some would seem to have generated all features.
        common.pop(schema.MODEL, None)
    lost = {str(name) for attrs in (first, *others) for name in attrs} - set(common)
    if lost := lost - {schema.FEATURE_DIMS, schema.VERSION, schema.LABEL_MAP, schema.PADDING}:
        LOG.info("dropped attributes that differ between the inputs: %s", ", ".join(sorted(lost)))
    # All have the same label map, but may write it differently.
    return common | attributes.write_label_map(data_sets[0].label_map)
