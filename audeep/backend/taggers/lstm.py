"""Layers of the recurrent network: LSTM layers, and dense layers that read their outputs at all steps.

References
----------
Li, "Audio Tagging: LSTM and Gated CNN Model", Shanghai Jiao Tong University.
"""

from collections.abc import Sequence

import keras

from audeep.backend.networks.back_ends import DenseLayers
from audeep.backend.networks.recurrent import LSTM, call
from audeep.backend.taggers.config import LSTMConfig
from audeep.backend.taggers.tagger import Layers


class LSTMLayers(keras.layers.Layer):
    """LSTM layers, each of which reads the outputs of the one below.

    Parameters
    ----------
    sizes
        Number of units of each layer.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        super().__init__(name="front_end")
        self.layers = [LSTM(size, return_sequences=True, return_state=True) for size in sizes]

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the weights; `shape` is (batch, time, features)."""
        for layer in self.layers:
            layer.build(shape)
            shape = (*shape[:-1], layer.units)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the sequences."""
        return (*shape[:-1], self.layers[-1].units)

    def call(
        self, sequences: keras.KerasTensor, lengths: keras.KerasTensor | None = None, training: bool = False
    ) -> tuple[keras.KerasTensor, keras.KerasTensor | None]:
        """Return the outputs of the last layer; no step depends on the padding, which comes last."""
        for layer in self.layers:
            sequences, *_ = call(layer, sequences, None)
        return sequences, lengths


def layers(config: LSTMConfig, shape: Sequence[int], num_outputs: int) -> Layers:
    """Return the layers for instances, or sequences of an encoder, of this shape, that of the longest."""
    steps, _ = shape
    back_end = DenseLayers(steps, config.dense_units, config.keep_prob)
    return Layers.of(LSTMLayers(config.num_units), back_end, num_outputs)
