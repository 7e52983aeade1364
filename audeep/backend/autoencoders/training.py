"""Training of autoencoders."""

import itertools
import logging
import math
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from audeep.backend import runtime
from audeep.backend.atomic import exclusive
from audeep.backend.autoencoders import checkpoints, distribution, summaries
from audeep.backend.autoencoders.base import Autoencoder, root_mean
from audeep.backend.autoencoders.checkpoints import ModelDescription
from audeep.backend.autoencoders.config import TrainingConfig, directions
from audeep.backend.data.data_set import DataSet, load
from audeep.backend.errors import DataError, ModelError
from audeep.backend.log import progress_bar
from audeep.backend.options import Config
from audeep.backend.records import tfrecords
from audeep.backend.seeds import check_seed

LOG = logging.getLogger(__name__)

#: Gradients are clipped to this, value by value.
CLIP = 2.0
#: The small constant of Adam, that of the original; the default of Keras is ten times as large.
EPSILON = 1e-8
#: Folder in that of a run where models and TensorBoard events are.
LOGS = "logs"


def train(
    inputs: Sequence[Path | str],
    run_name: Path | str,
    architecture: Config,
    config: TrainingConfig | None = None,
    *,
    tempdir: Path | None = None,
    resume: bool = False,
    seed: int | None = None,
) -> Path:
    """Train an autoencoder.

    Parameters
    ----------
    inputs
        Data sets of spectrograms, all of the same shape.
    run_name
        Folder of the run; models and TensorBoard events go to ``logs`` in it.
    architecture
        Configuration of one of the autoencoders.
    config
        How it is trained.
    tempdir
        A folder for temporary files, as large as `inputs`; it must be empty or not exist, and is deleted.
    resume
        Go on from the latest checkpoint in the folder.
    seed
        Makes weights, order, dropout and noise repeatable.

    Returns
    -------
    Path
        The ``logs`` folder, which holds the models.

    Raises
    ------
    DataError
        If the data sets cannot be trained on, or differ in shape.
    ModelError
        If there is no checkpoint to go on from, or one that would be overwritten.
    """
    config = config or TrainingConfig()
    logs = Path(run_name) / LOGS
    with ExitStack() as open_files:
        data_sets = [open_files.enter_context(load(path)) for path in inputs]
        description = describe(inputs, data_sets, architecture, config, seed)
        if resume:
            description = continued(logs, description, seed)
        else:
            refuse_to_overwrite(logs)
        runtime.use_processors(directions(architecture))
        strategy = distribution.make(config.strategy)
        open_files.enter_context(distribution.explaining_failures(strategy))
        is_chief = distribution.is_chief(strategy)
        if is_chief:
            open_files.enter_context(exclusive(logs, "training"))
            checkpoints.delete_old(logs, config.checkpoints_to_keep)
        # All workers meet here: none has yet written what another would take for an earlier training.
        latest = checkpoints.checkpoint_steps(logs)[-1] if resume else 0
        seed, latest = distribution.from_chief(strategy, [description.training["seed"], latest])
        keras.utils.set_random_seed(seed)
        run = Run(description, config, logs, strategy, seed)
        if resume:
            run.restore(latest)
        if run.finished:
            LOG.info("%s has its %d epochs already; a larger `num_epochs` goes on", logs, config.num_epochs)
            return logs
        if is_chief:
            description.write(logs)
        run.train(open_files.enter_context(tfrecords.written(data_sets, tempdir, seed)))
    return logs


