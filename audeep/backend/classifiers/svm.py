"""Linear support vector machines."""

import warnings
from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar, TypeAlias

import numpy as np
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputRegressor
from sklearn.svm import LinearSVC, LinearSVR
from threadpoolctl import threadpool_limits

from audeep.backend.classifiers.config import SVMConfig
from audeep.backend.classifiers.estimator import Classifier, Learner, Regressor
from audeep.backend.classifiers.selection import COMPLEXITIES, best_complexity

MAX_ITERATIONS = 1000
#: Errors of standardised targets below which the loss is zero.
EPSILON = 0.1

#: One linear model, or one for each label of a set or each target.
Linear: TypeAlias = LinearSVC | OneVsRestClassifier | MultiOutputRegressor


class LinearLearner(Learner):
    """Training that the classifier and the regressor share."""

    # LibLINEAR has one global random number generator, which threads would share.
    concurrent_fits = 1
    remedy = "a lower `complexity`"

    #: The linear model, of which there is one for each label of a set or each target.
    linear: ClassVar[type[LinearSVC | LinearSVR]]
    svm_: Linear

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
            candidate = type(self)(complexity=COMPLEXITIES[0], random_state=for_training)
            self.complexity_ = best_complexity(candidate, "complexity", X, targets, groups, for_folds)
        svm = self._model(targets, for_training)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Label .* is present in all training examples", UserWarning)
            self.svm_ = fit_rotated(svm, X, targets) if 2 * len(X) < X.shape[1] else svm.fit(X, targets)
        # "auto" chooses what does best after as many iterations, whether it has converged or not.
        iterations = max((model.n_iter_ for model in _models(self.svm_)), default=0)
        self.converged_ = config.complexity == "auto" or bool(iterations < MAX_ITERATIONS)

    @abstractmethod
    def _model(self, targets: np.ndarray, seed: int) -> Linear:
        """Make the model to train."""

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the coefficients, shape (output, feature), and intercepts, (output,)."""
        models = getattr(self.svm_, "estimators_", [self.svm_])
        # A label that is the same everywhere has a constant in place of a model.
        coefs = [getattr(model, "coef_", np.zeros(self.n_features_in_)) for model in models]
        intercepts = [model.intercept_ if hasattr(model, "coef_") else model.y_ for model in models]
        return {"coef": np.vstack(coefs), "intercept": np.concatenate(intercepts, dtype=np.float64)}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        coef, intercept, rows = arrays["coef"], arrays["intercept"], self._num_outputs
        if coef.ndim != 2 or len(coef) != rows or intercept.shape != (rows,):
            raise ValueError(f"expected {rows} rows of coefficients and intercepts")
        # One model computes what several do.
        self.svm_ = self.linear()
        self.svm_.coef_, self.svm_.intercept_ = coef, intercept
        self.n_features_in_ = self.svm_.n_features_in_ = coef.shape[1]


class SVM(LinearLearner, Classifier, config=SVMConfig):
    """Linear support vector machine, one class or label against the rest, trained by LibLINEAR.

    Its parameters are those of `SVMConfig`.

    Examples
    --------
    >>> import audeep
    >>> svm = audeep.SVM(complexity=0.1, random_state=0)
    >>> svm.fit([[0], [1], [2]], ["low", "high", "high"]).predict([[3], [-1]])
    array(['high', 'low'], dtype='<U4')
    """

    linear = LinearSVC
    multi_label = True

    @property
    def _num_outputs(self) -> int:
        # Between two classes there is one boundary.
        return 1 if len(self.classes_) == 2 and not self.has_sets_ else len(self.classes_)

    def decision_function(self, X: np.ndarray) -> np.ndarray:
        """Return the score of each class, or label of a set, shape (instance, class).

        If there are two classes, there is only the score of the second, shape (instance,).
        """
        X = self._validated(X)
        return self.svm_.decision_function(X)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return labels, shape (instance,), or sets of them, shape (instance, label)."""
        X = self._validated(X)
        if self.has_sets_:
            return np.where(self.svm_.decision_function(X) > 0, 1, 0)
        return self.classes_[self.svm_.predict(X)]

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        super()._restore(arrays)
        self.svm_.classes_ = np.arange(len(self.classes_))

    def _model(self, targets: np.ndarray, seed: int) -> Linear:
        # The defaults of LinearSVC when the original was written; "auto" may choose the primal problem.
        svm = self.linear(
            C=self.complexity_, loss="squared_hinge", dual=True, max_iter=MAX_ITERATIONS, random_state=seed
        )
        return svm if targets.ndim == 1 else OneVsRestClassifier(svm)


class SVMRegressor(LinearLearner, Regressor, config=SVMConfig):
    """Linear support vector machine for continuous targets, one for each, trained by LibLINEAR.

    Its parameters are those of `SVMConfig`.

    Examples
    --------
    >>> import audeep
    >>> svm = audeep.SVMRegressor(complexity=1, random_state=0)
    >>> svm.fit([[-3], [-1], [1], [3]], [10, 20, 30, 40]).predict([[0]]).round()
    array([25.])
    """

    linear = LinearSVR

    def _predicted(self, X: np.ndarray) -> np.ndarray:
        return self.svm_.predict(X)

    def _model(self, targets: np.ndarray, seed: int) -> Linear:
        return MultiOutputRegressor(
            self.linear(C=self.complexity_, epsilon=EPSILON, max_iter=MAX_ITERATIONS, random_state=seed)
        )


def _models(svm: Linear) -> list[LinearSVC | LinearSVR]:
    """Return the models of an SVM: one, or one for each label that is not the same everywhere, or target."""
    return [model for model in getattr(svm, "estimators_", [svm]) if hasattr(model, "coef_")]


def fit_rotated(svm: Linear, X: np.ndarray, targets: np.ndarray) -> Linear:
    """Train an SVM on fewer instances than features, in the space that they span; `X` is (instance, feature).

    A rotation does not change inner products, so the SVM is the same, and LibLINEAR's run time is proportional to
    the number of nonzeros.
    """
    # X is triangle.T @ axes.T. One thread takes milliseconds; several would wait for each other on a busy machine.
    with threadpool_limits(1, user_api="blas"):
        axes, triangle = np.linalg.qr(X.T.astype(np.float64))
    svm.fit(np.ascontiguousarray(triangle.T), targets)
    for model in _models(svm):
        model.coef_ = model.coef_ @ axes.T
    for model in (svm, *getattr(svm, "estimators_", ())):
        model.n_features_in_ = X.shape[1]
    return svm
