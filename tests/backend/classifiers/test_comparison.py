"""Comparisons against closed forms, scipy and `evaluate`."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.stats import binom, binomtest, bootstrap

from audeep.backend.classifiers.comparison import compare
from audeep.backend.classifiers.comparison_plot import plot_comparison
from audeep.backend.classifiers.config import ComparisonConfig, EvaluationConfig, SVMConfig
from audeep.backend.classifiers.evaluation import Outcome, evaluate, predict_held_out, summarise
from audeep.backend.classifiers.significance import Tally, draw_files, interval, mcnemar
from audeep.backend.data.data_set import DataSet, from_columns
from audeep.backend.errors import DataError, OptionError
from tests.backend.classifiers.conftest import MakeBlobs

SVM = SVMConfig(complexity=0.01)
FOLDS = ComparisonConfig(cross_validate=True, resamples=200)


@pytest.fixture
def recordings(blobs: MakeBlobs) -> Callable[..., DataSet]:
    """Make 60 recordings in three folds, whose classes are the harder to tell apart the more noise there is."""

    def make(noise: float, **columns: Any) -> DataSet:
        data = blobs(60)
        features = data.features.values + noise * np.random.default_rng(1).normal(size=(60, 3))
        folds = np.eye(3)[np.arange(60) % 9 // 3]
        return blobs(60, features=features, cv_folds=folds, **columns)

    return make


def test_scores_are_those_of_evaluate(recordings: Callable[..., DataSet]) -> None:
    table = compare([recordings(0), recordings(8)], SVM, FOLDS, names=["clear", "noisy"], seed=4)
    results = [evaluate(recordings(noise), SVM, EvaluationConfig(cross_validate=True), seed=4) for noise in (0, 8)]
    assert table["name"].tolist() == ["clear", "noisy"]
    assert table["size"].tolist() == [3, 3]
    np.testing.assert_allclose(table["accuracy"], [result.accuracy for result in results])
    np.testing.assert_allclose(table["uar"], [result.uar for result in results])
    assert table["accuracy"][0] == 1 > table["accuracy"][1]
    assert table["difference"][1] == pytest.approx(table["accuracy"][1] - 1)
    assert table[["difference", "difference_low", "difference_high", "p_value"]].iloc[0].isna().all()
    for name in ("accuracy", "uar", "difference"):
        assert (table[f"{name}_low"] <= table[name])[1]
        assert (table[name] <= table[f"{name}_high"])[1]
    # All are right with the one, so each mistake of the other speaks for it.
    mistakes = round(60 * (1 - table["accuracy"][1]))
    assert table["p_value"][1] == pytest.approx(min(1, 2 * 0.5**mistakes))


def test_what_training_has_chosen(recordings: Callable[..., DataSet]) -> None:
    table = compare([recordings(0), recordings(8)], seed=1, config=FOLDS)
    assert [len(values) for values in table["complexity"]] == [3, 3]
    assert table["complexity"][0] == [1e-5] * 3


def test_same_seed_same_table(recordings: Callable[..., DataSet]) -> None:
    first, second = (compare([recordings(4), recordings(8)], SVM, FOLDS, seed=2) for _ in range(2))
    assert first.equals(second)


def test_order_of_the_instances_does_not_matter(recordings: Callable[..., DataSet]) -> None:
    data = recordings(8)
    shuffled = data.select(np.random.default_rng(0).permutation(60))
    table = compare([data, shuffled], SVM, FOLDS, seed=2)
    assert table["difference"][1] == table["difference_low"][1] == table["difference_high"][1] == 0
    assert table["p_value"][1] == 1


def test_permuted_labels_give_chance(recordings: Callable[..., DataSet]) -> None:
    labels = np.random.default_rng(5).permutation(recordings(0).label_nominal)
    columns = {"label_nominal": labels, "label_numeric": None, "label_map": None}
    table = compare(
        [recordings(0, **columns), recordings(8, **columns)], SVMConfig(complexity="auto"), FOLDS, seed=1
    )
    # Three classes: within three standard errors of 1/3.
    assert np.abs(table["accuracy"] - 1 / 3).max() < 3 * np.sqrt(2 / 9 / 60)
    assert table["p_value"][1] > 0.01


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"filename": [f"x{number}.wav" for number in range(60)]}, r"00\.wav \(chunk 0\) is in .*but not in"),
        ({"partition": np.zeros(60)}, "differ in partition of 30 instances, such as 30.wav"),
        ({"chunk_nr": np.ones(60)}, "both must have the same instances"),
        ({"label_nominal": ["ant"] * 60}, "differ in label_nominal of 40 instances"),
    ],
)
def test_refuses_other_instances(recordings: Callable[..., DataSet], columns: dict, message: str) -> None:
    with pytest.raises(DataError, match=message):
        compare([recordings(0), recordings(0, **columns)], SVM, FOLDS)


def test_refuses_other_folds(blobs: MakeBlobs) -> None:
    folds = 1 - blobs(12).cv_folds
    with pytest.raises(DataError, match="differ in cv_folds of 12 instances"):
        compare([blobs(12), blobs(12, cv_folds=folds)], SVM, FOLDS)
    with pytest.raises(DataError, match="different numbers of cross-validation folds: 2 and 1"):
        compare([blobs(12), blobs(12, cv_folds=folds[:, :1])], SVM, FOLDS)


def test_refuses_what_cannot_be_compared(blobs: MakeBlobs) -> None:
    with pytest.raises(OptionError, match="`input`: expected two or more data sets to compare, got 1"):
        compare([blobs()], SVM, FOLDS)
    with pytest.raises(OptionError, match="`names`: expected 2, one for each data set, got 1"):
        compare([blobs(), blobs()], SVM, FOLDS, names=["a"])


def outcome(files: list[str], true: list[int], predicted: list[int]) -> Outcome:
    return Outcome(np.array(files), np.array(true), np.array(predicted), True, {})


def test_mcnemar_against_its_formula() -> None:
    # 9 recordings that the first alone gets right, 2 that the second alone does, and any number of others.
    first = np.array([1] * 9 + [0] * 2 + [1] * 20 + [0] * 3)
    second = np.array([0] * 9 + [1] * 2 + [1] * 20 + [0] * 3)
    assert mcnemar(first, second) == pytest.approx(2 * binom.cdf(2, 11, 0.5))
    assert mcnemar(first, second) == mcnemar(second, first) == binomtest(9, 11).pvalue
    assert mcnemar(first, first) == 1


def test_interval_of_a_mean_against_scipy() -> None:
    right = np.random.default_rng(0).random(80) < 0.7
    files = [f"{number:02}" for number in range(80)]
    tally = Tally.of([[outcome(files, [0] * 80, (~right).astype(int).tolist())]], np.array(files), 2)
    samples = np.concatenate(
        [tally.scores(weights)[0] for weights in draw_files(80, 20_000, np.random.default_rng(1))]
    )
    theirs = bootstrap((right,), np.mean, method="percentile", n_resamples=20_000, rng=np.random.default_rng(2))
    ours = interval(samples, 0.95)
    # Shares of 80 recordings are 0.0125 apart.
    np.testing.assert_allclose(ours, theirs.confidence_interval, atol=0.0126)
    # The standard error of a share.
    assert samples.std() == pytest.approx(np.sqrt(right.mean() * (1 - right.mean()) / 80), rel=0.03)


def test_chunks_do_not_narrow_the_interval() -> None:
    """Ten equal chunks of each recording say no more than one."""
    right = np.arange(40) % 4 > 0
    names = np.array([f"{number:02}" for number in range(40)])
    spreads = []
    for chunks in (1, 10):
        predicted = np.repeat(~right, chunks).astype(int).tolist()
        tally = Tally.of([[outcome(np.repeat(names, chunks).tolist(), [0] * 40 * chunks, predicted)]], names, 2)
        samples = [tally.scores(weights)[0] for weights in draw_files(40, 500, np.random.default_rng(0))]
        spreads.append(np.concatenate(samples).std())
    assert spreads[0] == pytest.approx(spreads[1])


def test_tally_by_hand() -> None:
    # Two repetitions of two folds; file b has two chunks, of different classes, and class 1 is not in fold 2.
    repetitions = [
        [outcome(["a", "b", "b"], [0, 0, 1], [0, 1, 1]), outcome(["c"], [0], [0])],
        [outcome(["a", "b", "b"], [0, 0, 1], [0, 0, 0]), outcome(["c"], [0], [1])],
    ]
    tally = Tally.of(repetitions, np.array(["a", "b", "c"]), 2)
    assert tally.num_right().tolist() == [2, 2, 1]
    weights = np.array([[1, 1, 1], [2, 0, 0], [0, 3, 1]])
    accuracy, uar = tally.scores(weights)
    np.testing.assert_allclose(accuracy, [(4 / 6 + 1 / 2) / 2, 1, (2 / 4 + 1 / 2) / 2])
    np.testing.assert_allclose(uar, [((3 / 4 + 1 / 2) / 2 + 1 / 2) / 2, 1, (1 / 2 + 1 / 2) / 2])
    result = summarise(repetitions, np.array(["x", "y"]))
    assert (accuracy[0], uar[0]) == (pytest.approx(result.accuracy), pytest.approx(result.uar))


def test_draws_as_many_files_as_there_are() -> None:
    drawn = np.concatenate(list(draw_files(7, 1000, np.random.default_rng(0))))
    assert drawn.shape == (1000, 7)
    assert (drawn.sum(axis=1) == 7).all()
    # How often a file is drawn has mean 1 and variance 6/7.
    assert drawn.mean(axis=0) == pytest.approx(np.ones(7), abs=0.15)
    assert drawn.var() == pytest.approx(6 / 7, rel=0.1)


def test_vote_and_chunks(blobs: MakeBlobs) -> None:
    names = [f"{number // 2}.wav" for number in range(12)]
    labels = np.array(["ant", "bee", "ant", "bee", "ant", "bee"]).repeat(2)
    features = (labels == "ant").astype(float)[:, np.newaxis]
    data = from_columns(
        features, ["generated"], filename=names, chunk_nr=[0, 1] * 6, partition=[0] * 8 + [1] * 4,
        label_nominal=labels,
    )  # fmt: skip
    config = ComparisonConfig(
        train_partitions=["TRAIN"],
        eval_partitions=["DEVEL"],
        majority_vote=True,
        resamples=20,  # type: ignore[arg-type]
    )
    assert compare([data, data], SVMConfig(complexity=1), config)["accuracy"].tolist() == [1, 1]
    ((only,),), classes = predict_held_out(data, SVMConfig(complexity=1), config, np.random.SeedSequence(0))
    assert only.files.tolist() == ["4.wav", "5.wav"]
    assert classes[only.predicted].tolist() == ["ant", "bee"]


def test_the_picture_says_what_its_numbers_are(recordings: Callable[..., DataSet]) -> None:
    figure = Figure()
    table = compare([recordings(0), recordings(8)], SVM, FOLDS, names=["clear", "noisy"], seed=4)
    plot_comparison(figure, table, 0.9)
    (axes,) = figure.axes
    numbers = [f"{100 * accuracy:.2f}" for accuracy in table["accuracy"]]
    assert [text.get_text() for text in axes.texts] == ["accuracy", *numbers]
    heading, *others = (text.xy[1] for text in axes.texts)
    # The axis points down.
    assert others == [0, 1]
    assert heading == min(axes.get_ylim()) < 0
    assert axes.get_xlabel() == "percent, with 90 % intervals"
