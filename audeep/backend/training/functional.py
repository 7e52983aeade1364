"""Encoders as functional models of Keras, to fine-tune them or to use them without auDeep."""

from typing import Any

import keras
import numpy as np

from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.model import Encoder


def as_keras(encoder: Encoder, config: GenerationConfig | None = None) -> keras.Model:
    """Return an encoder as a functional model of Keras.

    Parameters
    ----------
    encoder
        A trained model of any kind.
    config
        Which representation to compute; by default, that of `generate`.

    Returns
    -------
    keras.Model
        Turns spectrograms, shape (batch, `encoder.feature_shape`...), into representations, without dropout and
        noise. If the encoder takes any length, those in a batch must be equally long. It shares the weights of the
        encoder: fine-tuning one changes the other. Two things are frozen: the batch normalisation of a contrastive
        network, and the kernels of a dictionary, which are copies.
    """
    config = encoder.config.generation_config(config)
    inputs = keras.Input(encoder.feature_shape, name="spectrogram")
    return keras.Model(inputs, encoder.functional(inputs, config), name=encoder.name)


def stand_alone(model: keras.Model) -> keras.Model:
    """Copy a model made by `as_keras`, with layers of Keras instead of our own, so that it loads without auDeep."""
    weights: dict[str, list[np.ndarray]] = {}

    def copy(operation: Any) -> Any:
        if hasattr(operation, "stock"):
            layer, weights[operation.name] = operation.stock()
            return layer
        if isinstance(operation, keras.Layer):
            weights[operation.name] = operation.get_weights()
        return type(operation).from_config(operation.get_config())

    clone = keras.models.clone_model(model, clone_function=copy)
    for layer in clone.layers:
        layer.set_weights(weights.get(layer.name, []))
    return clone
