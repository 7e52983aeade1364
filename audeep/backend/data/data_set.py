"""The data set: instances with features, labels, folds and partitions.

A data set is immutable. Its columns, declared in `audeep.backend.data.schema`, are in memory; its features are read
on demand, so that it may be larger than memory. Every operation returns a new data set, and only `DataSet.save`
writes.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import numpy as np
import xarray as xr

from audeep.backend.data import attributes, columns, schema, storage
from audeep.backend.data.features import Features, InMemory, Stored, slab_size
from audeep.backend.data.schema import Partition, Split
from audeep.backend.errors import DataError, OptionError
from audeep.backend.log import LOG, progress_bar
from audeep.backend.options import parse

__all__ = ["DataSet", "Partition", "Split", "empty", "from_columns", "load", "opened"]

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class DataSet:
    """Instances with their features and metadata.

    Columns are attributes: ``data_set.filename``, or ``data_set["filename"]``, has shape (instance,), and
    ``cv_folds`` has shape (instance, fold). In ``label_numeric``, ``partition`` and ``cv_folds``, NaN stands for a
    missing value; in ``label_nominal``, an empty string. Sets of labels are in ``labels``, shape (instance, label):
    1 where a label applies, 0 where not, NaN where unknown. Continuous targets are in ``targets``, shape (instance,
    target); NaN is missing. `label_names` and `target_names` are their names.

    Parameters
    ----------
    columns
        Metadata of each instance, as declared in `audeep.backend.data.schema`, and attributes.
    feature_dims
        Names of the feature dimensions.
    source
        Source of the features.

    Examples
    --------
    >>> import audeep
    >>> import numpy as np
    >>> names = ["a.wav", "b.wav"]
    >>> data_set = audeep.from_columns(np.zeros((2, 3)), ["generated"], filename=names)
    >>> data_set
    <DataSet of 2 instances with features generated (3): the data set>
    >>> data_set.select(data_set.filename == "b.wav").filename
    array(['b.wav'], dtype=object)
    """

    columns: xr.Dataset
    feature_dims: tuple[str, ...]
    source: Features

    def __repr__(self) -> str:
        return f"<DataSet of {len(self)} instances with features {self.describe_features()}: {self.name}>"

    def __len__(self) -> int:
        return self.num_instances

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file that the features come from, if this data set was loaded."""
        self.columns.close()

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name].values

    def __getattr__(self, name: str) -> np.ndarray:
        if name not in schema.COLUMNS:
            raise AttributeError(f"{type(self).__name__} has no attribute or column {name!r}")
        return self[name]

    @property
    def name(self) -> str:
        """Path of the file it was loaded from, for messages."""
        return str(self.columns.encoding.get("source", "the data set"))

    @property
    def num_instances(self) -> int:
        """Number of instances."""
        return self.columns.sizes[schema.INSTANCE]

    @property
    def num_folds(self) -> int:
        """Number of cross-validation folds; 0 if there are none."""
        return self.columns.sizes[schema.FOLD]

    @property
    def feature_shape(self) -> tuple[int, ...]:
        """Shape of the features of one instance."""
        return self.source.shape[1:]

    @property
    def feature_sizes(self) -> dict[str, int]:
        """Size of each feature dimension by name, in order."""
        return dict(zip(self.feature_dims, self.feature_shape, strict=True))

    @property
    def features(self) -> xr.DataArray:
        """Features, shape (instance, feature dims...), float32; read from disk on demand."""
        return xr.DataArray(self.source.as_variable((schema.INSTANCE, *self.feature_dims)), name=schema.FEATURES)

    @property
    def attrs(self) -> dict[str, Any]:
        """Attributes of the file."""
        return self.columns.attrs

    @property
    def lengths(self) -> np.ndarray | None:
        """Number of steps of each instance along the first feature dimension, shape (instance,), int64.

        Beyond its length, an instance is padded. None if no instance is.

        Raises
        ------
        DataError
            If a length is out of range.
        """
        column = self[schema.LENGTH]
        if np.isnan(column).all():
            return None
        longest = self.feature_shape[0] if self.feature_shape else 0
        lengths = np.where(np.isnan(column), longest, column).astype(np.int64)
        wrong = np.flatnonzero((lengths < 1) | (lengths > longest))
        if wrong.size:
            raise DataError(
                f"{self.name}: {self.instance_name(wrong[0])} has the length {lengths[wrong[0]]}, but its features "
                f"have the dimensions {self.describe_features()}; 'audeep validate --detailed' lists all such "
                "instances"
            )
        return lengths if (lengths < longest).any() else None

    @property
    def padding(self) -> float:
        """Value of the features beyond the length of an instance."""
        return attributes.read_padding(self.attrs)

    @property
    def label_map(self) -> dict[str, int] | None:
        """Number of each label name, or None if there is no label map."""
        return attributes.read_label_map(self.attrs)

    @property
    def spectrograms(self) -> dict[str, Any] | None:
        """Settings of the spectrograms, or None if the file does not say."""
        return attributes.read(self.attrs, schema.SPECTROGRAMS, dict)

    @property
    def waveforms(self) -> dict[str, Any] | None:
        """Settings of the waveforms, with their sample rate; None if the features are something else."""
        return attributes.read(self.attrs, schema.WAVEFORMS, dict)

    @property
    def models(self) -> list[dict[str, Any]]:
        """Descriptions of the models that generated the features, in their order; empty if the file does not say.

        There are several after `audeep.fuse`.
        """
        return attributes.read_models(self.attrs)

    @property
    def model(self) -> dict[str, Any] | None:
        """Description of the model that generated the features; None if there is not exactly one, see `models`."""
        models = self.models
        return models[0] if len(models) == 1 else None

    @property
    def label_names(self) -> list[str]:
        """Names of the labels in ``labels``; empty if there are no sets of labels."""
        return self[schema.LABEL].tolist()

    @property
    def target_names(self) -> list[str]:
        """Names of the continuous targets; empty if there are none."""
        return self[schema.TARGET].tolist()

    @property
    def is_labelled(self) -> np.ndarray:
        """Whether each instance has a label, shape (instance,), bool."""
        return self.label_nominal != ""

    @property
    def has_partitions(self) -> bool:
        """Whether any instance is in a partition."""
        return not np.isnan(self.partition).all()

    @property
    def has_channels(self) -> bool:
        """Whether any instance is a single channel of its recording."""
        return not np.isnan(self.channel).all()

    def instance_name(self, instance: int) -> str:
        """Return the name of an instance for messages."""
        channel = "" if np.isnan(self.channel[instance]) else f"channel {self.channel[instance]:g}, "
        return f"{self.filename[instance]} ({channel}chunk {self.chunk_nr[instance]})"

    def instance_names(self) -> list[str]:
        """Return names of all instances to show to people: file names, with channel and chunk if there are any."""
        if self.chunk_nr.any():
            return [self.instance_name(instance) for instance in range(len(self))]
        return [
            name if np.isnan(channel) else f"{name} (channel {channel:g})"
            for name, channel in zip(self.filename, self.channel, strict=True)
        ]

    def to_xarray(self) -> xr.Dataset:
        """Return columns and features as one xarray data set; features on disk are not loaded."""
        return self.columns.assign({schema.FEATURES: self.features})

    def select(self, instances: np.ndarray | slice) -> Self:
        """Select instances by a boolean mask, by indices (in any order, repeats allowed), or by a slice."""
        chosen = np.arange(len(self))[instances]
        columns = self.columns.isel({schema.INSTANCE: chosen})
        return replace(self, columns=columns, source=self.source.select(chosen))

    def at(self, index: int) -> Self:
        """Select the instance at an index, counted from 0; `OptionError` if there is none."""
        if not 0 <= index < len(self):
            raise OptionError(
                f"`instance`: {index} is out of range; {self.name} has {len(self)} instances, counted from 0"
            )
        return self.select(slice(index, index + 1))

    def split(self, fold: int, split: Split) -> Self:
        """Select one side of a cross-validation fold, counted from 0."""
        return self.select(self.cv_folds[:, fold] == split)

    def are_in(self, partitions: Partition | str | Iterable[Partition | str] | None) -> np.ndarray:
        """Return whether each instance is in one of the partitions, shape (instance,), bool; None means all.

        Partitions may be given by their names, such as ``"TRAIN"``.

        Raises
        ------
        DataError
            If a partition has no instances.
        OptionError
            If there is no such partition.
        """
        if partitions is None:
            return np.ones(len(self), bool)
        several = [partitions] if isinstance(partitions, Partition | str) else partitions
        try:
            wanted = [parse(item, Partition) for item in several]
        except ValueError as error:
            raise OptionError(f"`partitions`: {error}") from None
        for partition in wanted:
            if not (self.partition == partition).any():
                here = [item.name for item in Partition if (self.partition == item).any()]
                raise DataError(
                    f"{self.name}: no instances in partition {partition.name}; partitions found: {here or 'none'}"
                )
        return np.isin(self.partition, wanted)

    def in_partitions(self, partitions: Partition | str | Iterable[Partition | str]) -> Self:
        """Select the instances in some partitions, such as ``"TRAIN"``; a `DataError` if one has no instances."""
        return self.select(self.are_in(partitions))

    def with_columns(self, **values: Any) -> Self:
        """Replace columns; values are those of `from_columns`.

        ``labels`` and ``targets`` may also be arrays, shape (instance, name), whose names stay as they are.

        Raises
        ------
        DataError
            If there is no such column, or its values are invalid.
        """
        return replace(self, columns=columns.replaced(self.columns, values))

    def with_features(
        self, source: Features, feature_dims: Sequence[str], attrs: Mapping[str, Any] | None = None
    ) -> Self:
        """Replace the features, and add attributes."""
        columns = self.columns.assign_attrs(attrs or {})
        return replace(self, columns=columns, feature_dims=tuple(feature_dims), source=source)

    def in_memory(self) -> Self:
        """Read the features into memory."""
        return self.with_features(InMemory(self.features.values), self.feature_dims)

    def without_lengths(self) -> Self:
        """Forget the lengths of instances, for features without padding."""
        if np.isnan(self[schema.LENGTH]).all():
            return self
        attrs = {name: value for name, value in self.attrs.items() if name != schema.PADDING}
        new = self.with_columns(length=np.full(len(self), np.nan))
        return replace(new, columns=new.columns.drop_attrs(deep=False).assign_attrs(attrs))

    def pipe(self, function: "Callable[Concatenate[Self, P], T]", *args: P.args, **keywords: P.kwargs) -> T:
        """Return ``function(self, ...)``, to chain operations: ``load(path).pipe(upsample)``."""
        return function(self, *args, **keywords)

    def slabs(self, size: int | None = None, *, folder: Path | None = None) -> Iterator[np.ndarray]:
        """Iterate over the features, a slab of instances at a time.

        Parameters
        ----------
        size
            Number of instances in a slab; by default as many as fit in 16 MiB.
        folder
            Folder for temporary files, which may be needed if instances are not in the order of their file; by
            default the system's folder for them.

        Yields
        ------
        numpy.ndarray
            Features of consecutive instances, shape (size or fewer, feature dims...), float32.

        Raises
        ------
        DataError
            If the features are damaged on disk or too large for float32.
        AudeepError
            If there is not enough memory.
        """
        return self.source.slabs(size or slab_size(self.feature_shape), folder)

    def instances(self, *, folder: Path | None = None) -> Iterator[np.ndarray]:
        """Iterate over the features of each instance without padding, shape (length, further feature dims...).

        `folder` is that of temporary files, as for `slabs`.
        """
        if self.lengths is not None:
            yield from self.source.each(self.lengths)
        else:
            for slab in self.slabs(folder=folder):
                yield from slab

    def save(self, path: Path | str) -> None:
        """Write the data set to a netCDF file.

        Raises
        ------
        OptionError
            If the features are read from the same file.
        DataError
            If the file cannot be written, or exists and is not a data set.
        """
        path, lengths = Path(path), self.lengths
        padding = None if lengths is None else self.padding
        with (
            storage.create(path, self.feature_sizes, len(self), self.source.files, padding=padding) as writer,
            progress_bar(total=len(self), what="write", unit="instance") as bar,
        ):
            if lengths is None:
                slabs = self.slabs(folder=path.parent)
            else:
                slabs = (instance[np.newaxis] for instance in self.instances())
            for slab in slabs:
                writer.append(slab)
                bar.update(len(slab))
            writer.columns = self.columns
        LOG.info("wrote %d instances of %s to %s", len(self), self.describe_features(), path)

    def describe_features(self) -> str:
        """Return the feature dimensions for messages: ``time (60) x freq (40)``."""
        return " x ".join(f"{dim} ({size})" for dim, size in self.feature_sizes.items()) or "(none)"


