"""The data set: instances with features, labels, folds and partitions.

A data set is a value. What is known about its instances are columns in memory, those that
`audeep.backend.data.schema` declares; its features stay where they are until they are asked for, so that it may be
larger than memory. Every operation returns a new data set, and only `DataSet.save` writes.
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
from audeep.backend.errors import DataError
from audeep.backend.log import LOG, progress_bar

__all__ = ["DataSet", "Partition", "Split", "empty", "from_columns", "load", "opened"]

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class DataSet:
    """Instances and what is known about them.

    Columns are attributes: ``data_set.filename``, or ``data_set["filename"]``, has shape (instance,), and
    ``cv_folds`` has shape (instance, fold). In ``label_numeric``, ``partition`` and ``cv_folds``, NaN stands for a
    missing value; in ``label_nominal``, an empty string.

    Parameters
    ----------
    columns
        What is known about each instance, as `audeep.backend.data.schema` declares it, and attributes.
    feature_dims
        Names of the feature dimensions.
    source
        Where the features come from.

    Examples
    --------
    >>> import numpy as np
    >>> data_set = from_columns(np.zeros((2, 3)), ["generated"], filename=["a.wav", "b.wav"])
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
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}, and no column of this name")
        return self[name]

    @property
    def name(self) -> str:
        """The file that it was loaded from, for people."""
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
        """Size of each feature dimension, by its name, in order."""
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
    def label_map(self) -> dict[str, int] | None:
        """Number of each label name, or None if the data set fixes none."""
        return attributes.read_label_map(self.attrs)

    @property
    def spectrograms(self) -> dict[str, Any] | None:
        """How the spectrograms were made, or None if the file does not say."""
        return attributes.read(self.attrs, schema.SPECTROGRAMS, dict)

    @property
    def model(self) -> dict[str, Any] | None:
        """The model that generated the features, or None if the file does not say."""
        return attributes.read(self.attrs, schema.MODEL, dict)

    @property
    def is_labelled(self) -> np.ndarray:
        """Whether each instance has a label, shape (instance,), bool."""
        return self.label_nominal != ""

    @property
    def has_partitions(self) -> bool:
        """Whether any instance is in a partition."""
        return not np.isnan(self.partition).all()

    def instance_name(self, instance: int) -> str:
        """Name an instance for people."""
        return f"{self.filename[instance]} (chunk {self.chunk_nr[instance]})"

    def to_xarray(self) -> xr.Dataset:
        """Return columns and features as one xarray data set; the features stay on disk if they are there."""
        return self.columns.assign({schema.FEATURES: self.features})

    def select(self, instances: np.ndarray | slice) -> Self:
        """Select instances by a boolean mask, by their indices (in any order, which may repeat), or by a slice."""
        chosen = np.arange(len(self))[instances]
        columns = self.columns.isel({schema.INSTANCE: chosen})
        return replace(self, columns=columns, source=self.source.select(chosen))

    def split(self, fold: int, split: Split) -> Self:
        """Select one side of a cross-validation fold, counted from 0."""
        return self.select(self.cv_folds[:, fold] == split)

    def are_in(self, partitions: Sequence[Partition] | None) -> np.ndarray:
        """Tell whether each instance is in one of some partitions, shape (instance,), bool; None selects all.

        Raises
        ------
        DataError
            If one of them has no instance.
        """
        if partitions is None:
            return np.ones(len(self), bool)
        for partition in partitions:
            if not (self.partition == partition).any():
                here = [item.name for item in Partition if (self.partition == item).any()]
                raise DataError(
                    f"{self.name}: no instance is in partition {partition.name}; those there are: {here or 'none'}"
                )
        return np.isin(self.partition, list(partitions))

    def in_partitions(self, partitions: Sequence[Partition]) -> Self:
        """Select the instances of some partitions; `DataError` if one of them has no instance."""
        return self.select(self.are_in(partitions))

    def with_columns(self, **values: np.ndarray) -> Self:
        """Replace columns: arrays of their declared types, a value for each instance."""
        new = {name: (schema.COLUMNS[name].dims, array) for name, array in values.items()}
        return replace(self, columns=self.columns.drop_vars(list(values)).assign(new))

    def with_features(
        self, source: Features, feature_dims: Sequence[str], attrs: Mapping[str, Any] | None = None
    ) -> Self:
        """Replace the features, and set further attributes."""
        columns = self.columns.assign_attrs(attrs or {})
        return replace(self, columns=columns, feature_dims=tuple(feature_dims), source=source)

    def in_memory(self) -> Self:
        """Read the features into memory."""
        return self.with_features(InMemory(self.features.values), self.feature_dims)

    def pipe(self, function: "Callable[Concatenate[Self, P], T]", *args: P.args, **keywords: P.kwargs) -> T:
        """Return ``function(self, ...)``, to write operations in their order: ``load(path).pipe(upsample)``."""
        return function(self, *args, **keywords)

    def slabs(self, size: int | None = None, *, folder: Path | None = None) -> Iterator[np.ndarray]:
        """Iterate over the features, a slab of instances at a time.

        Parameters
        ----------
        size
            Instances in a slab; by default as many as fit in 16 MiB.
        folder
            Where there is room for temporary files, which instances in another order than that of their file may
            need; by default the system's folder for them.

        Yields
        ------
        numpy.ndarray
            Features of consecutive instances, shape (size or fewer, feature dims...), float32.

        Raises
        ------
        DataError
            If the features are damaged on disk, or too large for float32.
        AudeepError
            If there is not enough memory.
        """
        return self.source.slabs(size or slab_size(self.feature_shape), folder)

    def save(self, path: Path | str) -> None:
        """Write the data set to a netCDF file.

        Raises
        ------
        OptionError
            If the features are read from this very file.
        DataError
            If the file cannot be written, or exists and is not a data set.
        """
        path = Path(path)
        with (
            storage.create(path, self.feature_sizes, len(self), self.source.files) as writer,
            progress_bar(total=len(self), what="write", unit="instance") as bar,
        ):
            for slab in self.slabs(folder=path.parent):
                writer.append(slab)
                bar.update(len(slab))
            writer.columns = self.columns
        LOG.info("wrote %d instances of %s to %s", len(self), self.describe_features(), path)

    def describe_features(self) -> str:
        """Write the feature dimensions for people: ``time (60) x freq (40)``."""
        return " x ".join(f"{dim} ({size})" for dim, size in self.feature_sizes.items()) or "(none)"


