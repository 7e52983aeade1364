"""Model folders made without training."""

from pathlib import Path

import keras
import tensorflow as tf

from audeep.backend.data.data_set import DataSet
from audeep.backend.training import checkpoints
from audeep.backend.training.architecture import Architecture
from audeep.backend.training.model import Fitted
from audeep.backend.training.session import describe


def save_model(folder: Path, architecture: Architecture, data_set: DataSet, step: int = 1) -> Path:
    """Write a model with random weights, or if it has no training loop, fitted to a data set; return its folder."""
    description = describe([data_set], architecture, None, seed=1)
    keras.utils.set_random_seed(step)
    model = description.make()
    if isinstance(model, Fitted):
        model.fit([data_set], seed=1)
    folder.mkdir(parents=True, exist_ok=True)
    description.write(folder)
    checkpoints.save(tf.train.Checkpoint(model=model), folder, step, None)
    return folder
