"""How well a classifier tells the classes of a data set apart."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, confusion_matrix, recall_score

from audeep.backend.classifiers.config import EvaluationConfig
from audeep.backend.classifiers.pipeline import fitted, majority
from audeep.backend.classifiers.registry import estimator_class
from audeep.backend.classifiers.training_data import (
    check_features,
    check_labelled,
    check_trainable,
    classes_by_number,
)
from audeep.backend.data.data_set import DataSet, Split, opened
from audeep.backend.data.vectors import read_vectors
from audeep.backend.errors import DataError
from audeep.backend.log import LOG, progress
from audeep.backend.options import Config
from audeep.backend.seeds import root_seed


@dataclass(frozen=True, eq=False)
class Fold:
    """Which instances a classifier is trained on, and which it is evaluated on: shape (instance,), bool."""

    name: str
    train: np.ndarray
    valid: np.ndarray


@dataclass(frozen=True)
class Score:
    """Accuracy and unweighted average recall (UAR), from 0 to 1."""

    accuracy: float
    uar: float


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The result of an evaluation.

    Parameters
    ----------
    folds
        The scores of each cross-validation fold, means over the repetitions; a single one for partitions.
    labels
        Names of the classes, in alphabetical order.
    confusion_matrix
        How many instances of each true class (rows) were predicted as each class (columns), summed over
        the folds; the mean over the repetitions, and of int if there is only one. Shape (class, class).
    """

    folds: tuple[Score, ...]
    labels: tuple[str, ...]
    confusion_matrix: np.ndarray

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


@dataclass(frozen=True)
class _Outcome:
    """What came of one fit: true and predicted labels, by name."""

    true: np.ndarray
    predicted: np.ndarray
    converged: bool


def evaluate(
    data: Path | str | DataSet, classifier: Config, config: EvaluationConfig, *, seed: int | None = None
) -> Evaluation:
    """Train and evaluate a classifier by cross-validation, or on fixed partitions.

    Parameters
    ----------
    data
        Labelled feature vectors, such as `t-rae generate` writes.
    classifier
        Configuration of the classifier, one of `audeep.backend.classifiers.registry.CLASSIFIERS`.
    config
        How to evaluate.
    seed
        Makes the result repeatable.

    Raises
    ------
    DataError
        If the data set has no such folds or partitions, or does not suit the classifier.
    """
    root = root_seed(seed)
    with opened(data) as data_set:
        folds = list(_folds(data_set, config))
        check_features(data_set, classifier)
        used = np.any([side for fold in folds for side in (fold.train, fold.valid)], axis=0)
        features = read_vectors(data_set, used)
        for fold in folds:
            _check_fold(fold, data_set)
        filenames, labels = data_set.filename[used].astype(str), data_set.label_nominal[used].astype(str)
        classes = classes_by_number(labels, data_set.label_map)

    jobs = [
        (fold.train[used], fold.valid[used], seed)
        for repetition in root.spawn(config.repeat)
        for fold, seed in zip(folds, repetition.spawn(len(folds)), strict=True)
    ]
    run = delayed(partial(_run, features, labels, filenames, classes, classifier, config))
    threads = Parallel(
        estimator_class(type(classifier)).concurrent_fits, backend="threading", return_as="generator"
    )
    # All of them are counted in one warning of ours.
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        fits = threads(run(*job) for job in jobs)
        outcomes = list(progress(fits, total=len(jobs), what="evaluate", unit="fit"))
    _warn_of_convergence(outcomes)
    return _summary(outcomes, len(folds), sorted(classes.tolist()))


