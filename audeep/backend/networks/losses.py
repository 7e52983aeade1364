"""Losses of networks that learn from labels.

Each takes targets and outputs, shape (instance, output), and returns the loss of each instance, shape (instance,).
"""

from collections.abc import Callable

import tensorflow as tf

Losses = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


def class_entropies(targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    """Return the cross entropy of a softmax; targets are the shares of the classes."""
    return tf.nn.softmax_cross_entropy_with_logits(targets, outputs)


def cross_entropies(targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    """Return the mean over the labels of a set, shape (instance,); outputs are logits of sigmoids."""
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(targets, outputs), axis=1)


def squared_errors(targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    """Return the mean over continuous targets, shape (instance,)."""
    return tf.reduce_mean(tf.math.squared_difference(targets, outputs), axis=1)
