"""Sequences of different lengths in a batch, shape (batch, time, ...), padded at their ends.

Lengths have shape (batch,), int32. None means that all sequences are as long as the batch.
"""

import keras
import tensorflow as tf
from keras import ops


def mask(sequences: keras.KerasTensor, lengths: keras.KerasTensor) -> keras.KerasTensor:
    """Return whether each step is within its sequence, shape (batch, time), bool.

    >>> mask(tf.zeros((2, 3)), tf.constant([3, 1])).numpy().tolist()
    [[True, True, True], [True, False, False]]
    """
    return tf.sequence_mask(lengths, ops.shape(sequences)[1])


def pad(
    sequences: keras.KerasTensor, lengths: keras.KerasTensor, value: float | keras.KerasTensor = 0.0
) -> keras.KerasTensor:
    """Replace the padding by a value, or by that of each band.

    >>> pad(tf.ones((2, 3)), tf.constant([3, 1])).numpy().tolist()
    [[1.0, 1.0, 1.0], [1.0, 0.0, 0.0]]
    """
    within = mask(sequences, lengths)
    for _ in sequences.shape[2:]:
        within = within[..., None]
    return ops.where(within, sequences, value)


def pooled(lengths: keras.KerasTensor | None, size: int) -> keras.KerasTensor | None:
    """Return the lengths after pooling by a size; the last steps of a sequence may be fewer.

    >>> pooled(tf.constant([6, 7]), 3).numpy().tolist()
    [2, 3]
    """
    return None if lengths is None else (lengths + size - 1) // size


def last(sequences: keras.KerasTensor, lengths: keras.KerasTensor) -> keras.KerasTensor:
    """Return the last step of each sequence, shape (batch, ...).

    >>> last(tf.constant([[1, 2, 3], [4, 5, 0]]), tf.constant([3, 2])).numpy().tolist()
    [3, 5]
    """
    return tf.gather(sequences, lengths - 1, axis=1, batch_dims=1)


def reverse(sequences: keras.KerasTensor, lengths: keras.KerasTensor | None = None) -> keras.KerasTensor:
    """Reverse each sequence in time; the padding stays at the end.

    >>> reverse(tf.constant([[1, 2, 3], [4, 5, 0]]), tf.constant([3, 2])).numpy().tolist()
    [[3, 2, 1], [5, 4, 0]]
    """
    if lengths is None:
        return ops.flip(sequences, axis=1)
    return tf.reverse_sequence(sequences, lengths, seq_axis=1)


def without_last(sequences: keras.KerasTensor, lengths: keras.KerasTensor | None = None) -> keras.KerasTensor:
    """Set the last step of each sequence to zeros.

    >>> without_last(tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), tf.constant([3, 2])).numpy().tolist()
    [[1.0, 2.0, 0.0], [4.0, 0.0, 0.0]]
    """
    if lengths is None:
        return ops.concatenate([sequences[:, :-1], ops.zeros_like(sequences[:, :1])], axis=1)
    return pad(sequences, lengths - 1)
