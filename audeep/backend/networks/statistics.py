"""Statistics over time, which turn a sequence of any length into a vector."""

from collections.abc import Sequence
from itertools import pairwise

import tensorflow as tf
from keras import ops

from audeep.backend.networks.pooling import Pooling

#: What `over_time` computes, in this order.
STATISTICS = ("share of positive values", "mean of the positive part", "maximum", "standard deviation")


def over_time(sequences: tf.Tensor, mask: tf.Tensor | None = None) -> tf.Tensor:
    """Compute the four `STATISTICS` of each sequence.

    Parameters
    ----------
    sequences
        Shape (batch, time, ...), float32.
    mask
        Whether each step counts, shape (batch, time), bool; by default all do. Each instance needs at least one.

    Returns
    -------
    tf.Tensor
        Shape (batch, ..., 4). The share and the mean are taken over all steps that count; values that are not
        positive add 0 to the mean of the positive part.

    Examples
    --------
    >>> over_time(tf.constant([[1.0, -3.0, 5.0, 1.0]])).numpy().tolist()
    [[0.75, 1.75, 5.0, 2.8284270763397217]]
    """
    positive = ops.relu(sequences)
    if mask is None:
        shares, means = (ops.mean(part, axis=1) for part in (ops.sign(positive), positive))
        return ops.stack([shares, means, ops.max(sequences, axis=1), standard_deviation(sequences)], axis=-1)
    sequences = tf.convert_to_tensor(sequences)
    counts = tf.reshape(mask, [*tf.unstack(tf.shape(mask)), *[1] * (len(sequences.shape) - 2)])
    weights = tf.cast(counts, sequences.dtype)
    weights /= tf.reduce_sum(weights, 1, keepdims=True)
    shares, means, center = (
        tf.reduce_sum(part * weights, 1, keepdims=True) for part in (tf.sign(positive), positive, sequences)
    )
    largest = tf.reduce_max(tf.where(counts, sequences, sequences.dtype.min), 1)
    deviation = tf.sqrt(tf.reduce_sum(tf.square(sequences - center) * weights, 1))
    return tf.stack([tf.squeeze(shares, 1), tf.squeeze(means, 1), largest, deviation], axis=-1)


def standard_deviation(sequences: tf.Tensor) -> tf.Tensor:
    """Return the standard deviation over time, with a gradient of 0 instead of infinity where it is 0."""
    variance = ops.var(sequences, axis=1)
    is_zero = ops.equal(variance, 0)
    return ops.where(is_zero, 0.0, ops.sqrt(ops.where(is_zero, 1.0, variance)))


def pool(sequences: tf.Tensor, how: Pooling) -> tf.Tensor:
    """Pool each sequence into a vector: (batch, time, units) to (batch, units) or a multiple of units.

    >>> pool(tf.constant([[[1.0, 0.0], [3.0, 0.0]]]), Pooling.MEAN_STD).numpy().tolist()
    [[2.0, 0.0, 1.0, 0.0]]
    """
    if how is Pooling.STATISTICS:
        parts = ops.unstack(over_time(sequences), axis=-1)
    elif how is Pooling.MAX:
        parts = [ops.max(sequences, axis=1)]
    else:
        parts = [ops.mean(sequences, axis=1)]
        if how is Pooling.MEAN_STD:
            parts.append(standard_deviation(sequences))
    return ops.concatenate(parts, axis=-1)


def average_groups(values: tf.Tensor, num_groups: int) -> tf.Tensor:
    """Average groups of neighbours, of even size, along axis 1: (batch, bands, ...) to (batch, `num_groups`, ...).

    >>> average_groups(tf.constant([[1.0, 3.0, 5.0, 6.0, 7.0]]), 2).numpy().tolist()
    [[2.0, 6.0]]
    """
    bounds = group_bounds(values.shape[1], num_groups)
    groups = [ops.mean(values[:, low:high], axis=1) for low, high in pairwise(bounds)]
    return ops.stack(groups, axis=1)


def group_bounds(bands: int, num_groups: int) -> Sequence[int]:
    """Return where each group of neighbouring bands starts, and where the last one ends.

    >>> group_bounds(64, 4), group_bounds(5, 2)
    ([0, 16, 32, 48, 64], [0, 2, 5])
    """
    return [bands * group // num_groups for group in range(num_groups + 1)]