def load(path: Path | str) -> DataSet:
    """Open a data set; its features are read from disk on demand.

    Parameters
    ----------
    path
        A netCDF file, written by this version of auDeep or by the original.

    Returns
    -------
    DataSet
        Columns are in memory; features, shape (instance, feature dims...), are read when you ask for them.

    Raises
    ------
    DataError
        If the file is missing or unreadable, or does not follow the schema.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> make_data_set(4, time=3, freq=5).save("tiny.nc")
    >>> with audeep.load("tiny.nc") as data_set:
    ...     data_set.features.shape, data_set.filename.tolist()
    ((4, 3, 5), ['0.wav', '1.wav', '2.wav', '3.wav'])
    """
    path = Path(path)
    data = storage.read(path)
    _, *feature_dims = map(str, data[schema.FEATURES].dims)
    source = Stored(data[schema.FEATURES].variable, path)
    table = data.drop_vars(schema.FEATURES)
    table.set_close(data.close)
    table.encoding["source"] = str(path)
    return DataSet(table, tuple(feature_dims), source)


def opened(data: Path | str | DataSet) -> AbstractContextManager[DataSet]:
    """Load a data set for the duration of a block; a `DataSet` is passed through and stays open."""
    return nullcontext(data) if isinstance(data, DataSet) else as_data_set(data)


