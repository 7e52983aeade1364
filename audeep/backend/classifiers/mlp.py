"""The multilayer perceptron with softmax output."""

from audeep.backend import runtime  # before TensorFlow

# isort: split
import functools
import threading
import warnings
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from keras.initializers import GlorotUniform
from keras.layers import Dense, Dropout
from sklearn.exceptions import ConvergenceWarning

from audeep.backend.classifiers.config import MLPConfig
from audeep.backend.classifiers.estimator import Classifier

#: Decay rates and the small constant of Adam.
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

#: Held while a trainer is looked up, so that threads that need the same one do not make two.
_LOOKUP = threading.Lock()


class MLP(Classifier, config=MLPConfig):
    """Multilayer perceptron: ReLU layers with dropout, then a softmax.

    Its parameters are those of `MLPConfig`. Each training epoch is one step of Adam with all instances. The
    training data and the weights must fit in the memory of the GPU, if there is one.

    Examples
    --------
    >>> import audeep
    >>> mlp = audeep.MLP(num_epochs=50, learning_rate=0.01, random_state=0)
    >>> mlp.fit([[0, 1], [1, 0]], ["high", "low"]).predict([[0, 1]])
    array(['high'], dtype='<U4')
    """

    # One fit does not keep two cores busy: its matrices are small, and TensorFlow works on one at a time.
    concurrent_fits = 2

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Return the probability of each class, shape (instance, class)."""
        return tf.nn.softmax(self._logits(X)).numpy()

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return labels, shape (instance,)."""
        best = np.argmax(self._logits(X), axis=1)
        return self.classes_[best]

    def _train(self, X: np.ndarray, targets: np.ndarray, config: MLPConfig, seed: np.random.SeedSequence) -> None:
        runtime.use_processors(self.concurrent_fits)
        sizes = (X.shape[1], *[config.num_units] * config.num_layers, len(self.classes_))
        self.network_ = _network(sizes, config.keep_prob, seed)
        weights = [variable.value for variable in self.network_.trainable_variables]
        with _LOOKUP:
            train = _trainer(sizes, config.keep_prob, config.shuffle)
        loss = train(
            weights,
            [[tf.Variable(tf.zeros_like(weight)) for _ in range(2)] for weight in weights],
            [tf.convert_to_tensor(variable) for variable in self.network_.non_trainable_variables],
            tf.constant(X, tf.float32),
            tf.constant(targets, tf.int32),
            tf.constant(config.num_epochs),
            tf.constant(config.learning_rate),
            tf.constant(seed.generate_state(2).astype(np.int32)),
        )
        self.converged_ = bool(np.isfinite(loss))
        if not self.converged_:
            warnings.warn(
                "the loss is not finite: a smaller learning_rate may help", ConvergenceWarning, stacklevel=3
            )

    def _logits(self, X: np.ndarray) -> tf.Tensor:
        X = self._validated(X)
        return self.network_(tf.constant(X, tf.float32))


def _network(sizes: tuple[int, ...], keep_prob: float, seed: np.random.SeedSequence) -> keras.Sequential:
    """Make a network that returns logits; `sizes` counts its features, the units of each layer, and its classes."""
    seeds = iter(seed.generate_state(2 * len(sizes)).tolist())
    layers = [keras.Input(sizes[:1])]
    for size in sizes[1:-1]:
        layers.append(Dense(size, "relu", kernel_initializer=GlorotUniform(next(seeds))))
        layers.append(Dropout(1 - keep_prob, seed=next(seeds)))
    return keras.Sequential([*layers, Dense(sizes[-1], kernel_initializer=GlorotUniform(next(seeds)))])


# Measured with 320 instances of 1,024 features, 2 x 150 units and 400 epochs, where a fit takes 2.7 s of processor
# time: `keras.optimizers.Adam` in place of the fused step takes 1.1 times as long, a trace for each fit 1.5 times,
# and `Model.fit` 2.1 times. Layers and masks of our own would save a twentieth.
@functools.lru_cache(maxsize=4)
def _trainer(sizes: tuple[int, ...], keep_prob: float, shuffle: bool) -> Callable[..., tf.Tensor]:
    """Make the function that trains all networks of an architecture: all epochs are one graph, traced once.

    It changes the weights, and both moments of the gradient of each, in place, and returns the last loss.
    """
    network = _network(sizes, keep_prob, np.random.SeedSequence(0))

    @tf.function(reduce_retracing=True)
    def train(
        weights: list[tf.Variable],
        moments: list[list[tf.Variable]],
        states: list[tf.Tensor],
        features: tf.Tensor,
        targets: tf.Tensor,
        num_epochs: tf.Tensor,
        learning_rate: tf.Tensor,
        seed: tf.Tensor,
    ) -> tf.Tensor:
        loss = tf.constant(0.0)
        for epoch in tf.range(num_epochs):
            if shuffle:
                key = tf.random.fold_in(seed, epoch)
                order = tf.random.experimental.stateless_shuffle(tf.range(len(targets)), key)
                features, targets = tf.gather(features, order), tf.gather(targets, order)
            with tf.GradientTape() as tape:
                logits, states = network.stateless_call(weights, states, features, training=True)
                losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
                loss = tf.reduce_mean(losses)
            gradients = tape.gradient(loss, weights)
            step = tf.cast(epoch + 1, tf.float32)
            for weight, (mean, variance), gradient in zip(weights, moments, gradients, strict=True):
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

    return train
