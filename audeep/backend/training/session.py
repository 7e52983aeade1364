"""Training of a model, in a folder of its own."""

from audeep.backend import runtime  # before TensorFlow

# isort: split
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from audeep.backend.atomic import exclusive
from audeep.backend.data.data_set import DataSet, listed, opened
from audeep.backend.data.vectors import lengths_of
from audeep.backend.errors import ModelError, OptionError
from audeep.backend.log import LOG
from audeep.backend.training import checkpoints, distribution, history, records
from audeep.backend.training.architecture import Architecture
from audeep.backend.training.config import TrainingConfig
from audeep.backend.training.description import (
    NUM_VALIDATION_INSTANCES,
    ModelDescription,
    describe,
    differ_in_length,
)
from audeep.backend.training.examples import choose_examples
from audeep.backend.training.fitting import fit
from audeep.backend.training.hyperparameters import write_hyperparameters
from audeep.backend.training.loop import Loop, seeded
from audeep.backend.training.model import Model
from audeep.backend.training.report import report
from audeep.backend.training.state import State
from audeep.backend.training.validation import make_validation, set_aside

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
        One or several data sets of spectrograms that were made with the same settings, or their files. Recordings
        may differ in length.
    run_name
        Folder of the run; models and TensorBoard events go to its subfolder ``logs``, a model card and the learning
        curve to the folder itself.
    architecture
        Configuration of the model.
    config
        How to train it; by default, the training configuration of the kind of model. A dictionary has none.
    tempdir
        Folder for temporary files, which need as much space as `data`; must be empty or not exist, and is deleted.
        Not used for a dictionary.
    seed
        Makes all random choices repeatable: weights, order, dropout, noise, patches, recordings set aside.

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
            report(logs, data_sets)
        else:
            train_in_epochs(description, config, data_sets, logs, tempdir, seed)
    return logs


def train_in_epochs(
    description: ModelDescription,
    config: TrainingConfig,
    data_sets: Sequence[DataSet],
    logs: Path,
    tempdir: Path | None,
    seed: int | None,
) -> None:
    """Train the described model with the training loop; `seed` is the one that was asked for."""
    old = ModelDescription.read(logs) if config.resume else None
    latest = checkpoints.step_to_continue_from(logs, resume=config.resume, parameter="run_name")
    if old:
        description = description.resuming(old, seed)
    runtime.use_processors(description.config.directions)
    strategy = distribution.make(config.strategy)
    is_chief = distribution.is_chief(strategy)
    with ExitStack() as stack:
        stack.enter_context(distribution.explaining_failures(strategy))
        if is_chief:
            stack.enter_context(exclusive(logs, "training"))
            checkpoints.delete_old(logs, config.checkpoints_to_keep)
        # All workers synchronise here, before any writes files that another could take for an earlier training.
        seed, latest = distribution.from_chief(strategy, [description.training["seed"], latest])
        stack.enter_context(seeded(seed))
        to_train, to_validate = set_aside(data_sets, config, seed)
        num_validation = sum(map(len, to_validate))
        if to_validate:
            training = description.training | {NUM_VALIDATION_INSTANCES: num_validation}
            description = replace(description, training=training)
        lengths = lengths_of(to_train) if differ_in_length(data_sets) else None
        session = Session(description, config, logs, strategy, seed, sum(map(len, to_train)), lengths)
        if latest:
            session.restore(latest)
        if session.finished:
            session.log_end()
        else:
            if is_chief:
                description.write(logs)
            with ExitStack() as written:
                validate = None
                if is_chief and to_validate:
                    held_out = written.enter_context(records.written(to_validate, tempdir, seed))
                    own = None if lengths is None else lengths_of(to_validate)
                    validate = make_validation(session.model, held_out, num_validation, config.batch_size, own)
                paths = written.enter_context(records.written(to_train, tempdir, seed))
                session.train(paths, choose_examples(to_train, session.model.examples, seed), validate)
        if is_chief:
            report(logs, data_sets)
        distribution.wait_for_chief(strategy)


