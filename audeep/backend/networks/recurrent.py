"""Recurrent layers, stacked, in one or both directions, with their states as one vector."""

from collections.abc import Callable, Sequence
from functools import partial

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from audeep.backend.networks import loops
from audeep.backend.networks.cell import Cell
from audeep.backend.networks.lengths import last, mask, reverse

#: States of a stack: for each layer the states of its cell, in the order of Keras.
States = list[list[keras.KerasTensor]]


class GRU(keras.layers.GRU):
    """A GRU with the weight initialisation of the original.

    Keras initialises the kernel and the recurrent kernel separately, and all gates as one matrix; this makes
    the recurrent weights smaller, and the representations worse.
    """

    def build(self, sequence_shape: tuple[int | None, ...]) -> None:
        """Create the weights; `sequence_shape` is (batch, time, features)."""
        # The update and reset gates were one matrix, over features and states, the candidate another.
        draw = glorot_uniform(sequence_shape[-1] + self.units, [2 * self.units, self.units])
        self.cell.kernel_initializer = self.cell.recurrent_initializer = draw
        self.cell.bias_initializer = open_gates
        super().build(sequence_shape)

    def stock(self) -> tuple[keras.Layer, list[np.ndarray]]:
        """Return a new layer of Keras, for files that load without auDeep, and its weights."""
        layer = keras.layers.GRU(self.units, return_sequences=True, return_state=True, name=self.name)
        return layer, self.get_weights()


class LSTM(keras.layers.LSTM):
    """An LSTM with the weight initialisation of the original; see `GRU`."""

    def build(self, sequence_shape: tuple[int | None, ...]) -> None:
        """Create the weights; `sequence_shape` is (batch, time, features)."""
        draw = glorot_uniform(sequence_shape[-1] + self.units, [4 * self.units])
        self.cell.kernel_initializer = self.cell.recurrent_initializer = draw
        super().build(sequence_shape)

    def stock(self) -> tuple[keras.Layer, list[np.ndarray]]:
        """Return a new layer of Keras, for files that load without auDeep, and its weights."""
        layer = keras.layers.LSTM(self.units, return_sequences=True, return_state=True, name=self.name)
        return layer, self.get_weights()


LAYERS = {Cell.GRU: GRU, Cell.LSTM: LSTM}
#: Number of states of a cell: h, and c for an LSTM cell.
STATES_PER_CELL = {Cell.GRU: 1, Cell.LSTM: 2}
#: Graph collection of the functions shared by layers of the same size.
LOOPS = "audeep_loops"


def glorot_uniform(inputs: int, blocks: Sequence[int]) -> Callable[..., keras.KerasTensor]:
    """Return an initialiser of matrices with blocks of columns, each uniform up to its own limit.

    The limit is ``sqrt(6 / (inputs + columns))``; the rows of a matrix may be only some of the inputs.
    """

    def initialise(shape: tuple[int, int], dtype: str | None = None) -> keras.KerasTensor:
        limits = [(6 / (inputs + columns)) ** 0.5 for columns in blocks]
        return ops.concatenate(
            [
                keras.random.uniform((shape[0], columns), -limit, limit, dtype)
                for columns, limit in zip(blocks, limits, strict=True)
            ],
            axis=1,
        )

    return initialise


def open_gates(shape: tuple[int, int], dtype: str | None = None) -> keras.KerasTensor:
    """Initialise the biases of a GRU, shape (2, 3 * units): 1 for the update and reset gates, else 0.

    A GRU then starts with a long memory, as in the original, like an LSTM with a forget bias.
    """
    gates = 2 * shape[1] // 3
    return ops.pad(ops.ones((1, gates), dtype), [[0, shape[0] - 1], [0, shape[1] - gates]])


def call(
    layer: keras.layers.RNN,
    sequence: keras.KerasTensor,
    states: list[keras.KerasTensor] | None,
    within: keras.KerasTensor | None = None,
) -> list[keras.KerasTensor]:
    """Call a layer, starting from zeros or given states.

    `within` masks the padding, shape (batch, time), which leaves the states as they are.

    In a graph, layers of the same size call one shared function with their own weights.
    Most of the time before the first training step goes into building the loops over time and those of their
    gradients: sharing takes it from 2.3 s to 1.7 s for the tutorial's six layers, at the same time per step.
    """
    if tf.executing_eagerly() or tf.distribute.get_strategy().num_replicas_in_sync > 1:
        # The operations of a function stay on the device where it was created.
        return layer(sequence, initial_state=states, mask=within)
    if states is None:
        states = layer.get_initial_state(ops.shape(sequence)[0])
    graph = tf.compat.v1.get_default_graph()
    key = (type(layer), layer.units, sequence.shape[1:], within is None)
    functions = dict(graph.get_collection(LOOPS))
    if key not in functions:
        functions[key] = tf.function(partial(_loop, layer), autograph=False)
        graph.add_to_collection(LOOPS, (key, functions[key]))
    weights = [tf.convert_to_tensor(variable.value) for variable in _weights(layer)]
    return functions[key](weights, sequence, states, within)


