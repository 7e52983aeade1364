"""Recurrent layers against a plain loop over their cells."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.autoencoders.architectures import TimeAutoencoderConfig
from audeep.backend.autoencoders.time import TimeAutoencoder
from audeep.backend.networks.cell import Cell
from audeep.backend.networks.recurrent import Recurrent, RecurrentStack, add_noise, delay

SEQUENCE = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")


@pytest.mark.parametrize("cell", Cell)
@pytest.mark.parametrize("backward", [False, True])
def test_stack_is_a_loop_over_cells(cell: Cell, backward: bool) -> None:
    stack = RecurrentStack(cell, 2, 4, keep_prob=0.5, backward=backward)
    stack.build(SEQUENCE.shape)
    outputs, final = stack.run(SEQUENCE, training=False)
    states = [[np.zeros((2, 4), "float32") for _ in states] for states in final]
    again, _ = stack.run(SEQUENCE, states, training=False)
    expected = {}
    for step in range(5)[:: -1 if backward else 1]:
        value = SEQUENCE[:, step]
        for index, (_, layer) in enumerate(stack.layers):
            value, states[index] = layer.cell(value, states[index])
        expected[step] = value
    for top in (outputs[-1], again[-1]):
        np.testing.assert_allclose(top, np.stack([expected[step] for step in range(5)], axis=1), atol=1e-6)
    for ours, theirs in zip(final, states, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("cell", Cell)
def test_frozen_layers_of_the_same_size_keep_their_own_weights_in_a_graph(cell: Cell) -> None:
    recurrent = Recurrent(cell, 2, 4, 1.0, bidirectional=True, name="encoder")
    recurrent.build(SEQUENCE.shape)
    _, expected = recurrent.encode(SEQUENCE)
    recurrent.trainable = False
    np.testing.assert_allclose(tf.function(lambda: recurrent.encode(SEQUENCE)[1])(), expected, atol=1e-6)


@pytest.mark.parametrize(("devices", "calls_cudnn"), [([], False), (["a GPU"], True)])
def test_a_gpu_has_a_loop_of_its_own(
    devices: list[str], calls_cudnn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = RecurrentStack(Cell.GRU, 2, 4, keep_prob=0.5)
    stack.build(SEQUENCE.shape)
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: devices)
    graph = tf.function(lambda: stack.run(SEQUENCE, training=False)).get_concrete_function().graph
    assert ("CudnnRNN" in str(graph.as_graph_def())) == calls_cudnn


@pytest.mark.parametrize("cell", Cell)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_hands_out_the_outputs_of_each_layer_and_direction(cell: Cell, bidirectional: bool) -> None:
    recurrent = Recurrent(cell, 2, 4, 0.5, bidirectional=bidirectional, name="encoder")
    recurrent.build(SEQUENCE.shape)
    sequences, _ = recurrent.encode(SEQUENCE)
    below = [SEQUENCE] * len(recurrent.stacks)
    for index, of_layer in enumerate(sequences):
        assert len(of_layer) == len(recurrent.stacks)
        for direction, (stack, ours) in enumerate(zip(recurrent.stacks, of_layer, strict=True)):
            layer = getattr(keras.layers, cell.name)(4, return_sequences=True, go_backwards=stack.backward)
            layer.build(below[direction].shape)
            layer.set_weights(stack.layers[index][1].get_weights())
            theirs = layer(below[direction])
            # Keras leaves the outputs in the order in which they were written.
            below[direction] = np.flip(theirs, axis=1) if stack.backward else np.asarray(theirs)
            np.testing.assert_allclose(ours, below[direction], atol=1e-6)


@pytest.mark.parametrize("cell", Cell)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_states_come_apart_as_they_went_together(cell: Cell, bidirectional: bool) -> None:
    recurrent = Recurrent(cell, 3, 4, 1.0, bidirectional=bidirectional, name="encoder")
    recurrent.build(SEQUENCE.shape)
    _, joined = recurrent.encode(SEQUENCE)
    assert joined.shape == (2, recurrent.state_size)
    apart = recurrent.split_state(joined)
    for stack, states in zip(recurrent.stacks, apart, strict=True):
        for ours, theirs in zip(states, stack.run(SEQUENCE, training=False)[1], strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_lstm_states_stand_c_before_h() -> None:
    recurrent = Recurrent(Cell.LSTM, 1, 4, 1.0, bidirectional=False, name="encoder")
    recurrent.build(SEQUENCE.shape)
    _, joined = recurrent.encode(SEQUENCE)
    ((h, c),) = recurrent.forward.run(SEQUENCE, training=False)[1]
    np.testing.assert_array_equal(joined, np.concatenate([c, h], axis=1))


def test_delay_and_noise() -> None:
    np.testing.assert_array_equal(delay(SEQUENCE)[:, 1:], SEQUENCE[:, :-1])
    np.testing.assert_array_equal(delay(SEQUENCE)[:, 0], 0)
    ones = np.ones((50, 40, 3), "float32")
    noisy = np.asarray(add_noise(ones, 0.3, keras.random.SeedGenerator(1)))
    # Whole steps are gone, others are as they were; 0.3 of 2,000, with four standard deviations of room.
    assert set(noisy.sum(axis=2).ravel()) == {0.0, 3.0}
    assert abs((noisy[..., 0] == 0).mean() - 0.3) < 4 * np.sqrt(0.3 * 0.7 / 2000)


def test_dropout_between_layers_is_that_of_two_masks() -> None:
    stack = RecurrentStack(Cell.GRU, 3, 4, keep_prob=0.8)
    rates = [dropout.rate for dropout, _ in stack.layers]
    np.testing.assert_allclose([*rates, stack.output_dropout.rate], [0.2, 0.36, 0.36, 0.2])


@pytest.mark.parametrize("cell", Cell)
def test_feedback_is_a_loop_that_reads_what_it_wrote(cell: Cell) -> None:
    config = TimeAutoencoderConfig(num_layers=2, num_units=4, feed_previous_prob=1.0, cell=cell)
    model = TimeAutoencoder(config, (5, 3))
    result = model(SEQUENCE)
    states = [list(state) for state in model.decoder.split_state(result["representation"])[0]]
    value, expected = np.zeros((2, 3), "float32"), []
    for _ in range(5):
        for index, (_, layer) in enumerate(model.decoder.forward.layers):
            value, states[index] = layer.cell(value, states[index])
        value = model.decoder.forward_projection(value)
        expected.append(model.reconstruction(value))
    np.testing.assert_allclose(result["reconstruction"], np.stack(expected, axis=1), atol=1e-6)


def test_feedback_that_is_never_taken_changes_nothing() -> None:
    plain = TimeAutoencoder(TimeAutoencoderConfig(num_units=4), (5, 3))
    rare = TimeAutoencoder(TimeAutoencoderConfig(num_units=4, feed_previous_prob=1e-9), (5, 3))
    plain.build((None, 5, 3))
    rare.build((None, 5, 3))
    rare.set_weights(plain.get_weights())
    np.testing.assert_allclose(plain(SEQUENCE)["reconstruction"], rare(SEQUENCE)["reconstruction"], atol=1e-6)


@pytest.mark.parametrize(("cell", "blocks"), [(Cell.GRU, [2, 2, 1]), (Cell.LSTM, [4, 4, 4, 4])])
def test_weights_begin_as_in_the_original(cell: Cell, blocks: list[int]) -> None:
    """Uniform up to sqrt(6 / (features + units + columns)), with the columns of gates that were one matrix."""
    units, features = 60, 30
    stack = RecurrentStack(cell, 1, units, keep_prob=1.0)
    stack.build((None, 2, features))
    kernel, recurrent, bias = stack.layers[0][1].get_weights()
    for weights in (kernel, recurrent):
        for gate, block in zip(np.split(weights, len(blocks), axis=1), blocks, strict=True):
            limit = np.sqrt(6 / (features + units + block * units))
            assert 0.98 * limit < np.abs(gate).max() <= limit
            assert abs(gate.std() * np.sqrt(3) / limit - 1) < 0.05
    gates = np.split(bias.reshape(-1, bias.shape[-1])[0], len(blocks))
    # A GRU has its gates open, update and reset; an LSTM the second of its four, the forget gate.
    assert [set(gate) for gate in gates] == (
        [{1.0}, {1.0}, {0.0}] if cell is Cell.GRU else [{0.0}, {1.0}, {0.0}, {0.0}]
    )