def load(path: Path | str) -> DataSet:
    """Open a data set; its features stay on disk until they are asked for.

    Parameters
    ----------
    path
        A netCDF file, ours or one of the original.

    Raises
    ------
    DataError
        If the file is missing, unreadable, or does not follow the schema.
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
    """Load a data set for a block; one that is there already is passed through, and stays open."""
    return nullcontext(data) if isinstance(data, DataSet) else as_data_set(data)


def as_data_set(data: Path | str | DataSet) -> DataSet:
    """Load a data set unless it is one already."""
    if isinstance(data, DataSet):
        return data
    if not isinstance(data, str | os.PathLike):
        raise DataError(f"expected a data set or the path of one, got {type(data).__name__}")
    return load(data)


def listed(data: Path | str | DataSet | Sequence[Path | str | DataSet]) -> list[Path | str | DataSet]:
    """Return data sets or their paths as a list, where one alone is possible as well.

    >>> listed("a.nc")
    ['a.nc']
    """
    return [*data] if isinstance(data, Iterable) and not isinstance(data, str) else [data]


def from_columns(
    features: Any,
    feature_dims: Sequence[str],
    *,
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
    label_map
        Number of each label name.
    attrs
        Further attributes.
    **values
        ``filename`` (required) and any other columns: ``chunk_nr``, ``cv_folds``, ``partition``, ``label_nominal``,
        ``label_numeric``; None, NaN or an empty string stand for a missing value.

    Raises
    ------
    DataError
        If the columns do not fit each other, or hold what no data set can.
    """
    table = columns.make(values, label_map=label_map, attrs=attrs)
    if len({schema.INSTANCE, schema.FOLD, *feature_dims}) < len(feature_dims) + 2:
        raise DataError(
            f"feature dimensions need names of their own, none of them {schema.INSTANCE} or {schema.FOLD}: "
            f"{', '.join(feature_dims)}"
        )
    try:
        array = np.asarray(features, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise DataError(f"the features do not fit: {error}") from error
    if array.ndim != 1 + len(feature_dims) or len(array) != table.sizes[schema.INSTANCE]:
        raise DataError(
            f"the features do not fit: their shape is {array.shape}, but there are {table.sizes[schema.INSTANCE]} "
            f"instances and {len(feature_dims)} feature dimensions"
        )
    return DataSet(table, tuple(feature_dims), InMemory(array))


def empty(num_instances: int, feature_dimensions: Sequence[tuple[str, int]], num_folds: int = 0) -> DataSet:
    """Make a data set in memory to be filled, whose feature dimensions are given as pairs of name and size."""
    names = [name for name, _ in feature_dimensions]
    sizes = [size for _, size in feature_dimensions]
    return from_columns(
        np.zeros((num_instances, *sizes), np.float32),
        names,
        filename=[""] * num_instances,
        cv_folds=np.full((num_instances, num_folds), np.nan),
    )
