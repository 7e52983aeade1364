"""What holds for one of the classifiers; tests/contracts has what holds for all."""

import numpy as np
import pytest
from sklearn.datasets import make_blobs
from sklearn.exceptions import ConvergenceWarning

from audeep.backend.classifiers.mlp import MLP
from audeep.backend.classifiers.svm import SVM


def test_svm_tells_that_it_did_not_converge() -> None:
    random = np.random.default_rng(0)
    features, labels = random.normal(size=(300, 3)), random.integers(0, 2, 300)
    with pytest.warns(ConvergenceWarning):
        assert not SVM(complexity=1e6, random_state=0).fit(features, labels).converged_


def test_mlp_tells_that_it_diverged() -> None:
    random = np.random.default_rng(0)
    features, labels = random.normal(size=(30, 3)), random.integers(0, 2, 30)
    with pytest.warns(ConvergenceWarning):
        assert not MLP(num_epochs=20, learning_rate=1e30, random_state=0).fit(features, labels).converged_


def test_mlp_learns_exclusive_or() -> None:
    features = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
    labels = np.array([0, 1, 1, 0])
    mlp = MLP(
        num_epochs=200, learning_rate=0.01, num_layers=1, num_units=32, keep_prob=1, shuffle=True, random_state=0
    )
    assert mlp.fit(features, labels).predict(features).tolist() == labels.tolist()


def test_mlp_logits_may_be_negative() -> None:
    # A ReLU on the logits, as in the original, would leave no gradient for classes at zero.
    features, labels = make_blobs(60, centers=3, n_features=8, cluster_std=0.1, random_state=1)
    mlp = MLP(num_epochs=60, learning_rate=0.01, num_units=16, random_state=0).fit(features, labels)
    assert np.min(mlp._outputs(features)) < -1


def test_mlp_against_keras() -> None:
    """Without dropout, training is that of a Keras model with the same initial weights."""
    import keras
    from keras.layers import Dense

    from audeep.backend.classifiers.mlp import _network

    random = np.random.default_rng(0)
    features, labels = random.normal(size=(20, 6)).astype(np.float32), np.arange(20) % 4
    model = keras.Sequential([keras.Input((6,)), Dense(5, "relu"), Dense(5, "relu"), Dense(4)])
    seed = np.random.SeedSequence(7)
    model.set_weights(_network((6, 5, 5, 4), 1, seed).get_weights())
    model.compile(
        keras.optimizers.Adam(1e-3, epsilon=1e-8), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    model.fit(features, labels, batch_size=20, epochs=30, verbose=0)

    ours = MLP(num_epochs=30, num_units=5, keep_prob=1, random_state=seed).fit(features, labels)
    np.testing.assert_allclose(ours._outputs(features), model.predict(features, verbose=0), atol=1e-5)


def test_dropout_masks_keep_the_expectation() -> None:
    from audeep.backend.classifiers.mlp import _network

    network = _network((101, 101, 2), 0.6, np.random.SeedSequence(1))
    masks = np.asarray(network.layers[1](np.ones((2000, 101), np.float32), training=True))
    assert set(np.unique(masks)) == {np.float32(0), np.float32(1) / np.float32(0.6)}
    # Standard error of the mean: sqrt(0.4 / 0.6 / 200000) = 0.0018.
    assert masks.mean() == pytest.approx(1, abs=0.008)


def test_folds_of_any_size_share_two_traces() -> None:
    import tensorflow as tf

    from audeep.backend.classifiers.mlp import _trainer

    for size in (20, 21, 22, 23):
        features, labels = make_blobs(size, centers=2, n_features=9, random_state=0)
        MLP(num_epochs=1, num_units=7, shuffle=True).fit(features, labels)
    train = _trainer((9, 7, 7, 2), MLP().keep_prob, True, tf.nn.sparse_softmax_cross_entropy_with_logits)
    assert train.experimental_get_tracing_count() <= 2
