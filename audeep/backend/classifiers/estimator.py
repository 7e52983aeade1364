"""Base class of the classifiers: scikit-learn estimators whose parameters are those of a configuration."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, check_is_fitted, check_random_state, validate_data

from audeep.backend.options import Config
from audeep.backend.parameters import config_of, defaults, initializer


class Classifier(ClassifierMixin, BaseEstimator):
    """Base class of the classifiers.

    A subclass names its configuration, ``class SVM(Classifier, config=SVMConfig)``. The fields of the configuration
    become its parameters, with the same defaults, and are checked by `fit`. There is one more, ``random_state``: an
    int, a `numpy.random.RandomState`, a `numpy.random.SeedSequence`, or None for the global state of
    ``numpy.random``.

    Attributes
    ----------
    classes_
        The labels, sorted, shape (class,).
    converged_
        Whether training converged; if not, predictions are unreliable.

    A parameter that is chosen in training, as with ``complexity="auto"``, has its value in the attribute of that
    name with an underscore appended, ``complexity_``.
    """

    config: ClassVar[type[Config]]

    #: Number of feature dimensions of an instance: 1 for vectors, 2 for matrices.
    num_feature_dims: ClassVar[int] = 1

    #: Number of classifiers of this kind to train at the same time, in threads.
    concurrent_fits: ClassVar[int] = 1

    #: What may help if training does not converge.
    remedy: ClassVar[str] = "other parameters"

    random_state: Any
    classes_: np.ndarray
    converged_: bool

    def __init_subclass__(cls, config: type[Config], **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        cls.config = config
        cls.__init__ = initializer({**defaults(config), "random_state": None})  # type: ignore[method-assign]

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None) -> Self:
        """Train the classifier.

        Parameters
        ----------
        X
            Features, shape (instance, feature dims...).
        y
            Labels, numbers or str, shape (instance,).
        groups
            Group of each instance, such as its file, shape (instance,): where training sets instances aside, those
            of a group stay together. By default, each instance is its own group.

        Raises
        ------
        OptionError
            If a parameter is out of range.
        DataError
            If there are too few instances, or groups, to set some aside.
        ValueError
            If the features are not finite numbers, or there is only one class.
        """
        config = config_of(self, self.config)
        X, y = self._validated(X, y)
        check_classification_targets(y)
        self.classes_, targets = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"a classifier needs at least two classes, got 1 class: {self.classes_[0]!r}")
        seed = self.random_state
        if not isinstance(seed, np.random.SeedSequence):
            seed = np.random.SeedSequence(check_random_state(seed).randint(2**31 - 1, size=4).tolist())
        groups = np.arange(len(y)) if groups is None else np.unique(groups, return_inverse=True)[1]
        check_consistent_length(y, groups)
        self._train(X, targets, config, seed, groups)
        return self

    @abstractmethod
    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return labels, shape (instance,), for features, shape (instance, feature dims...)."""

    def restore(self, arrays: Mapping[str, np.ndarray], classes: np.ndarray) -> Self:
        """Restore a trained classifier from the arrays returned by `to_arrays`, and its `classes_`.

        Raises
        ------
        ValueError
            If the arrays do not fit together.
        """
        self.classes_, self.converged_ = classes, True
        self._restore(arrays)
        return self

    @abstractmethod
    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return everything that training computed and predictions need, by name."""

    @abstractmethod
    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Set what `predict` needs, including `n_features_in_`; `KeyError` or `ValueError` if that is impossible."""

    @abstractmethod
    def _train(
        self, X: np.ndarray, targets: np.ndarray, config: Any, seed: np.random.SeedSequence, groups: np.ndarray
    ) -> None:
        """Train on features, class indices and group indices, and set `converged_`."""

    def _validated(self, X: np.ndarray, *labels: np.ndarray) -> Any:
        """Return validated arrays: features and labels to train on, or features to predict from."""
        several = self.num_feature_dims > 1
        keywords = {"dtype": (np.float64, np.float32), "ensure_2d": not several, "allow_nd": several}
        if labels:
            return validate_data(self, X, *labels, **keywords)
        check_is_fitted(self)
        return validate_data(self, X, reset=False, **keywords)
