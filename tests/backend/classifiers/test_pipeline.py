import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audeep.backend.classifiers.config import SVMConfig
from audeep.backend.classifiers.pipeline import balanced, fitted, majority


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60))
def test_balanced_repeats_evenly(labels: list[int]) -> None:
    numbers = np.array(labels)
    indices = balanced(numbers)
    largest = max(labels.count(label) for label in labels)
    repeats = np.bincount(indices, minlength=len(labels))
    for label in set(labels):
        assert np.sum(numbers[indices] == label) == largest
        assert np.ptp(repeats[numbers == label]) <= 1
    assert repeats.min() >= 1


@pytest.mark.parametrize(
    ("votes", "winner"), [([2, 1, 2], 2), ([2, 1], 1), ([0], 0), ([3, 3, 1, 1, 2], 1), ([5, 0, 5, 0, 5], 5)]
)
def test_majority_of_one_file(votes: list[int], winner: int) -> None:
    assert majority(np.zeros(len(votes), int), np.array(votes)).tolist() == [winner]


def test_majority_of_interleaved_files() -> None:
    assert majority(np.array([1, 0, 1, 2, 0, 1]), np.array([0, 2, 1, 1, 2, 0])).tolist() == [2, 0, 1]


def test_features_are_standardised_by_the_training_data() -> None:
    # The informative feature is tiny and the constant one huge: an SVM without scaling would see nothing.
    labels = np.arange(40) % 2
    features = np.stack([1e-6 * labels, np.full(40, 1e6)], axis=1)
    seed = np.random.SeedSequence(0)
    pipeline = fitted(SVMConfig(complexity=1), features, labels, np.arange(len(labels)), upsample=False, seed=seed)
    assert pipeline.predict(features).tolist() == labels.tolist()
    # One coefficient for all data: a shift of all instances past the boundary changes every prediction to 1.
    assert pipeline.predict(features + np.array([1e-6, 0])).tolist() == [1] * 40


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_chosen_complexity_need_not_converge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audeep.backend.classifiers.svm.MAX_ITERATIONS", 1)
    features, labels = np.random.default_rng(0).normal(size=(60, 3)), np.arange(60) % 3
    converged = [
        fitted(
            SVMConfig(complexity=value),
            features,
            labels,
            np.arange(60),
            upsample=False,
            seed=np.random.SeedSequence(0),
        )
        for value in ("auto", 1)
    ]
    assert [pipeline[-1].converged_ for pipeline in converged] == [True, False]


def test_upsampling_moves_the_boundary() -> None:
    # In one place lie 30 instances of class 0 and 1 of class 1, elsewhere more of class 1. Only when classes
    # are balanced does the mixed place not simply go to the larger class.
    features = np.array([[0.0]] * 30 + [[0.1]] * 2 + [[-0.1]] * 1)
    labels = np.array([0] * 30 + [1] * 2 + [1] * 1)

    def recall_of_1(upsample: bool) -> float:
        seed = np.random.SeedSequence(0)
        pipeline = fitted(
            SVMConfig(complexity=1), features, labels, np.arange(len(labels)), upsample=upsample, seed=seed
        )
        return float(np.mean(pipeline.predict(features[labels == 1])))

    assert recall_of_1(True) > recall_of_1(False)
