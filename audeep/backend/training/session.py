"""Training: one loop for every model."""

from audeep.backend import runtime  # before TensorFlow

# isort: split
import functools
import itertools
import math
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from audeep.backend.atomic import exclusive
from audeep.backend.data.data_set import DataSet, listed, opened
from audeep.backend.errors import DataError, ModelError, OptionError
from audeep.backend.log import LOG, progress_bar
from audeep.backend.seeds import check_seed
from audeep.backend.training import checkpoints, distribution, records
from audeep.backend.training.architecture import Architecture
from audeep.backend.training.config import TrainingConfig
from audeep.backend.training.description import NUM_INSTANCES, ModelDescription
from audeep.backend.training.examples import choose_examples
from audeep.backend.training.fitting import fit
from audeep.backend.training.schedule import rate_at
from audeep.backend.training.step import make_optimizer, make_train_step

#: Subfolder of a run with the models and TensorBoard events.
LOGS = "logs"


def train(
    data: Path | str | DataSet | Sequence[Path | str | DataSet],
    run_name: Path | str,
    architecture: Architecture,
    config: TrainingConfig | Mapping[str, Any] | None = None,
    *,
    tempdir: Path | None = None,
    seed: int | None = None,
) -> Path:
    """Train a model.

    Parameters
    ----------
    data
        One or several data sets of spectrograms of the same shape, or their files.
    run_name
        Folder of the run; models and TensorBoard events go to its subfolder ``logs``.
    architecture
        Configuration of the model.
    config
        How to train it; by default, the training configuration of the kind of model. A dictionary has none.
    tempdir
        Folder for temporary files, which need as much space as `data`; must be empty or not exist, and is deleted.
        Not used for a dictionary.
    seed
        Makes all random choices repeatable: weights, order, dropout, noise, patches.

    Returns
    -------
    Path
        The ``logs`` folder, which contains the models.

    Raises
    ------
    DataError
        If the model cannot be trained on the data sets, or these differ in shape.
    ModelError
        If there is no checkpoint to resume from, or one that would be overwritten.
    OptionError
        If `config` is for a different kind of model.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> spectrograms = make_data_set(8, time=4, freq=3)
    >>> architecture = audeep.TimeAutoencoderConfig(num_units=2)
    >>> config = audeep.TrainingConfig(num_epochs=1)
    >>> logs = audeep.train(spectrograms, "run", architecture, config, seed=1)
    >>> sorted(path.name for path in logs.glob("model*"))
    ['model-1.data-00000-of-00001', 'model-1.index', 'model.json']
    """
    if not isinstance(architecture, Architecture):
        given = f"the class {architecture.__name__}" if isinstance(architecture, type) else repr(architecture)
        raise OptionError(
            f"expected the configuration of a model, such as TimeAutoencoderConfig(num_units=256), got {given:.200}"
        )
    config = architecture.training_config(config)
    logs = Path(run_name) / LOGS
    with ExitStack() as stack:
        data_sets = [stack.enter_context(opened(item)) for item in listed(data)]
        description = describe(data_sets, architecture, config, seed)
        if config is None:
            fit(description, data_sets, logs)
            return logs
        if config.resume:
            old = ModelDescription.read(logs)
            if not checkpoints.checkpoint_steps(logs):
                raise ModelError(f"{logs} contains no checkpoint to continue from; omit `resume`")
            description = description.resuming(old, seed)
        elif checkpoints.checkpoint_steps(logs):
            raise ModelError(
                f"{logs} already contains models; continue with `resume`, or use a different `run_name`"
            )
        runtime.use_processors(architecture.directions)
        strategy = distribution.make(config.strategy)
        stack.enter_context(distribution.explaining_failures(strategy))
        is_chief = distribution.is_chief(strategy)
        if is_chief:
            stack.enter_context(exclusive(logs, "training"))
            checkpoints.delete_old(logs, config.checkpoints_to_keep)
        # All workers synchronise here, before any writes files that another could take for an earlier training.
        latest = checkpoints.checkpoint_steps(logs)[-1] if config.resume else 0
        seed, latest = distribution.from_chief(strategy, [description.training["seed"], latest])
        keras.utils.set_random_seed(seed)
        # With a global seed of 0, tf.data compares its own seed, which is a tensor here, and fails.
        tf.random.set_seed(seed or 1)
        session = Session(description, config, logs, strategy, seed)
        if config.resume:
            session.restore(latest)
        if session.finished:
            LOG.info(
                "%s has been trained for %d epochs and `num_epochs` is %d: nothing to do; increase `num_epochs` to "
                "continue",
                logs,
                int(session.epoch),
                config.num_epochs,
            )
            return logs
        if is_chief:
            description.write(logs)
        paths = stack.enter_context(records.written(data_sets, tempdir, seed))
        session.run(paths, choose_examples(data_sets, session.model.examples, seed))
    return logs


def describe(
    data_sets: Sequence[DataSet], architecture: Architecture, config: TrainingConfig | None, seed: int | None
) -> ModelDescription:
    """Return the description of the model to train, after checking that it can be trained on the data."""
    first, *_ = data_sets
    for data_set in data_sets:
        if not len(data_set):
            raise DataError(f"{data_set.name} has no instances")
        if data_set.feature_shape != first.feature_shape:
            raise DataError(
                f"the data sets differ in shape: {first.name} has {first.feature_shape}, {data_set.name} has "
                f"{data_set.feature_shape}"
            )
        if data_set.spectrograms != first.spectrograms:
            LOG.warning("%s and %s were made with different spectrogram settings", first.name, data_set.name)
    if unwanted := architecture.unwanted(first.spectrograms or {}):
        LOG.warning("%s: %s models work best on spectrograms with %s", first.name, architecture.kind, unwanted)
    seed = secrets.randbits(32) if seed is None else check_seed(seed)
    return ModelDescription(
        kind=architecture.kind,
        architecture=architecture.to_dict(),
        feature_dims=list(first.feature_dims),
        feature_shape=list(first.feature_shape),
        spectrograms=first.spectrograms,
        training={**(config.to_dict() if config else {}), "seed": seed, NUM_INSTANCES: sum(map(len, data_sets))},
    )


