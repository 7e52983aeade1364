"""Evaluation of classifiers, by cross-validation or on fixed partitions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, recall_score

from audeep.backend.classifiers.config import EvaluationConfig, Task
from audeep.backend.classifiers.held_out import Outcome, choices_of, predict_held_out
from audeep.backend.classifiers.measurement import measured
from audeep.backend.classifiers.tasks import task_of
from audeep.backend.data.data_set import DataSet, opened
from audeep.backend.options import Config
from audeep.backend.seeds import root_seed


@dataclass(frozen=True)
class Score:
    """Accuracy and unweighted average recall (UAR), from 0 to 1."""

    accuracy: float
    uar: float
    #: Parameters chosen in training, such as the complexity of an SVM, by name: one value per repetition.
    chosen: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation:
    """Result of an evaluation.

    Parameters
    ----------
    folds
        Scores of each cross-validation fold, averaged over the repetitions; a single one for partitions.
    labels
        Names of the classes, in alphabetical order.
    confusion_matrix
        Number of instances of each true class (rows) that were predicted as each class (columns), shape
        (class, class), summed over the folds and averaged over the repetitions; of int if there is only one.
    repetitions
        How often each fold was trained and evaluated.
    """

    folds: tuple[Score, ...]
    labels: tuple[str, ...]
    confusion_matrix: np.ndarray
    repetitions: int = 1

    @property
    def accuracy(self) -> float:
        """Mean accuracy over the folds."""
        return float(np.mean([fold.accuracy for fold in self.folds]))

    @property
    def uar(self) -> float:
        """Mean UAR over the folds."""
        return float(np.mean([fold.uar for fold in self.folds]))

    @property
    def accuracy_std(self) -> float | None:
        """Standard deviation of the accuracy over the folds; None without folds."""
        return _deviation([fold.accuracy for fold in self.folds])

    @property
    def uar_std(self) -> float | None:
        """Standard deviation of the UAR over the folds; None without folds."""
        return _deviation([fold.uar for fold in self.folds])

    def __repr__(self) -> str:
        accuracy, uar = write_score(self.accuracy, self.accuracy_std), write_score(self.uar, self.uar_std)
        size = f"folds: {len(self.folds)}, classes: {len(self.labels)}"
        return f"<Evaluation: accuracy {accuracy}, UAR {uar}; {size}>"


def evaluate(
    data: Path | str | DataSet,
    classifier: Config,
    config: EvaluationConfig | Mapping[str, Any],
    *,
    seed: int | None = None,
) -> Evaluation | Any:
    """Train and evaluate a classifier by cross-validation, or on fixed partitions.

    Parameters
    ----------
    data
        Labelled vectors, such as those that `t-rae generate` writes; for networks that learn from labels,
        spectrograms, waveforms or sequences of vectors.
    classifier
        Configuration of the classifier, one of `audeep.backend.classifiers.registry.CLASSIFIERS`.
    config
        How to evaluate.
    seed
        Makes the result repeatable.

    Returns
    -------
    Evaluation or Measurement
        Accuracy, unweighted average recall and the confusion matrix; or the measures of sets of labels, or of
        continuous targets.

    Raises
    ------
    OptionError
        If the classifier does not learn what is asked for.
    DataError
        If the data set has no such folds or partitions, or the classifier cannot use it.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> vectors = make_data_set(12, labels=["cat", "dog"], num_folds=3, generated=4)
    >>> svm, config = audeep.SVMConfig(complexity=0.1), audeep.EvaluationConfig(cross_validate=True)
    >>> result = audeep.evaluate(vectors, svm, config, seed=1)
    >>> len(result.folds), result.labels, result.confusion_matrix.shape
    (3, ('cat', 'dog'), (2, 2))

    >>> import pandas as pd
    >>> rated = vectors.with_columns(targets=pd.DataFrame({"valence": range(12)}))
    >>> config = audeep.EvaluationConfig(cross_validate=True, task="REGRESSION")
    >>> list(audeep.evaluate(rated, svm, config, seed=1).means)
    ['rmse', 'pearson', 'spearman', 'ccc']
    """
    # The type is not a union with `Measurement`, so that callers with plain labels need not rule it out.
    config = EvaluationConfig.of(config)
    with opened(data) as data_set:
        task = task_of(data_set, config.task)
        outcomes, names = predict_held_out(data_set, classifier, config, root_seed(seed), task=task)
    return summarise(outcomes, names) if task is Task.CLASSIFICATION else measured(outcomes, names, task)


def summarise(outcomes: Sequence[Sequence[Outcome]], classes: np.ndarray) -> Evaluation:
    """Average the outcomes of each repetition and fold over the repetitions."""
    order = np.argsort(classes)
    scores = np.mean([[_score(item.true, item.predicted, order) for item in folds] for folds in outcomes], axis=0)
    matrix = np.sum(
        [confusion_matrix(item.true, item.predicted, labels=order) for folds in outcomes for item in folds], axis=0
    )
    choices = choices_of(outcomes)
    return Evaluation(
        folds=tuple(
            Score(float(accuracy), float(uar), made) for (accuracy, uar), made in zip(scores, choices, strict=True)
        ),
        labels=tuple(classes[order].tolist()),
        confusion_matrix=matrix if len(outcomes) == 1 else matrix / len(outcomes),
        repetitions=len(outcomes),
    )


def _score(true: np.ndarray, predicted: np.ndarray, classes: np.ndarray) -> tuple[float, float]:
    """Return accuracy and UAR, the latter over the classes that occur."""
    present = classes[np.isin(classes, true)]
    uar = recall_score(true, predicted, labels=present, average="macro", zero_division=0.0)
    return accuracy_score(true, predicted), uar


def write_count(count: float) -> str:
    """Format a count, or a mean of counts, for people.

    >>> write_count(34), write_count(100 / 3)
    ('34', '33.3')
    """
    return f"{count:.1f}".removesuffix(".0")


def write_score(score: float, deviation: float | None = None) -> str:
    """Format a score for people, as a percentage; ± is twice the standard deviation.

    >>> write_score(0.8125, 0.05), write_score(0.8125)
    ('81.25 % (± 10.00 %)', '81.25 %')
    """
    return f"{100 * score:.2f} %" + ("" if deviation is None else f" (± {200 * deviation:.2f} %)")


def _deviation(values: Sequence[float]) -> float | None:
    return float(np.std(values)) if len(values) > 1 else None
