"""Autoencoders with the weights of the original, and small data sets to train on."""

from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from audeep.backend.data.data_set import DataSet, from_columns
from audeep.backend.networks.decoder import Decoder
from audeep.backend.networks.recurrent import Recurrent
from audeep.backend.training.architecture import Architecture
from audeep.backend.training.description import describe


def set_dense(layer: keras.layers.Dense, weights: Mapping[str, np.ndarray], name: str) -> None:
    """Set the weights of a dense layer."""
    layer.set_weights([weights[f"{name}/kernel"], weights[f"{name}/bias"]])


def set_recurrent(recurrent: Recurrent, weights: Mapping[str, np.ndarray], name: str) -> None:
    """Set the weights of all recurrent layers, and of the projections of a decoder."""
    for stack in recurrent.stacks:
        for index, (_, layer) in enumerate(stack.layers):
            path = f"{name}/layer_{index}/{stack.name}"
            layer.set_weights([weights[f"{path}/{part}"] for part in ("kernel", "recurrent_kernel", "bias")])
        if isinstance(recurrent, Decoder):
            set_dense(recurrent.projection(stack), weights, f"{name}/output_projection/{stack.name}")


def waves(count: int = 24, frames: int = 9, bands: int = 6) -> DataSet:
    """Make a data set of smooth patterns, three labels and two folds."""
    index, time, band = np.ogrid[:count, :frames, :bands]
    features = 0.9 * np.sin(time * (1 + index % 3) / 2 + band * (1 + index % 4) / 3)
    return from_columns(
        features,
        ["time", "freq"],
        filename=[f"{number:03}.wav" for number in range(count)],
        label_nominal=[f"label {number % 3}" for number in range(count)],
        label_numeric=np.arange(count) % 3,
        cv_folds=np.stack([np.arange(count) % 2, 1 - np.arange(count) % 2], axis=1),
        label_map={f"label {number}": number for number in range(3)},
    )


def save_waves(path: Path, **sizes: int) -> Path:
    """Write `waves` to a file."""
    waves(**sizes).save(path)
    return path


def save_random_model(folder: Path, architecture: Architecture, data_set: DataSet, seed: int = 0) -> Path:
    """Write a model for a data set, with random weights instead of trained ones, which takes no time."""
    description = describe([data_set], architecture, None, seed)
    model, random = description.make(), np.random.default_rng(seed)
    for weight in model.weights:
        if weight.dtype.startswith("float"):
            # Vectors are positive, because some are variances.
            is_matrix = len(weight.shape) > 1
            weight.assign(
                random.normal(0, 0.5, weight.shape) if is_matrix else random.uniform(0.1, 0.6, weight.shape)
            )
    description.write(folder)
    tf.train.Checkpoint(model=model).write(str(folder / "model-1"))
    return folder