def as_data_set(data: Path | str | DataSet) -> DataSet:
    """Load a data set, or return it if it is loaded already."""
    if isinstance(data, DataSet):
        return data
    if not isinstance(data, str | os.PathLike):
        raise DataError(f"expected a data set or its path, got {type(data).__name__}")
    return load(data)


def listed(data: Path | str | DataSet | Sequence[Path | str | DataSet]) -> list[Path | str | DataSet]:
    """Return data sets or their paths as a list; a single one becomes a list of one.

    >>> listed("a.nc")
    ['a.nc']
    """
    return [*data] if isinstance(data, Iterable) and not isinstance(data, str) else [data]


def from_columns(
    features: Any,
    feature_dims: Sequence[str],
    *,
    filename: Any,
    label_map: Mapping[str, int] | None = None,
    attrs: Mapping[str, Any] | None = None,
    **values: Any,
) -> DataSet:
    """Make a data set in memory.

    Parameters
    ----------
    features
        Shape (instance, feature dims...).
    feature_dims
        Names of the feature dimensions.
    filename
        Name of the recording of each instance, shape (instance,).
    label_map
        Number of each label name.
    attrs
        Further attributes.
    **values
        Any other columns: ``chunk_nr``, ``channel``, ``start``, ``end``, ``cv_folds``, ``partition``,
        ``label_nominal``, ``label_numeric``, ``length``; None, NaN or an empty string stand for a missing value.
        Shape (instance,), and (instance, fold) of ``cv_folds``. ``labels``, 1 where a label applies and 0 where
        not, and ``targets`` are data frames, or mappings, with a column for each name.

    Returns
    -------
    DataSet
        Features are float32.

    Raises
    ------
    DataError
        If the columns do not match, or contain invalid values.

    Examples
    --------
    >>> import audeep
    >>> features, names = [[0.5, 1.0], [2.0, 3.0]], ["a.wav", "b.wav"]
    >>> data_set = audeep.from_columns(features, ["generated"], filename=names)
    >>> data_set.feature_sizes, data_set.is_labelled.tolist()
    ({'generated': 2}, [False, False])

    >>> targets = {"valence": [0.2, -0.5], "arousal": [0.1, None]}
    >>> audeep.from_columns(features, ["generated"], filename=names, targets=targets).target_names
    ['valence', 'arousal']
    """
    table = columns.make({schema.FILENAME: filename, **values}, label_map=label_map, attrs=attrs)
    columns.check_feature_dims(feature_dims)
    try:
        array = np.asarray(features, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise DataError(f"invalid features: {error}") from error
    if array.ndim != 1 + len(feature_dims) or len(array) != table.sizes[schema.INSTANCE]:
        raise DataError(
            f"the features have shape {array.shape}, but there are {table.sizes[schema.INSTANCE]} instances and "
            f"{len(feature_dims)} feature dimensions"
        )
    return DataSet(table, tuple(feature_dims), InMemory(array))


def empty(num_instances: int, feature_dimensions: Sequence[tuple[str, int]], num_folds: int = 0) -> DataSet:
    """Make a data set in memory to fill in; feature dimensions are given as pairs of name and size."""
    names = [name for name, _ in feature_dimensions]
    sizes = [size for _, size in feature_dimensions]
    return from_columns(
        np.zeros((num_instances, *sizes), np.float32),
        names,
        filename=[""] * num_instances,
        cv_folds=np.full((num_instances, num_folds), np.nan),
    )
