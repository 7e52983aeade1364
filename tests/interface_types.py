"""What type checkers see of `import audeep`: ``make lint`` checks it with mypy, nothing runs it."""

from pathlib import Path
from typing import Any, assert_type

import numpy as np
import pandas as pd
import xarray as xr
from sklearn.pipeline import Pipeline

import audeep

vectors = audeep.load("vectors.nc")
assert_type(vectors, audeep.DataSet)
assert_type(vectors.filename, np.ndarray)
assert_type(vectors.to_xarray(), xr.Dataset)
assert_type(vectors.in_partitions([audeep.Partition.TRAIN]).pipe(audeep.upsample), audeep.DataSet)
assert_type(audeep.fuse([vectors, "other.nc", Path("third.nc")]), audeep.DataSet)
assert_type(audeep.describe(vectors), dict[str, Any])
assert_type(audeep.validate(vectors), pd.DataFrame)
assert_type(audeep.export(vectors, "tables", "csv"), list[Path])

config = audeep.SpectrogramConfig(mel_spectrum=128, fixed_length=5)
assert_type(config.mel_spectrum, int | None)
assert_type(audeep.preprocess("recordings", "spectrograms.nc", config), audeep.DataSet)
logs = audeep.train([vectors, "more.nc"], "run", audeep.TimeAutoencoderConfig(num_units=256), seed=1)
assert_type(logs, Path)
assert_type(audeep.describe_model(logs), dict[str, Any])
assert_type(audeep.generate(logs, vectors), list[audeep.DataSet])
assert_type(
    audeep.evaluate(vectors, audeep.SVMConfig(complexity=1), audeep.EvaluationConfig(cross_validate=True)).accuracy,
    float | Any,
)
svm = audeep.SVMConfig(complexity=1)
assert_type(audeep.train_classifier(vectors, svm, "classifier", {"upsample": True}), Pipeline)
assert_type(audeep.classify_recordings(["a.wav"], "classifier"), pd.DataFrame)
assert_type(audeep.__version__, str)
