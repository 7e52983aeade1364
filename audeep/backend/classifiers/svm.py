"""The linear support vector machine."""

import numpy as np
from sklearn.svm import LinearSVC

from audeep.backend.classifiers.config import SVMConfig
from audeep.backend.classifiers.estimator import Classifier

MAX_ITERATIONS = 1000


class SVM(Classifier, config=SVMConfig):
    """Linear support vector machine, one class against the rest, trained by LibLINEAR.

    Its parameters are those of `SVMConfig`.

    Examples
    --------
    >>> import audeep
    >>> svm = audeep.SVM(complexity=0.1, random_state=0)
    >>> svm.fit([[0], [1], [2]], ["low", "high", "high"]).predict([[3], [-1]])
    array(['high', 'low'], dtype='<U4')
    """

    # LibLINEAR keeps its random numbers in one global generator: threads would take them from each other.
    concurrent_fits = 1

    def decision_function(self, X: np.ndarray) -> np.ndarray:
        """Return the score of each class, shape (instance, class); of the second alone if there are two."""
        X = self._validated(X)
        return self.svm_.decision_function(X)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return labels, shape (instance,)."""
        X = self._validated(X)
        return self.classes_[self.svm_.predict(X)]

    def _train(self, X: np.ndarray, targets: np.ndarray, config: SVMConfig, seed: np.random.SeedSequence) -> None:
        # What LinearSVC used by default when the original was written; "auto" may choose the primal problem.
        self.svm_ = LinearSVC(
            C=config.complexity,
            loss="squared_hinge",
            dual=True,
            max_iter=MAX_ITERATIONS,
            random_state=int(seed.generate_state(1)[0]),
        ).fit(X, targets)
        self.converged_ = bool(self.svm_.n_iter_ < MAX_ITERATIONS)
