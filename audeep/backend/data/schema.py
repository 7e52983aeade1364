"""The data model, declared once: names, dimensions and types of the variables in a netCDF file.

All code that reads, writes, selects, fuses, checks, exports or documents data sets iterates over `COLUMNS`: a new
column is one more declaration there, and the code that computes its values.
"""

from dataclasses import dataclass
from enum import IntEnum

INSTANCE, FOLD, LABEL, TARGET = "instance", "fold", "label", "target"
FEATURES = "features"
TIME, FREQ, GENERATED = "time", "freq", "generated"

FILENAME = "filename"
CHUNK_NR = "chunk_nr"
CHANNEL = "channel"
CV_FOLDS = "cv_folds"
PARTITION = "partition"
LABEL_NOMINAL = "label_nominal"
LABEL_NUMERIC = "label_numeric"
LENGTH = "length"
LABELS, TARGETS = "labels", "targets"


class Split(IntEnum):
    """Side of a cross-validation fold that an instance is on.

    Examples
    --------
    >>> import audeep
    >>> audeep.Split.VALID
    <Split.VALID: 1>
    """

    TRAIN = 0
    VALID = 1


class Partition(IntEnum):
    """Partition of a data set that an instance belongs to.

    Examples
    --------
    >>> import audeep
    >>> [partition.name for partition in audeep.Partition]
    ['TRAIN', 'DEVEL', 'TEST']
    """

    TRAIN = 0
    DEVEL = 1
    TEST = 2


class Presence(IntEnum):
    """Whether a label of a set applies to an instance."""

    ABSENT = 0
    PRESENT = 1


@dataclass(frozen=True)
class Column:
    """Declaration of a column: one kind of metadata about each instance."""

    #: Name of the variable in the file.
    name: str
    kind: type[str] | type[int] | type[float]
    #: Meaning of its values.
    help: str
    dims: tuple[str, ...] = (INSTANCE,)
    #: Whether the values of an instance have names: the coordinate of the second dimension.
    named: bool = False
    #: Enumeration of its valid values.
    codes: type[IntEnum] | None = None
    #: numpy's name of the type in which whole numbers are held and stored; float64 if any is missing.
    dtype: str = "int64"
    #: Value if nothing is known about an instance; None for a missing value.
    default: int | None = None
    #: Whether values may be missing: NaN, or an empty string.
    may_be_missing: bool = True
    #: Whether all chunks of a recording have the same value.
    per_recording: bool = True
    #: Whether every file has it; others are written only if they contain a value.
    required: bool = False
    #: Whether exported tables contain it.
    exported: bool = True


#: All columns by name, in the order of the file.
COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column(
            FILENAME,
            str,
            "name of the recording; together with the chunk number, it identifies the instance",
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
            CHANNEL,
            int,
            "number of the channel, from 0, if channels are instances; it then identifies the instance too",
            per_recording=False,
        ),
        Column("start", float, "where the recording starts in its file, in seconds, if not at its start"),
        Column("end", float, "where the recording ends in its file, in seconds, if not at its end"),
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
        Column(
            LENGTH,
            int,
            "length along the first feature dimension, for spectrograms in frames, for waveforms in samples; the "
            "rest is padding",
            per_recording=False,
        ),
        Column(
            LABELS,
            int,
            "whether each label applies, if an instance may have several",
            dims=(INSTANCE, LABEL),
            named=True,
            codes=Presence,
            dtype="int8",
        ),
        Column(TARGETS, float, "continuous targets, such as valence", dims=(INSTANCE, TARGET), named=True),
    )
}


def per_recording() -> list[str]:
    """Return the names of the columns that are the same for all chunks of a recording."""
    return [column.name for column in COLUMNS.values() if column.per_recording]


def column_dims() -> list[str]:
    """Return the names of all dimensions of columns, which features cannot have."""
    return list(dict.fromkeys(dim for column in COLUMNS.values() for dim in column.dims))


def exported() -> list[Column]:
    """Return the columns of exported tables."""
    return [column for column in COLUMNS.values() if column.exported]


#: File attributes of the original: the names of the feature dimensions, a JSON list; and the number of each label
#: name, a JSON list of [name, number] pairs sorted by name.
FEATURE_DIMS, LABEL_MAP = "feature_dims", "label_map"
#: Settings of the spectrograms: JSON of a `SpectrogramConfig`.
SPECTROGRAMS = "spectrograms"
#: Settings of the waveforms, if the features are waveforms: JSON of a `WaveformConfig`.
WAVEFORMS = "waveforms"
#: Value of the features beyond the length of an instance, a number.
PADDING = "padding"
#: Skipped recordings: JSON list of [file name, reason] pairs.
SKIPPED = "skipped"
#: The model that generated the features: JSON of its ``model.json``, with the training step; after fusion, a list
#: of models in the order of their features.
MODEL = "model"
#: Windows of recordings that were embedded, numbered as chunks: JSON of their length and distance, in seconds.
WINDOWS = "windows"
VERSION = "audeep_version"