def _weights(layer: keras.layers.RNN) -> list[keras.Variable]:
    """Return the weights of a layer, which may be frozen."""
    return [layer.cell.kernel, layer.cell.recurrent_kernel, layer.cell.bias]


def _loop(
    layer: keras.layers.RNN,
    weights: list[keras.KerasTensor],
    sequence: keras.KerasTensor,
    states: list[keras.KerasTensor],
    within: keras.KerasTensor | None,
) -> list[keras.KerasTensor]:
    """Call a layer with the given weights instead of its own."""
    if within is None and not tf.config.list_logical_devices("GPU"):
        # On a GPU, Keras calls cuDNN.
        if isinstance(layer, GRU):
            outputs = loops.gru(sequence, *states, *weights)
            return [outputs, outputs[:, -1]]
        outputs, cell_state = loops.lstm(sequence, *states, *weights)
        return [outputs, outputs[:, -1], cell_state]
    with keras.StatelessScope(state_mapping=list(zip(_weights(layer), weights, strict=True))):
        return layer(sequence, initial_state=states, mask=within)


class RecurrentStack(keras.layers.Layer):
    """Recurrent layers of one direction, each reading the whole output sequence of the one below.

    Dropout is applied to the input and the output of every layer, with a new mask at each step. Between two
    layers, these two masks are equivalent to one whose keep probability is squared. A `backward` stack reads the
    sequence from its end, but returns its outputs in the order of the sequence.
    """

    def __init__(
        self, cell: Cell, num_layers: int, num_units: int, keep_prob: float, *, backward: bool = False
    ) -> None:
        super().__init__(name="backward" if backward else "forward")
        self.cell, self.num_layers, self.backward = cell, num_layers, backward
        # Separate attributes, since TensorFlow's checkpoints do not track lists of layers.
        for index in range(num_layers):
            dropout = keras.layers.Dropout(1 - (keep_prob if index == 0 else keep_prob**2))
            layer = LAYERS[cell](num_units, return_sequences=True, return_state=True)
            setattr(self, f"dropout_{index}", dropout)
            setattr(self, f"layer_{index}", layer)
        self.output_dropout = keras.layers.Dropout(1 - keep_prob)

    @property
    def layers(self) -> list[tuple[keras.layers.Dropout, keras.layers.RNN]]:
        """Layers from bottom to top, each with the dropout on its input."""
        return [
            (getattr(self, f"dropout_{index}"), getattr(self, f"layer_{index}")) for index in range(self.num_layers)
        ]

    def build(self, sequence_shape: tuple[int | None, ...]) -> None:
        """Create the weights; `sequence_shape` is (batch, time, features)."""
        for _, layer in self.layers:
            layer.build(sequence_shape)
            sequence_shape = (*sequence_shape[:-1], layer.units)

    def run(
        self,
        sequence: keras.KerasTensor,
        initial_states: States | None = None,
        lengths: keras.KerasTensor | None = None,
        *,
        training: bool,
    ) -> tuple[list[keras.KerasTensor], States]:
        """Run all layers over a sequence, shape (batch, time, features), starting from zeros or given states.

        Returns the outputs of each layer, shape (batch, time, units), in the order of the sequence, and the final
        states of each layer, shape (batch, units), which do not depend on the padding.
        """
        turn = partial(reverse, lengths=lengths) if self.backward else lambda outputs: outputs
        # The outputs of a GRU are its states; those of an LSTM are not, and masking takes time in each step.
        is_masked = lengths is not None and STATES_PER_CELL[self.cell] > 1
        within = mask(sequence, lengths) if is_masked else None
        sequence = turn(sequence)
        outputs, states = [], []
        for index, (dropout, layer) in enumerate(self.layers):
            if training:
                sequence = dropout(sequence, training=True)
            initial_state = None if initial_states is None else initial_states[index]
            sequence, *state = call(layer, sequence, initial_state, within)
            if lengths is not None and not is_masked:
                state = [last(sequence, lengths)]
            outputs.append(turn(sequence))
            states.append(state)
        return outputs, states


