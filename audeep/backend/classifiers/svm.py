"""The linear support vector machine."""

from collections.abc import Mapping

import numpy as np
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from audeep.backend.classifiers.config import SVMConfig
from audeep.backend.classifiers.estimator import Classifier
from audeep.backend.classifiers.selection import COMPLEXITIES, best_complexity

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

    # LibLINEAR has one global random number generator, which threads would share.
    concurrent_fits = 1
    remedy = "a lower `complexity`"

    def decision_function(self, X: np.ndarray) -> np.ndarray:
        """Return the score of each class, shape (instance, class); only that of the second if there are two."""
        X = self._validated(X)
        return self.svm_.decision_function(X)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return labels, shape (instance,)."""
        X = self._validated(X)
        return self.classes_[self.svm_.predict(X)]

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the coefficients, shape (class, feature), and intercepts, (class,); of 1 row for two classes."""
        return {"coef": self.svm_.coef_, "intercept": self.svm_.intercept_}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        coef, intercept = arrays["coef"], arrays["intercept"]
        rows = len(self.classes_) if len(self.classes_) > 2 else 1
        if coef.ndim != 2 or len(coef) != rows or intercept.shape != (rows,):
            raise ValueError(f"expected {rows} rows of coefficients and intercepts")
        self.svm_ = LinearSVC()
        self.svm_.coef_, self.svm_.intercept_ = coef, intercept
        self.svm_.classes_ = np.arange(len(self.classes_))
        self.n_features_in_ = self.svm_.n_features_in_ = coef.shape[1]

    def _train(
        self,
        X: np.ndarray,
        targets: np.ndarray,
        config: SVMConfig,
        seed: np.random.SeedSequence,
        groups: np.ndarray,
    ) -> None:
        for_training, for_folds = map(int, seed.generate_state(2))
        self.complexity_ = config.complexity
        if config.complexity == "auto":
            candidate = SVM(complexity=COMPLEXITIES[0], random_state=for_training)
            self.complexity_ = best_complexity(candidate, "complexity", X, targets, groups, for_folds)
        # The defaults of LinearSVC when the original was written; "auto" may choose the primal problem.
        svm = LinearSVC(
            C=self.complexity_,
            loss="squared_hinge",
            dual=True,
            max_iter=MAX_ITERATIONS,
            random_state=for_training,
        )
        self.svm_ = fit_rotated(svm, X, targets) if 2 * len(X) < X.shape[1] else svm.fit(X, targets)
        # "auto" chooses what does best after as many iterations, whether it has converged or not.
        self.converged_ = config.complexity == "auto" or bool(self.svm_.n_iter_ < MAX_ITERATIONS)


def fit_rotated(svm: LinearSVC, X: np.ndarray, targets: np.ndarray) -> LinearSVC:
    """Train an SVM on fewer instances than features, in the space that they span; `X` is (instance, feature).

    A rotation does not change inner products, so the SVM is the same, and LibLINEAR's run time is proportional to
    the number of nonzeros.
    """
    # X is triangle.T @ axes.T. One thread takes milliseconds; several would wait for each other on a busy machine.
    with threadpool_limits(1, user_api="blas"):
        axes, triangle = np.linalg.qr(X.T.astype(np.float64))
    svm.fit(np.ascontiguousarray(triangle.T), targets)
    svm.coef_, svm.n_features_in_ = svm.coef_ @ axes.T, X.shape[1]
    return svm
