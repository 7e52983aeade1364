"""Evaluation of classifiers, by cross-validation or on fixed partitions."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, confusion_matrix, recall_score

from audeep.backend.classifiers.config import EvaluationConfig
from audeep.backend.classifiers.pipeline import chosen, fitted, majority
from audeep.backend.classifiers.registry import estimator_class
from audeep.backend.classifiers.training_data import TrainingData, check_features, check_labels
from audeep.backend.data.data_set import DataSet, Split, opened
from audeep.backend.errors import DataError
from audeep.backend.log import LOG, progress
from audeep.backend.options import Config
from audeep.backend.seeds import root_seed


@dataclass(frozen=True)
class Score:
    """Accuracy and unweighted average recall (UAR), from 0 to 1."""

    accuracy: float
    uar: float
    #: Parameters chosen in training, such as the complexity of an SVM, by name: one value per repetition.
    chosen: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Outcome:
    """Predictions of a classifier for the instances on which a fold evaluates it."""

    #: File names, and indices of the labels in the classes, shape (instance,), or (file,) after a majority vote.
    files: np.ndarray
    true: np.ndarray
    predicted: np.ndarray
    converged: bool
    #: Parameters chosen in training, by name.
    chosen: Mapping[str, float]


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
) -> Evaluation:
    """Train and evaluate a classifier by cross-validation, or on fixed partitions.

    Parameters
    ----------
    data
        Labelled feature vectors, such as those written by `t-rae generate`.
    classifier
        Configuration of the classifier, one of `audeep.backend.classifiers.registry.CLASSIFIERS`.
    config
        How to evaluate.
    seed
        Makes the result repeatable.

    Returns
    -------
    Evaluation
        Accuracy, unweighted average recall and the confusion matrix.

    Raises
    ------
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
    """
    config = EvaluationConfig.of(config)
    with opened(data) as data_set:
        return summarise(*predict_held_out(data_set, classifier, config, root_seed(seed)))


def predict_held_out(
    data_set: DataSet,
    classifier: Config,
    config: EvaluationConfig,
    root: np.random.SeedSequence,
    what: str = "evaluate",
) -> tuple[list[list[Outcome]], np.ndarray]:
    """Return the predictions of each repetition and fold, and the names of the classes, of str."""
    check_features(data_set, classifier)
    folds = list(_folds(data_set, config))
    for name, train, valid in folds:
        _check_fold(data_set, name, train, valid)
    used = np.any([side for _, train, valid in folds for side in (train, valid)], axis=0)
    instances = TrainingData.read(data_set, used)

    jobs = [
        (train[used], valid[used], seed)
        for repetition in root.spawn(config.repeat)
        for (_, train, valid), seed in zip(folds, repetition.spawn(len(folds)), strict=True)
    ]
    run = delayed(partial(_run, instances, classifier, config))
    estimator = estimator_class(type(classifier))
    # A single warning of ours replaces them.
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        fits = Parallel(estimator.concurrent_fits, backend="threading", return_as="generator")(
            run(*job) for job in jobs
        )
        outcomes = list(progress(fits, total=len(jobs), what=what, unit="fit"))
    if failed := sum(not outcome.converged for outcome in outcomes):
        LOG.warning("%d of %d classifiers did not converge; %s may help", failed, len(outcomes), estimator.remedy)
    count = len(folds)
    return [outcomes[start : start + count] for start in range(0, len(outcomes), count)], instances.classes


def _folds(data_set: DataSet, config: EvaluationConfig) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield the name of each fold, and the instances to train and to evaluate on, shape (instance,), bool."""
    if config.cross_validate:
        if not data_set.num_folds:
            raise DataError(
                "the data set has no cross-validation folds; add some with modify `add_cv_setup`, or evaluate with "
                "`train_partitions` and `eval_partitions`"
            )
        for number, sides in enumerate(data_set.cv_folds.T, start=1):
            yield f"fold {number}", sides == Split.TRAIN, sides == Split.VALID
        return
    train, valid = config.train_partitions or (), config.eval_partitions or ()
    if shared := [item.name for item in train if item in valid]:
        LOG.warning(
            "partition %s is used for both training and evaluation; the scores will be too high", ", ".join(shared)
        )
    yield "partitioning", data_set.are_in(train), data_set.are_in(valid)


def _check_fold(data_set: DataSet, name: str, train: np.ndarray, valid: np.ndarray) -> None:
    """Refuse a fold that cannot be evaluated, and warn about labels that cannot be predicted."""
    for side, purpose in ((train, "train on"), (valid, "evaluate")):
        if not side.any():
            raise DataError(f"{name} has no instances to {purpose}")
        check_labels(data_set, side, to_train=side is train)
    labels = data_set.label_nominal
    if unknown := ", ".join(sorted({*labels[valid]} - {*labels[train]})):
        LOG.warning("%s: no training instance has the label %s; its instances count as wrong", name, unknown)


def _run(
    instances: TrainingData,
    classifier: Config,
    config: EvaluationConfig,
    train: np.ndarray,
    valid: np.ndarray,
    seed: np.random.SeedSequence,
) -> Outcome:
    """Train a classifier and predict."""
    features, labels, files = instances.features, instances.labels, instances.filenames
    pipeline = fitted(classifier, features[train], labels[train], files[train], upsample=config.upsample, seed=seed)
    files, true, predicted = files[valid], labels[valid], pipeline.predict(features[valid])
    if config.majority_vote:
        files, first, chunks = np.unique(files, return_index=True, return_inverse=True)
        if (different := np.flatnonzero(true != true[first][chunks])).size:
            raise DataError(f"the chunks of {files[chunks[different[0]]]} have different labels and cannot vote")
        true, predicted = true[first], majority(chunks, predicted)
    return Outcome(files, true, predicted, pipeline[-1].converged_, chosen(classifier, pipeline))


def summarise(outcomes: Sequence[Sequence[Outcome]], classes: np.ndarray) -> Evaluation:
    """Average the outcomes of each repetition and fold over the repetitions."""
    order = np.argsort(classes)
    scores = np.mean([[_score(item.true, item.predicted, order) for item in folds] for folds in outcomes], axis=0)
    matrix = np.sum(
        [confusion_matrix(item.true, item.predicted, labels=order) for folds in outcomes for item in folds], axis=0
    )
    choices = [
        {name: tuple(item.chosen[name] for item in repeated) for name in repeated[0].chosen}
        for repeated in zip(*outcomes, strict=True)
    ]
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
    there = classes[np.isin(classes, true)]
    uar = recall_score(true, predicted, labels=there, average="macro", zero_division=0.0)
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
