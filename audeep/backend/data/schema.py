"""Names in our netCDF files, declared once; they are part of the file format.

=============  ======================  ==========================================  =================
variable       dimensions              type                                        missing value
=============  ======================  ==========================================  =================
filename       instance                string                                      none
chunk_nr       instance                int64                                       none
cv_folds       instance, fold          int64: 0 training, 1 validation             NaN (float64)
partition      instance                int64: 0 train, 1 devel, 2 test             NaN (float64)
label_nominal  instance                string                                      empty string
label_numeric  instance                int64                                       NaN (float64)
features       instance, feature dims  float32                                     none
=============  ======================  ==========================================  =================

An integer variable is stored as float64 when a value is missing. The dimension ``fold`` has size 0 when
there are no folds. Two global attributes belong to the format of the original: ``feature_dims``, a JSON
list of names, and ``label_map``, a JSON list of [name, number] pairs sorted by name. The others are ours.
"""

from enum import IntEnum

INSTANCE, FOLD = "instance", "fold"

FILENAME = "filename"
CHUNK_NR = "chunk_nr"
CV_FOLDS = "cv_folds"
PARTITION = "partition"
LABEL_NOMINAL = "label_nominal"
LABEL_NUMERIC = "label_numeric"
FEATURES = "features"

#: Variables that describe instances, in the order of the file.
METADATA = (FILENAME, CHUNK_NR, CV_FOLDS, PARTITION, LABEL_NOMINAL, LABEL_NUMERIC)
STRINGS = (FILENAME, LABEL_NOMINAL)

FEATURE_DIMS = "feature_dims"
LABEL_MAP = "label_map"
#: How the spectrograms were made: JSON of a `SpectrogramConfig`.
SPECTROGRAMS = "spectrograms"
#: Recordings that were left out: JSON list of [file name, reason] pairs.
SKIPPED = "skipped"
#: The model that generated the features: JSON of a ``model.json``, with the training step.
MODEL = "model"
VERSION = "audeep_version"

TIME, FREQ, GENERATED = "time", "freq", "generated"


class Split(IntEnum):
    """Side of a cross-validation fold on which an instance stands."""

    TRAIN = 0
    VALID = 1


class Partition(IntEnum):
    """Partition of a data set to which an instance belongs."""

    TRAIN = 0
    DEVEL = 1
    TEST = 2
