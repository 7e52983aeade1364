import logging
from contextlib import nullcontext
from unittest.mock import MagicMock

import numpy as np
import pytest

from audeep.backend.classifiers import evaluation as module
from audeep.backend.classifiers import held_out
from audeep.backend.classifiers.config import EvaluationConfig, MLPConfig, SVMConfig
from audeep.backend.classifiers.estimator import Classifier
from audeep.backend.classifiers.evaluation import Evaluation, Score, evaluate
from audeep.backend.classifiers.registry import CLASSIFIERS
from audeep.backend.data.data_set import DataSet, from_columns, load
from audeep.backend.errors import DataError
from audeep.backend.options import Config
from tests.backend.classifiers.conftest import MakeBlobs
from tests.helpers.golden import GOLDEN

SVM = SVMConfig(complexity=1)
MLP = MLPConfig(num_epochs=40, learning_rate=0.01, num_units=16)
FOLDS = EvaluationConfig(cross_validate=True)
PARTITIONS = EvaluationConfig(train_partitions=["TRAIN"], eval_partitions=["DEVEL"])  # type: ignore[arg-type]
ESC_10 = GOLDEN / "netcdf" / "esc10-representations.nc"


class MemoryConfig(Config):
    """Nothing to choose."""


class Memory(Classifier, config=MemoryConfig):
    """Predicts the label of the training instance whose first feature is the same."""

    converged_ = True

    def _train(self, X: np.ndarray, targets: np.ndarray, *_: object) -> None:
        self.labels_ = dict(zip(X[:, 0], targets, strict=True))

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.classes_[[self.labels_[value] for value in X[:, 0]]]


MEMORY = MemoryConfig()


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CLASSIFIERS, MemoryConfig, f"{__name__}:Memory")


def test_golden_svm() -> None:
    with load(ESC_10) as data_set:
        result = evaluate(data_set, SVMConfig(complexity=0.001), FOLDS, seed=0)
    assert result.accuracy == pytest.approx(0.7325, abs=0.01)
    assert result.uar == pytest.approx(0.7325, abs=0.01)
    # Folds of ESC-10 are balanced: 8 instances of each class.
    assert result.confusion_matrix.sum(axis=1).tolist() == [40] * 10
    assert result.labels[0] == "Baby cry"


def test_a_result_shows_its_scores() -> None:
    folds = (Score(0.75, 0.5), Score(0.85, 0.7))
    result = Evaluation(folds, ("a", "b", "c"), np.zeros((3, 3)))
    assert repr(result) == (
        "<Evaluation: accuracy 80.00 % (± 10.00 %), UAR 60.00 % (± 20.00 %); folds: 2, classes: 3>"
    )
    assert repr(Evaluation(folds[:1], ("a", "b"), np.zeros((2, 2)))) == (
        "<Evaluation: accuracy 75.00 %, UAR 50.00 %; folds: 1, classes: 2>"
    )


@pytest.mark.long
def test_golden_mlp() -> None:
    with load(ESC_10) as data_set:
        result = evaluate(data_set, MLPConfig(), FOLDS, seed=0)
    assert result.accuracy == pytest.approx(0.725, abs=0.02)
    assert len(result.folds) == 5
    assert result.confusion_matrix.sum() == pytest.approx(400)


@pytest.mark.parametrize("classifier", [SVM, MLP], ids=["svm", "mlp"])
@pytest.mark.parametrize("config", [FOLDS, PARTITIONS], ids=["folds", "partitions"])
def test_separable_classes(blobs: MakeBlobs, classifier: SVMConfig | MLPConfig, config: EvaluationConfig) -> None:
    result = evaluate(blobs(24), classifier, config, seed=0)
    assert (result.accuracy, result.uar) == (1, 1)
    assert result.labels == ("ant", "bee", "frog")
    count = 8 if config is FOLDS else 4
    assert result.confusion_matrix.tolist() == (count * np.eye(3)).tolist()
    assert result.confusion_matrix.dtype.kind == "i"


