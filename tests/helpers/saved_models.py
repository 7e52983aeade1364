"""Folders of models and networks made without training."""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from sklearn.pipeline import Pipeline

from audeep.backend.classifiers import saving
from audeep.backend.classifiers.registry import estimator_class
from audeep.backend.classifiers.trained import TrainedClassifier
from audeep.backend.data.data_set import DataSet
from audeep.backend.taggers.config import TaggerConfig
from audeep.backend.taggers.tagger import Tagger
from audeep.backend.training import checkpoints
from audeep.backend.training.architecture import Architecture
from audeep.backend.training.description import describe
from audeep.backend.training.model import Fitted


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


def save_network(folder: Path, config: TaggerConfig, data_set: DataSet) -> Path:
    """Write a network for two classes with random weights; return its folder."""
    keras.utils.set_random_seed(1)
    network = estimator_class(type(config))(**vars(config))
    network.classes_, network.has_sets_, network.shape_ = np.array(["cat", "dog"]), False, data_set.feature_shape
    network.weights_ = Tagger(config, data_set.feature_shape, 2).get_weights()
    saving.write(
        TrainedClassifier(
            Pipeline([("scaler", "passthrough"), ("classifier", network)]),
            config,
            data_set.feature_shape,
            names=["cat", "dog"],
            spectrograms=data_set.spectrograms,
            waveforms=data_set.waveforms,
        ),
        folder,
    )
    return folder
