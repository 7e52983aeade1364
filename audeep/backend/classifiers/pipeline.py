"""Training of a scikit-learn pipeline on shuffled, optionally balanced instances; majority vote of chunks."""

from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from audeep.backend.classifiers.config import SVMConfig, Task
from audeep.backend.classifiers.registry import estimator_class
from audeep.backend.classifiers.selection import best_complexity
from audeep.backend.data.data_set import DataSet
from audeep.backend.options import Config


def fitted(
    config: Config,
    features: np.ndarray | DataSet,
    labels: np.ndarray,
    files: np.ndarray,
    *,
    upsample: bool,
    seed: np.random.SeedSequence,
    task: Task = Task.CLASSIFICATION,
    **options: Any,
) -> Pipeline:
    """Train a classifier, and return it as the last step of a pipeline that standardises vectors.

    `features` has shape (instance, feature dims...), or is a data set; `labels` and `files`, names of the
    recordings, have shape (instance,). Sets of labels, and targets, have shape (instance, name). `upsample`
    balances the classes; `options` are further arguments of the classifier's ``fit``.
    """
    shuffling, training = seed.spawn(2)
    order = np.random.default_rng(shuffling).permutation(len(labels))
    if upsample:
        order = order[balanced(labels[order])]
    estimator = estimator_class(type(config), task)
    if estimator.takes_data_sets:
        # It shuffles by itself, and reads faster in the order of the file.
        order.sort()
    features, labels, groups = (
        taken(features, order),
        labels[order],
        np.unique(files[order], return_inverse=True)[1],
    )
    classifier = estimator(**vars(config), random_state=training)
    scaler = StandardScaler() if estimator.num_feature_dims == 1 else "passthrough"
    pipeline = Pipeline([("scaler", scaler), ("classifier", classifier)])
    chooses = isinstance(config, SVMConfig) and config.complexity == "auto"
    if chooses:
        assert isinstance(features, np.ndarray)
        # Not left to the SVM, so that each inner fold is standardised separately.
        name = "classifier__complexity"
        dividing = int(training.generate_state(1)[0])
        pipeline.set_params(**{name: best_complexity(pipeline, name, features, labels, groups, dividing)})
    options = {f"classifier__{name}": value for name, value in options.items()}
    pipeline.fit(features, labels, classifier__groups=groups, **options)
    # What was chosen is what does best, whether it has converged or not.
    pipeline[-1].converged_ |= chooses
    return pipeline


def taken(features: np.ndarray | DataSet, instances: np.ndarray) -> np.ndarray | DataSet:
    """Take some instances, by a mask or by indices."""
    return features.select(instances) if isinstance(features, DataSet) else features[instances]


def chosen(config: Config, pipeline: Pipeline) -> dict[str, float]:
    """Return the parameters chosen in training, by name."""
    return {name: getattr(pipeline[-1], f"{name}_") for name in getattr(config, "chosen", ())}


def balanced(labels: np.ndarray) -> np.ndarray:
    """Return indices that repeat instances until every class is as large as the largest.

    Within a class, the numbers of repetitions differ by at most one.

    Examples
    --------
    >>> balanced(np.array([0, 1, 1, 1, 0])).tolist()
    [0, 4, 0, 1, 2, 3]
    """
    _, classes, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    return np.concatenate(
        [np.resize(np.flatnonzero(classes == number), sizes.max()) for number in range(len(sizes))]
    )


def majority(files: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the most frequent label among the chunks of each file, shape (file,); ties go to the lowest.

    `files` holds the file index of each chunk, `labels` its label, a number from 0, both of shape (chunk,).

    Examples
    --------
    >>> majority(np.array([0, 0, 0, 1, 1]), np.array([2, 1, 2, 1, 0])).tolist()
    [2, 0]
    """
    votes = np.zeros((files.max() + 1, labels.max() + 1), np.int64)
    np.add.at(votes, (files, labels), 1)
    return votes.argmax(axis=1)


def scores(pipeline: Pipeline, features: np.ndarray | DataSet) -> tuple[str, np.ndarray]:
    """Return what a classifier gives scores as, and the score of each class or label, shape (instance, class).

    That is a probability, or a decision value: the larger, the farther on the side of the class.
    """
    if hasattr(pipeline, "predict_proba"):
        return "probability", pipeline.predict_proba(features)
    values = pipeline.decision_function(features)
    # With two classes, there is one boundary.
    return "decision_value", np.stack([-values, values], axis=1) if values.ndim == 1 else values
