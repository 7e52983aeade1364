"""Multilayer perceptrons."""

from audeep.backend import runtime  # before TensorFlow

# isort: split
import functools
import threading
import warnings
from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import partial

import keras
import numpy as np
import tensorflow as tf
from keras.initializers import GlorotUniform
from keras.layers import Dense, Dropout
from sklearn.exceptions import ConvergenceWarning

from audeep.backend.classifiers.config import MLPConfig
from audeep.backend.classifiers.estimator import Learner, Regressor
from audeep.backend.classifiers.network import NetworkClassifier
from audeep.backend.classifiers.selection import set_aside
from audeep.backend.networks.losses import Losses, cross_entropies, squared_errors

#: Decay rates and the small constant of Adam.
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

#: Held while a trainer is looked up, so that two threads do not make the same one.
_LOOKUP = threading.Lock()


class Perceptron(Learner):
    """Training that the classifier and the regressor share."""

    # A single fit does not keep two cores busy: its matrices are small, and TensorFlow processes one at a time.
    concurrent_fits = 2
    remedy = "a lower `learning_rate`"

    def _train(
        self,
        X: np.ndarray,
        targets: np.ndarray,
        config: MLPConfig,
        seed: np.random.SeedSequence,
        groups: np.ndarray,
    ) -> None:
        runtime.use_processors(self.concurrent_fits)
        compute_losses, kind, num_outputs = self._objective(targets)
        sizes = (X.shape[1], *[config.num_units] * config.num_layers, num_outputs)
        self.network_ = _network(sizes, config.keep_prob, seed)
        weights = [variable.value for variable in self.network_.trainable_variables]
        *keys, for_aside = seed.generate_state(3)
        kept: slice | np.ndarray = slice(None)
        if config.early_stopping:
            kept, aside = set_aside(
                targets if targets.ndim == 1 else None, groups, config.validation_fraction, int(for_aside)
            )
        with _LOOKUP:
            train = _trainer(sizes, config.keep_prob, config.shuffle, compute_losses)
        epochs = partial(
            train,
            weights,
            [[tf.Variable(tf.zeros_like(weight)) for _ in range(2)] for weight in weights],
            tf.constant(X[kept], tf.float32),
            tf.constant(targets[kept], kind),
            tf.constant(config.learning_rate),
            tf.constant(np.array(keys).astype(np.int32)),
        )
        states = [tf.convert_to_tensor(variable) for variable in self.network_.non_trainable_variables]
        if config.early_stopping:
            held_out = tf.constant(X[aside], tf.float32), tf.constant(targets[aside], kind)
            loss = self._stop_early(epochs, states, *held_out, compute_losses, config)
        else:
            loss, _ = epochs(states, tf.constant(0), tf.constant(config.num_epochs))
            self.num_epochs_ = config.num_epochs
        self.converged_ = bool(np.isfinite(loss))
        if not self.converged_:
            warnings.warn(
                "the loss is not finite; a lower learning_rate may help", ConvergenceWarning, stacklevel=3
            )

    def _stop_early(
        self,
        epochs: Callable[..., tuple[tf.Tensor, list[tf.Tensor]]],
        states: list[tf.Tensor],
        features: tf.Tensor,
        targets: tf.Tensor,
        compute_losses: Losses,
        config: MLPConfig,
    ) -> float:
        """Train until the loss on held-out instances stops falling; keep the best weights and return their loss."""
        lowest, weights, self.num_epochs_ = np.inf, self.network_.get_weights(), 0
        for epoch in range(config.num_epochs):
            _, states = epochs(states, tf.constant(epoch), tf.constant(epoch + 1))
            loss = float(tf.reduce_mean(compute_losses(targets, self.network_(features))))
            if loss < lowest:
                lowest, weights, self.num_epochs_ = loss, self.network_.get_weights(), epoch + 1
            elif epoch + 1 - self.num_epochs_ >= (config.early_stopping or 0):
                break
        self.network_.set_weights(weights)
        return lowest

    def _outputs(self, X: np.ndarray) -> tf.Tensor:
        return self.network_(tf.constant(X, tf.float32))

    @abstractmethod
    def _objective(self, targets: np.ndarray) -> tuple[Losses, tf.DType, int]:
        """Return the loss, the type of targets that it takes, and the number of outputs."""

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the kernel and the bias of each layer."""
        weights = self.network_.get_weights()
        names = [f"{name}_{layer}" for layer in range(len(weights) // 2) for name in ("kernel", "bias")]
        return dict(zip(names, weights, strict=True))

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        kernels = [arrays[f"kernel_{layer}"] for layer in range(self.num_layers + 1)]
        biases = [arrays[f"bias_{layer}"] for layer in range(self.num_layers + 1)]
        sizes = (kernels[0].shape[0], *(bias.size for bias in biases))
        if sizes[-1] != self._num_outputs:
            raise ValueError(f"expected {self._num_outputs} outputs, got {sizes[-1]}")
        self.network_ = _network(sizes, self.keep_prob, np.random.SeedSequence(0))
        # Raises a `ValueError` if shapes do not match.
        self.network_.set_weights([array for pair in zip(kernels, biases, strict=True) for array in pair])
        self.n_features_in_ = sizes[0]


class MLP(Perceptron, NetworkClassifier, config=MLPConfig):
    """Multilayer perceptron: ReLU layers with dropout, then a softmax, or for sets of labels a sigmoid for each.

    Its parameters are those of `MLPConfig`. Without hidden layers, it is logistic regression. Each training epoch
    is one step of Adam on all instances. Training data and weights must fit into GPU memory, if there is a GPU.

    Examples
    --------
    >>> import audeep
    >>> mlp = audeep.MLP(num_epochs=50, learning_rate=0.01, random_state=0)
    >>> mlp.fit([[0, 1], [1, 0]], ["high", "low"]).predict([[0, 1]])
    array(['high'], dtype='<U4')
    """

    def _objective(self, targets: np.ndarray) -> tuple[Losses, tf.DType, int]:
        if targets.ndim == 1:
            return tf.nn.sparse_softmax_cross_entropy_with_logits, tf.int32, len(self.classes_)
        return cross_entropies, tf.float32, targets.shape[1]


class MLPRegressor(Perceptron, Regressor, config=MLPConfig):
    """Multilayer perceptron for continuous targets: ReLU layers with dropout, then a linear layer.

    Its parameters are those of `MLPConfig`; the loss is the squared error. Without hidden layers, it is linear
    regression.

    Examples
    --------
    >>> import audeep
    >>> mlp = audeep.MLPRegressor(num_epochs=200, learning_rate=0.01, keep_prob=1, random_state=0)
    >>> mlp.fit([[0], [1], [2], [3]], [10, 20, 30, 40]).predict([[1.5]]).round()
    array([25.])
    """

    def _predicted(self, X: np.ndarray) -> np.ndarray:
        return self._outputs(X).numpy().astype(np.float64)

    def _objective(self, targets: np.ndarray) -> tuple[Losses, tf.DType, int]:
        return squared_errors, tf.float32, targets.shape[1]


def _network(sizes: tuple[int, ...], keep_prob: float, seed: np.random.SeedSequence) -> keras.Sequential:
    """Make a network that returns logits; `sizes` are the numbers of features, units of each layer, and classes."""
    seeds = iter(seed.generate_state(2 * len(sizes)).tolist())
    layers = [keras.Input(sizes[:1])]
    for size in sizes[1:-1]:
        layers.append(Dense(size, "relu", kernel_initializer=GlorotUniform(next(seeds))))
        layers.append(Dropout(1 - keep_prob, seed=next(seeds)))
    return keras.Sequential([*layers, Dense(sizes[-1], kernel_initializer=GlorotUniform(next(seeds)))])


# Measured with 320 instances of 1,024 features, 2 x 150 units and 400 epochs, where a fit takes 2.7 s of CPU time:
# `keras.optimizers.Adam` instead of the fused step takes 1.1 times as long, tracing for each fit 1.5 times, and
# `Model.fit` 2.1 times. Our own layers and masks would save 5 %.
@functools.lru_cache(maxsize=4)
def _trainer(
    sizes: tuple[int, ...], keep_prob: float, shuffle: bool, compute_losses: Losses
) -> Callable[..., tuple[tf.Tensor, list[tf.Tensor]]]:
    """Make the function that trains all networks of an architecture: all epochs are one graph, traced once.

    It updates the weights, and both moments of their gradients, in place. It returns the last loss, and the states
    of the network, from which training can continue.
    """
    network = _network(sizes, keep_prob, np.random.SeedSequence(0))

    @tf.function(reduce_retracing=True)
    def train(
        weights: list[tf.Variable],
        moments: list[list[tf.Variable]],
        features: tf.Tensor,
        targets: tf.Tensor,
        learning_rate: tf.Tensor,
        seed: tf.Tensor,
        states: list[tf.Tensor],
        first: tf.Tensor,
        end: tf.Tensor,
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        loss = tf.constant(0.0)
        for epoch in tf.range(first, end):
            if shuffle:
                key = tf.random.fold_in(seed, epoch)
                order = tf.random.experimental.stateless_shuffle(tf.range(len(targets)), key)
                features, targets = tf.gather(features, order), tf.gather(targets, order)
            with tf.GradientTape() as tape:
                logits, states = network.stateless_call(weights, states, features, training=True)
                loss = tf.reduce_mean(compute_losses(targets, logits))
            gradients = tape.gradient(loss, weights)
            step = tf.cast(epoch + 1, tf.float32)
            for weight, (mean, variance), gradient in zip(weights, moments, gradients, strict=True):
                # TensorFlow's fused Adam step: a single pass over memory.
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
        return loss, states

    return train
