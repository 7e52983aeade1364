"""Tests of the loop of a GRU: outputs and gradients are those of Keras."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.networks import gru

BATCH, TIME, FEATURES, UNITS = 3, 7, 5, 4


@pytest.fixture
def layer() -> keras.layers.GRU:
    """Return a GRU of Keras whose weights and biases are all random."""
    layer = keras.layers.GRU(UNITS, return_sequences=True)
    layer.build((None, TIME, FEATURES))
    generator = np.random.default_rng(0)
    layer.set_weights([generator.normal(size=weight.shape) for weight in layer.get_weights()])
    return layer


def outputs_and_gradients(
    function: Callable[..., tf.Tensor], sequence: tf.Tensor, state: tf.Tensor, weights: Sequence[tf.Variable]
) -> list[tf.Tensor]:
    """Return the outputs, and the gradients of a weighted sum of them for each input and weight."""
    importance = tf.random.stateless_normal((len(sequence), sequence.shape[1], UNITS), (1, 2))
    with tf.GradientTape() as tape:
        tape.watch([sequence, state])
        outputs = function(sequence, state)
        total = tf.reduce_sum(outputs * importance)
    return [outputs, *tape.gradient(total, [sequence, state, *weights])]


@pytest.mark.parametrize("in_graph", [False, True], ids=["eager", "graph"])
@pytest.mark.parametrize("steps", [1, 2, TIME])
def test_outputs_and_gradients_are_those_of_keras(layer: keras.layers.GRU, in_graph: bool, steps: int) -> None:
    weights = [variable.value for variable in layer.trainable_variables]
    sequence = tf.random.stateless_normal((BATCH, steps, FEATURES), (3, 4))
    state = tf.random.stateless_normal((BATCH, UNITS), (5, 6))

    def ours(sequence: tf.Tensor, state: tf.Tensor) -> tf.Tensor:
        return gru.run(sequence, state, *weights)

    if in_graph:
        ours = tf.function(
            ours, input_signature=[tf.TensorSpec((None, None, FEATURES)), tf.TensorSpec((None, UNITS))]
        )
    expected = outputs_and_gradients(
        lambda sequence, state: layer(sequence, initial_state=state), sequence, state, weights
    )
    found = outputs_and_gradients(ours, sequence, state, weights)
    assert len(found) == len(expected) == 6
    for value, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(value, wanted, rtol=1e-4, atol=1e-5)


def test_known_number_of_steps_stays_known() -> None:
    def shape_of_outputs(sequence: tf.Tensor) -> tf.Tensor:
        weights = [tf.zeros((size, 3 * UNITS)) for size in (FEATURES, UNITS, 2)]
        outputs = gru.run(sequence, tf.zeros((tf.shape(sequence)[0], UNITS)), *weights)
        assert outputs.shape.as_list() == [None, TIME, UNITS]
        return outputs

    tf.function(shape_of_outputs).get_concrete_function(tf.TensorSpec((None, TIME, FEATURES)))
