"""What is trained: a scikit-learn pipeline on shuffled, maybe balanced instances; and the vote among chunks."""

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from audeep.backend.classifiers.config import SVMConfig
from audeep.backend.classifiers.registry import estimator_class
from audeep.backend.classifiers.selection import best_complexity
from audeep.backend.options import Config


def fitted(
    config: Config,
    features: np.ndarray,
    labels: np.ndarray,
    files: np.ndarray,
    *,
    upsample: bool,
    seed: np.random.SeedSequence,
) -> Pipeline:
    """Train a classifier, the last step of the pipeline that is returned; vectors are standardised before it.

    `features` has shape (instance, feature dims...), `labels` and `files`, the names of the recordings, have shape
    (instance,); `upsample` balances the classes.
    """
    shuffling, training = seed.spawn(2)
    order = np.random.default_rng(shuffling).permutation(len(labels))
    if upsample:
        order = order[balanced(labels[order])]
    features, labels, groups = features[order], labels[order], np.unique(files[order], return_inverse=True)[1]
    estimator = estimator_class(type(config))
    classifier = estimator(**vars(config), random_state=training)
    scaler = StandardScaler() if estimator.num_feature_dims == 1 else "passthrough"
    pipeline = Pipeline([("scaler", scaler), ("classifier", classifier)])
    if isinstance(config, SVMConfig) and config.complexity == "auto":
        # Not left to the SVM, so that each inner fold has means and deviations of its own.
        name = "classifier__complexity"
        dividing = int(training.generate_state(1)[0])
        pipeline.set_params(**{name: best_complexity(pipeline, name, features, labels, groups, dividing)})
    return pipeline.fit(features, labels, classifier__groups=groups)


def chosen(config: Config, pipeline: Pipeline) -> dict[str, float]:
    """Return the parameters that training has chosen itself, by name."""
    return {name: getattr(pipeline[-1], f"{name}_") for name in getattr(config, "chosen", ())}


def balanced(labels: np.ndarray) -> np.ndarray:
    """Return indices that repeat instances until every class is as large as the largest.

    Within a class no instance is repeated more than once more often than another.

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
    """Return the label that most chunks of each file have, shape (file,); the lowest number if there are several.

    `files` holds the index of the file of each chunk, `labels` its label, a whole number from 0, shape (chunk,).

    Examples
    --------
    >>> majority(np.array([0, 0, 0, 1, 1]), np.array([2, 1, 2, 1, 0])).tolist()
    [2, 0]
    """
    votes = np.zeros((files.max() + 1, labels.max() + 1), np.int64)
    np.add.at(votes, (files, labels), 1)
    return votes.argmax(axis=1)
