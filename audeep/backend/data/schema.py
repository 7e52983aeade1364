"""The data model, declared once: names, dimensions and types of what our netCDF files hold.

Whatever reads, writes, selects, fuses, checks, exports or documents data sets walks over `COLUMNS`: a new column is
one more declaration there, and the code that computes its values.
"""

from dataclasses import dataclass
from enum import IntEnum

INSTANCE, FOLD = "instance", "fold"
FEATURES = "features"
TIME, FREQ, GENERATED = "time", "freq", "generated"

FILENAME = "filename"
CHUNK_NR = "chunk_nr"
CV_FOLDS = "cv_folds"
PARTITION = "partition"
LABEL_NOMINAL = "label_nominal"
LABEL_NUMERIC = "label_numeric"


class Split(IntEnum):
    """Side of a cross-validation fold: an instance is trained on, or held out.

    Examples
    --------
    >>> Split.VALID == 1
    True
    """

    TRAIN = 0
    VALID = 1


class Partition(IntEnum):
    """Partition of a data set to which an instance belongs.

    Examples
    --------
    >>> [partition.name for partition in Partition]
    ['TRAIN', 'DEVEL', 'TEST']
    """

    TRAIN = 0
    DEVEL = 1
    TEST = 2


@dataclass(frozen=True)
class Column:
    """Declaration of what a data set knows about each instance."""

    #: Name of the variable in the file.
    name: str
    #: Where a value is missing, int is float64 instead of int64.
    kind: type[str] | type[int] | type[float]
    #: What it means.
    help: str
    dims: tuple[str, ...] = (INSTANCE,)
    #: Enumeration of the only numbers that it may hold.
    codes: type[IntEnum] | None = None
    #: Value of instances of which nothing is known, if that is not a missing value.
    default: int | None = None
    #: Whether values may be missing: NaN, or an empty string.
    may_be_missing: bool = True
    #: Whether all chunks of a recording have the same value.
    per_recording: bool = True
    #: Whether every file has it; any other is written only if it holds a value.
    required: bool = False
    #: Whether it is a column of exported tables.
    exported: bool = True


#: What is known about instances, by name, in the order of the file.
COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column(
            FILENAME,
            str,
            "name of the recording; with the chunk number, it names the instance",
            per_recording=False,
            may_be_missing=False,
            required=True,
        ),
        Column(
            CHUNK_NR,
            int,
            "number of the chunk within its recording, from 0",
            default=0,
            per_recording=False,
            may_be_missing=False,
            required=True,
        ),
        Column(
            CV_FOLDS,
            int,
            "side of each cross-validation fold",
            dims=(INSTANCE, FOLD),
            codes=Split,
            required=True,
            exported=False,
        ),
        Column(PARTITION, int, "partition", codes=Partition, required=True, exported=False),
        Column(LABEL_NOMINAL, str, "name of the label", required=True),
        Column(LABEL_NUMERIC, int, "number of the label", required=True),
    )
}


def per_recording() -> list[str]:
    """Return the names of the columns in which all chunks of a recording agree."""
    return [column.name for column in COLUMNS.values() if column.per_recording]


def exported() -> list[Column]:
    """Return the columns of exported tables."""
    return [column for column in COLUMNS.values() if column.exported]


#: Attributes of a file. Those of the original: names of the feature dimensions, a JSON list; number of each label
#: name, a JSON list of [name, number] pairs sorted by name.
FEATURE_DIMS, LABEL_MAP = "feature_dims", "label_map"
#: How the spectrograms were made: JSON of a `SpectrogramConfig`.
SPECTROGRAMS = "spectrograms"
#: Recordings that were left out: JSON list of [file name, reason] pairs.
SKIPPED = "skipped"
#: The model that generated the features: JSON of a ``model.json``, with the training step.
MODEL = "model"
VERSION = "audeep_version"