def test_progress_names_the_fold(blobs: MakeBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    bar = MagicMock()
    monkeypatch.setattr(held_out, "progress_bar", lambda **_: nullcontext(bar))
    evaluate(blobs(24), SVM, EvaluationConfig(cross_validate=True, repeat=2), seed=0)
    names = [call.args[0] for call in bar.set_postfix_str.call_args_list]
    assert names == 2 * ["fold 1", "fold 2"]


def answers(true: str, predicted: str, **columns: object) -> DataSet:
    """Make instances, one a letter, whose feature says what `Memory` predicts; all are in DEVEL.

    The labels a, b and c have the numbers 2, 1 and 0. TRAIN has one instance of each.
    """
    numbers = {"a": 2, "b": 1, "c": 0}
    keywords = {
        "filename": [f"{place}.wav" for place in range(len(true))],
        "chunk_nr": np.zeros(len(true)),
    } | columns
    return from_columns(
        [[numbers[label]] for label in "abc" + predicted],
        ["generated"],
        filename=["x", "y", "z", *keywords["filename"]],  # type: ignore[misc]
        chunk_nr=[0, 0, 0, *keywords["chunk_nr"]],  # type: ignore[misc]
        partition=[0] * 3 + [1] * len(true),
        label_nominal=list("abc" + true),
        label_numeric=[numbers[label] for label in "abc" + true],
        label_map=numbers,
    )


@pytest.mark.usefixtures("memory")
class TestMetrics:
    def test_by_hand(self) -> None:
        result = evaluate(answers("aaaabbcc", "aaabbccc"), MEMORY, PARTITIONS)
        assert result.confusion_matrix.tolist() == [[3, 1, 0], [0, 1, 1], [0, 0, 2]]
        assert result.accuracy == 6 / 8
        assert result.uar == pytest.approx((3 / 4 + 1 / 2 + 2 / 2) / 3)
        assert (result.accuracy_std, result.uar_std) == (None, None)

    def test_uar_counts_only_classes_that_are_there(self) -> None:
        result = evaluate(answers("aaab", "acab"), MEMORY, PARTITIONS)
        assert result.uar == pytest.approx((2 / 3 + 1) / 2)
        assert result.confusion_matrix.tolist() == [[2, 0, 1], [0, 1, 0], [0, 0, 0]]

    def test_majority_vote(self) -> None:
        # u: a wins; v: a tie of a (number 2) and b (number 1) goes to b; w: one chunk.
        data = answers("aaaaab", "aabbac", filename=list("uuuvvw"), chunk_nr=[0, 1, 2, 0, 1, 0])
        vote = EvaluationConfig(
            train_partitions=["TRAIN"],  # type: ignore[arg-type]
            eval_partitions=["DEVEL"],  # type: ignore[arg-type]
            majority_vote=True,
        )
        result = evaluate(data, MEMORY, vote)
        assert result.confusion_matrix.tolist() == [[1, 1, 0], [0, 0, 1], [0, 0, 0]]
        assert result.accuracy == pytest.approx(1 / 3)

    def test_chunks_of_different_labels_cannot_vote(self) -> None:
        data = answers("ab", "ab", filename=["u", "u"], chunk_nr=[0, 1])
        vote = EvaluationConfig(
            train_partitions=["TRAIN"],  # type: ignore[arg-type]
            eval_partitions=["DEVEL"],  # type: ignore[arg-type]
            majority_vote=True,
        )
        with pytest.raises(DataError, match="chunks of u have different labels"):
            evaluate(data, MEMORY, vote)


def test_means_over_folds_and_repetitions() -> None:
    result = Evaluation((Score(0.5, 0.2), Score(0.7, 0.6)), ("a", "b"), np.zeros((2, 2)))
    assert (result.accuracy, result.uar) == (pytest.approx(0.6), pytest.approx(0.4))
    assert (result.accuracy_std, result.uar_std) == (pytest.approx(0.1), pytest.approx(0.2))


def test_summary_averages_over_repetitions() -> None:
    a, b = np.array([0, 1]), np.array([1, 0])
    files = np.array(["u", "v"])
    first, second, third, fourth = (
        module.Outcome(files, a, predicted, True, {"complexity": value})
        for value, predicted in enumerate((a, a, a, b))
    )
    result = module.summarise([[first, second], [third, fourth]], np.array(["a", "b"]))
    assert result.folds == (Score(1, 1, {"complexity": (0, 2)}), Score(0.5, 0.5, {"complexity": (1, 3)}))
    # The first repetition is [[2, 0], [0, 2]], the second [[1, 1], [1, 1]].
    assert result.confusion_matrix.tolist() == [[1.5, 0.5], [0.5, 1.5]]


@pytest.mark.parametrize("classifier", [SVM, MLPConfig(num_epochs=3, num_units=8)], ids=["svm", "mlp"])
def test_seed_repeats_the_result(blobs: MakeBlobs, classifier: SVMConfig | MLPConfig) -> None:
    noise = blobs(60, features=np.random.default_rng(1).normal(size=(60, 3)))
    config = EvaluationConfig(cross_validate=True, repeat=3, upsample=True)
    first, second = (evaluate(noise, classifier, config, seed=5) for _ in range(2))
    assert first.folds == second.folds
    assert first.confusion_matrix.tolist() == second.confusion_matrix.tolist()


def test_repetitions_differ(blobs: MakeBlobs) -> None:
    noise = blobs(60, features=np.random.default_rng(1).normal(size=(60, 3)))
    config = EvaluationConfig(cross_validate=True, repeat=2)
    result = evaluate(noise, MLPConfig(num_epochs=3, num_units=8), config, seed=5)
    # The mean of two different matrices: some entry is no whole number.
    assert (result.confusion_matrix % 1 != 0).any()


def test_instances_in_neither_split_are_left_out(blobs: MakeBlobs) -> None:
    folds = np.array(blobs().cv_folds, float)
    folds[0], folds[11] = np.nan, np.nan
    result = evaluate(blobs(cv_folds=folds, label_nominal=["", *blobs().label_nominal[1:]]), SVM, FOLDS)
    assert result.confusion_matrix.sum() == 10


def test_overlapping_folds(blobs: MakeBlobs) -> None:
    folds = np.repeat(np.arange(12)[:, np.newaxis] // 6, 3, axis=1)
    assert evaluate(blobs(cv_folds=folds), SVM, FOLDS).confusion_matrix.sum() == 18


def test_unknown_class_counts_as_wrong(blobs: MakeBlobs, caplog: pytest.LogCaptureFixture) -> None:
    labels = ["cow" if number == 11 else label for number, label in enumerate(blobs().label_nominal)]
    with caplog.at_level(logging.WARNING, "audeep"):
        result = evaluate(blobs(label_nominal=labels), SVM, PARTITIONS)
    assert result.labels == ("ant", "bee", "cow", "frog")
    assert result.accuracy == 5 / 6
    assert "no training instance has the label cow" in caplog.text


def test_warns_once_of_convergence(caplog: pytest.LogCaptureFixture) -> None:
    random = np.random.default_rng(0)
    data = from_columns(
        random.normal(size=(400, 2)),
        ["generated"],
        filename=[""] * 400,
        cv_folds=np.eye(2)[np.arange(400) % 2],
        label_nominal=random.choice(["a", "b"], 400),
    )
    with caplog.at_level(logging.WARNING, "audeep"):
        evaluate(data, SVMConfig(complexity=1e6), FOLDS, seed=0)
    assert [record.message for record in caplog.records] == [
        "2 of 2 classifiers did not converge; a lower `complexity` may help"
    ]


def test_warns_of_evaluation_on_training_data(blobs: MakeBlobs, caplog: pytest.LogCaptureFixture) -> None:
    config = EvaluationConfig(train_partitions=["TRAIN"], eval_partitions=["TRAIN"])  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING, "audeep"):
        evaluate(blobs(), SVM, config)
    assert "partition TRAIN is used for both training and evaluation" in caplog.text


@pytest.mark.parametrize(
    ("columns", "config", "message"),
    [
        ({"cv_folds": None}, FOLDS, "no cross-validation folds.*`add_cv_setup`"),
        ({"partition": None}, PARTITIONS, "no instances in partition TRAIN"),
        ({"partition": [0] * 12}, PARTITIONS, "no instances in partition DEVEL.*TRAIN"),
        ({"label_nominal": None}, FOLDS, r"6 of 6 instances have no label, such as 00\.wav"),
        ({"label_nominal": ["a"] * 12}, FOLDS, "all training instances have the class 'a'"),
        ({"cv_folds": [[0]] * 12}, FOLDS, "fold 1 has no instances to evaluate"),
        ({"cv_folds": [[0, 1]] * 6 + [[1, 1]] * 6}, FOLDS, "fold 2 has no instances to train on"),
        ({"features": [[0, np.nan]] * 12}, FOLDS, r"instances .* NaN, infinite or too large.*, such as 00\.wav"),
        ({"features": np.zeros((12, 0))}, FOLDS, r"dimensions generated \(0\)"),
    ],
)
def test_refusals(blobs: MakeBlobs, columns: dict, config: EvaluationConfig, message: str) -> None:
    with pytest.raises(DataError, match=message):
        evaluate(blobs(**columns), SVM, config)


def test_what_is_not_used_may_be_anything(blobs: MakeBlobs) -> None:
    expected = evaluate(blobs(), SVM, PARTITIONS, seed=0)
    data = blobs()
    columns = {str(name): np.concatenate([values[:1], values]) for name, values in data.to_xarray().items()}
    columns["partition"][0] = 2
    columns["label_nominal"][0] = ""
    features = columns.pop("features")
    features[0] = np.nan
    result = evaluate(from_columns(features, data.feature_dims, **columns), SVM, PARTITIONS, seed=0)
    assert result.folds == expected.folds
    np.testing.assert_array_equal(result.confusion_matrix, expected.confusion_matrix)


def test_refuses_spectrograms() -> None:
    data = from_columns(
        np.zeros((2, 3, 4)), ["time", "freq"], filename=["a", "b"], label_nominal=["a", "b"], cv_folds=[[0], [1]]
    )
    with pytest.raises(DataError, match=r"time \(3\) x freq \(4\).*t-rae generate"):
        evaluate(data, SVM, FOLDS)
