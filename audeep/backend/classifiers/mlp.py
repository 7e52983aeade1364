"""The multilayer perceptron with softmax output."""

import warnings
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import tensorflow as tf
from sklearn.exceptions import ConvergenceWarning

from audeep.backend import runtime
from audeep.backend.classifiers.config import MLPConfig
from audeep.backend.classifiers.estimator import Classifier

#: Decay rates and the small constant of Adam.
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


class MLP(Classifier, config=MLPConfig):
    """A multilayer perceptron: ReLU layers with dropout, then a softmax; its parameters are those of `MLPConfig`.

    Each training epoch is one step of Adam with all instances. All training data and weights lie in the memory
    of the GPU, if there is one.

    Examples
    --------
    >>> mlp = MLP(num_epochs=50, learning_rate=0.01, random_state=0)
    >>> mlp.fit([[0, 1], [1, 0]], ["high", "low"]).predict([[0, 1]])
    array(['high'], dtype='<U4')
    """

    # One fit does not keep two cores busy: its matrices are small, and TensorFlow works on one at a time.
    concurrent_fits = 2

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Return the probability of each class, shape (instance, class)."""
        return tf.nn.softmax(self._scores(X)).numpy()

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return labels, shape (instance,)."""
        best = np.argmax(self._scores(X), axis=1)
        return self.classes_[best]

    def _train(self, X: np.ndarray, targets: np.ndarray, config: MLPConfig, seed: np.random.SeedSequence) -> None:
        runtime.use_processors(self.concurrent_fits)
        random = np.random.default_rng(seed)
        sizes = (X.shape[1], *[config.num_units] * config.num_layers, len(self.classes_))
        weights = _initial_weights(sizes, random)
        loss = _train(
            weights,
            [tf.Variable(tf.zeros_like(weight)) for weight in weights],
            [tf.Variable(tf.zeros_like(weight)) for weight in weights],
            tf.constant(X, tf.float32),
            tf.constant(targets, tf.int32),
            tf.constant(config.num_epochs),
            tf.constant(config.learning_rate),
            tf.constant(random.integers(2**31, size=2), tf.int32),
            sizes=sizes,
            keep_prob=config.keep_prob,
            shuffle=config.shuffle,
        )
        # Arrays, which can be pickled.
        self.weights_ = [weight.numpy() for weight in weights]
        self.converged_ = bool(np.isfinite(loss))
        if not self.converged_:
            warnings.warn(
                "the loss is not finite: a smaller learning_rate may help", ConvergenceWarning, stacklevel=3
            )

    def _scores(self, X: np.ndarray) -> tf.Tensor:
        X = self._validated(X)
        return _logits(self.weights_, tf.constant(X, tf.float32))


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