class Session(Loop[Model]):
    """Training of a model whose state is saved in the folder `logs`, in checkpoints and the table of losses.

    `seed` orders the data, of which there are `num_instances` to train on; `lengths` are theirs, shape (instance,),
    or None if they do not differ.
    """

    config: TrainingConfig

    def __init__(
        self,
        description: ModelDescription,
        config: TrainingConfig,
        logs: Path,
        strategy: tf.distribute.Strategy,
        seed: int,
        num_instances: int,
        lengths: np.ndarray | None = None,
    ) -> None:
        super().__init__(description.make, config, strategy, seed, num_instances, lengths)
        self.logs, self.description = logs, description
        self.state = State(self, logs, config.checkpoints_to_keep)

    @property
    def out_of_patience(self) -> bool:
        """Whether the validation loss has not fallen for too long."""
        patience = self.config.early_stopping
        return patience is not None and history.epochs_since_best(self.state.epochs) >= patience

    def log_end(self) -> None:
        """Log why there is nothing left to do."""
        option, limit = "num_epochs", self.config.num_epochs
        if self.stopped_early:
            option, limit = "early_stopping", self.config.early_stopping or 0
        LOG.info(
            "%s has been trained for %d epochs and `%s` is %d: nothing to do; increase `%s` to continue",
            self.logs,
            int(self.epoch),
            option,
            limit,
            option,
        )

    def restore(self, step: int) -> None:
        """Restore the checkpoint of a step."""
        self.state.restore(step)
        self.stopped_early = self.out_of_patience

    def train(self, paths: Sequence[Path], examples: DataSet, validate: Callable[[], float] | None) -> None:
        """Train on records until all epochs are done; the chief validates and writes a checkpoint after each.

        TensorBoard shows the results of the model for the `examples`.
        """
        with (
            self.writing(examples, validate)
            if distribution.is_chief(self.strategy)
            else nullcontext(lambda loss: None) as write
        ):

            def end_epoch(loss: float) -> dict[str, str]:
                validation_loss = write(loss)
                self.log_epoch(loss, validation_loss)
                if self.config.early_stopping:
                    # Only the chief knows the validation loss.
                    self.stopped_early = bool(*distribution.from_chief(self.strategy, [self.out_of_patience]))
                return {} if validation_loss is None else {"validation_loss": f"{validation_loss:.4f}"}

            self.run(paths, end_epoch)
        if self.stopped_early:
            LOG.info("stopped early: the validation loss has not fallen for %d epochs", self.config.early_stopping)

    @contextmanager
    def writing(
        self, examples: DataSet, validate: Callable[[], float] | None
    ) -> Iterator[Callable[[float], float | None]]:
        """Open TensorBoard's log; yield a function that ends an epoch, given its loss.

        It writes summaries, losses and the checkpoint, and returns the loss on the validation data, if any.
        """
        writer = tf.summary.create_file_writer(str(self.logs))

        # Called after the first epoch, so that the first step does not wait for it.
        @functools.cache
        def summaries() -> Callable[[tf.Variable], None]:
            write_hyperparameters(self.description)
            return self.model.summaries(examples)

        def write(loss: float) -> float | None:
            validation_loss = validate() if validate else None
            if validation_loss is not None:
                tf.summary.scalar("validation_loss", validation_loss, step=self.step)
            summaries()(self.step)
            writer.flush()
            self.state.save(loss, validation_loss)
            return validation_loss

        with writer.as_default():
            yield write

    def checked(self, loss: float) -> float:
        """Return the loss; if it is not finite, raise a `ModelError` that names the last good model."""
        try:
            return super().checked(loss)
        except ModelError as error:
            steps = checkpoints.checkpoint_steps(self.logs)
            latest = (
                self.logs / f"{checkpoints.NAME}-{steps[-1]}" if steps else "none, because no epoch was completed"
            )
            raise ModelError(f"{error}; last good model: {latest}") from None
