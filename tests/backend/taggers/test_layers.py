"""Layers of the networks that read sequences: literal numbers of given weights."""

import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.taggers.gated_cnn import GatedConvolution
from audeep.backend.taggers.lstm import LSTMLayers


@pytest.mark.parametrize(("bias", "gate"), [(0, 0.5), (100, 1), (-100, 0)])
def test_half_of_a_gated_convolution_is_the_gate_of_the_other(bias: float, gate: float) -> None:
    layer = GatedConvolution(2)
    layer.build((None, 3, 1))
    # Of the steps that a filter sees, the first counts once and the second ten times.
    kernel = np.array([[[1.0, 0]], [[10, 0]]])
    layer.set_weights([kernel, np.array([0, bias])])
    outputs = layer(tf.constant([[[1.0], [2], [3]]])).numpy().ravel()
    np.testing.assert_allclose(outputs, gate * np.array([21, 32, 3]), atol=1e-6)


def test_an_lstm_returns_its_outputs_at_all_steps() -> None:
    layers = LSTMLayers([1])
    layers.build((None, 3, 2))
    # All gates are half open, and what could enter the cell is a half.
    layers.set_weights([np.zeros((2, 4)), np.zeros((1, 4)), np.array([0, 0, np.arctanh(0.5), 0])])
    outputs, lengths = layers(tf.ones((1, 3, 2)), tf.constant([2]))
    np.testing.assert_allclose(outputs[0, :, 0], 0.5 * np.tanh([0.25, 0.375, 0.4375]), rtol=1e-6)
    assert lengths.numpy().tolist() == [2]
