"""How models are trained, and how representations are generated with them."""

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
    """How the learning rate changes in the course of training."""

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
        64, metavar="SIZE", at_least=1, help="instances in a training step, on all devices together"
    )
    num_epochs: int = option(
        10, metavar="EPOCHS", at_least=1, help="passes over the data, those before `resume` included"
    )
    learning_rate: float = option(
        1e-3, metavar="RATE", above=0, at_most=1e38, help="step size of the Adam optimiser, at its largest"
    )
    schedule: Schedule = option(
        Schedule.CONSTANT,
        help="how the learning rate changes: not at all, or up in the first tenth of the steps, and down to 0 in "
        "the others along a cosine",
    )
    weight_decay: float = option(
        0.0,
        metavar="DECAY",
        at_least=0,
        help="shrink kernels in each step by this share, times the learning rate (AdamW); not biases, scales and "
        "offsets",
    )
    resume: bool = option(
        False,
        help="go on from the latest model in the folder of the run, as if it had never stopped; give the same "
        "options as before",
    )
    checkpoints_to_keep: int | None = option(
        None,
        metavar="N",
        at_least=1,
        help="keep the models of the last N epochs only; without it, the model of every epoch is kept",
    )
    strategy: Strategy = option(
        Strategy.AUTO,
        help="where to compute: on one device; mirrored, on all GPUs of this machine; multi-worker, on several "
        "machines, on each of which the same command is started with TensorFlow's environment variable TF_CONFIG "
        "(all must see the folder of `run_name`, into which the first one writes); auto takes all there are",
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
        help="training steps whose models are used, the numbers in the names model-STEP (default: the latest)",
    )
    batch_size: int | None = option(
        None,
        metavar="SIZE",
        at_least=1,
        help="instances in a batch; up to 4 batches are encoded at the same time, which takes memory "
        "(default: 500, or fewer if they are large)",
    )

    def choices(self) -> dict[str, Any]:
        """Return what decides about the representations, beside the model."""
        return {name: value for name, value in self.to_dict().items() if name not in ("steps", "batch_size")}