def _folds(data_set: DataSet, config: EvaluationConfig) -> Iterator[Fold]:
    """Find the instances of each fold, or of the two sides of the partitioning."""
    if config.cross_validate:
        if not data_set.num_folds:
            raise DataError(
                "the data set has no cross-validation folds: modify `add_cv_setup` adds some, or evaluate with "
                "`train_partitions` and `eval_partitions`"
            )
        for number, sides in enumerate(data_set.cv_folds.T, start=1):
            yield Fold(f"fold {number}", sides == Split.TRAIN, sides == Split.VALID)
        return
    train, valid = config.train_partitions or (), config.eval_partitions or ()
    if shared := [item.name for item in train if item in valid]:
        LOG.warning("partition %s is used for training and evaluation: too good results", ", ".join(shared))
    yield Fold("partitioning", data_set.are_in(train), data_set.are_in(valid))


def _check_fold(fold: Fold, instances: DataSet) -> None:
    """Refuse what cannot be evaluated, and warn of what cannot be predicted."""
    for side, purpose in ((fold.train, "train on"), (fold.valid, "evaluate")):
        if not side.any():
            raise DataError(f"{fold.name} has no instances to {purpose}")
    check_trainable(instances, fold.train)
    check_labelled(instances, fold.valid)
    unknown = {*instances.label_nominal[fold.valid]} - {*instances.label_nominal[fold.train]}
    if unknown:
        LOG.warning(
            "%s: no training instance has the label %s, so that its instances count as wrong",
            fold.name,
            ", ".join(sorted(unknown)),
        )


def _run(
    features: np.ndarray,
    labels: np.ndarray,
    filenames: np.ndarray,
    classes: np.ndarray,
    classifier: Config,
    config: EvaluationConfig,
    train: np.ndarray,
    valid: np.ndarray,
    seed: np.random.SeedSequence,
) -> _Outcome:
    """Train a classifier on one side of a fold and let it predict the other."""
    numbers = pd.Index(classes).get_indexer(labels)
    pipeline = fitted(classifier, features[train], numbers[train], upsample=config.upsample, seed=seed)
    true, predicted = labels[valid], pipeline.predict(features[valid])
    if config.majority_vote:
        files, first, chunks = np.unique(filenames[valid], return_index=True, return_inverse=True)
        if (different := np.flatnonzero(true != true[first][chunks])).size:
            raise DataError(f"the chunks of {files[chunks[different[0]]]} have different labels, so cannot vote")
        true, predicted = true[first], majority(chunks, predicted)
    return _Outcome(true, classes[predicted], pipeline[-1].converged_)


def _warn_of_convergence(outcomes: Sequence[_Outcome]) -> None:
    """Warn, once, if classifiers did not get to the end of their training."""
    if failed := sum(not outcome.converged for outcome in outcomes):
        LOG.warning(
            "%d of %d classifiers did not converge: a smaller `complexity` or `learning_rate` may help",
            failed,
            len(outcomes),
        )


def _summary(outcomes: Sequence[_Outcome], num_folds: int, labels: Sequence[str]) -> Evaluation:
    """Average over the repetitions; `outcomes` holds all folds of the first, then of the next."""
    scores = np.array([_score(outcome) for outcome in outcomes]).reshape(-1, num_folds, 2)
    matrix = np.sum(
        [confusion_matrix(outcome.true, outcome.predicted, labels=labels) for outcome in outcomes], axis=0
    )
    repetitions = len(scores)
    return Evaluation(
        folds=tuple(Score(*map(float, score)) for score in scores.mean(axis=0)),
        labels=tuple(labels),
        confusion_matrix=matrix if repetitions == 1 else matrix / repetitions,
    )


def _score(outcome: _Outcome) -> tuple[float, float]:
    """Return accuracy and UAR, the latter over the classes that are there."""
    true, predicted = outcome.true, outcome.predicted
    uar = recall_score(true, predicted, labels=np.unique(true), average="macro", zero_division=0.0)
    return accuracy_score(true, predicted), uar


def write_count(count: float) -> str:
    """Write a count, or a mean of counts, for people.

    >>> write_count(34), write_count(100 / 3)
    ('34', '33.3')
    """
    return f"{count:.1f}".removesuffix(".0")


def _deviation(values: Sequence[float]) -> float | None:
    return float(np.std(values)) if len(values) > 1 else None
