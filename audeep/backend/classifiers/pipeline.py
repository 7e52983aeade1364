"""From features to predictions: shuffle, balance, standardise, train; and the vote among chunks."""

import numpy as np
from sklearn.preprocessing import StandardScaler

from audeep.backend.classifiers.base import classifier_class
from audeep.backend.classifiers.config import ClassifierConfig


class Pipeline:
    """A classifier with all that happens to its data before.

    Parameters
    ----------
    config
        The classifier.
    upsample
        Whether to balance the classes of the training data.
    seed
        Seed of everything random.
    """

    def __init__(self, config: ClassifierConfig, *, upsample: bool, seed: np.random.SeedSequence) -> None:
        shuffling, training = seed.spawn(2)
        self._random = np.random.default_rng(shuffling)
        self._upsample = upsample
        self._scaler = StandardScaler()
        self._classifier = classifier_class(config)(config, training)

    @property
    def converged(self) -> bool:
        """Whether the training ended well."""
        return self._classifier.converged

    def fit(self, features: np.ndarray, labels: np.ndarray) -> None:
        """Train on features, shape (instance, feature), and labels, shape (instance,), of int."""
        order = self._random.permutation(len(labels))
        if self._upsample:
            order = order[balanced(labels[order])]
        self._classifier.fit(self._scaler.fit_transform(features[order]), labels[order])

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Return labels, shape (instance,), for features, shape (instance, feature)."""
        return self._classifier.predict(self._scaler.transform(features))


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
    """Return the label that most chunks of each file have; the lowest number if there are several.

    Parameters
    ----------
    files
        Index of the file that each chunk belongs to, shape (chunk,); every file has a chunk.
    labels
        Label of each chunk, whole numbers from 0, shape (chunk,).

    Returns
    -------
    numpy.ndarray
        Labels, shape (file,).

    Examples
    --------
    >>> majority(np.array([0, 0, 0, 1, 1]), np.array([2, 1, 2, 1, 0])).tolist()
    [2, 0]
    """
    votes = np.zeros((files.max() + 1, labels.max() + 1), np.int64)
    np.add.at(votes, (files, labels), 1)
    return votes.argmax(axis=1)
