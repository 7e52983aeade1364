"""How well a classifier tells the classes of a data set apart."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, recall_score

from audeep.backend.classifiers.base import classifier_class
from audeep.backend.classifiers.config import ClassifierConfig, EvaluationConfig
from audeep.backend.classifiers.instances import Instances, classes_by_number, numbered, read
from audeep.backend.classifiers.pipeline import Pipeline, majority
from audeep.backend.data.data_set import DataSet, Split
from audeep.backend.errors import DataError
from audeep.backend.log import LOG, progress
from audeep.backend.seeds import root_seed


@dataclass(frozen=True)
class Fold:
    """Indices of the instances that a classifier is trained and evaluated on."""

    name: str
    train: np.ndarray
    valid: np.ndarray

    def among(self, used: np.ndarray) -> Self:
        """Count the instances among those that are `used`, shape (instance,), bool."""
        numbers = np.cumsum(used) - 1
        return replace(self, train=numbers[self.train], valid=numbers[self.valid])


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
    data_set: DataSet, classifier: ClassifierConfig, config: EvaluationConfig, *, seed: int | None = None
) -> Evaluation:
    """Train and evaluate a classifier by cross-validation, or on fixed partitions.

    Parameters
    ----------
    data_set
        Labelled feature vectors, such as `t-rae generate` writes.
    classifier
        The kind of classifier and its parameters.
    config
        How to evaluate.
    seed
        Makes the result repeatable.

    Raises
    ------
    DataError
        If the data set has no such folds or partitions, or is not fit for a classifier.
    """
    root = root_seed(seed)
    folds = list(_folds(data_set, config))
    used = np.zeros(len(data_set), bool)
    for fold in folds:
        used[fold.train] = used[fold.valid] = True
    instances = read(data_set, used)
    folds = [fold.among(used) for fold in folds]
    for fold in folds:
        _check_fold(fold, instances)
    classes = classes_by_number(instances.labels, data_set.label_map)

    jobs = [
        (fold, seed)
        for repetition in root.spawn(config.repeat)
        for fold, seed in zip(folds, repetition.spawn(len(folds)), strict=True)
    ]
    run = partial(_run, instances, classes, classifier, config)
    outcomes = list(
        progress(
            _map(run, jobs, classifier_class(classifier).concurrent_fits),
            total=len(jobs),
            what="evaluate",
            unit="fit",
        )
    )
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
            yield Fold(f"fold {number}", np.flatnonzero(sides == Split.TRAIN), np.flatnonzero(sides == Split.VALID))
        return
    train, valid = config.train_partitions or (), config.eval_partitions or ()
    if shared := [item.name for item in train if item in valid]:
        LOG.warning("partition %s is used for training and evaluation: too good results", ", ".join(shared))
    yield Fold("partitioning", *(np.flatnonzero(data_set.are_in(side)) for side in (train, valid)))


def _check_fold(fold: Fold, instances: Instances) -> None:
    """Refuse what cannot be evaluated, and warn of what cannot be predicted."""
    for indices, side in ((fold.train, "train on"), (fold.valid, "evaluate")):
        if not indices.size:
            raise DataError(f"{fold.name} has no instances to {side}")
        instances.check_labelled(indices)
    instances.check_trainable(fold.train)
    unknown = np.setdiff1d(instances.labels[fold.valid], instances.labels[fold.train])
    if unknown.size:
        LOG.warning(
            "%s: no training instance has the label %s, so that its instances count as wrong",
            fold.name,
            ", ".join(unknown),
        )


def _map(
    run: Callable[..., _Outcome], jobs: Sequence[tuple[Fold, np.random.SeedSequence]], threads: int
) -> Iterator[_Outcome]:
    """Run the jobs, some at the same time; the outcomes come in their order."""
    if threads == 1:
        yield from (run(*job) for job in jobs)
        return
    with ThreadPoolExecutor(threads) as executor:
        yield from executor.map(run, *zip(*jobs, strict=True))


def _run(
    instances: Instances,
    classes: np.ndarray,
    classifier: ClassifierConfig,
    config: EvaluationConfig,
    fold: Fold,
    seed: np.random.SeedSequence,
) -> _Outcome:
    """Train a classifier on one side of a fold and let it predict the other."""
    pipeline = Pipeline(classifier, upsample=config.upsample, seed=seed)
    pipeline.fit(instances.features[fold.train], numbered(instances.labels[fold.train], classes))
    predicted = pipeline.predict(instances.features[fold.valid])
    true = instances.labels[fold.valid]
    if config.majority_vote:
        files, first, chunks = np.unique(instances.filenames[fold.valid], return_index=True, return_inverse=True)
        if (different := np.flatnonzero(true != true[first][chunks])).size:
            raise DataError(f"the chunks of {files[chunks[different[0]]]} have different labels, so cannot vote")
        true, predicted = true[first], majority(chunks, predicted)
    return _Outcome(true, classes[predicted], pipeline.converged)


def _warn_of_convergence(outcomes: Iterable[_Outcome]) -> None:
    """Warn, once, if classifiers did not get to the end of their training."""
    failed = [not outcome.converged for outcome in outcomes]
    if any(failed):
        LOG.warning(
            "%d of %d classifiers did not converge: a smaller `complexity` or `learning_rate` may help",
            sum(failed),
            len(failed),
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
