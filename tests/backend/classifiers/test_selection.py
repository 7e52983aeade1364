"""What training chooses itself, on its own data alone."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import make_blobs, make_classification
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from audeep.backend.classifiers.config import MLPConfig, SVMConfig
from audeep.backend.classifiers.mlp import MLP
from audeep.backend.classifiers.pipeline import chosen, fitted
from audeep.backend.classifiers.selection import COMPLEXITIES, best_complexity, inner_folds, set_aside
from audeep.backend.classifiers.svm import SVM, fit_rotated
from audeep.backend.errors import DataError, OptionError

#: Files of a class, and chunks of each.
files = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=2, max_size=24)


def blobs(count: int = 60, **keywords: float) -> tuple[np.ndarray, np.ndarray]:
    return make_blobs(count, centers=3, n_features=4, random_state=3, **keywords)


def chunked(files: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the label and the file of each chunk."""
    return (
        np.repeat([label for label, _ in files], [count for _, count in files]),
        np.repeat(np.arange(len(files)), [count for _, count in files]),
    )


@given(files, st.integers(0, 99))
@settings(deadline=None, max_examples=60)
def test_inner_folds_tear_no_file_apart(files: list[tuple[int, int]], seed: int) -> None:
    labels, groups = chunked(files)
    numbers = np.bincount([label for label, _ in files])
    if numbers.max() < 2 or (numbers > 0).sum() < 2:
        with pytest.raises(DataError, match="too few files to choose `complexity`"):
            inner_folds(labels, groups, seed)
        return
    evaluated = []
    for train, valid in inner_folds(labels, groups, seed):
        assert not set(groups[train]) & set(groups[valid])
        assert sorted([*train, *valid]) == list(range(len(labels)))
        assert len(set(labels[train])) > 1
        evaluated += [*valid]
    assert len(set(evaluated)) == len(evaluated)


def test_inner_folds_spread_the_classes() -> None:
    labels, groups = np.arange(100) % 4, np.arange(100) // 4 * 4 + np.arange(100) % 4
    folds = inner_folds(labels, groups, 0)
    assert [np.bincount(labels[valid]).tolist() for _, valid in folds] == [[5, 5, 5, 5]] * 5


@given(files, st.floats(0.01, 0.99), st.integers(0, 99))
@settings(deadline=None, max_examples=60)
def test_set_aside_are_whole_files(files: list[tuple[int, int]], fraction: float, seed: int) -> None:
    labels, groups = chunked(files)
    train, aside = set_aside(labels, groups, fraction, seed)
    assert sorted([*train, *aside]) == list(range(len(labels)))
    assert not set(groups[train]) & set(groups[aside])
    share = len(set(groups[aside])) / len(files)
    assert abs(share - fraction) <= 1 / len(files)
    assert 0 < share < 1


def test_the_complexity_is_that_of_the_best_accuracy() -> None:
    """A search by hand, with scikit-learn's own SVM in the same folds."""
    features, labels = make_classification(80, 12, n_informative=4, n_classes=3, class_sep=1.2, random_state=6)
    features, groups = features * np.logspace(0, 3, 12), np.arange(80) // 2
    means = []
    for complexity in COMPLEXITIES:
        svm = LinearSVC(C=complexity, dual=True, random_state=0)
        folds = inner_folds(labels, groups, 7)
        with warnings.catch_warnings(action="ignore"):
            means.append(cross_val_score(make_pipeline(StandardScaler(), svm), features, labels, cv=folds).mean())
    # Not the first nor the last, else nothing would be chosen.
    assert 0 < np.argmax(means) < len(means) - 1
    pipeline = make_pipeline(StandardScaler(), SVM(complexity=1, random_state=0))
    found = best_complexity(pipeline, "svm__complexity", features, labels, groups, 7)
    assert found == COMPLEXITIES[int(np.argmax(means))]


def test_ties_go_to_the_smallest_complexity() -> None:
    # Nothing to learn but the larger class.
    features, labels = np.zeros((60, 2)), np.arange(60) % 3 // 2
    assert best_complexity(SVM(complexity=1), "complexity", features, labels, np.arange(60), 0) == 1e-5


def test_the_estimator_chooses_too() -> None:
    features, labels = blobs(cluster_std=6)
    groups = np.array([f"{number // 2}.wav" for number in range(60)])
    svm = SVM(complexity="auto", random_state=1).fit(features, labels, groups=groups)
    assert svm.get_params()["complexity"] == "auto"
    assert svm.complexity_ in COMPLEXITIES
    same = SVM(complexity=svm.complexity_, random_state=1).fit(features, labels)
    np.testing.assert_array_equal(svm.predict(features), same.predict(features))
    assert same.complexity_ == svm.complexity_


