"""Configuration of training and of generation."""

import enum
from typing import Any

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


class TrainingConfig(Config):
    """How a model is trained.

    Examples
    --------
    >>> import audeep
    >>> audeep.TrainingConfig(num_epochs=64, checkpoints_to_keep=2).learning_rate
    0.001
    """

    batch_size: int = option(
        64, metavar="SIZE", at_least=1, help="number of instances per training step, over all devices"
    )
    num_epochs: int = option(
        10, metavar="EPOCHS", at_least=1, help="number of passes over the data, including those before `resume`"
    )
    learning_rate: float = option(
        1e-3, metavar="RATE", above=0, at_most=1e38, help="step size of the Adam optimiser, at its maximum"
    )
    schedule: Schedule = option(
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
    resume: bool = option(
        False,
        help="continue from the latest model in the run folder, as if training had never stopped; use the same "
        "options as before",
    )
    checkpoints_to_keep: int | None = option(
        None,
        metavar="N",
        at_least=1,
        help="keep only the models of the last N epochs (default: keep all)",
    )
    strategy: Strategy = option(
        Strategy.AUTO,
        help="where to train: ONE, on a single device; MIRRORED, on all GPUs of this machine; MULTI-WORKER, on "
        "several machines, each running the same command with TensorFlow's environment variable TF_CONFIG and "
        "access to the folder `run_name`, to which the first one writes; AUTO, on all that are available",
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
        help="training steps whose models to use, the numbers in the names model-STEP (default: the latest)",
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
