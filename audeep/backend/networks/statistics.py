"""Statistics over time, which turn a sequence of any length into a vector."""

from collections.abc import Sequence
from itertools import pairwise

import keras
import numpy as np
from keras import ops

from audeep.backend.networks.pooling import Pooling

#: Values up to this do not count as positive. It is far more than what rounding to 32 bits leaves of silence,
#: for which a kernel of mean zero should give zero.
LEAST_POSITIVE = 1e-4
#: What `over_time` computes, in this order.
STATISTICS = ("share of positive values", "mean of the positive part", "maximum", "standard deviation")


def over_time(sequences: keras.KerasTensor, mask: keras.KerasTensor | None = None) -> keras.KerasTensor:
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
        positive add 0 to the mean of the positive part. The share leaves out values up to `LEAST_POSITIVE`.

    Examples
    --------
    >>> over_time(ops.array([[1.0, -3.0, 5.0, 1.0]])).numpy().tolist()
    [[0.75, 1.75, 5.0, 2.8284270763397217]]
    """
    positive = ops.cast(sequences > LEAST_POSITIVE, sequences.dtype)
    shares, means = (mean(part, mask) for part in (positive, ops.relu(sequences)))
    return ops.stack([shares, means, maximum(sequences, mask), standard_deviation(sequences, mask)], axis=-1)


def mean(sequences: keras.KerasTensor, mask: keras.KerasTensor | None = None) -> keras.KerasTensor:
    """Return the mean over time; `mask` is as in `over_time`, here and below."""
    if mask is None:
        return ops.mean(sequences, axis=1)
    weights = ops.cast(_like(sequences, mask), sequences.dtype)
    return ops.sum(sequences * weights, axis=1) / ops.sum(weights, axis=1)


def maximum(sequences: keras.KerasTensor, mask: keras.KerasTensor | None = None) -> keras.KerasTensor:
    """Return the largest value over time."""
    if mask is not None:
        sequences = ops.where(_like(sequences, mask), sequences, -np.inf)
    return ops.max(sequences, axis=1)


def standard_deviation(sequences: keras.KerasTensor, mask: keras.KerasTensor | None = None) -> keras.KerasTensor:
    """Return the standard deviation over time, with a gradient of 0 instead of infinity where it is 0."""
    if mask is None:
        variance = ops.var(sequences, axis=1)
    else:
        variance = mean(ops.square(sequences - ops.expand_dims(mean(sequences, mask), 1)), mask)
    is_zero = ops.equal(variance, 0)
    return ops.where(is_zero, 0.0, ops.sqrt(ops.where(is_zero, 1.0, variance)))


def _like(sequences: keras.KerasTensor, mask: keras.KerasTensor) -> keras.KerasTensor:
    """Add axes to a mask, shape (batch, time), such that it has as many as the sequences."""
    return ops.expand_dims(mask, tuple(range(2, len(sequences.shape))))


def pool(sequences: keras.KerasTensor, how: Pooling, mask: keras.KerasTensor | None = None) -> keras.KerasTensor:
    """Pool each sequence into a vector: (batch, time, units) to (batch, units) or a multiple of units.

    `mask` is as in `over_time`.

    >>> pool(ops.array([[[1.0, 0.0], [3.0, 0.0]]]), Pooling.MEAN_STD).numpy().tolist()
    [[2.0, 0.0, 1.0, 0.0]]
    """
    if how is Pooling.STATISTICS:
        parts = ops.unstack(over_time(sequences, mask), axis=-1)
    elif how is Pooling.MAX:
        parts = [maximum(sequences, mask)]
    else:
        parts = [mean(sequences, mask)]
        if how is Pooling.MEAN_STD:
            parts.append(standard_deviation(sequences, mask))
    return ops.concatenate(parts, axis=-1)


def average_groups(values: keras.KerasTensor, num_groups: int) -> keras.KerasTensor:
    """Average groups of neighbours, of even size, along axis 1: (batch, bands, ...) to (batch, `num_groups`, ...).

    >>> average_groups(ops.array([[1.0, 3.0, 5.0, 6.0, 7.0]]), 2).numpy().tolist()
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
