"""Perceptrons without hidden layers are the linear models of scikit-learn."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.utils.estimator_checks import check_estimator

from audeep.backend.classifiers.mlp import MLP, MLPRegressor

#: Enough to converge.
PARAMETERS = {"num_layers": 0, "learning_rate": 0.03, "num_epochs": 1000, "random_state": 0}


def instances(outputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Make vectors, and values that depend on them linearly, but for noise."""
    random = np.random.default_rng(0)
    features = random.normal(size=(90, 3))
    return features, features @ random.normal(size=(3, outputs)) + random.normal(size=(90, outputs))


@pytest.mark.parametrize("num_classes", [2, 3])
def test_labels(num_classes: int) -> None:
    features, values = instances(num_classes)
    labels = values.argmax(axis=1)
    ours = MLP(**PARAMETERS).fit(features, labels)
    theirs = LogisticRegression(C=np.inf).fit(features, labels)
    np.testing.assert_allclose(ours.predict_proba(features), theirs.predict_proba(features), atol=0.01)
    # Dropout is for hidden units.
    again = clone(ours).set_params(keep_prob=0.1).fit(features, labels)
    np.testing.assert_array_equal(again.predict_proba(features), ours.predict_proba(features))


def test_sets_of_labels() -> None:
    features, values = instances(2)
    sets = (values > 0).astype(int)
    ours = MLP(**PARAMETERS).fit(features, sets).predict_proba(features)
    for column, labels in zip(ours.T, sets.T, strict=True):
        theirs = LogisticRegression(C=np.inf).fit(features, labels).predict_proba(features)
        np.testing.assert_allclose(column, theirs[:, 1], atol=0.01)


def test_targets() -> None:
    features, values = instances(2)
    ours, theirs = MLPRegressor(**PARAMETERS).fit(features, values), LinearRegression().fit(features, values)
    np.testing.assert_allclose(ours.predict(features), theirs.predict(features), atol=0.01)


def test_can_be_restored_from_arrays() -> None:
    features, values = instances(3)
    ours = MLP(**PARAMETERS).fit(features, values.argmax(axis=1))
    arrays = ours.to_arrays()
    assert {name: array.shape for name, array in arrays.items()} == {"kernel_0": (3, 3), "bias_0": (3,)}
    restored = MLP(**PARAMETERS).restore(arrays, ours.classes_)
    np.testing.assert_array_equal(restored.predict_proba(features), ours.predict_proba(features))


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("estimator", [MLP, MLPRegressor])
def test_is_an_estimator_of_scikit_learn(estimator: type[BaseEstimator]) -> None:
    rounded = "float32: products of matrices round differently"
    exceptions = dict.fromkeys(
        ["check_methods_sample_order_invariance", "check_methods_subset_invariance"], rounded
    )
    small = estimator(num_layers=0, num_epochs=60, learning_rate=0.05, random_state=1)
    check_estimator(small, expected_failed_checks=exceptions, on_skip=None)
