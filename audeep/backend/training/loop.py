"""The training loop: epochs of steps, one loop for everything that is trained by gradients."""

import itertools
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

import keras
import numpy as np
import tensorflow as tf

from audeep.backend.errors import DataError, ModelError
from audeep.backend.log import LOG, progress_bar
from audeep.backend.training import records
from audeep.backend.training.buckets import make_buckets
from audeep.backend.training.config import OptimizationConfig
from audeep.backend.training.model import Trainable
from audeep.backend.training.schedule import rate_at
from audeep.backend.training.step import make_optimizer, make_train_step

TrainableT = TypeVar("TrainableT", bound=Trainable)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed all that training draws: weights, the order of instances, dropout.

    Afterwards, the generators of Python and NumPy go on as if nothing had been drawn.
    """
    before, numpy_before = random.getstate(), np.random.get_state()  # noqa: NPY002, Keras seeds this one
    keras.utils.set_random_seed(seed)
    # With a global seed of 0, tf.data compares its own seed, which is a tensor here, and fails.
    tf.random.set_seed(seed or 1)
    try:
        yield
    finally:
        random.setstate(before)
        np.random.set_state(numpy_before)  # noqa: NPY002


class Loop(Generic[TrainableT]):
    """The training loop of a model.

    Parameters
    ----------
    make
        Makes the model; called in the scope of the strategy.
    config
        How to train it.
    strategy
        Devices to train on.
    seed
        Orders the data.
    num_instances
        Number of instances to train on.
    lengths
        Their lengths, shape (instance,), or None if they do not differ.
    num_targets
        Number of targets of each; 0 for models that learn without labels.
    """

    def __init__(
        self,
        make: Callable[[], TrainableT],
        config: OptimizationConfig,
        strategy: tf.distribute.Strategy,
        seed: int,
        num_instances: int,
        lengths: np.ndarray | None = None,
        num_targets: int = 0,
    ) -> None:
        self.config, self.strategy, self.seed = config, strategy, seed
        self.lengths, self.num_targets = lengths, num_targets
        with strategy.scope():
            self.model = make()
            self.optimizer = make_optimizer(self.model, config.learning_rate, config.weight_decay)
        self.batch_size = min(config.batch_size, num_instances)
        self.batch_sizes = self.batch_sizes_of(num_instances)
        self.epoch = tf.Variable(0, dtype=tf.int64)
        self.step = tf.Variable(0, dtype=tf.int64)
        self.stopped_early = False

    def batch_sizes_of(self, num_instances: int) -> np.ndarray:
        """Return the sizes of the batches of an epoch, shape (batch,); not in order if formed by length."""
        fewest, size = self.model.min_instances, self.batch_size
        if size < (needed := fewest * self.strategy.num_replicas_in_sync):
            raise DataError(
                f"a {self.model.name} model needs batches of at least {needed} instances, {fewest} for each "
                f"device; got {size}"
            )
        if self.lengths is not None and not fewest:
            buckets = make_buckets(self.lengths, size)
            return np.repeat([item.batch_size for item in buckets], [item.num_batches for item in buckets])
        bounds = range(0, num_instances + 1, size) if fewest else [*range(0, num_instances, size), num_instances]
        return np.diff(bounds)

    @property
    def finished(self) -> bool:
        """Whether all epochs are done, or training has stopped early."""
        return self.stopped_early or int(self.epoch) >= self.config.num_epochs

    def run(self, paths: Sequence[Path], end_epoch: Callable[[float], Mapping[str, str]] | None = None) -> None:
        """Train on records until all epochs are done.

        `end_epoch` is called after each, with its loss; the progress bar shows what it returns.
        """
        dataset = self.batches(paths)
        train_step = make_train_step(self.model, self.optimizer, self.strategy, dataset.element_spec)
        total = self.config.num_epochs * len(self.batch_sizes)
        with progress_bar(total=total, what="train", unit="step", initial=int(self.step)) as bar:
            batches = iter(dataset)
            shown: Mapping[str, str] = {}
            while not self.finished:
                losses = []
                for batch in itertools.islice(batches, len(self.batch_sizes)):
                    rate = rate_at(int(self.step), total, self.config.learning_rate_schedule)
                    self.optimizer.learning_rate = self.config.learning_rate * rate
                    losses.append(self.checked(float(train_step(batch))))
                    self.step.assign_add(1)
                    # Does nothing unless a log of TensorBoard is open.
                    tf.summary.scalar("loss", losses[-1], step=self.step)
                    epoch = f"{int(self.epoch) + 1}/{self.config.num_epochs}"
                    bar.set_postfix({"epoch": epoch, "loss": f"{losses[-1]:.4f}", **shown})
                    bar.update()
                self.epoch.assign_add(1)
                # Batches formed by length come in any order, and are about equally large.
                weights = self.batch_sizes if self.lengths is None else None
                if end_epoch:
                    shown = end_epoch(float(np.average(losses, weights=weights)))

    def log_epoch(self, loss: float, validation_loss: float | None = None) -> None:
        """Log the losses of the epoch that has ended."""
        validated = "" if validation_loss is None else f", validation loss {validation_loss:.4f}"
        LOG.info("epoch %d of %d: loss %.4f%s", int(self.epoch), self.config.num_epochs, loss, validated)

    def batches(self, paths: Sequence[Path]) -> tf.data.Dataset:
        """Return the batches of all remaining epochs; their order depends on the seed and the epoch."""
        seeds = [
            np.random.SeedSequence((self.seed, epoch)).generate_state(1, np.uint32)[0]
            for epoch in range(int(self.epoch), self.config.num_epochs)
        ]
        return self.strategy.distribute_datasets_from_function(
            lambda context: records.batches(
                paths,
                self.model.feature_shape,
                self.batch_size,
                seeds,
                context,
                drop_remainder=self.model.min_instances > 0,
                lengths=self.lengths,
                num_targets=self.num_targets,
            )
        )

    def checked(self, loss: float) -> float:
        """Return the loss; raise a `ModelError` if it is not finite."""
        if math.isfinite(loss):
            return loss
        raise ModelError(f"the loss became {loss} at step {int(self.step) + 1}; a lower `learning_rate` may help")
