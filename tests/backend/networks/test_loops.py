"""Tests of the loops over time: outputs and gradients are those of Keras."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.networks.cell import Cell
from audeep.backend.networks.loops import gru, lstm

BATCH, TIME, FEATURES, UNITS = 3, 7, 5, 4


#: Of each cell: the layer of Keras, ours, its number of states, and the shapes of its weights.
CELLS = {
    Cell.GRU: (keras.layers.GRU, gru, 1, [(FEATURES, 3 * UNITS), (UNITS, 3 * UNITS), (2, 3 * UNITS)]),
    Cell.LSTM: (keras.layers.LSTM, lstm, 2, [(FEATURES, 4 * UNITS), (UNITS, 4 * UNITS), (4 * UNITS,)]),
}


def outputs_and_gradients(
    function: Callable[..., Sequence[tf.Tensor]], inputs: Sequence[tf.Tensor], weights: Sequence[tf.Variable]
) -> list[tf.Tensor]:
    """Return the outputs, and the gradients of a weighted sum of all of them for each input and weight."""
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = function(*inputs)
        total = sum(tf.reduce_sum(output * tf.random.stateless_normal(output.shape, (1, 2))) for output in outputs)
    return [*outputs, *tape.gradient(total, [*inputs, *weights])]


@pytest.mark.parametrize("in_graph", [False, True], ids=["eager", "graph"])
@pytest.mark.parametrize("steps", [1, 2, TIME])
@pytest.mark.parametrize("cell", Cell)
def test_outputs_and_gradients_are_those_of_keras(cell: Cell, steps: int, in_graph: bool) -> None:
    kind, loop, num_states, shapes = CELLS[cell]
    layer = kind(UNITS, return_sequences=True, return_state=True)
    layer.build((None, TIME, FEATURES))
    generator = np.random.default_rng(0)
    layer.set_weights([generator.normal(size=shape) for shape in shapes])
    weights = [variable.value for variable in layer.trainable_variables]
    inputs = [
        tf.constant(generator.normal(size=shape), tf.float32)
        for shape in [(BATCH, steps, FEATURES), *[(BATCH, UNITS)] * num_states]
    ]

    def theirs(sequence: tf.Tensor, *states: tf.Tensor) -> list[tf.Tensor]:
        outputs, _, *cell_state = layer(sequence, initial_state=states)
        return [outputs, *cell_state]

    def ours(sequence: tf.Tensor, *states: tf.Tensor) -> list[tf.Tensor]:
        return tf.nest.flatten(loop(sequence, *states, *weights))

    if in_graph:
        unknown = [tf.TensorSpec((None, None, FEATURES)), *[tf.TensorSpec((None, UNITS))] * num_states]
        ours = tf.function(ours, input_signature=unknown)
    expected = outputs_and_gradients(theirs, inputs, weights)
    found = outputs_and_gradients(ours, inputs, weights)
    assert len(found) == len(expected) == 2 * num_states + 1 + len(shapes)
    for value, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(value, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("cell", Cell)
def test_known_number_of_steps_stays_known(cell: Cell) -> None:
    _, loop, num_states, shapes = CELLS[cell]

    def shape_of_outputs(sequence: tf.Tensor) -> tf.Tensor:
        states = [tf.zeros((tf.shape(sequence)[0], UNITS))] * num_states
        outputs = tf.nest.flatten(loop(sequence, *states, *map(tf.zeros, shapes)))[0]
        assert outputs.shape.as_list() == [None, TIME, UNITS]
        return outputs

    tf.function(shape_of_outputs).get_concrete_function(tf.TensorSpec((None, TIME, FEATURES)))