def test_chunks_of_a_file_do_not_tell_the_complexity() -> None:
    """Labels are random and chunks of a file alike, so an SVM is always right where files are torn apart."""
    random = np.random.default_rng(0)
    names, labels = np.repeat(np.arange(30), 4), np.repeat(random.permutation(np.arange(30) % 2), 4)
    features = np.repeat(random.normal(size=(30, 40)), 4, axis=0) + random.normal(0, 0.01, (120, 40))

    def accuracy(groups: np.ndarray) -> float:
        folds = inner_folds(labels, groups, 0)
        svm = SVM(complexity=1, random_state=0)
        with warnings.catch_warnings(action="ignore"):
            return float(cross_val_score(svm, features, labels, cv=folds).mean())

    assert accuracy(np.arange(120)) == 1
    assert accuracy(names) < 0.7


def test_what_the_pipeline_reports() -> None:
    features, labels = blobs(cluster_std=6)
    config, names = SVMConfig(complexity="auto"), np.array([f"{number}.wav" for number in range(60)])
    seed = np.random.SeedSequence(0)
    pipeline = fitted(config, features, labels, names, upsample=True, seed=seed)
    assert chosen(config, pipeline) == {"complexity": pipeline[-1].complexity_}
    assert chosen(SVMConfig(complexity=1), pipeline) == {}


@pytest.mark.parametrize("count", [4, 20])
def test_fewer_instances_than_features_may_be_rotated(count: int) -> None:
    random = np.random.default_rng(0)
    features, labels = random.normal(size=(count, 50)), np.arange(count) % 3
    plain, rotated = (LinearSVC(C=0.01, dual=True, random_state=0) for _ in range(2))
    plain.fit(features, labels)
    fit_rotated(rotated, features, labels)
    np.testing.assert_allclose(rotated.coef_, plain.coef_, atol=1e-9)
    np.testing.assert_allclose(rotated.intercept_, plain.intercept_, atol=1e-9)
    others = random.normal(size=(9, 50))
    np.testing.assert_allclose(rotated.decision_function(others), plain.decision_function(others), atol=1e-8)


@pytest.mark.parametrize(
    ("value", "message"),
    [("much", "'much' is not a number or 'auto'"), (0, "must be above 0 or 'auto', not 0"), (None, "None is not")],
)
def test_neither_a_number_nor_auto(value: object, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        SVMConfig(complexity=value)  # type: ignore[arg-type]


def test_early_stopping_keeps_the_weights_of_the_lowest_loss() -> None:
    import keras

    features, labels = blobs(cluster_std=8)
    groups = np.arange(60) // 2
    parameters = {"num_units": 16, "learning_rate": 0.05, "keep_prob": 1, "random_state": np.random.SeedSequence(3)}
    early = MLP(num_epochs=200, early_stopping=5, validation_fraction=0.3, **parameters)
    early.fit(features, labels, groups=groups)
    assert 0 < early.num_epochs_ < 195

    # The same training by hand: on the same part, for each number of epochs.
    *_, for_aside = parameters["random_state"].generate_state(3)
    train, aside = set_aside(labels, groups, 0.3, int(for_aside))

    def loss(epochs: int) -> float:
        mlp = MLP(num_epochs=epochs, **parameters).fit(features[train], labels[train])
        truth = keras.losses.sparse_categorical_crossentropy(labels[aside], mlp._outputs(features[aside]), True)
        return float(np.mean(truth))

    losses = {epochs: loss(epochs) for epochs in range(early.num_epochs_ - 2, early.num_epochs_ + 6)}
    assert min(losses, key=losses.get) == early.num_epochs_  # type: ignore[arg-type]
    same = MLP(num_epochs=early.num_epochs_, **parameters).fit(features[train], labels[train])
    np.testing.assert_allclose(early._outputs(features), same._outputs(features), atol=1e-4)


def test_without_early_stopping_all_epochs_are_trained() -> None:
    features, labels = blobs()
    assert MLP(num_epochs=3, num_units=4, random_state=0).fit(features, labels).num_epochs_ == 3
    assert MLPConfig().chosen == ()
    assert MLPConfig(early_stopping=2).chosen == ("num_epochs",)


def test_early_stopping_needs_two_files() -> None:
    with pytest.raises(DataError, match="`early_stopping` sets some training files aside"):
        MLP(early_stopping=1).fit(np.eye(4), [0, 1, 0, 1], groups=["a"] * 4)
