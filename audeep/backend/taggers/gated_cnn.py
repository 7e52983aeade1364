"""Layers of the gated convolutional network.

References
----------
Li, "Audio Tagging: LSTM and Gated CNN Model", Shanghai Jiao Tong University; Xu et al., "Large-scale weakly
supervised audio classification using gated convolutional neural network", ICASSP 2018; Dauphin et al., "Language
modeling with gated convolutional networks", ICML 2017.
"""

from collections.abc import Sequence

import keras
from keras import ops

from audeep.backend.networks.back_ends import RecurrentLayers
from audeep.backend.networks.blocks import Block
from audeep.backend.networks.front_ends import along_time
from audeep.backend.networks.lengths import pad, pooled
from audeep.backend.taggers.config import GatedCNNConfig
from audeep.backend.taggers.tagger import Layers

#: Number of steps that a filter of a gated block spans.
KERNEL = 2


class GatedConvolution(keras.layers.Layer):
    """A convolution along time, half of whose outputs is multiplied by the sigmoid of the other half."""

    def __init__(self, filters: int) -> None:
        super().__init__()
        self.convolution = keras.layers.Conv1D(filters, KERNEL, padding="same")

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the weights; `shape` is (batch, time, channels)."""
        self.convolution.build(shape)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the outputs."""
        return (*shape[:-1], self.convolution.filters // 2)

    def call(self, sequences: keras.KerasTensor) -> keras.KerasTensor:
        """Return the outputs, shape (batch, time, filters / 2)."""
        return gated(self.convolution(sequences))


class GatedOutput(keras.layers.Layer):
    """Dense output layer, each of whose outputs has a gate of its own."""

    def __init__(self, num_outputs: int) -> None:
        super().__init__(name="output")
        self.both = keras.layers.Dense(2 * num_outputs)

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the weights; `shape` is (batch, size)."""
        self.both.build(shape)

    def call(self, vectors: keras.KerasTensor) -> keras.KerasTensor:
        """Return the outputs, shape (batch, output)."""
        return gated(self.both(vectors))


def gated(values: keras.KerasTensor) -> keras.KerasTensor:
    """Multiply the first half of the channels by the sigmoid of the second."""
    linear, gate = ops.split(values, 2, axis=-1)
    return linear * ops.sigmoid(gate)


class GatedLayers(keras.layers.Layer):
    """Gated convolutions along time, then blocks of convolution and maximum pooling.

    Parameters
    ----------
    convolutions
        The gated convolutions.
    blocks
        The blocks after them.
    """

    def __init__(self, convolutions: Sequence[GatedConvolution], blocks: Sequence[Block]) -> None:
        super().__init__(name="front_end")
        self.convolutions, self.blocks = list(convolutions), list(blocks)

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the weights; `shape` is (batch, time, features)."""
        for layer in self.convolutions:
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        shape = (*shape[:2], 1, shape[-1])
        for block in self.blocks:
            block.build(shape)
            shape = block.compute_output_shape(shape)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the sequences."""
        shape = (*shape[:2], 1, self.convolutions[-1].convolution.filters // 2)
        for block in self.blocks:
            shape = block.compute_output_shape(shape)
        return (shape[0], shape[1], shape[3])

    def call(
        self, sequences: keras.KerasTensor, lengths: keras.KerasTensor | None = None, training: bool = False
    ) -> tuple[keras.KerasTensor, keras.KerasTensor | None]:
        """Return sequences, shape (batch, time, channels), and their lengths, if the inputs have any."""
        for layer in self.convolutions:
            sequences = layer(sequences)
            if lengths is not None:
                sequences = pad(sequences, lengths)
        images = sequences[:, :, None]
        for block in self.blocks:
            images = block(images, lengths, training=training)
            lengths = pooled(lengths, block.reduction)
        return images[:, :, 0], lengths


def layers(config: GatedCNNConfig, shape: Sequence[int], num_outputs: int) -> Layers:
    """Return the layers for instances, or sequences of an encoder, of this shape, that of the longest."""
    gated_convolutions = [GatedConvolution(config.num_filters) for _ in range(config.num_blocks)]
    # As many features as both halves of all filters.
    blocks = along_time([0, *[2 * config.num_filters] * config.num_pooled], normalize=False)
    front_end = GatedLayers(gated_convolutions, blocks)
    return Layers(front_end, RecurrentLayers(config.num_units, config.num_layers), GatedOutput(num_outputs))
