"""Fitting of models that learn without gradients, and so without the training loop."""

from collections.abc import Sequence
from pathlib import Path

import tensorflow as tf

from audeep.backend.atomic import exclusive
from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import ModelError
from audeep.backend.training import checkpoints
from audeep.backend.training.description import ModelDescription

#: Training step of the only model in its folder.
STEP = 1


def fit(description: ModelDescription, data_sets: Sequence[DataSet], logs: Path) -> None:
    """Fit a model that needs no training loop, and write it to a folder of its own."""
    if checkpoints.checkpoint_steps(logs):
        raise ModelError(f"{logs} already contains a model; use a different `run_name` to train another")
    with exclusive(logs, "training"):
        model = description.make()
        model.fit(data_sets, description.training["seed"])
        description.write(logs)
        checkpoints.save(tf.train.Checkpoint(model=model), logs, STEP, None)
