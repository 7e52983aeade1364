"""Back-ends: literal numbers of given weights, and the shapes that follow."""

import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.networks.back_ends import BACK_ENDS, Attention, DenseLayers, FullyConvolutional, RecurrentLayers
from audeep.backend.networks.parts import BackEnd

SEQUENCES = tf.constant([[[1.0, 0.0], [3.0, 2.0], [5.0, 10.0]]])
#: Of sequences of 5 steps and 3 channels, with 4 units: size of the vectors, and number of trained weights.
EXPECTED = {
    BackEnd.DENSE: (4, 5 * 3 * 4 + 4),
    # From 5 to 3 to 2 to 1 step, each with scales and offsets.
    BackEnd.FULLY_CONVOLUTIONAL: (4, 3 * 3 * 4 + 8 + 2 * (3 * 4 * 4 + 8)),
    BackEnd.MAX: (3, 0),
    BackEnd.AVERAGE: (3, 0),
    BackEnd.ATTENTION: (3, 3 * 4 + 4 + 4),
    # Three gates, two biases, two directions.
    BackEnd.RECURRENT: (8, 2 * 3 * (3 * 4 + 4 * 4 + 2 * 4)),
}


@pytest.mark.parametrize("kind", BackEnd)
def test_sizes(kind: BackEnd) -> None:
    size, count = EXPECTED[kind]
    back_end = BACK_ENDS[kind](5, 4, True)
    back_end.build((None, 5, 3))
    assert back_end.compute_output_shape((None, 5, 3)) == (None, size)
    assert sum(np.prod(weight.shape) for weight in back_end.trainable_weights) == count
    assert back_end(tf.ones((2, 5, 3))).shape == (2, size)


def test_largest_and_mean() -> None:
    for kind, expected in ((BackEnd.MAX, [3, 2]), (BackEnd.AVERAGE, [2, 1])):
        back_end = BACK_ENDS[kind](3, 1, False)
        assert back_end(SEQUENCES, tf.constant([2])).numpy().tolist() == [expected]


def test_attention_is_a_weighted_mean() -> None:
    attention = Attention(1)
    attention.build((None, 3, 2))
    attention.set_weights([np.zeros((2, 1)), np.zeros(1), np.ones((1, 1))])
    np.testing.assert_allclose(attention(SEQUENCES), [[3, 4]], rtol=1e-6)
    np.testing.assert_allclose(attention(SEQUENCES, tf.constant([2])), [[2, 1]], rtol=1e-6)
    # Scores of 3 tanh(channel 1 - 2): only the second step and the third count, nearly alike.
    attention.set_weights([np.array([[0.0], [1.0]]), np.array([-1.0]), np.full((1, 1), 100.0)])
    weights = attention.attention(SEQUENCES).numpy()
    scores = 100 * np.tanh([-1, 1, 9])
    np.testing.assert_allclose(
        weights[0], np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum(), atol=1e-6
    )
    np.testing.assert_allclose(attention(SEQUENCES), [[5, 10]], atol=1e-4)


def test_dense_layers_read_all_steps_side_by_side() -> None:
    layers = DenseLayers(3, [1], 1.0)
    layers.build((None, None, 2))
    layers.set_weights([np.array([[1.0], [10], [100], [1000], [10_000], [100_000]]), np.array([0.5])])
    assert layers(SEQUENCES).numpy().tolist() == [[1_052_301.5]]
    # Shorter ones are filled up with zeros.
    for sequences, lengths in ((SEQUENCES, tf.constant([2])), (SEQUENCES[:, :2], None)):
        assert layers(sequences, lengths).numpy().tolist() == [[2301.5]]


def test_blocks_follow_until_one_step_is_left() -> None:
    blocks = FullyConvolutional(3, 1, normalize=False)
    blocks.build((None, 3, 1))
    blocks.set_weights([np.ones((3, 1, 1, 1)), np.zeros(1)] * 2)
    # Sums of neighbours: 3, 6, 5; the larger of each two: 6, 5; their sums: 11, 11.
    assert blocks(tf.constant([[[1.0], [2], [3]]])).numpy().tolist() == [[11]]


def test_recurrent_layers_end_with_the_last_step_of_both_directions() -> None:
    layers = RecurrentLayers(1)
    layers.build((None, 3, 2))
    # Half of the state is kept, and half is replaced by a half, or with the other direction by a tenth.
    biases = [[[0, 0, np.arctanh(value)], [0, 0, 0]] for value in (0.5, 0.1)]
    layers.set_weights([np.array(item) for bias in biases for item in (np.zeros((2, 3)), np.zeros((1, 3)), bias)])
    np.testing.assert_allclose(layers(SEQUENCES), [[0.4375, 0.0875]], rtol=1e-6)
    np.testing.assert_allclose(layers(SEQUENCES, tf.constant([2])), [[0.375, 0.075]], rtol=1e-6)
