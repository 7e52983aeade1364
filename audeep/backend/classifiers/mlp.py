"""The multilayer perceptron with softmax output."""

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar

import numpy as np
import tensorflow as tf

from audeep.backend import runtime
from audeep.backend.classifiers.config import MLPConfig

#: Decay rates and the small constant of Adam.
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


class MLP:
    """A multilayer perceptron: ReLU layers with dropout, then linear logits under a softmax.

    Each training epoch is one step of Adam with all instances. All training data and weights lie in the
    memory of the GPU, if there is one.

    Parameters
    ----------
    config
        Its size and how it is trained.
    seed
        Seed of the initial weights, the dropout masks and the shuffling.
    """

    # One fit does not keep two cores busy: its matrices are small, and TensorFlow works on one at a time.
    concurrent_fits: ClassVar[int] = 2

    def __init__(self, config: MLPConfig, seed: np.random.SeedSequence) -> None:
        runtime.use_processors(self.concurrent_fits)
        self.config = config
        self.converged = True
        self._random = np.random.default_rng(seed)
        self._labels = np.empty(0, np.int64)
        self._weights: list[tf.Variable] = []

    def fit(self, features: np.ndarray, labels: np.ndarray) -> None:
        """Train on features, shape (instance, feature), and labels, shape (instance,)."""
        self._labels, targets = np.unique(labels, return_inverse=True)
        hidden = [self.config.num_units] * self.config.num_layers
        sizes = (features.shape[1], *hidden, len(self._labels))
        self._weights = _initial_weights(sizes, self._random)
        loss = _train(
            self._weights,
            [tf.Variable(tf.zeros_like(weight)) for weight in self._weights],
            [tf.Variable(tf.zeros_like(weight)) for weight in self._weights],
            tf.constant(features, tf.float32),
            tf.constant(targets, tf.int32),
            tf.constant(self.config.num_epochs),
            tf.constant(self.config.learning_rate),
            tf.constant(self._random.integers(2**31, size=2), tf.int32),
            sizes=sizes,
            keep_prob=self.config.keep_prob,
            shuffle=self.config.shuffle,
        )
        self.converged = bool(np.isfinite(loss))

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Return labels, shape (instance,), for features, shape (instance, feature)."""
        logits = _logits(self._weights, tf.constant(features, tf.float32))
        return self._labels[np.argmax(logits, axis=1)]


def _initial_weights(sizes: Sequence[int], random: np.random.Generator) -> list[tf.Variable]:
    """Make kernel and bias of each layer in turn: kernels Glorot uniform, biases zero.

    Parameters
    ----------
    sizes
        Number of features, of units of each hidden layer, and of classes.
    random
        Source of random numbers.
    """
    weights = []
    for inputs, outputs in pairwise(sizes):
        limit = np.sqrt(6 / (inputs + outputs))
        kernel = random.uniform(-limit, limit, (inputs, outputs))
        weights += [tf.Variable(kernel, dtype=tf.float32), tf.Variable(tf.zeros(outputs))]
    return weights


def _logits(weights: Sequence[tf.Variable], features: tf.Tensor, masks: tf.Tensor | None = None) -> tf.Tensor:
    """Return the logits, shape (instance, class).

    The masks, shape (layer, instance, unit), multiply the activations of the hidden layers.
    """
    *hidden, kernel, bias = weights
    values = features
    for layer in range(len(hidden) // 2):
        values = tf.nn.relu(tf.matmul(values, hidden[2 * layer]) + hidden[2 * layer + 1])
        if masks is not None:
            values *= masks[layer]
    return tf.matmul(values, kernel) + bias


# A plain loop in one graph: 400 epochs of `Model.fit` would spend most of their time between the steps.
# The weights are arguments, so that all fits of the same architecture share one trace. Without `sizes` as
# an argument of its own, TensorFlow would use the trace of one architecture for another.
@tf.function(reduce_retracing=True)
def _train(
    weights: list[tf.Variable],
    means: list[tf.Variable],
    variances: list[tf.Variable],
    features: tf.Tensor,
    targets: tf.Tensor,
    num_epochs: tf.Tensor,
    learning_rate: tf.Tensor,
    seed: tf.Tensor,
    *,
    sizes: tuple[int, ...],
    keep_prob: float,
    shuffle: bool,
) -> tf.Tensor:
    """Train the weights in place, and return the last loss.

    Parameters
    ----------
    weights
        Kernel and bias of each layer in turn.
    means, variances
        Running moments of the gradients, zeros at first.
    features, targets
        Shapes (instance, feature) and (instance,).
    num_epochs, learning_rate
        As in `MLPConfig`.
    seed
        Two numbers.
    sizes
        Number of features, of units of each hidden layer, and of classes.
    keep_prob, shuffle
        As in `MLPConfig`.
    """
    masks_shape = (len(sizes) - 2, tf.shape(features)[0], sizes[1])
    loss = tf.constant(0.0)
    for epoch in tf.range(num_epochs):
        if shuffle:
            order = tf.random.experimental.stateless_shuffle(
                tf.range(len(targets)), tf.random.fold_in(seed, num_epochs + epoch)
            )
            features, targets = tf.gather(features, order), tf.gather(targets, order)
        masks = None
        if keep_prob < 1:
            masks = _dropout_masks(masks_shape, keep_prob, tf.random.fold_in(seed, epoch))
        with tf.GradientTape() as tape:
            logits = _logits(weights, features, masks)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, weights)
        step = tf.cast(epoch + 1, tf.float32)
        for weight, mean, variance, gradient in zip(weights, means, variances, gradients, strict=True):
            # TensorFlow's own fused step of Adam: one pass over the memory.
            tf.raw_ops.ResourceApplyAdam(
                var=weight.handle,
                m=mean.handle,
                v=variance.handle,
                beta1_power=BETA1**step,
                beta2_power=BETA2**step,
                lr=learning_rate,
                beta1=BETA1,
                beta2=BETA2,
                epsilon=EPSILON,
                grad=gradient,
            )
    return loss


def _dropout_masks(shape: Sequence[int | tf.Tensor], keep_prob: float, seed: tf.Tensor) -> tf.Tensor:
    """Draw masks that are 0 for dropped units and 1 / `keep_prob` for the others; `shape` has three parts.

    16 random bits decide about a unit, so that `keep_prob` holds to 1e-5.
    """
    layers, instances, units = shape
    pairs = (layers, instances, -(-units // 2))
    # Half the time of a random float for each unit, which took a sixth of the training.
    bits = tf.random.stateless_uniform(pairs, seed, minval=None, maxval=None, dtype=tf.uint32)
    numbers = tf.reshape(tf.bitcast(bits, tf.uint16), (layers, instances, -1))[..., :units]
    kept = numbers < tf.constant(min(round(keep_prob * 2**16), 2**16 - 1), tf.uint16)
    return tf.cast(kept, tf.float32) * (1 / keep_prob)
