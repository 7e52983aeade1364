"""Model folders made without training."""

from pathlib import Path

import keras
import tensorflow as tf

from audeep.backend.data.data_set import DataSet
from audeep.backend.training import checkpoints
from audeep.backend.training.architecture import Architecture
from audeep.backend.training.description import ModelDescription
from audeep.backend.training.model import Fitted
from audeep.backend.training.session import feature_shape


def save_model(folder: Path, architecture: Architecture, data_set: DataSet, step: int = 1) -> Path:
    """Write a model with random weights, or if it has no training loop, fitted to a data set; return its folder."""
    description = ModelDescription(
        kind=architecture.kind,
        architecture=architecture.to_dict(),
        feature_dims=list(data_set.feature_dims),
        feature_shape=feature_shape([data_set], data_set),
        spectrograms=data_set.spectrograms,
        training={"seed": 1, "num_instances": len(data_set)},
    )
    keras.utils.set_random_seed(step)
    model = description.make()
    if isinstance(model, Fitted):
        model.fit([data_set], seed=1)
    folder.mkdir(parents=True, exist_ok=True)
    description.write(folder)
    checkpoints.save(tf.train.Checkpoint(model=model), folder, step, None)
    return folder
