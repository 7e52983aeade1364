"""Base classes of classifiers and regressors: scikit-learn estimators with the parameters of a configuration."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.preprocessing import StandardScaler
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_consistent_length, check_is_fitted, check_random_state, validate_data

from audeep.backend.data.data_set import DataSet
from audeep.backend.data.vectors import check_vectors
from audeep.backend.errors import DataError
from audeep.backend.options import Config
from audeep.backend.parameters import config_of, defaults, initializer


class Learner(BaseEstimator):
    """Base class of `Classifier` and `Regressor`.

    A subclass names its configuration, ``class SVM(Classifier, config=SVMConfig)``. The fields of the configuration
    become its parameters, with the same defaults, and are checked by `fit`. There is one more, ``random_state``: an
    int, a `numpy.random.RandomState`, a `numpy.random.SeedSequence`, or None for the global state of
    ``numpy.random``.

    Attributes
    ----------
    converged_
        Whether training converged; if not, predictions are unreliable.

    A parameter that is chosen in training, as with ``complexity="auto"``, has its value in the attribute of that
    name with an underscore appended, ``complexity_``.
    """

    config: ClassVar[type[Config]]

    #: Number of feature dimensions of an instance: 1 for vectors, 2 for matrices.
    num_feature_dims: ClassVar[int] = 1

    #: Whether it takes a `DataSet` as well as an array, reads it on demand, and standardises features itself.
    takes_data_sets: ClassVar[bool] = False

    #: Whether it also learns sets of labels.
    multi_label: ClassVar[bool] = False

    #: Number of estimators of this kind to train at the same time, in threads.
    concurrent_fits: ClassVar[int] = 1

    #: What may help if training does not converge.
    remedy: ClassVar[str] = "other parameters"

    random_state: Any
    converged_: bool

    def __init_subclass__(cls, config: type[Config] | None = None, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if config is not None:
            cls.config = config
            cls.__init__ = initializer({**defaults(config), "random_state": None})  # type: ignore[method-assign]

    @classmethod
    def check_data_set(cls, config: Any, data_set: DataSet) -> None:
        """Refuse a data set with features of a shape that an estimator with this configuration cannot use."""
        num_dims = cls.num_feature_dims
        if num_dims == 1:
            check_vectors(data_set, "a classifier")
        elif len(data_set.feature_dims) != num_dims or 0 in data_set.feature_shape:
            raise DataError(
                f"the features in {data_set.name} have the dimensions {data_set.describe_features()}, but this "
                f"classifier expects {num_dims} dimensions"
            )
        elif data_set.lengths is not None:
            raise DataError(
                f"{data_set.name}: this classifier does not support recordings of different lengths; set "
                "`fixed_length`"
            )

    @classmethod
    def check_training_data(cls, config: Any, data_set: DataSet) -> None:
        """Refuse a data set that an estimator with this configuration cannot learn from."""
        cls.check_data_set(config, data_set)

    @classmethod
    def check_shape(cls, config: Any, shape: tuple[int, ...], data_set: DataSet) -> None:
        """Refuse a data set to predict whose features do not go with this shape, that of the training data."""
        if shape != data_set.feature_shape:
            ours, theirs = (" x ".join(map(str, sizes)) for sizes in (shape, data_set.feature_shape))
            raise DataError(
                f"the training data has {ours} features, the data to predict {theirs}; generate both with the same "
                "model"
            )

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None) -> Self:
        """Train the estimator.

        Parameters
        ----------
        X
            Features, shape (instance, feature dims...).
        y
            Labels, numbers or str, shape (instance,), or sets of them, 1 where a label applies and 0 where not,
            shape (instance, label). Continuous targets of a regressor, shape (instance,) or (instance, target).
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
        self._train(*self._prepared(X, y, groups))
        return self

    def _prepared(
        self, X: Any, y: np.ndarray, groups: np.ndarray | None
    ) -> tuple[Any, np.ndarray, Any, np.random.SeedSequence, np.ndarray]:
        """Return what `_train` takes, validated."""
        config = config_of(self, self.config)
        X, targets = self._to_train_on(X, y)
        seed = self.random_state
        if not isinstance(seed, np.random.SeedSequence):
            seed = np.random.SeedSequence(check_random_state(seed).randint(2**31 - 1, size=4).tolist())
        groups = np.arange(len(X)) if groups is None else np.unique(groups, return_inverse=True)[1]
        check_consistent_length(X, groups)
        return X, targets, config, seed, groups

    @abstractmethod
    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return predictions in the shape of `y`, for features, shape (instance, feature dims...)."""

    @abstractmethod
    def _to_train_on(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the validated features, and what `y` is for `_train`."""

    @abstractmethod
    def _train(
        self, X: Any, targets: np.ndarray, config: Any, seed: np.random.SeedSequence, groups: np.ndarray
    ) -> None:
        """Train on features, targets and group indices, and set `converged_`."""

    @abstractmethod
    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return everything that training computed from features and predictions need, by name."""

    @abstractmethod
    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Set what `predict` needs, and for vectors `n_features_in_`; `KeyError` or `ValueError` if it cannot."""

    @property
    @abstractmethod
    def _num_outputs(self) -> int:
        """Number of values that are computed for an instance: one for each class, label of a set, or target."""

    def _validated(self, X: np.ndarray, *targets: np.ndarray, **rules: Any) -> Any:
        """Return validated arrays: features and targets to train on, or features to predict from."""
        several = self.num_feature_dims > 1
        rules |= {"dtype": (np.float64, np.float32), "ensure_2d": not several, "allow_nd": several}
        if targets:
            return validate_data(self, X, *targets, **rules)
        check_is_fitted(self)
        return validate_data(self, X, reset=False, **rules)