class Run:
    """The state of a training run, all of which is in its checkpoints.

    Parameters
    ----------
    description
        The model.
    config
        How it is trained.
    logs
        Folder of the checkpoints.
    strategy
        The devices.
    seed
        Of the order of the data.
    """

    def __init__(
        self,
        description: ModelDescription,
        config: TrainingConfig,
        logs: Path,
        strategy: tf.distribute.Strategy,
        seed: int,
    ) -> None:
        self.description, self.config, self.logs, self.strategy = description, config, logs, strategy
        self.is_chief = distribution.is_chief(strategy)
        self.seed = seed
        num_instances = description.training[checkpoints.NUM_INSTANCES]
        self.batch_sizes = np.diff([*range(0, num_instances, config.batch_size), num_instances])
        with strategy.scope():
            self.model = description.make()
            self.optimizer = keras.optimizers.Adam(config.learning_rate, epsilon=EPSILON)
            self.optimizer.build(self.model.trainable_variables)
        self.epoch = tf.Variable(0, dtype=tf.int64)
        self.step = tf.Variable(0, dtype=tf.int64)
        self.checkpoint = tf.train.Checkpoint(
            model=self.model,
            optimizer=self.optimizer,
            # Of dropout and noise; the model does not offer them to a checkpoint.
            seeds=[variable.value for variable in self.model.non_trainable_variables],
            epoch=self.epoch,
            step=self.step,
        )

    @property
    def finished(self) -> bool:
        """Whether the model has seen all its epochs."""
        return int(self.epoch) >= self.config.num_epochs

    def restore(self, step: int) -> None:
        """Go back to the checkpoint of a step."""
        checkpoints.restore(self.checkpoint, self.logs / f"{checkpoints.NAME}-{step}")
        # A learning rate that was given anew holds from here on.
        self.optimizer.learning_rate = self.config.learning_rate
        LOG.info("going on from epoch %d, step %d", int(self.epoch), step)

    def train(self, paths: Sequence[Path]) -> None:
        """Train until all epochs are done, with a checkpoint after each, which the chief writes."""
        dataset = self.batches(paths)
        train_step = make_train_step(self.model, self.optimizer, self.strategy, dataset.element_spec)
        total = self.config.num_epochs * len(self.batch_sizes)
        with (
            self.writing(paths) if self.is_chief else nullcontext(lambda: None) as write,
            progress_bar(total=total, what="train", unit="step", initial=int(self.step)) as bar,
        ):
            batches = iter(dataset)
            while not self.finished:
                losses = []
                for batch in itertools.islice(batches, len(self.batch_sizes)):
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
    def writing(self, paths: Sequence[Path]) -> Iterator[Callable[[], None]]:
        """Write what TensorBoard shows; yields a function that writes the model at the end of an epoch."""
        shape = self.description.feature_shape
        example = next(iter(tfrecords.batches(paths, shape, summaries.EXAMPLES, [self.seed])))
        describe_model = summaries.make(self.model, example)
        writer = tf.summary.create_file_writer(str(self.logs))

        def write() -> None:
            describe_model(self.step)
            writer.flush()
            checkpoints.save(self.checkpoint, self.logs, int(self.step), self.config.checkpoints_to_keep)

        with writer.as_default():
            yield write

    def batches(self, paths: Sequence[Path]) -> tf.data.Dataset:
        """Return the batches of all epochs to come; their order follows from the seed and the epoch."""
        seeds = [
            np.random.SeedSequence((self.seed, epoch)).generate_state(1, np.uint32)[0]
            for epoch in range(int(self.epoch), self.config.num_epochs)
        ]
        return self.strategy.distribute_datasets_from_function(
            lambda context: tfrecords.batches(
                paths, self.description.feature_shape, self.config.batch_size, seeds, context
            )
        )

    def checked(self, loss: float) -> float:
        """Return the loss, or stop if it is not finite."""
        if math.isfinite(loss):
            return loss
        steps = checkpoints.checkpoint_steps(self.logs)
        latest = self.logs / f"{checkpoints.NAME}-{steps[-1]}" if steps else "none, as no epoch was completed"
        raise ModelError(
            f"the loss became {loss} at step {int(self.step) + 1}; a lower `learning_rate` may help; "
            f"the last good model is {latest}"
        )


