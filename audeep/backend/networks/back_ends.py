"""Back-ends: from sequences of vectors, shape (batch, time, channels), to a vector each, shape (batch, size)."""

import math
from collections.abc import Callable, Sequence

import keras
import tensorflow as tf
from keras import ops

from audeep.backend.networks.cell import Cell
from audeep.backend.networks.front_ends import INITIALIZER, along_time
from audeep.backend.networks.lengths import mask, pad
from audeep.backend.networks.parts import BackEnd
from audeep.backend.networks.pooling import Pooling
from audeep.backend.networks.recurrent import Recurrent
from audeep.backend.networks.statistics import pool


class Pool(keras.layers.Layer):
    """Maximum or mean over time."""

    def __init__(self, how: Pooling) -> None:
        super().__init__(name="back_end")
        self.how = how

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Do nothing: there are no weights."""

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the vectors."""
        return (shape[0], shape[2])

    def call(
        self, sequences: keras.KerasTensor, lengths: keras.KerasTensor | None = None, training: bool = False
    ) -> keras.KerasTensor:
        """Return a vector of each sequence, up to its length."""
        return pool(sequences, self.how, None if lengths is None else mask(sequences, lengths))


class Attention(keras.layers.Layer):
    """Mean over time, weighted by how much each step matters, which a small network decides.

    References
    ----------
    Ilse et al., "Attention-based deep multiple instance learning", ICML 2018.
    """

    def __init__(self, units: int) -> None:
        super().__init__(name="back_end")
        self.hidden = keras.layers.Dense(units, "tanh")
        self.score = keras.layers.Dense(1, use_bias=False)

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the weights; `shape` is (batch, time, channels)."""
        self.hidden.build(shape)
        self.score.build((*shape[:-1], self.hidden.units))

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the vectors."""
        return (shape[0], shape[2])

    def attention(
        self, sequences: keras.KerasTensor, lengths: keras.KerasTensor | None = None
    ) -> keras.KerasTensor:
        """Return the weight of each step, shape (batch, time); those of a sequence add up to 1."""
        scores = self.score(self.hidden(sequences))[..., 0]
        # That of Keras warns of sequences of a single step.
        return tf.nn.softmax(scores if lengths is None else pad(scores, lengths, scores.dtype.min), axis=1)

    def call(
        self, sequences: keras.KerasTensor, lengths: keras.KerasTensor | None = None, training: bool = False
    ) -> keras.KerasTensor:
        """Return a vector of each sequence, up to its length."""
        return ops.sum(sequences * self.attention(sequences, lengths)[..., None], axis=1)


class RecurrentLayers(keras.layers.Layer):
    """Final states of the last of some recurrent layers, each in both directions and reading the one below."""

    def __init__(self, units: int, num_layers: int = 1) -> None:
        super().__init__(name="back_end")
        self.layers = [
            Recurrent(Cell.GRU, 1, units, 1.0, bidirectional=True, name=f"recurrent_{number}")
            for number in range(num_layers)
        ]

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the weights; `shape` is (batch, time, channels)."""
        for layer in self.layers:
            layer.build(shape)
            shape = (*shape[:-1], layer.output_size)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the vectors."""
        return (shape[0], self.layers[-1].state_size)

    def call(
        self, sequences: keras.KerasTensor, lengths: keras.KerasTensor | None = None, training: bool = False
    ) -> keras.KerasTensor:
        """Return a vector of each sequence, up to its length."""
        for layer in self.layers:
            outputs, state = layer.encode(sequences, lengths, training=training)
            sequences = ops.concatenate(outputs[-1], axis=-1)
        return state


class DenseLayers(keras.layers.Layer):
    """Dense layers that read all steps side by side, with dropout between them.

    Parameters
    ----------
    steps
        Number of steps; shorter sequences are filled up with zeros.
    sizes
        Number of units of each layer.
    keep_prob
        Probability of keeping a unit in training.
    """

    def __init__(self, steps: int, sizes: Sequence[int], keep_prob: float) -> None:
        super().__init__(name="back_end")
        self.steps = steps
        self.layers = [keras.layers.Dense(size, "relu", kernel_initializer=INITIALIZER) for size in sizes]
        self.dropouts = [keras.layers.Dropout(1 - keep_prob) for _ in sizes[1:]]

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the weights; `shape` is (batch, time, channels)."""
        size = self.steps * (shape[-1] or 0)
        for layer in self.layers:
            layer.build((None, size))
            size = layer.units

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the vectors."""
        return (shape[0], self.layers[-1].units)

    def call(
        self, sequences: keras.KerasTensor, lengths: keras.KerasTensor | None = None, training: bool = False
    ) -> keras.KerasTensor:
        """Return a vector of each sequence."""
        if lengths is not None:
            sequences = pad(sequences, lengths)
        missing = self.steps - ops.shape(sequences)[1]
        sequences = ops.pad(sequences, [[0, 0], [0, missing], [0, 0]])
        vectors = ops.reshape(sequences, (-1, self.steps * sequences.shape[2]))
        first, *others = self.layers
        vectors = first(vectors)
        for dropout, layer in zip(self.dropouts, others, strict=True):
            vectors = layer(dropout(vectors, training=training))
        return vectors


class FullyConvolutional(keras.layers.Layer):
    """Blocks of convolutions that halve the number of steps until one is left.

    Parameters
    ----------
    steps
        Number of steps.
    units
        Number of filters of each block.
    normalize
        Normalise by the batch.
    """

    def __init__(self, steps: int, units: int, normalize: bool) -> None:
        super().__init__(name="back_end")
        # At least one, also of a single step.
        count = max(1, math.ceil(math.log2(steps)))
        self.blocks = along_time([units] * (count + 1), normalize)

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Create the weights; `shape` is (batch, time, channels)."""
        batch, time, channels = shape
        shape = (batch, time, 1, channels)
        for block in self.blocks:
            block.build(shape)
            shape = block.compute_output_shape(shape)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the vectors."""
        return (shape[0], self.blocks[-1].convolutions[0].filters)

    def call(
        self, sequences: keras.KerasTensor, lengths: keras.KerasTensor | None = None, training: bool = False
    ) -> keras.KerasTensor:
        """Return a vector of each sequence; all must have the same length."""
        images = sequences[:, :, None]
        for block in self.blocks:
            images = block(images, training=training)
        return images[:, 0, 0]


#: Makes each back-end from the number of steps of the longest sequence, a number of units, and whether to normalise
#: over the batch.
BACK_ENDS: dict[BackEnd, Callable[[int, int, bool], keras.layers.Layer]] = {
    BackEnd.DENSE: lambda steps, units, normalize: DenseLayers(steps, [units], 1.0),
    BackEnd.FULLY_CONVOLUTIONAL: FullyConvolutional,
    BackEnd.MAX: lambda steps, units, normalize: Pool(Pooling.MAX),
    BackEnd.AVERAGE: lambda steps, units, normalize: Pool(Pooling.MEAN),
    BackEnd.ATTENTION: lambda steps, units, normalize: Attention(units),
    BackEnd.RECURRENT: lambda steps, units, normalize: RecurrentLayers(units),
}
