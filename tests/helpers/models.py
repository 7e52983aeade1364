"""Autoencoders with the weights of the original, and small data sets to train on."""

from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np

from audeep.backend.data.data_set import DataSet, from_columns
from audeep.backend.networks.decoder import Decoder
from audeep.backend.networks.recurrent import Recurrent


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
