"""Statistics over time, which turn a sequence of any length into a vector."""

from collections.abc import Sequence
from itertools import pairwise

import tensorflow as tf

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
    sequences = tf.convert_to_tensor(sequences)
    positive = tf.nn.relu(sequences)
    shares, means = (_mean(part, mask) for part in (tf.sign(positive), positive))
    return tf.stack([shares, means, _max(sequences, mask), _deviation(sequences, mask)], axis=-1)


def _mean(sequences: tf.Tensor, mask: tf.Tensor | None) -> tf.Tensor:
    if mask is None:
        return tf.reduce_mean(sequences, 1)
    weights = tf.cast(_like(sequences, mask), sequences.dtype)
    return tf.reduce_sum(sequences * weights, 1) / tf.reduce_sum(weights, 1)


def _max(sequences: tf.Tensor, mask: tf.Tensor | None) -> tf.Tensor:
    if mask is not None:
        sequences = tf.where(_like(sequences, mask), sequences, sequences.dtype.min)
    return tf.reduce_max(sequences, 1)


def _deviation(sequences: tf.Tensor, mask: tf.Tensor | None) -> tf.Tensor:
    if mask is None:
        return tf.math.reduce_std(sequences, 1)
    return tf.sqrt(_mean(tf.square(sequences - _mean(sequences, mask)[:, None]), mask))


def _like(sequences: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    """Add axes to a mask, shape (batch, time), such that it has as many as the sequences."""
    return tf.reshape(mask, [*tf.unstack(tf.shape(mask)), *[1] * (len(sequences.shape) - 2)])


def pool(sequences: tf.Tensor, how: Pooling, mask: tf.Tensor | None = None) -> tf.Tensor:
    """Pool each sequence into a vector: (batch, time, units) to (batch, units) or a multiple of units.

    `mask` is as in `over_time`.

    >>> pool(tf.constant([[[1.0, 0.0], [3.0, 0.0]]]), Pooling.MEAN_STD).numpy().tolist()
    [[2.0, 0.0, 1.0, 0.0]]
    """
    if how is Pooling.STATISTICS:
        parts = tf.unstack(over_time(sequences, mask), axis=-1)
    elif how is Pooling.MAX:
        parts = [_max(sequences, mask)]
    else:
        deviation = [_deviation(sequences, mask)] if how is Pooling.MEAN_STD else []
        parts = [_mean(sequences, mask), *deviation]
    return tf.concat(parts, axis=-1)


def average_groups(values: tf.Tensor, num_groups: int) -> tf.Tensor:
    """Average groups of neighbours, of even size, along axis 1: (batch, bands, ...) to (batch, `num_groups`, ...).

    >>> average_groups(tf.constant([[1.0, 3.0, 5.0, 6.0, 7.0]]), 2).numpy().tolist()
    [[2.0, 6.0]]
    """
    bounds = group_bounds(values.shape[1], num_groups)
    groups = [tf.reduce_mean(values[:, low:high], 1) for low, high in pairwise(bounds)]
    return tf.stack(groups, axis=1)


def group_bounds(bands: int, num_groups: int) -> Sequence[int]:
    """Return where each group of neighbouring bands starts, and where the last one ends.

    >>> group_bounds(64, 4), group_bounds(5, 2)
    ([0, 16, 32, 48, 64], [0, 2, 5])
    """
    return [bands * group // num_groups for group in range(num_groups + 1)]
