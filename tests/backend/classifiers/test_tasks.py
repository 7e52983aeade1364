"""Sets of labels and continuous targets: evaluated, predicted, and refused where they make no sense."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from audeep.backend.classifiers.comparison import compare
from audeep.backend.classifiers.config import (
    ComparisonConfig,
    EvaluationConfig,
    MLPConfig,
    PredictionConfig,
    SVMConfig,
    Task,
)
from audeep.backend.classifiers.estimator import Classifier
from audeep.backend.classifiers.evaluation import Evaluation, evaluate
from audeep.backend.classifiers.held_out import predict_held_out
from audeep.backend.classifiers.measurement import Measurement
from audeep.backend.classifiers.measures import ccc
from audeep.backend.classifiers.prediction import classify, predict
from audeep.backend.classifiers.registry import CLASSIFIERS
from audeep.backend.classifiers.saving import load_classifier, train_classifier
from audeep.backend.classifiers.tasks import task_of
from audeep.backend.data.data_set import DataSet, from_columns
from audeep.backend.errors import AudeepError
from audeep.backend.options import Config

SVM = SVMConfig(complexity=0.1)
MLP = MLPConfig(num_epochs=60, learning_rate=0.02, num_layers=1, num_units=16, keep_prob=0.9)
FOLDS = EvaluationConfig(cross_validate=True)
both = pytest.mark.parametrize("classifier", [SVM, MLP], ids=["svm", "mlp"])


def vectors(task: Task, count: int = 60, chunks: int = 1, **columns: object) -> DataSet:
    """Make vectors whose first components say which labels apply, or are the targets, but for noise."""
    random = np.random.default_rng(0)
    features = random.normal(size=(count, 6))
    clean = features[:, :3] + random.normal(0, 0.3, (count, 3))
    if task is Task.MULTI_LABEL:
        columns |= {"labels": pd.DataFrame((clean > 0.5).astype(int), columns=["bird", "rain", "siren"])}
    else:
        columns |= {"targets": pd.DataFrame({"pitch": 440 * np.exp2(clean[:, 0]), "level": clean[:, 1] - 30})}
    each = np.repeat(np.arange(count), chunks)
    return (
        from_columns(
            features,
            ["generated"],
            filename=[f"{number:02}.wav" for number in range(count)],
            cv_folds=np.eye(3)[np.arange(count) % 3],
            **columns,
        )
        .select(each)
        .with_columns(chunk_nr=np.tile(np.arange(chunks), count))
    )


@both
def test_measures_of_sets_are_those_of_scikit_learn(classifier: Config) -> None:
    data_set = vectors(Task.MULTI_LABEL)
    result = evaluate(data_set, classifier, FOLDS, seed=1)
    assert isinstance(result, Measurement)
    assert result.task is Task.MULTI_LABEL
    assert result.by_name.index.tolist() == ["bird", "rain", "siren"]
    assert min(result.means.values()) > 0.85
    (outcomes,), names = predict_held_out(
        data_set, classifier, FOLDS, np.random.SeedSequence(1), task=Task.MULTI_LABEL
    )
    assert names.tolist() == data_set.label_names
    for measure, score in (("average_precision", average_precision_score), ("auc", roc_auc_score)):
        expected = [score(item.true, item.predicted, average=None) for item in outcomes]
        np.testing.assert_allclose(result.folds[measure], np.mean(expected, axis=1))
        np.testing.assert_allclose(result.by_name[measure], np.mean(expected, axis=0))
        assert result.means[measure] == pytest.approx(np.mean(expected))
        assert result.deviations[measure] == pytest.approx(np.std(np.mean(expected, axis=1)))


@both
def test_regression_is_as_good_as_ridge(classifier: Config) -> None:
    data_set = vectors(Task.REGRESSION, 90)
    result = evaluate(data_set, classifier, FOLDS, seed=1)
    assert result.by_name.index.tolist() == ["pitch", "level"]
    features, levels = data_set.features.values, data_set.targets[:, 1]
    concordances = []
    for fold in data_set.cv_folds.T:
        ridge = make_pipeline(StandardScaler(), Ridge()).fit(features[fold == 0], levels[fold == 0])
        concordances.append(ccc(levels[fold == 1], ridge.predict(features[fold == 1])))
    # The noise alone leaves a correlation of 0.96.
    assert result.by_name.loc["level", "ccc"] == pytest.approx(np.mean(concordances), abs=0.05)
    assert result.by_name.loc["level", "rmse"] < 0.5


def test_targets_in_other_units_are_learned_equally_well() -> None:
    data_set = vectors(Task.REGRESSION)
    other = data_set.with_columns(targets=1e6 * data_set.targets + 7)
    first, second = (evaluate(data, SVM, FOLDS, seed=1).by_name for data in (data_set, other))
    np.testing.assert_allclose(second["ccc"], first["ccc"], rtol=1e-3)
    np.testing.assert_allclose(second["rmse"], 1e6 * first["rmse"], rtol=1e-3)


def test_folds_of_one_recording_have_no_correlations() -> None:
    # NumPy warns of correlations of a single value, and JSON has no NaN.
    facts = evaluate(vectors(Task.REGRESSION, 3), SVM, FOLDS, seed=1).to_dict()
    assert json.loads(json.dumps(facts, allow_nan=False))["pearson"] is None
    assert (facts["pearson_std"], facts["spearman_std"]) == (None, None)
    assert facts["rmse_std"] > 0


class TestChoiceOfTask:
    def test_labels_come_first(self) -> None:
        data_set = vectors(Task.MULTI_LABEL, targets={"level": np.arange(60)})
        assert task_of(data_set, None) is Task.MULTI_LABEL
        assert task_of(data_set, Task.REGRESSION) is Task.REGRESSION
        labels = np.array(["a", "b"] * 30, object)
        assert task_of(data_set.with_columns(label_nominal=labels), None) is Task.CLASSIFICATION

    def test_one_data_set_for_all_tasks(self) -> None:
        data_set = vectors(Task.MULTI_LABEL, targets={"level": np.arange(60)})
        data_set = data_set.with_columns(label_nominal=np.array(["a", "b"] * 30, object))
        for task, kind in zip(Task, (Evaluation, Measurement, Measurement), strict=True):
            config = EvaluationConfig(cross_validate=True, task=task)
            assert isinstance(evaluate(data_set, SVM, config, seed=1), kind)

    @pytest.mark.parametrize("task", ["CLASSIFICATION", "MULTI_LABEL"])
    def test_nothing_to_learn(self, task: str) -> None:
        with pytest.raises(AudeepError, match=r"`task`: the data set has no label.*, so there is nothing to learn"):
            evaluate(vectors(Task.REGRESSION), SVM, EvaluationConfig(cross_validate=True, task=task))


def test_labels_without_instances_are_left_out_and_counted() -> None:
    data_set = vectors(Task.MULTI_LABEL)
    labels = data_set.labels.copy()
    labels[data_set.cv_folds[:, 0] == 1, 2] = 0
    result = evaluate(data_set.with_columns(labels=labels), SVM, FOLDS, seed=1)
    assert result.left_out == (1, 0, 0)
    (outcomes,), _ = predict_held_out(
        data_set.with_columns(labels=labels), SVM, FOLDS, np.random.SeedSequence(1), task=Task.MULTI_LABEL
    )
    expected = roc_auc_score(outcomes[0].true[:, :2], outcomes[0].predicted[:, :2])
    assert result.folds["auc"][1] == pytest.approx(expected)


@both
def test_a_label_that_applies_to_all_training_instances(classifier: Config) -> None:
    data_set = vectors(Task.MULTI_LABEL)
    labels = data_set.labels.copy()
    labels[:, 0], labels[:, 1] = 1, 0
    predicted = predict(data_set.with_columns(labels=labels), data_set, classifier, seed=1)
    assert all(text.startswith("bird") and "rain" not in text for text in predicted.labels)


@pytest.mark.parametrize("task", [Task.MULTI_LABEL, Task.REGRESSION])
def test_chunks_of_a_file_are_averaged(task: Task) -> None:
    data_set = vectors(task, 30, chunks=2)
    features = data_set.features.values + np.tile([[0.0], [0.5]], (30, 1))
    data_set = from_columns(
        features, ["generated"], **{name: data_set[name] for name in ("filename", "chunk_nr", "cv_folds")}
    ).with_columns(
        **{
            name: pd.DataFrame(data_set[name], columns=names)
            for name, names in (("labels", data_set.label_names), ("targets", data_set.target_names))
            if names
        }
    )
    each = predict(data_set, data_set, SVM, seed=1).columns
    voted = predict(data_set, data_set, SVM, PredictionConfig(majority_vote=True), seed=1).columns
    for name in [*voted][task is Task.MULTI_LABEL :]:
        np.testing.assert_allclose(voted[name], each[name].reshape(30, 2).mean(axis=1))
    config = EvaluationConfig(cross_validate=True, majority_vote=True)
    assert len(evaluate(data_set, SVM, config, seed=1).folds) == 3


@both
def test_predictions_of_sets(classifier: Config, tmp_path: Path) -> None:
    data_set = vectors(Task.MULTI_LABEL)
    unknown = data_set.with_columns(labels=np.full((60, 3), np.nan))
    predictions = predict(data_set, unknown, classifier, seed=1)
    kind, boundary = ("probability", 0.5) if classifier is MLP else ("decision_value", 0)
    assert [*predictions.columns] == ["labels", f"{kind}_bird", f"{kind}_rain", f"{kind}_siren"]
    predictions.save(tmp_path / "sets.tsv")
    table = pd.read_csv(tmp_path / "sets.tsv", sep="\t", keep_default_na=False)
    assert table["filename"].tolist() == data_set.filename.tolist()
    scores = table[[f"{kind}_{name}" for name in data_set.label_names]].to_numpy()
    expected = [";".join(np.compress(applies, data_set.label_names)) for applies in scores > boundary]
    assert table["labels"].tolist() == predictions.labels.tolist() == expected
    assert ((scores > boundary) == data_set.labels).mean() > 0.85


@both
def test_predictions_of_targets(classifier: Config, tmp_path: Path) -> None:
    data_set = vectors(Task.REGRESSION)
    predictions = predict(data_set, data_set, classifier, seed=1)
    predictions.save(tmp_path / "targets.tsv")
    table = pd.read_csv(tmp_path / "targets.tsv", sep="\t", index_col="filename")
    assert [*table] == ["pitch", "level"]
    assert np.corrcoef(table["level"], data_set.targets[:, 1])[0, 1] > 0.9
    with pytest.raises(AttributeError, match="pitch, level were predicted, not labels"):
        _ = predictions.labels


@both
@pytest.mark.parametrize("task", [Task.MULTI_LABEL, Task.REGRESSION])
def test_a_saved_classifier_predicts_what_a_new_one_does(task: Task, classifier: Config, tmp_path: Path) -> None:
    data_set = vectors(task)
    if task is Task.MULTI_LABEL:
        # One label applies to all, and another to none: an SVM has no model of these.
        labels = data_set.labels.copy()
        labels[:, 0], labels[:, 1] = 1, 0
        data_set = data_set.with_columns(labels=labels)
    trained = train_classifier(data_set, classifier, tmp_path, seed=1)
    expected, found = predict(data_set, data_set, classifier, seed=1), classify(data_set, tmp_path)
    assert [*found.columns] == [*expected.columns]
    for name, values in expected.columns.items():
        if name == "labels":
            assert found.labels.tolist() == values.tolist()
        else:
            np.testing.assert_allclose(found.columns[name], values, rtol=1e-6, atol=1e-9)
    features = data_set.features.values
    np.testing.assert_allclose(load_classifier(tmp_path).predict(features), trained.predict(features), rtol=1e-6)
    facts = json.loads((tmp_path / "classifier.json").read_text())
    assert facts["task"] == task.name
    assert facts["names"] == [*(data_set.label_names or data_set.target_names)]


class Plain(Classifier, config=type("PlainConfig", (Config,), {"__annotations__": {}})):
    """Learns labels, but neither sets of them nor targets."""


WRONG = {
    "upsampling": (
        {},
        EvaluationConfig(cross_validate=True, upsample=True),
        "`upsample` balances classes; it cannot",
    ),
    "unknown labels": (
        {"labels": lambda labels: np.where(np.arange(60)[:, np.newaxis] == 4, np.nan, labels)},
        FOLDS,
        r"1 of 40 instances have unknown labels, such as 04\.wav; all instances used must be labelled",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_refusals(name: str) -> None:
    changes, config, message = WRONG[name]
    data_set = vectors(Task.MULTI_LABEL)
    data_set = data_set.with_columns(**{column: change(data_set[column]) for column, change in changes.items()})
    with pytest.raises(AudeepError, match=message):
        evaluate(data_set, SVM, config)


def test_a_single_label_is_no_set() -> None:
    data_set = vectors(Task.REGRESSION).with_columns(labels=pd.DataFrame({"bird": [0, 1] * 30}))
    with pytest.raises(AudeepError, match="has sets of a single label; two or more are needed"):
        evaluate(data_set, SVM, FOLDS)


def test_classifiers_that_learn_labels_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CLASSIFIERS, Plain.config, f"{__name__}:Plain")
    for task, what in ((Task.MULTI_LABEL, "sets of labels"), (Task.REGRESSION, "continuous targets")):
        with pytest.raises(AudeepError, match=f"PlainConfig does not learn {what}"):
            evaluate(vectors(task), Plain.config(), FOLDS)


@pytest.mark.parametrize(
    ("task", "what"), [(Task.MULTI_LABEL, "sets of labels"), (Task.REGRESSION, "continuous t")]
)
def test_comparison_is_of_accuracies(task: Task, what: str) -> None:
    with pytest.raises(AudeepError, match=f"the data set has {what}.*, but accuracies are compared"):
        compare([vectors(task)] * 2, SVM, ComparisonConfig(cross_validate=True))


@pytest.mark.long
def test_complexity_is_chosen_by_what_the_task_is_about() -> None:
    for task in (Task.MULTI_LABEL, Task.REGRESSION):
        result = evaluate(vectors(task), SVMConfig(complexity="auto"), FOLDS, seed=1)
        assert min(value for chosen in result.chosen for value in chosen["complexity"]) >= 1e-3


@pytest.mark.parametrize("task", [Task.MULTI_LABEL, Task.REGRESSION])
def test_a_network_that_diverges(task: Task, caplog: pytest.LogCaptureFixture) -> None:
    result = evaluate(vectors(task), MLPConfig(num_epochs=5, learning_rate=1e38, num_units=4), FOLDS, seed=1)
    assert "did not converge; a lower `learning_rate` may help" in caplog.text
    assert result.by_name.isna().all(axis=None)
    assert result.left_out == (len(result.by_name),) * 3


@pytest.mark.parametrize("task", [Task.MULTI_LABEL, Task.REGRESSION])
def test_early_stopping(task: Task) -> None:
    config = MLPConfig(num_epochs=60, learning_rate=0.02, num_units=16, early_stopping=5)
    result = evaluate(vectors(task), config, FOLDS, seed=1)
    assert all(1 <= epochs <= 60 for fold in result.chosen for epochs in fold["num_epochs"])
    assert next(iter(result.to_dict()["folds"]))["num_epochs"] == result.chosen[0]["num_epochs"]