def make_train_step(
    model: Autoencoder,
    optimizer: keras.optimizers.Optimizer,
    strategy: tf.distribute.Strategy,
    batch_spec: tf.TypeSpec,
) -> Callable[[tf.Tensor], tf.Tensor]:
    """Compile the training step: a batch of shape (batch, time, features) in, its loss out.

    With several devices, a batch is the parts of it that the devices get; the step is the same as that of a
    single device for the whole batch.
    """

    def step_of_replica(batch: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            result = model(batch, training=True)
            total, count = model.squared_error(result["targets"], result["reconstruction"])
        gradients = tape.gradient(total, model.trainable_variables)
        context = tf.distribute.get_replica_context()
        # TensorFlow never forgets the graph of a reduction: a session of many trainings would fill the memory.
        if context.num_replicas_in_sync > 1:
            total, count, *gradients = context.all_reduce(tf.distribute.ReduceOp.SUM, [total, count, *gradients])
        loss = root_mean(total, count)
        # The derivative of the loss with respect to the total; zero where nothing can be learned.
        factor = tf.math.divide_no_nan(0.5, tf.maximum(count, 1) * loss)
        clipped = [tf.clip_by_value(factor * gradient, -CLIP, CLIP) for gradient in gradients]
        context.merge_call(update, (clipped,))
        return loss

    def update(strategy: tf.distribute.Strategy, gradients: Sequence[tf.Tensor]) -> None:
        # What `optimizer.apply` does, but it would clip before the gradients of all replicas are added up.
        for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
            strategy.extended.update(variable.value, update_variable, (gradient,), group=False)
        optimizer.iterations.assign_add(1)

    def update_variable(variable: tf.Variable, gradient: tf.Tensor) -> None:
        optimizer.update_step(gradient, variable, optimizer.learning_rate)

    @tf.function(input_signature=[batch_spec])
    def train_step(batch: tf.Tensor) -> tf.Tensor:
        return strategy.experimental_local_results(strategy.run(step_of_replica, (batch,)))[0]

    return train_step


def describe(
    inputs: Sequence[Path | str],
    data_sets: Sequence[DataSet],
    architecture: Config,
    config: TrainingConfig,
    seed: int | None,
) -> ModelDescription:
    """Describe the model that will be trained, and check that it can be trained on the data."""
    first = data_sets[0]
    for path, data_set in zip(inputs, data_sets, strict=True):
        if not len(data_set):
            raise DataError(f"{path} has no instances")
        if data_set.feature_shape != first.feature_shape:
            raise DataError(
                f"the data sets differ in shape: {inputs[0]} has {first.feature_shape}, {path} has "
                f"{data_set.feature_shape}"
            )
        if data_set.spectrograms != first.spectrograms:
            LOG.warning("%s and %s were made with different spectrogram settings", inputs[0], path)
    seed = secrets.randbits(32) if seed is None else check_seed(seed)
    return ModelDescription(
        kind=architecture.kind,  # type: ignore[attr-defined]
        architecture=architecture.to_dict(),
        feature_dims=list(first.feature_dims),
        feature_shape=list(first.feature_shape),
        spectrograms=first.spectrograms,
        training={**config.to_dict(), "seed": seed, checkpoints.NUM_INSTANCES: sum(map(len, data_sets))},
    )


def continued(logs: Path, description: ModelDescription, seed: int | None) -> ModelDescription:
    """Return the description of the run to go on with: the new one, with the seed of before."""
    old = ModelDescription.read(logs)
    if not checkpoints.checkpoint_steps(logs):
        raise ModelError(f"{logs} holds no checkpoint to go on from; leave `resume` out")
    checkpoints.check_continuation(old, description)
    same_seed = old.training["seed"]
    if seed not in (None, same_seed):
        raise ModelError(f"`resume` needs the same seed as before: was {same_seed} and is {seed}")
    before, now = ({name: item.training.get(name) for name in checkpoints.LASTING} for item in (old, description))
    if changes := checkpoints.differences(before, now):
        LOG.warning("the training goes on in another way than before: %s", changes)
    return replace(description, training={**description.training, "seed": same_seed})


def refuse_to_overwrite(logs: Path) -> None:
    """Refuse a folder in which there are models."""
    if checkpoints.checkpoint_steps(logs):
        raise ModelError(f"{logs} holds models already; `resume` goes on with them, another `run_name` starts anew")
