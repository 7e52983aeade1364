"""The data set: instances with features, labels, folds and partitions, as columns.

A data set is an `xarray.Dataset` with the variables of `audeep.backend.data.schema`. The features of a
loaded file stay on disk until they are asked for, so that a data set may be larger than memory.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import xarray as xr

from audeep.backend.data import attributes, schema
from audeep.backend.data.columns import code_column, metadata_from_columns
from audeep.backend.data.schema import Partition, Split
from audeep.backend.errors import AudeepError, DataError

__all__ = ["DataSet", "Partition", "Split", "empty", "from_columns", "load"]

#: Bytes of features that are held at once while a data set is streamed.
SLAB_BYTES = 16 * 2**20


@dataclass(frozen=True, eq=False)
class DataSet:
    """Instances and what is known about them.

    Parameters
    ----------
    data
        Variables and attributes, as `audeep.backend.data.schema` describes them.

    Examples
    --------
    >>> import numpy as np
    >>> data_set = from_columns(np.zeros((2, 3)), ["generated"], filename=["a.wav", "b.wav"])
    >>> data_set.num_instances, data_set.num_folds, data_set.feature_shape
    (2, 0, (3,))
    """

    data: xr.Dataset

    def __len__(self) -> int:
        return self.num_instances

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file that the features come from."""
        self.data.close()

    @property
    def num_instances(self) -> int:
        """Number of instances."""
        return self.data.sizes[schema.INSTANCE]

    @property
    def num_folds(self) -> int:
        """Number of cross-validation folds; 0 if there are none."""
        return self.data.sizes[schema.FOLD]

    @property
    def feature_dims(self) -> tuple[str, ...]:
        """Names of the feature dimensions."""
        return tuple(str(dim) for dim in self.features.dims[1:])

    @property
    def feature_shape(self) -> tuple[int, ...]:
        """Shape of the features of one instance."""
        return self.features.shape[1:]

    @property
    def feature_sizes(self) -> dict[str, int]:
        """Size of each feature dimension, by its name, in order."""
        return dict(zip(self.feature_dims, self.feature_shape, strict=True))

    @property
    def features(self) -> xr.DataArray:
        """Features, shape (instance, feature dims...), float32; read from disk on demand."""
        return self.data[schema.FEATURES]

    @property
    def filename(self) -> np.ndarray:
        """File names, shape (instance,), of str."""
        return self.data[schema.FILENAME].values

    @property
    def chunk_nr(self) -> np.ndarray:
        """Chunk numbers, shape (instance,), int64."""
        return self.data[schema.CHUNK_NR].values

    @property
    def cv_folds(self) -> np.ndarray:
        """`Split` of each instance in each fold, shape (instance, fold); NaN where it is in neither."""
        return self.data[schema.CV_FOLDS].values

    @property
    def partition(self) -> np.ndarray:
        """`Partition` of each instance, shape (instance,); NaN where there is none."""
        return self.data[schema.PARTITION].values

    @property
    def label_nominal(self) -> np.ndarray:
        """Names of the labels, shape (instance,), of str; empty where there is no label."""
        return self.data[schema.LABEL_NOMINAL].values

    @property
    def label_numeric(self) -> np.ndarray:
        """Numbers of the labels, shape (instance,); NaN where there is no label."""
        return self.data[schema.LABEL_NUMERIC].values

    @property
    def attrs(self) -> dict[str, Any]:
        """Attributes of the file."""
        return self.data.attrs

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
    def metadata(self) -> xr.Dataset:
        """Everything but the features."""
        return self.data.drop_vars(schema.FEATURES)

    @property
    def is_labelled(self) -> np.ndarray:
        """Whether each instance has a label, shape (instance,), bool."""
        return self.label_nominal != ""

    @property
    def has_partitions(self) -> bool:
        """Whether any instance is in a partition."""
        return not np.isnan(self.partition.astype(float)).all()

    def select(self, instances: np.ndarray | slice) -> Self:
        """Select instances by a boolean mask, by their indices, or by a slice.

        The features stay on disk if they are there.
        """
        if isinstance(instances, np.ndarray) and instances.dtype == bool:
            instances = np.flatnonzero(instances)
        return type(self)(self.data.isel({schema.INSTANCE: instances}))

    def split(self, fold: int, split: Split) -> Self:
        """Select one side of a cross-validation fold, counted from 0."""
        return self.select(self.cv_folds[:, fold] == split)

    def are_in(self, partitions: Sequence[Partition]) -> np.ndarray:
        """Tell whether each instance is in one of some partitions, shape (instance,), bool.

        Raises
        ------
        DataError
            If one of them has no instance.
        """
        for partition in partitions:
            if not (self.partition == partition).any():
                here = [item.name for item in Partition if (self.partition == item).any()]
                raise DataError(
                    f"{source(self)}: no instance is in partition {partition.name}; those there are: "
                    f"{here or 'none'}"
                )
        return np.isin(self.partition, list(partitions))

    def in_partitions(self, partitions: Sequence[Partition]) -> Self:
        """Select the instances of some partitions.

        Raises
        ------
        DataError
            If one of them has no instance.
        """
        return self.select(self.are_in(partitions))

    def slabs(self, size: int | None = None) -> Iterator[np.ndarray]:
        """Iterate over the features, a slab of instances at a time.

        Parameters
        ----------
        size
            Instances in a slab; by default as many as fit in 16 MiB.

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
        size = size or slab_size(self.feature_shape)
        for start in range(0, self.num_instances, size):
            try:
                part = self.features[start : start + size]
                with np.errstate(over="raise"):
                    slab = part.values.astype(np.float32, copy=False)
                if slab.shape != part.shape:
                    raise ValueError(f"their shape is {slab.shape}, not {part.shape}")
            except MemoryError as error:
                raise AudeepError(f"there is not enough memory to read {source(self)}: {error}") from error
            except Exception as error:
                # What reads files may raise anything for one that is damaged.
                if isinstance(error, FloatingPointError):
                    raise DataError(f"{source(self)} has features that are too large for float32") from None
                raise DataError(f"{source(self)} is damaged, its features cannot be read: {error}") from error
            yield slab

    def save(self, path: Path | str) -> None:
        """Write the data set to a netCDF file."""
        from audeep.backend.data import netcdf

        with netcdf.create(Path(path), self.metadata, self.feature_sizes) as append:
            for slab in self.slabs():
                append(slab)


def source(data_set: DataSet) -> str:
    """Name the file of a data set for people."""
    return str(data_set.data.encoding.get("source", "the data set"))


def slab_size(feature_shape: Sequence[int]) -> int:
    """Return how many instances of this shape, float32, are held at once."""
    return max(1, SLAB_BYTES // (4 * int(np.prod(feature_shape, dtype=np.int64)) or 1))


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
    from audeep.backend.data import netcdf

    return DataSet(netcdf.read(Path(path)))


def from_columns(
    features: Any,
    feature_dims: Sequence[str],
    *,
    label_map: Mapping[str, int] | None = None,
    attrs: Mapping[str, Any] | None = None,
    **columns: Any,
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
    **columns
        ``filename`` (required), ``chunk_nr``, ``cv_folds``, ``partition``, ``label_nominal``,
        ``label_numeric``; None, NaN or an empty string stand for a missing value.

    Raises
    ------
    DataError
        If the columns do not fit each other, or hold what no data set can.
    """
    data = metadata_from_columns(label_map=label_map, attrs=attrs, **columns)
    for name, codes in ((schema.CV_FOLDS, Split), (schema.PARTITION, Partition)):
        code_column(data[name].values, codes)
    if len({schema.INSTANCE, schema.FOLD, *feature_dims}) < len(feature_dims) + 2:
        raise DataError(
            f"feature dimensions need names of their own, none of them {schema.INSTANCE} or {schema.FOLD}: "
            f"{', '.join(feature_dims)}"
        )
    try:
        data[schema.FEATURES] = ((schema.INSTANCE, *feature_dims), np.asarray(features, dtype=np.float32))
    except (TypeError, ValueError) as error:
        raise DataError(f"the features do not fit: {error}") from error
    return DataSet(data)


def empty(num_instances: int, feature_dimensions: Sequence[tuple[str, int]], num_folds: int = 0) -> DataSet:
    """Make a data set in memory whose columns are still to be filled.

    Parameters
    ----------
    num_instances
        Number of instances.
    feature_dimensions
        Name and size of each feature dimension.
    num_folds
        Number of cross-validation folds.
    """
    names = [name for name, _ in feature_dimensions]
    sizes = [size for _, size in feature_dimensions]
    return from_columns(
        np.zeros((num_instances, *sizes), np.float32),
        names,
        filename=[""] * num_instances,
        cv_folds=np.full((num_instances, num_folds), np.nan),
    )


@contextmanager
def opened(data: Path | str | DataSet) -> Iterator[DataSet]:
    """Load a data set and close it afterwards; one that is open already stays as it is."""
    if isinstance(data, DataSet):
        yield data
    else:
        with load(data) as data_set:
            yield data_set
