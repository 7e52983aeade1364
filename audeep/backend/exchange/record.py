"""What tables cannot hold: a small JSON file beside them, so that a data set comes back as it was.

Tables that come from elsewhere have none; their features then have one dimension, ``generated``.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from audeep.backend.atomic import replacing
from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import DataError


@dataclass(frozen=True)
class Record:
    """Facts about a data set that its tables do not tell.

    Parameters
    ----------
    feature_sizes
        Size of each feature dimension, by its name, in order.
    label_map
        Number of each label name.
    attributes
        Further attributes of the netCDF file.
    """

    feature_sizes: dict[str, int]
    label_map: dict[str, int] | None = None
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def num_features(self) -> int:
        """Number of columns that the features of an instance take."""
        return int(np.prod(list(self.feature_sizes.values()), dtype=np.int64))


def path_of(basedir: Path, name: str) -> Path:
    """Return the file of the record of tables named `name`, without suffix, below a folder."""
    return basedir / f"{name}.audeep.json"


def of(data_set: DataSet) -> Record:
    """Make the record of a data set."""
    ours = (schema.FEATURE_DIMS, schema.LABEL_MAP, schema.VERSION)
    sizes = dict(zip(data_set.feature_dims, data_set.feature_shape, strict=True))
    attributes = {name: value for name, value in data_set.attrs.items() if name not in ours}
    return Record(sizes, data_set.label_map, attributes)


def write(record: Record, path: Path) -> None:
    """Write a record."""
    with replacing(path) as temporary:
        text = json.dumps(asdict(record), indent=2, ensure_ascii=False, default=lambda value: value.tolist())
        temporary.write_text(text + "\n", encoding="utf-8")


def read(path: Path, num_features: int) -> Record | None:
    """Read a record, if there is one.

    Parameters
    ----------
    path
        The file.
    num_features
        Number of features in the tables.

    Raises
    ------
    DataError
        If it is no record, or one of tables with another number of features.
    """
    if not path.is_file():
        return None
    try:
        record = _checked(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"{path} is no record of an export; remove it to import without it") from error
    if record.num_features != num_features:
        raise DataError(
            f"{path} tells of {record.num_features} features, but the files hold {num_features}; remove it to "
            f"import them as one dimension"
        )
    return record


def _checked(values: Mapping[str, Any]) -> Record:
    """Make a record of what was read; TypeError or ValueError if it does not fit."""
    record = Record(**values)
    sizes, label_map = record.feature_sizes, record.label_map
    if not (isinstance(sizes, dict) and all(isinstance(size, int) and size >= 0 for size in sizes.values())):
        raise ValueError("feature_sizes")
    if label_map is not None and not all(isinstance(number, int) for number in dict(label_map).values()):
        raise ValueError("label_map")
    if not isinstance(record.attributes, dict):
        raise ValueError("attributes")
    return record
