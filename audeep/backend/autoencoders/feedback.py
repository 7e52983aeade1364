"""A decoder that is shown its own output of the step before, instead of the expected one."""

import keras
import numpy as np
from keras import ops

from audeep.backend.autoencoders.rnn import RecurrentStack, States


def outputs_with_feedback(
    stack: RecurrentStack,
    projection: keras.layers.Layer,
    sequence: keras.KerasTensor,
    initial_states: States,
    probability: float,
    seed: keras.random.SeedGenerator,
    *,
    training: bool,
) -> keras.KerasTensor:
    """Run a forward stack whose projected output comes back as input, with a probability at each step.

    Parameters
    ----------
    stack
        The layers; their weights are used as they are.
    projection
        Brings the output of the top layer to the size of the input.
    sequence
        Expected inputs, shape (batch, time, features).
    initial_states
        Of each layer.
    probability
        To take the output of the step before, for each step and each instance by itself.
    seed
        Where the choice is drawn from.
    training
        Whether dropout is on.

    Returns
    -------
    tensor
        Projected outputs, shape (batch, time, features).
    """
    shape = ops.shape(sequence)
    # All steps at once: a draw within the loop would cost as much as the cells.
    fed_back = keras.random.uniform((shape[0], shape[1], 1), seed=seed) < probability
    inputs = ops.concatenate([sequence, ops.cast(fed_back, sequence.dtype)], axis=-1)
    cell = _FeedbackCell(stack, projection, sequence.shape[-1], training)
    flat_states = [part for state in initial_states for part in state]
    loop = keras.layers.RNN(cell, return_sequences=True)
    return loop(inputs, initial_state=[ops.zeros_like(sequence[:, 0]), *flat_states])


class _FeedbackCell(keras.layers.Layer):
    """One step through all layers; the state begins with the projected output of the step before."""

    def __init__(
        self, stack: RecurrentStack, projection: keras.layers.Layer, features: int, training: bool
    ) -> None:
        super().__init__()
        self.stack, self.projection, self.features, self.in_training = stack, projection, features, training
        # An LSTM cell has two states, and a list of their sizes; a GRU cell has one, and its size.
        sizes = [np.atleast_1d(layer.cell.state_size).tolist() for _, layer in stack.layers]
        self.states_per_cell = len(sizes[0])
        self.state_size = [features, *(size for of_layer in sizes for size in of_layer)]
        self.output_size = features

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Build the cells that no layer has built yet."""
        size = self.features
        for _, layer in self.stack.layers:
            if not layer.built:
                layer.build((None, None, size))
            size = layer.units
        if not self.projection.built:
            self.projection.build((None, size))
        self.built = True

    def call(
        self, inputs: keras.KerasTensor, states: list[keras.KerasTensor]
    ) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
        previous, *states = states
        expected, fed_back = inputs[:, : self.features], inputs[:, self.features :]
        value = ops.where(fed_back > 0, previous, expected)
        new_states: list[keras.KerasTensor] = []
        for index, (dropout, layer) in enumerate(self.stack.layers):
            own = states[index * self.states_per_cell : (index + 1) * self.states_per_cell]
            value, own = layer.cell(dropout(value, training=self.in_training), own)
            new_states += own
        value = self.projection(self.stack.output_dropout(value, training=self.in_training))
        return value, [value, *new_states]