class Session:
    """State of a training, all of which is saved in checkpoints in the folder `logs`; `seed` orders the data."""

    def __init__(
        self,
        description: ModelDescription,
        config: TrainingConfig,
        logs: Path,
        strategy: tf.distribute.Strategy,
        seed: int,
    ) -> None:
        self.config, self.logs, self.strategy, self.seed = config, logs, strategy, seed
        with strategy.scope():
            self.model = description.make()
            self.optimizer = make_optimizer(self.model, config.learning_rate, config.weight_decay)
        self.batch_sizes = self.batch_sizes_of(description.training[NUM_INSTANCES])
        self.epoch = tf.Variable(0, dtype=tf.int64)
        self.step = tf.Variable(0, dtype=tf.int64)
        self.checkpoint = tf.train.Checkpoint(
            model=self.model,
            optimizer=self.optimizer,
            # Of dropout, noise and views; Keras does not save them with the model.
            seeds=[variable.value for variable in self.model.non_trainable_variables],
            epoch=self.epoch,
            step=self.step,
        )

    def batch_sizes_of(self, num_instances: int) -> np.ndarray:
        """Return the sizes of the batches of an epoch, shape (batch,)."""
        fewest, size = self.model.min_instances, min(self.config.batch_size, num_instances)
        if size < (needed := fewest * self.strategy.num_replicas_in_sync):
            raise DataError(
                f"a {self.model.name} model needs batches of at least {needed} instances, {fewest} for each "
                f"device; got {size}"
            )
        bounds = range(0, num_instances + 1, size) if fewest else [*range(0, num_instances, size), num_instances]
        return np.diff(bounds)

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return int(self.epoch) >= self.config.num_epochs

    def restore(self, step: int) -> None:
        """Restore the checkpoint of a step."""
        checkpoints.restore(self.checkpoint, self.logs / f"{checkpoints.NAME}-{step}")
        LOG.info("continuing from epoch %d, step %d", int(self.epoch), step)

    def run(self, paths: Sequence[Path], examples: DataSet) -> None:
        """Train on records until all epochs are done; the chief writes a checkpoint after each.

        TensorBoard shows the results of the model for the `examples`.
        """
        dataset = self.batches(paths)
        train_step = make_train_step(self.model, self.optimizer, self.strategy, dataset.element_spec)
        total = self.config.num_epochs * len(self.batch_sizes)
        with (
            self.writing(examples) if distribution.is_chief(self.strategy) else nullcontext(lambda: None) as write,
            progress_bar(total=total, what="train", unit="step", initial=int(self.step)) as bar,
        ):
            batches = iter(dataset)
            while not self.finished:
                losses = []
                for batch in itertools.islice(batches, len(self.batch_sizes)):
                    rate = rate_at(int(self.step), total, self.config.schedule)
                    self.optimizer.learning_rate = self.config.learning_rate * rate
                    losses.append(self.checked(float(train_step(batch))))
                    self.step.assign_add(1)
                    tf.summary.scalar("loss", losses[-1], step=self.step)
                    bar.set_postfix(
                        epoch=f"{int(self.epoch) + 1}/{self.config.num_epochs}", loss=f"{losses[-1]:.4f}"
                    )
                    bar.update()
                self.epoch.assign_add(1)
                write()
                loss = np.average(losses, weights=self.batch_sizes)
                LOG.info("epoch %d of %d: loss %.4f", int(self.epoch), self.config.num_epochs, loss)

    @contextmanager
    def writing(self, examples: DataSet) -> Iterator[Callable[[], None]]:
        """Open TensorBoard's log; yield a function that writes summaries and the model at the end of an epoch."""
        writer = tf.summary.create_file_writer(str(self.logs))
        # Created after the first epoch, so that the first step does not wait for it.
        summaries = functools.cache(lambda: self.model.summaries(examples))

        def write() -> None:
            summaries()(self.step)
            writer.flush()
            checkpoints.save(self.checkpoint, self.logs, int(self.step), self.config.checkpoints_to_keep)

        with writer.as_default():
            yield write

    def batches(self, paths: Sequence[Path]) -> tf.data.Dataset:
        """Return the batches of all remaining epochs; their order depends on the seed and the epoch."""
        seeds = [
            np.random.SeedSequence((self.seed, epoch)).generate_state(1, np.uint32)[0]
            for epoch in range(int(self.epoch), self.config.num_epochs)
        ]
        shape, size = self.model.feature_shape, int(self.batch_sizes[0])
        drop_remainder = self.model.min_instances > 0
        return self.strategy.distribute_datasets_from_function(
            lambda context: records.batches(paths, shape, size, seeds, context, drop_remainder=drop_remainder)
        )

    def checked(self, loss: float) -> float:
        """Return the loss; raise a `ModelError` if it is not finite."""
        if math.isfinite(loss):
            return loss
        steps = checkpoints.checkpoint_steps(self.logs)
        latest = self.logs / f"{checkpoints.NAME}-{steps[-1]}" if steps else "none, because no epoch was completed"
        raise ModelError(
            f"the loss became {loss} at step {int(self.step) + 1}; a lower `learning_rate` may help; "
            f"last good model: {latest}"
        )
