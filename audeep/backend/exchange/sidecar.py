"""What tables cannot hold: a small JSON file beside them, so that a data set comes back as it was.

Tables that come from elsewhere have none; their features then have one dimension, ``generated``.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from audeep.backend.atomic import replacing
from audeep.backend.data import attributes, schema
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
        return math.prod(self.feature_sizes.values())


def path_of(basedir: Path, name: str) -> Path:
    """Return the file of the record of tables named `name`, without suffix, below a folder."""
    return basedir / f"{name}.audeep.json"


def of(data_set: DataSet) -> Record:
    """Make the record of a data set."""
    ours = (schema.FEATURE_DIMS, schema.LABEL_MAP, schema.VERSION)
    further = {name: value for name, value in data_set.attrs.items() if name not in ours}
    return Record(data_set.feature_sizes, data_set.label_map, further)


def write(record: Record, path: Path) -> None:
    """Write a record.

    Raises
    ------
    DataError
        If an attribute is of a type that JSON cannot hold.
    """
    with replacing(path) as temporary:
        try:
            text = json.dumps(asdict(record), indent=2, ensure_ascii=False, default=lambda value: value.tolist())
            temporary.write_text(text + "\n", encoding="utf-8")
        except (AttributeError, TypeError, ValueError) as error:
            raise DataError(f"cannot write the attributes of the data set to {path}: {error}") from error


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
    except (OSError, ValueError, TypeError, RecursionError, DataError) as error:
        raise DataError(f"{path} is no record of an export ({error}); remove it to import without it") from error
    if record.num_features != num_features:
        raise DataError(
            f"{path} tells of {record.num_features} features, but the files hold {num_features}; remove it to "
            f"import them as one dimension"
        )
    return record


def _checked(values: Mapping[str, Any]) -> Record:
    """Make a record of what was read; TypeError, ValueError or DataError if it does not fit."""
    record = Record(**values)
    sizes, label_map = record.feature_sizes, record.label_map
    if not (
        _is_of_numbers(sizes)
        and min(sizes.values(), default=1) > 0
        and not {schema.INSTANCE, schema.FOLD} & {*sizes}
    ):
        raise ValueError("wrong feature_sizes")
    if not (label_map is None or _is_of_numbers(label_map)):
        raise ValueError("wrong label_map")
    for name, value in record.attributes.items():
        if np.asarray(value).dtype.kind not in "iufU":
            raise ValueError(f"attribute {name} is no text, number, or list of these")
    attributes.check({**record.attributes, **attributes.write_label_map(label_map)}, list(sizes))
    return record


def _is_of_numbers(values: Any) -> bool:
    """Tell whether this is a dict of whole numbers; True and False are none."""
    return isinstance(values, dict) and all(type(number) is int for number in values.values())
