"""Configuration of training and of generation."""

import enum
from pathlib import Path
from typing import Any

from audeep.backend.data.schema import Partition
from audeep.backend.errors import OptionError
from audeep.backend.options import Config, option


class Strategy(enum.Enum):
    """How training is spread over devices."""

    AUTO = "auto"
    ONE = "one"
    MIRRORED = "mirrored"
    MULTI_WORKER = "multi-worker"


class Schedule(enum.Enum):
    """How the learning rate changes during training."""

    CONSTANT = "constant"
    ONE_CYCLE = "one-cycle"


class OptimizationConfig(Config):
    """How the training loop takes its steps: part of the configuration of everything that it trains."""

    batch_size: int = option(
        64, metavar="SIZE", at_least=1, help="number of instances per training step, over all devices"
    )
    num_epochs: int = option(10, metavar="EPOCHS", at_least=1, help="number of passes over the data")
    learning_rate: float = option(
        1e-3, metavar="RATE", above=0, at_most=1e38, help="step size of the Adam optimiser, at its maximum"
    )
    learning_rate_schedule: Schedule = option(
        Schedule.CONSTANT,
        help="how the learning rate changes: CONSTANT, not at all; ONE-CYCLE, up during the first tenth of the "
        "steps, then down to 0 along a cosine",
    )
    weight_decay: float = option(
        0.0,
        metavar="DECAY",
        at_least=0,
        help="shrink kernels in each step by this factor times the learning rate (AdamW); not applied to biases, "
        "scales and offsets",
    )
    strategy: Strategy = option(
        Strategy.AUTO,
        help="where to train: ONE, on a single device; MIRRORED, on all GPUs of this machine; MULTI-WORKER, on "
        "several machines, each running the same command with TensorFlow's environment variable TF_CONFIG and "
        "access to the same folders, to which the first one writes; AUTO, on all that are available",
    )


class TrainingConfig(OptimizationConfig):
    """How a model is trained.

    Examples
    --------
    >>> import audeep
    >>> audeep.TrainingConfig(num_epochs=64, checkpoints_to_keep=2).learning_rate
    0.001
    """

    num_epochs: int = option(
        10, metavar="EPOCHS", at_least=1, help="number of passes over the data, including those before `resume`"
    )
    validation_fraction: float | None = option(
        None,
        above=0,
        below=1,
        metavar="SHARE",
        help="set this share of the recordings aside at random, with all their chunks, and measure the loss on "
        "them after each epoch (default: train on all)",
    )
    validation_partitions: tuple[Partition, ...] | None = option(
        None, help="set these partitions of the data aside for validation"
    )
    validation_fold: int | None = option(
        None,
        at_least=1,
        metavar="N",
        help="set the validation split of cross-validation fold N aside, counted from 1",
    )
    early_stopping: int | None = option(
        None,
        at_least=1,
        metavar="PATIENCE",
        help="stop when the loss on the validation data has not fallen for PATIENCE epochs (default: train for all "
        "epochs)",
    )
    resume: bool = option(
        False,
        help="continue from the latest model in the run folder, as if training had never stopped; use the same "
        "options as before",
    )
    checkpoints_to_keep: int | None = option(
        None,
        metavar="N",
        at_least=1,
        help="keep only the models of the last N epochs, and the one with the lowest validation loss (default: "
        "keep all)",
    )

    def check(self) -> None:
        """Refuse several ways to choose validation data, and early stopping without any."""
        ways = ("validation_fraction", "validation_partitions", "validation_fold")
        given = [f"`{name}`" for name in ways if getattr(self, name) is not None]
        if len(given) > 1:
            raise OptionError(f"{' and '.join(given)} cannot be used together")
        if self.early_stopping is not None and not given:
            raise OptionError("`early_stopping` requires validation data, for example `validation_fraction` 0.1")


class CheckpointConfig(Config):
    """Where a network that learns from labels saves the state of its training, and whether to continue from there.

    Examples
    --------
    >>> import audeep
    >>> audeep.CheckpointConfig(checkpoint_dir="checkpoints", resume=True).checkpoint_dir.name
    'checkpoints'
    """

    checkpoint_dir: Path | None = option(
        None,
        metavar="DIR",
        help="save the state of the training in this folder after each epoch, so that `resume` can continue it; "
        "requires `seed`. The folder is kept when training ends (default: save nothing)",
    )
    resume: bool = option(
        False,
        help="continue from the state in `checkpoint_dir`, as if training had never stopped; use the same data and "
        "options as before",
    )

    def check(self) -> None:
        """Refuse to continue from nowhere."""
        if self.resume and self.checkpoint_dir is None:
            raise OptionError("`resume` requires `checkpoint_dir`, the folder to continue from")


class StepConfig(Config):
    """The choice of one model of a training run."""

    step: int | None = option(
        None,
        metavar="STEP",
        at_least=0,
        help="training step of the model, the number in the name model-STEP (default: that which generate uses)",
    )


class GenerationConfig(Config):
    """How representations are generated.

    Examples
    --------
    >>> import audeep
    >>> audeep.GenerationConfig(steps=[70, 140]).steps
    (70, 140)
    """

    steps: tuple[int, ...] | None = option(
        None,
        metavar="STEP",
        help="training steps whose models to use, the numbers in the names model-STEP (default: the one with the "
        "lowest validation loss; the latest if training had no validation data)",
    )
    batch_size: int | None = option(
        None,
        metavar="SIZE",
        at_least=1,
        help="number of instances per batch; up to 4 batches are encoded in parallel, which takes memory "
        "(default: 500, or fewer if instances are large)",
    )
    scheduler: str | None = option(
        None,
        metavar="ADDRESS",
        help="encode on the Dask cluster with this scheduler instead of on this machine; the workers need auDeep, "
        "and must be able to read the model folder under the same path",
    )

    def choices(self) -> dict[str, Any]:
        """Return the settings that, in addition to the model, determine the representations."""
        without = ("steps", "batch_size", "scheduler")
        return {name: value for name, value in self.to_dict().items() if name not in without}
