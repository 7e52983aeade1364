"""Configurations of the classifiers, of evaluation, and of prediction."""

from enum import Enum
from typing import Literal

from audeep.backend.data.schema import Partition
from audeep.backend.errors import OptionError
from audeep.backend.options import Config, option


class Task(Enum):
    """What a classifier learns.

    Examples
    --------
    >>> import audeep
    >>> [task.name for task in audeep.Task]
    ['CLASSIFICATION', 'MULTI_LABEL', 'REGRESSION']
    """

    CLASSIFICATION = "labels"
    MULTI_LABEL = "sets of labels"
    REGRESSION = "continuous targets"


class SVMConfig(Config):
    """Settings of the linear support vector machine.

    Examples
    --------
    >>> import audeep
    >>> audeep.SVMConfig(complexity=0.01).complexity
    0.01
    """

    complexity: float | Literal["auto"] = option(
        above=0,
        metavar="C|auto",
        help="complexity parameter: the larger, the more closely the SVM fits the training data. auto chooses the "
        "best of 1e-5, 1e-4, ... 1 by cross-validation within the training data, keeping the chunks of a file "
        "together",
    )

    @property
    def chosen(self) -> tuple[str, ...]:
        """Parameters that are chosen in training."""
        return ("complexity",) if self.complexity == "auto" else ()


class MLPConfig(Config):
    """Settings of the multilayer perceptron.

    Examples
    --------
    >>> import audeep
    >>> audeep.MLPConfig(num_layers=1, shuffle=True).num_units
    150
    """

    num_epochs: int = option(
        400, at_least=1, metavar="N", help="number of training epochs, each a single step on all instances"
    )
    learning_rate: float = option(
        1e-3, above=0, at_most=1e38, metavar="RATE", help="step size of the Adam optimiser"
    )
    num_layers: int = option(
        2,
        at_least=0,
        metavar="N",
        help="number of hidden layers; 0 is logistic regression, or for continuous targets linear regression",
    )
    num_units: int = option(150, at_least=1, metavar="N", help="number of units in each hidden layer")
    keep_prob: float = option(
        0.6,
        above=0,
        at_most=1,
        metavar="P",
        help="probability of keeping a hidden unit in a training step; 1 disables dropout",
    )
    shuffle: bool = option(False, help="shuffle the instances before each training epoch")
    early_stopping: int | None = option(
        None,
        at_least=1,
        metavar="PATIENCE",
        help="set part of the training data aside, stop when the loss on it has not fallen for PATIENCE epochs, "
        "and keep the weights with the lowest loss (default: train for all epochs)",
    )
    validation_fraction: float = option(
        0.2,
        above=0,
        below=1,
        metavar="SHARE",
        help="fraction of the training files that `early_stopping` sets aside, with all their chunks",
    )

    @property
    def chosen(self) -> tuple[str, ...]:
        """Parameters that are chosen in training."""
        return ("num_epochs",) if self.early_stopping else ()


class BalancingConfig(Config):
    """Whether to balance classes before training."""

    upsample: bool = option(
        False,
        help="repeat training instances of smaller classes until all classes have the size of the largest; for "
        "`task` CLASSIFICATION only",
    )


class VotingConfig(Config):
    """Whether the chunks of a file vote."""

    majority_vote: bool = option(
        False,
        help="classify each file by a majority vote of its chunks, and count files instead of chunks; ties go to "
        "the first label in the label map, or in alphabetical order without one. With sets of labels or continuous "
        "targets, take the mean of what is predicted for its chunks",
    )


class TaskConfig(Config):
    """What to learn."""

    task: Task | None = option(
        None,
        help="learn one label for each instance, sets of labels, or continuous targets (default: the first of "
        "these that the data set has)",
    )


class ClassifierTrainingConfig(TaskConfig, BalancingConfig):
    """What a classifier learns, and from which instances.

    Examples
    --------
    >>> import audeep
    >>> audeep.ClassifierTrainingConfig(train_partitions=["TRAIN", "DEVEL"], upsample=True).upsample
    True
    """

    train_partitions: tuple[Partition, ...] | None = option(
        None, help="train only on these partitions, which must be labelled (default: all instances)"
    )


class ClassificationConfig(VotingConfig):
    """Which instances to predict labels for.

    Examples
    --------
    >>> import audeep
    >>> audeep.ClassificationConfig(eval_partitions=["TEST"], majority_vote=True).eval_partitions
    (<Partition.TEST: 2>,)
    """

    eval_partitions: tuple[Partition, ...] | None = option(
        None, help="predict labels only for these partitions (default: all instances)"
    )


class PredictionConfig(ClassificationConfig, ClassifierTrainingConfig):
    """Which instances to train on, and which to predict labels for.

    Examples
    --------
    >>> import audeep
    >>> audeep.PredictionConfig(train_partitions=[audeep.Partition.TRAIN]).train_partitions
    (<Partition.TRAIN: 0>,)
    """


class HeldOutConfig(VotingConfig, BalancingConfig):
    """Which instances to train on and which to evaluate on."""

    cross_validate: bool = option(
        False,
        help="evaluate each cross-validation fold of the data set with a classifier trained on the others",
    )
    train_partitions: tuple[Partition, ...] | None = option(
        None, help="train on these partitions; requires `eval_partitions`"
    )
    eval_partitions: tuple[Partition, ...] | None = option(
        None, help="evaluate on these partitions; requires `train_partitions`"
    )
    repeat: int = option(1, at_least=1, metavar="N", help="evaluate N times and report the means")

    def check(self) -> None:
        """Check that exactly one way to evaluate is given."""
        given = {bool(self.train_partitions), bool(self.eval_partitions)}
        if given != {not self.cross_validate}:
            raise OptionError(
                "give either `cross_validate` alone, or both `train_partitions` and `eval_partitions`"
            )


class EvaluationConfig(TaskConfig, HeldOutConfig):
    """How to evaluate a classifier: by cross-validation, or on fixed partitions.

    Examples
    --------
    >>> import audeep
    >>> audeep.EvaluationConfig(cross_validate=True, repeat=5).repeat
    5
    >>> config = audeep.EvaluationConfig(train_partitions=["TRAIN"], eval_partitions=["TEST"])
    >>> config.eval_partitions
    (<Partition.TEST: 2>,)
    """


class ComparisonConfig(HeldOutConfig):
    """How to compare data sets of vectors: each is evaluated in the same way.

    Examples
    --------
    >>> import audeep
    >>> audeep.ComparisonConfig(cross_validate=True, resamples=2000).confidence
    0.95
    """

    confidence: float = option(
        0.95, above=0, below=1, metavar="P", help="level of the confidence intervals, such as 0.95 for 95 percent"
    )
    resamples: int = option(
        10_000,
        at_least=1,
        metavar="N",
        help="number of bootstrap samples for the confidence intervals; each draws as many recordings as there "
        "are, with replacement",
    )