class Classifier(ClassifierMixin, Learner):
    """Base class of the classifiers, whose further methods are those of `Learner`.

    Attributes
    ----------
    classes_
        The labels, sorted, shape (class,); the numbers of the labels, counted from 0, if there are sets of them.
    """

    classes_: np.ndarray
    #: Whether it was trained on sets of labels.
    has_sets_: bool

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = self.multi_label
        return tags

    def _to_train_on(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the features, and class indices, shape (instance,), or sets of labels, shape (instance, label)."""
        is_table = (y if hasattr(y, "ndim") else np.asarray(y)).ndim == 2
        self.has_sets_ = self.multi_label and is_table and type_of_target(y) == "multilabel-indicator"
        if self.has_sets_:
            X, sets = self._validated(X, y, multi_output=True)
            self.classes_ = np.arange(sets.shape[1])
            return X, sets.toarray() if issparse(sets) else sets
        X, y = self._validated(X, y)
        check_classification_targets(y)
        self.classes_, targets = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"a classifier needs at least two classes, got 1 class: {self.classes_[0]!r}")
        return X, targets

    def restore(self, arrays: Mapping[str, np.ndarray], classes: np.ndarray, *, has_sets: bool = False) -> Self:
        """Restore a trained classifier from the arrays returned by `to_arrays`, `classes_` and `has_sets_`.

        Raises
        ------
        KeyError, ValueError
            If arrays are missing, or do not fit together.
        """
        self.classes_, self.has_sets_, self.converged_ = classes, has_sets, True
        self._restore(arrays)
        return self

    @property
    def _num_outputs(self) -> int:
        return len(self.classes_)


class Regressor(RegressorMixin, Learner):
    """Base class of estimators that learn continuous targets, whose further methods are those of `Learner`.

    Training standardises the targets, so that no parameter depends on their unit.

    Attributes
    ----------
    scaler_
        Standardises targets, a `StandardScaler`.
    """

    scaler_: StandardScaler
    #: Whether the targets were a vector.
    is_single_: bool

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return targets, in the shape of `y`, for features, shape (instance, feature dims...)."""
        X = self._validated(X)
        # Not `inverse_transform`, which refuses what a network that has diverged predicts.
        targets = self._predicted(X) * self.scaler_.scale_ + self.scaler_.mean_
        return targets[:, 0] if self.is_single_ else targets

    @abstractmethod
    def _predicted(self, X: Any) -> np.ndarray:
        """Return standardised targets, shape (instance, target)."""

    def _to_train_on(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the features, and standardised targets, shape (instance, target)."""
        X, y = self._validated(X, y, multi_output=True, y_numeric=True)
        self.is_single_ = y.ndim == 1
        self.scaler_ = StandardScaler()
        return X, self.scaler_.fit_transform(y.reshape(len(y), -1))

    def restore(self, arrays: Mapping[str, np.ndarray], scaler: StandardScaler) -> Self:
        """Restore a regressor trained on targets of shape (instance, target) from `to_arrays` and its `scaler_`.

        Raises
        ------
        KeyError, ValueError
            If arrays are missing, or do not fit together.
        """
        self.scaler_, self.is_single_, self.converged_ = scaler, False, True
        self._restore(arrays)
        return self

    @property
    def _num_outputs(self) -> int:
        return len(self.scaler_.mean_)