class Recurrent(keras.layers.Layer):
    """A forward stack and, if bidirectional, an independent backward stack.

    Attributes
    ----------
    state_size
        Size of all states of all cells as one vector: layer by layer, within a layer forward before
        backward, within an LSTM cell c before h.
    output_size
        Size of the outputs of a step, for all directions together.
    """

    def __init__(
        self, cell: Cell, num_layers: int, num_units: int, keep_prob: float, *, bidirectional: bool, name: str
    ) -> None:
        super().__init__(name=name)
        self.states_per_cell = STATES_PER_CELL[cell]
        self.cells = num_layers * (1 + bidirectional)
        self.state_size = self.cells * num_units * self.states_per_cell
        self.output_size = (1 + bidirectional) * num_units
        self.forward = RecurrentStack(cell, num_layers, num_units, keep_prob)
        if bidirectional:
            self.backward = RecurrentStack(cell, num_layers, num_units, keep_prob, backward=True)

    @property
    def stacks(self) -> list[RecurrentStack]:
        """The stacks, forward before backward."""
        return [self.forward, self.backward] if hasattr(self, "backward") else [self.forward]

    def build(self, sequence_shape: tuple[int | None, ...]) -> None:
        """Create the weights; `sequence_shape` is (batch, time, features)."""
        for stack in self.stacks:
            stack.build(sequence_shape)

    def encode(
        self, sequence: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> tuple[list[list[keras.KerasTensor]], keras.KerasTensor]:
        """Read sequences, shape (batch, time, features), up to their lengths, shape (batch,).

        Returns
        -------
        sequences : list of list of tensor
            Outputs over time of each layer and direction, shape (batch, time, units), in the order of `sequence`.
        state : tensor
            All final states, shape (batch, `state_size`).
        """
        sequences, states = zip(
            *(stack.run(sequence, lengths=lengths, training=training) for stack in self.stacks), strict=True
        )
        # In Keras, h comes before c.
        parts = [part for layer in zip(*states, strict=True) for cell in layer for part in cell[::-1]]
        return [list(layer) for layer in zip(*sequences, strict=True)], ops.concatenate(parts, axis=-1)

    def split_state(self, state: keras.KerasTensor) -> list[States]:
        """Split a vector of shape (batch, `state_size`) into the states of each stack."""
        parts = ops.split(state, self.cells * self.states_per_cell, axis=-1)
        size, directions = self.states_per_cell, len(self.stacks)
        cells = [parts[start : start + size][::-1] for start in range(0, len(parts), size)]
        return [cells[direction::directions] for direction in range(directions)]

    def decode(
        self,
        sequence: keras.KerasTensor,
        initial_state: keras.KerasTensor,
        lengths: keras.KerasTensor | None = None,
        *,
        training: bool = False,
    ) -> keras.KerasTensor:
        """Return the concatenated outputs of the top layers of all stacks, shape (batch, time, `output_size`).

        They are in the order of `sequence`, shape (batch, time, features); `initial_state` has shape (batch,
        `state_size`). Up to their lengths, shape (batch,), they do not depend on the padding.
        """
        states = self.split_state(initial_state)
        outputs = [
            self.decode_stack(stack, sequence, own, lengths, training=training)
            for stack, own in zip(self.stacks, states, strict=True)
        ]
        return ops.concatenate(outputs, axis=-1)

    def decode_stack(
        self,
        stack: RecurrentStack,
        sequence: keras.KerasTensor,
        initial_states: States,
        lengths: keras.KerasTensor | None = None,
        *,
        training: bool,
    ) -> keras.KerasTensor:
        """Return the outputs of the top layer of one stack, shape (batch, time, units)."""
        outputs, _ = stack.run(sequence, initial_states, lengths, training=training)
        return stack.output_dropout(outputs[-1], training=training)


def add_noise(
    sequence: keras.KerasTensor, probability: float, seed: keras.random.SeedGenerator
) -> keras.KerasTensor:
    """Set each step of a sequence to zero with a probability; shape (batch, time, features)."""
    if probability == 0:
        return sequence
    shape = ops.shape(sequence)
    kept = keras.random.uniform((shape[0], shape[1], 1), seed=seed) >= probability
    return sequence * ops.cast(kept, sequence.dtype)


def delay(sequence: keras.KerasTensor) -> keras.KerasTensor:
    """Shift a sequence by one step, zeros first; shape (batch, time, features)."""
    return ops.pad(sequence, [[0, 0], [1, 0], [0, 0]])[:, :-1]
