"""Training step, exact for any loss, on one or several devices."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import keras
import tensorflow as tf

from audeep.backend.training.model import Trainable

#: What a model is called with: ``inputs``, and if there are any, ``lengths`` and ``targets``.
Batch: TypeAlias = "dict[str, tf.Tensor]"
#: Epsilon of Adam, as in the original; the default of Keras is ten times as large.
EPSILON = 1e-8


def make_optimizer(model: Trainable, learning_rate: float, weight_decay: float = 0.0) -> keras.optimizers.Optimizer:
    """Make the optimiser of a model, and build its variables."""
    optimizer = keras.optimizers.AdamW(learning_rate, weight_decay, epsilon=EPSILON)
    optimizer.build(model.trainable_variables)
    return optimizer


def sums_of(model: Trainable, batch: Batch, *, training: bool) -> dict[str, tf.Tensor]:
    """Return the sums over a batch from which the loss follows."""
    return model.sums(model(**batch, training=training))


def make_train_step(
    model: Trainable,
    optimizer: keras.optimizers.Optimizer,
    strategy: tf.distribute.Strategy,
    batch_spec: Mapping[str, tf.TypeSpec],
) -> Callable[[Batch], tf.Tensor]:
    """Compile the training step, from a batch to its loss.

    A batch has ``inputs``, shape (batch, feature dims...); if instances differ in length, ``lengths``, shape
    (batch,); and for models that learn from targets, ``targets``, shape (batch, target).

    With several devices, a batch consists of the parts for each device; the step is the same as that of a single
    device on the whole batch.
    """

    def add_up(values: Sequence[tf.Tensor]) -> list[tf.Tensor]:
        """Add up over all devices."""
        context = tf.distribute.get_replica_context()
        # TensorFlow never frees the graph of a reduction: a session with many trainings would run out of memory.
        if context.num_replicas_in_sync == 1:
            return list(values)
        return list(context.all_reduce(tf.distribute.ReduceOp.SUM, list(values)))

    def step_of_replica(batch: Batch) -> tf.Tensor:
        with tf.GradientTape() as tape:
            sums = sums_of(model, batch, training=True)
        totals = dict(zip(sums, add_up(list(sums.values())), strict=True))
        with tf.GradientTape() as tape_of_loss:
            tape_of_loss.watch(totals)
            loss = model.loss(totals)
        zero = tf.UnconnectedGradients.ZERO
        # Chain rule: the gradient of the loss with respect to the sums of all devices, times that of this device's
        # sums with respect to the weights, added up over the devices.
        weights = tape_of_loss.gradient(loss, list(totals.values()), unconnected_gradients=zero)
        gradients = tape.gradient(
            list(sums.values()), model.trainable_variables, output_gradients=weights, unconnected_gradients=zero
        )
        most = model.max_gradient
        clipped = [tf.clip_by_value(gradient, -most, most) for gradient in add_up(gradients)]
        tf.distribute.get_replica_context().merge_call(update, (clipped,))
        return loss

    def update(strategy: tf.distribute.Strategy, gradients: Sequence[tf.Tensor]) -> None:
        # As `optimizer.apply`, which would however clip before adding up the gradients of all devices.
        for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
            # Biases, and the scales and offsets of channels, do not decay.
            decays = variable.name.endswith("kernel") and optimizer.weight_decay > 0
            strategy.extended.update(variable.value, update_variable, (gradient, decays), group=False)
        optimizer.iterations.assign_add(1)

    def update_variable(variable: tf.Variable, gradient: tf.Tensor, decays: bool) -> None:
        if decays:
            variable.assign_sub(variable * (optimizer.weight_decay * optimizer.learning_rate))
        optimizer.update_step(gradient, variable, optimizer.learning_rate)

    @tf.function(input_signature=[batch_spec], autograph=False)
    def train_step(batch: Batch) -> tf.Tensor:
        return strategy.experimental_local_results(strategy.run(step_of_replica, (batch,)))[0]

    return train_step
