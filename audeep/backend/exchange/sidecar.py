"""Record of an export: a small JSON file with what tables cannot store, so that a data set can be restored.

Tables from other programs have none; their features get a single dimension, ``generated``.
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

#: Suffix of the record, in place of that of the tables.
SUFFIX = ".audeep.json"


@dataclass(frozen=True)
class Record:
    """Sizes of the feature dimensions, in order, label map, and other attributes of the netCDF file."""

    feature_sizes: dict[str, int]
    label_map: dict[str, int] | None = None
    attributes: dict[str, Any] = field(default_factory=dict)


def write(data_set: DataSet, path: Path) -> None:
    """Write the record of a data set."""
    ours = (schema.FEATURE_DIMS, schema.LABEL_MAP, schema.VERSION)
    further = {name: value for name, value in data_set.attrs.items() if name not in ours}
    record = asdict(Record(data_set.feature_sizes, data_set.label_map, further))
    with replacing(path) as temporary:
        try:
            text = json.dumps(record, indent=2, ensure_ascii=False, default=lambda value: value.tolist())
            temporary.write_text(text + "\n", encoding="utf-8")
        except (AttributeError, TypeError, ValueError) as error:
            raise DataError(f"cannot write the attributes of the data set to {path}: {error}") from error


def read(path: Path, num_features: int) -> Record | None:
    """Read the record of tables with `num_features` feature columns, if there is one."""
    if not path.is_file():
        return None
    try:
        record = _checked(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError, DataError) as error:
        raise DataError(f"{path} is not a valid export record ({error}); remove it to import without it") from error
    if (recorded := math.prod(record.feature_sizes.values())) != num_features:
        raise DataError(
            f"{path} lists {recorded} features, but the tables have {num_features}; remove it to import them as "
            "one dimension"
        )
    return record


def _checked(values: Mapping[str, Any]) -> Record:
    """Make a record from what was read; raise a TypeError, ValueError or DataError if it is invalid."""
    record = Record(**values)
    sizes, label_map = record.feature_sizes, record.label_map
    if not (
        _is_of_numbers(sizes) and min(sizes.values(), default=1) > 0 and not {*schema.column_dims()} & {*sizes}
    ):
        raise ValueError("invalid feature_sizes")
    if not (label_map is None or _is_of_numbers(label_map)):
        raise ValueError("invalid label_map")
    for name, value in record.attributes.items():
        if np.asarray(value).dtype.kind not in "iufU":
            raise ValueError(f"attribute {name} is not a string, a number, or a list of these")
    attributes.check({**record.attributes, **attributes.write_label_map(label_map)}, list(sizes))
    return record


def _is_of_numbers(values: Any) -> bool:
    """Return whether this is a dict of integers; True and False do not count."""
    return isinstance(values, dict) and all(type(number) is int for number in values.values())
