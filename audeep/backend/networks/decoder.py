"""A decoder that may read its own previous output instead of the expected one."""

import keras
import numpy as np
from keras import ops

from audeep.backend.networks.cell import Cell
from audeep.backend.networks.lengths import reverse, without_last
from audeep.backend.networks.recurrent import Recurrent, RecurrentStack, States


class Decoder(Recurrent):
    """Recurrent stacks, each with a dense layer that projects its outputs to the size of its inputs.

    At each step and for each instance, with probability `feed_previous_prob`, a stack reads its own previous
    projected output instead of the expected input; both have size `features`. Without feedback, the layers run over
    the whole sequence of expected inputs, which is fast.
    """

    def __init__(
        self,
        cell: Cell,
        num_layers: int,
        num_units: int,
        keep_prob: float,
        *,
        bidirectional: bool,
        features: int,
        feed_previous_prob: float,
        name: str,
    ) -> None:
        super().__init__(cell, num_layers, num_units, keep_prob, bidirectional=bidirectional, name=name)
        self.feed_previous_prob = feed_previous_prob
        self.output_size = len(self.stacks) * features
        self.seed = keras.random.SeedGenerator()
        for stack in self.stacks:
            setattr(self, f"{stack.name}_projection", keras.layers.Dense(features, activation="tanh"))

    def projection(self, stack: RecurrentStack) -> keras.layers.Dense:
        """Return the projection layer of a stack."""
        return getattr(self, f"{stack.name}_projection")

    def build(self, sequence_shape: tuple[int | None, ...]) -> None:
        """Create the weights; `sequence_shape` is (batch, time, features)."""
        for stack in self.stacks:
            stack.build(sequence_shape)
            _, top = stack.layers[-1]
            self.projection(stack).build((*sequence_shape[:-1], top.units))

    def decode_stack(
        self,
        stack: RecurrentStack,
        sequence: keras.KerasTensor,
        initial_states: States,
        lengths: keras.KerasTensor | None = None,
        *,
        training: bool,
    ) -> keras.KerasTensor:
        """Return the projected outputs of one stack; its first step reads zeros, having no previous step."""
        if stack.backward:
            sequence = without_last(sequence, lengths)
        else:
            sequence = ops.concatenate([ops.zeros_like(sequence[:, :1]), sequence[:, 1:]], axis=1)
        if self.feed_previous_prob == 0:
            outputs = super().decode_stack(stack, sequence, initial_states, lengths, training=training)
            return self.projection(stack)(outputs)
        return self.decode_with_feedback(stack, sequence, initial_states, lengths, training=training)

    def decode_with_feedback(
        self,
        stack: RecurrentStack,
        sequence: keras.KerasTensor,
        initial_states: States,
        lengths: keras.KerasTensor | None = None,
        *,
        training: bool,
    ) -> keras.KerasTensor:
        """Run one stack step by step, since the input of a step may depend on the previous one.

        No step depends on the padding, which comes last.
        """
        if stack.backward:
            sequence = reverse(sequence, lengths)
        shape = ops.shape(sequence)
        # Drawn for all steps at once: drawing in the loop would cost as much as the cells.
        fed_back = keras.random.uniform((shape[0], shape[1], 1), seed=self.seed) < self.feed_previous_prob
        inputs = ops.concatenate([sequence, ops.cast(fed_back, sequence.dtype)], axis=-1)
        loop = keras.layers.RNN(
            _FeedbackCell(stack, self.projection(stack), sequence.shape[-1], training), return_sequences=True
        )
        states = [part for state in initial_states for part in state]
        outputs = loop(inputs, initial_state=[ops.zeros_like(sequence[:, 0]), *states])
        return reverse(outputs, lengths) if stack.backward else outputs


class _FeedbackCell(keras.layers.Layer):
    """One step through all layers; the state starts with the projected output of the previous step."""

    def __init__(
        self, stack: RecurrentStack, projection: keras.layers.Layer, features: int, training: bool
    ) -> None:
        super().__init__()
        self.stack, self.projection, self.features, self.in_training = stack, projection, features, training
        # The state size of an LSTM cell is a list of two sizes, that of a GRU cell a single number.
        sizes = [np.atleast_1d(layer.cell.state_size).tolist() for _, layer in stack.layers]
        self.states_per_cell = len(sizes[0])
        self.state_size = [features, *(size for of_layer in sizes for size in of_layer)]
        self.output_size = features

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
