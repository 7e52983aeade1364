"""Choices made on the training data alone: instances to set aside, and the complexity of an SVM."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import make_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold, StratifiedGroupKFold, train_test_split

from audeep.backend.classifiers.measures import mean_average_precision
from audeep.backend.errors import DataError

#: Complexities to try, in ascending order.
COMPLEXITIES = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
NUM_FOLDS = 5
TOO_FEW = "too few files to choose `complexity` by cross-validation within the training data; set it to a number"
#: What sets of labels are judged by.
PRECISION = make_scorer(mean_average_precision, response_method=("decision_function", "predict_proba"))


def best_complexity(
    estimator: BaseEstimator, name: str, X: np.ndarray, y: np.ndarray, groups: np.ndarray, seed: int
) -> float:
    """Return the complexity with the highest score in cross-validation; ties go to the lowest.

    The score is the accuracy, for sets of labels the mean average precision, and for continuous targets the
    coefficient of determination. `name` is the parameter of the estimator. If that is a pipeline, the steps before
    the SVM are also fitted on the inner training data alone. Shapes are those of `inner_folds`, but `y` may also be
    sets of labels, or targets, shape (instance, name).
    """
    has_classes = is_classifier(estimator) and y.ndim == 1
    folds = inner_folds(y, groups, seed) if has_classes else grouped_folds(groups, seed)
    scoring = PRECISION if is_classifier(estimator) and y.ndim == 2 else None
    search = GridSearchCV(
        estimator, {name: COMPLEXITIES}, scoring=scoring, cv=folds, refit=False, error_score="raise"
    )
    # An SVM that does not converge is judged by its score alone.
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        search.fit(X, y)
    # Rounded, because the order of summation changes the last digit.
    scores = search.cv_results_["mean_test_score"].round(9)
    return COMPLEXITIES[int(scores.argmax())]


def inner_folds(labels: np.ndarray, groups: np.ndarray, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Divide training data into five folds, or fewer if no class has that many groups.

    Groups stay together, and classes are spread as evenly as that allows. `labels` and `groups` have shape
    (instance,); the result holds the training and the validation indices of each fold.
    """
    classes = np.unique(labels, return_inverse=True)[1]
    most = np.bincount(np.unique(np.stack([classes, groups]), axis=1)[0]).max()
    folds = []
    if most > 1:
        divide = StratifiedGroupKFold(min(NUM_FOLDS, int(most)), shuffle=True, random_state=seed)
        # It warns about classes with fewer groups.
        with warnings.catch_warnings(action="ignore", category=UserWarning):
            folds = list(divide.split(labels, labels, groups))
    folds = [(train, valid) for train, valid in folds if valid.size and np.ptp(classes[train])]
    if not folds:
        raise DataError(TOO_FEW)
    return folds


def grouped_folds(groups: np.ndarray, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Divide training data without classes like `inner_folds`, at random."""
    count = min(NUM_FOLDS, len(np.unique(groups)))
    if count < 2:
        raise DataError(TOO_FEW)
    return list(GroupKFold(count, shuffle=True, random_state=seed).split(groups, groups=groups))


def set_aside(
    labels: np.ndarray | None, groups: np.ndarray, fraction: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of the instances to train on, and of those set aside: about `fraction` of the groups.

    Groups stay together, and are stratified by class if every class has enough of them. `labels` and `groups` have
    shape (instance,); `labels` are None if there are no classes.
    """
    names, first = np.unique(groups, return_index=True)
    if len(names) < 2:
        raise DataError("`early_stopping` sets some training files aside, but there is only one")
    strata = None if labels is None else labels[first]
    count = int(np.clip(round(fraction * len(names)), 1, len(names) - 1))
    try:
        _, chosen = train_test_split(names, test_size=count, random_state=seed, stratify=strata)
    except ValueError:
        # A class has only one group, or there are more classes than groups to set aside.
        _, chosen = train_test_split(names, test_size=count, random_state=seed)
    aside = np.isin(groups, chosen)
    return np.flatnonzero(~aside), np.flatnonzero(aside)
