"""Predictions of classifiers for instances that they were not trained on: held-out folds, or partitions."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from joblib import Parallel, delayed
from sklearn.exceptions import ConvergenceWarning

from audeep.backend.classifiers.config import HeldOutConfig, Task
from audeep.backend.classifiers.pipeline import chosen, fitted, taken
from audeep.backend.classifiers.registry import estimator_class
from audeep.backend.classifiers.tasks import RULES
from audeep.backend.classifiers.training_data import (
    TrainingData,
    check_features,
    check_labels,
    check_upsampling,
)
from audeep.backend.data.columns import differ
from audeep.backend.data.data_set import DataSet, Split
from audeep.backend.errors import DataError
from audeep.backend.log import LOG, progress_bar
from audeep.backend.options import Config


@dataclass(frozen=True, eq=False)
class Outcome:
    """Predictions of a classifier for the instances on which a fold evaluates it.

    Sets of labels, with a score of each label as prediction, and targets have shape (instance, name).
    """

    #: File names, and indices of the labels in the classes, shape (instance,), or (file,) after a majority vote.
    files: np.ndarray
    true: np.ndarray
    predicted: np.ndarray
    converged: bool
    #: Parameters chosen in training, by name.
    chosen: Mapping[str, float]


def predict_held_out(
    data_set: DataSet,
    classifier: Config,
    config: HeldOutConfig,
    root: np.random.SeedSequence,
    what: str = "evaluate",
    *,
    task: Task = Task.CLASSIFICATION,
) -> tuple[list[list[Outcome]], np.ndarray]:
    """Return the predictions of each repetition and fold, and the names of classes, labels or targets, of str."""
    check_features(data_set, classifier)
    check_upsampling(task, config.upsample)
    estimator = estimator_class(type(classifier), task)
    folds = list(_folds(data_set, config))
    for name, train, valid in folds:
        _check_fold(data_set, name, train, valid, task)
    used = np.any([side for _, train, valid in folds for side in (train, valid)], axis=0)
    instances = TrainingData.read(data_set, used, task, on_demand=estimator.takes_data_sets)

    jobs = [
        (train[used], valid[used], seed)
        for repetition in root.spawn(config.repeat)
        for (_, train, valid), seed in zip(folds, repetition.spawn(len(folds)), strict=True)
    ]
    run = delayed(partial(_run, instances, classifier, config, task))
    # A single warning of ours replaces them.
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        fits = Parallel(estimator.concurrent_fits, backend="threading", return_as="generator")(
            run(*job) for job in jobs
        )
        outcomes = []
        with progress_bar(total=len(jobs), what=what, unit="fit") as bar:
            for name, *_ in folds * config.repeat:
                bar.set_postfix_str(name)
                outcomes.append(next(fits))
                bar.update()
    if failed := sum(not outcome.converged for outcome in outcomes):
        LOG.warning("%d of %d classifiers did not converge; %s may help", failed, len(outcomes), estimator.remedy)
    count = len(folds)
    return [outcomes[start : start + count] for start in range(0, len(outcomes), count)], instances.classes


def _folds(data_set: DataSet, config: HeldOutConfig) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
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


def _check_fold(data_set: DataSet, name: str, train: np.ndarray, valid: np.ndarray, task: Task) -> None:
    """Refuse a fold that cannot be evaluated, and warn about labels that cannot be predicted."""
    for side, purpose in ((train, "train on"), (valid, "evaluate")):
        if not side.any():
            raise DataError(f"{name} has no instances to {purpose}")
        check_labels(data_set, side, task, to_train=side is train)
    labels = data_set.label_nominal
    if task is not Task.CLASSIFICATION:
        return
    if unknown := ", ".join(sorted({*labels[valid]} - {*labels[train]})):
        LOG.warning("%s: no training instance has the label %s; its instances count as wrong", name, unknown)


def _run(
    instances: TrainingData,
    classifier: Config,
    config: HeldOutConfig,
    task: Task,
    train: np.ndarray,
    valid: np.ndarray,
    seed: np.random.SeedSequence,
) -> Outcome:
    """Train a classifier and predict."""
    features, labels, files = instances.features, instances.labels, instances.filenames
    pipeline = fitted(
        classifier,
        taken(features, train),
        labels[train],
        files[train],
        task=task,
        upsample=config.upsample,
        seed=seed,
    )
    files, true, predicted = files[valid], labels[valid], RULES[task].outputs(pipeline, taken(features, valid))
    if config.majority_vote:
        files, first, chunks = np.unique(files, return_index=True, return_inverse=True)
        if (different := np.flatnonzero(differ(true, true[first][chunks]))).size:
            raise DataError(f"the chunks of {files[chunks[different[0]]]} have different labels and cannot vote")
        true, predicted = true[first], RULES[task].vote(chunks, predicted)
    return Outcome(files, true, predicted, pipeline[-1].converged_, chosen(classifier, pipeline))


def choices_of(outcomes: Sequence[Sequence[Outcome]]) -> list[dict[str, tuple[float, ...]]]:
    """Return the parameters chosen in each fold, by name: one value per repetition."""
    return [
        {name: tuple(item.chosen[name] for item in repeated) for name in repeated[0].chosen}
        for repeated in zip(*outcomes, strict=True)
    ]
