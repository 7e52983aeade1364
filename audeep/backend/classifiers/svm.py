"""The linear support vector machine."""

import warnings
from typing import ClassVar

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from audeep.backend.classifiers.config import SVMConfig


class SVM:
    """A linear SVM, one against the rest, trained by LibLINEAR.

    Parameters
    ----------
    config
        Its complexity.
    seed
        Seed of the order in which LibLINEAR visits the instances.
    """

    # LibLINEAR keeps its random numbers in one global generator: threads would take them from each other.
    concurrent_fits: ClassVar[int] = 1

    def __init__(self, config: SVMConfig, seed: np.random.SeedSequence) -> None:
        self.converged = True
        # What LinearSVC used by default when the original was written; "auto" may choose the primal problem.
        self._svm = LinearSVC(
            C=config.complexity,
            loss="squared_hinge",
            dual=True,
            max_iter=1000,
            random_state=int(seed.generate_state(1)[0]),
        )

    def fit(self, features: np.ndarray, labels: np.ndarray) -> None:
        """Train on features, shape (instance, feature), and labels, shape (instance,)."""
        with warnings.catch_warnings(record=True, category=ConvergenceWarning) as caught:
            warnings.simplefilter("always", ConvergenceWarning)
            self._svm.fit(features, labels)
        self.converged = not caught

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Return labels, shape (instance,), for features, shape (instance, feature)."""
        return self._svm.predict(features)
