"""Sets of labels and continuous targets on the command line, from a table to results."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from audeep.backend.data.data_set import from_columns, load
from tests.cli.conftest import Run
from tests.helpers.audio import write_tree
from tests.helpers.data_sets import assert_equal

LABELS = ["bird", "rain, heavy"]
SVM = ("--complexity", 0.1, "--seed", 1)


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    """Save vectors with sets of labels and a target, in three folds and two partitions."""
    random = np.random.default_rng(0)
    features = random.normal(size=(48, 4))
    noisy = features[:, :3] + random.normal(0, 0.2, (48, 3))
    from_columns(
        features,
        ["generated"],
        filename=[f"{number:02}.wav" for number in range(48)],
        cv_folds=np.eye(3)[np.arange(48) % 3],
        partition=np.arange(48) % 2,
        labels=pd.DataFrame((noisy[:, :2] > 0).astype(int), columns=LABELS),
        targets={"level": noisy[:, 2] - 30},
    ).save(tmp_path / "vectors.nc")
    return tmp_path / "vectors.nc"


def cells(stdout: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in stdout.splitlines() if "|" in line]


def test_sets_of_labels(run: Run, vectors: Path) -> None:
    evaluate = ("svm", "evaluate", "--input", vectors, *SVM)
    code, stdout, stderr = run(*evaluate, "--cross-validate", "-f", "json")
    assert (code, stderr) == (0, "")
    facts = json.loads(stdout)
    assert facts["task"] == "multi_label"
    assert [*facts["labels"]] == LABELS
    assert facts["auc"] == pytest.approx(np.mean([fold["auc"] for fold in facts["folds"]]))
    assert facts["auc"] == pytest.approx(np.mean([label["auc"] for label in facts["labels"].values()]))
    code, stdout, _ = run(*evaluate, "--cross-validate")
    rows = {row[0]: row[1:] for row in cells(stdout)}
    assert rows["mean AUC"] == [f"{facts['auc']:.4f} (± {2 * facts['auc_std']:.4f})"]
    assert rows["fold 3 mean average precision"] == [f"{facts['folds'][2]['average_precision']:.4f}"]
    assert rows["label"] == ["average precision", "AUC"]
    assert [rows[label][1] for label in LABELS] == [f"{facts['labels'][label]['auc']:.4f}" for label in LABELS]
    assert "± is twice the standard deviation over the 3 folds\n" in stdout
    code, stdout, _ = run("-q", *evaluate, "--cross-validate")
    assert stdout == f"{facts['average_precision']:.4f},{facts['auc']:.4f}\n"


def test_targets_on_partitions(run: Run, vectors: Path) -> None:
    evaluate = ("svm", "evaluate", "--input", vectors, *SVM, "--task", "regression")
    parts = ("--train-partitions", "TRAIN", "--eval-partitions", "DEVEL")
    code, stdout, _ = run(*evaluate, *parts, "-f", "json")
    facts = json.loads(stdout)
    assert (code, facts["task"], facts["ccc_std"]) == (0, "regression", None)
    assert {name: facts[name] for name in facts["targets"]["level"]} == facts["targets"]["level"]
    assert facts["ccc"] > 0.9
    code, stdout, _ = run(*evaluate, *parts)
    assert ["concordance correlation (CCC)", f"{facts['ccc']:.4f}"] in cells(stdout)
    assert "±" not in stdout


def test_predictions(run: Run, vectors: Path, tmp_path: Path) -> None:
    predict = ("-q", "svm", "predict", "--train-input", vectors, "--eval-input", vectors, *SVM)
    assert run(*predict, "--output", tmp_path / "sets.tsv") == (0, "", "")
    first, *rows = (tmp_path / "sets.tsv").read_text().splitlines()
    assert first == "filename\tlabels\tdecision_value_bird\tdecision_value_rain, heavy"
    assert len(rows) == 48
    assert run(*predict, "--task", "regression", "--output", tmp_path / "levels.tsv") == (0, "", "")
    levels = pd.read_csv(tmp_path / "levels.tsv", sep="\t")
    with load(vectors) as data_set:
        assert np.corrcoef(levels["level"], data_set.targets[:, 0])[0, 1] > 0.9


def test_predictions_of_a_saved_classifier(run: Run, vectors: Path, tmp_path: Path) -> None:
    for task in ("multi-label", "regression"):
        outputs = [tmp_path / f"{task}-{name}.tsv" for name in ("new", "saved")]
        train = ("-q", "svm", "train", "--input", vectors, *SVM, "--task", task, "--output", tmp_path / task)
        assert run(*train) == (0, "", "")
        sources = ("--train-input", vectors, *SVM, "--task", task), ("--classifier", tmp_path / task)
        for source, output in zip(sources, outputs, strict=True):
            predict = ("-q", "svm", "predict", *source, "--eval-input", vectors, "--output", output)
            assert run(*predict) == (0, "", "")
        new, saved = (pd.read_csv(output, sep="\t") for output in outputs)
        pd.testing.assert_frame_equal(saved, new, rtol=1e-6)
    predict = ("-q", "svm", "predict", "--classifier", tmp_path / "regression", "--task", "regression")
    code, _, stderr = run(*predict, "--eval-input", vectors, "--output", tmp_path / "o.tsv")
    assert (code, stderr) == (2, "audeep: --task cannot be given with --classifier, which is trained already\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ("svm", "evaluate", *SVM, "--cross-validate", "--plot", "x.png"),
            2,
            "--plot draws a confusion matrix, whic",
        ),
        (
            ("svm", "evaluate", *SVM, "--cross-validate", "--upsample"),
            2,
            "--upsample balances classes; it cannot be",
        ),
        (
            ("svm", "evaluate", *SVM, "--cross-validate", "--task", "classification"),
            1,
            "--task: .* has no label_nom",
        ),
        (
            ("svm", "train", *SVM, "--output", "x", "--task", "classification"),
            1,
            "--task: .* has no label_nominal, so there is nothing to learn",
        ),
        (("upsample", "--output", "x.nc"), 1, "upsampling balances classes, but the instances have sets of labels"),
    ],
)
def test_refusals(
    run: Run,
    vectors: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple,
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    found, stdout, stderr = run(*arguments, "--input", vectors)
    assert (found, stdout, stderr.count("\n")) == (code, "", 1)
    assert re.search(message, stderr)
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.nc"]


def test_comparison_is_of_accuracies(run: Run, vectors: Path) -> None:
    code, _, stderr = run("compare", "--input", vectors, vectors, "--cross-validate")
    assert code == 1
    assert "has sets of labels, but accuracies are compared; use svm or mlp evaluate" in stderr


def test_from_a_table_to_a_table(run: Run, tmp_path: Path) -> None:
    table = "path,labels,valence\na.wav,dog;rain,0.5\nb.wav,rain,-1e-3\nc.wav,,\nd.wav,dog,0\n"
    folder = write_tree(tmp_path / "data", [f"{name}.wav" for name in "abcd"], {"metadata.csv": table})
    code, stdout, _ = run("inspect", "raw", "--basedir", folder, "--target", "valence", "-f", "json")
    facts = json.loads(stdout)
    assert (code, facts["number_of_labels"], facts["targets"]) == (0, 2, ["valence"])
    output = tmp_path / "spectrograms.nc"
    assert run("-q", "preprocess", "--basedir", folder, "--target", "valence", "--output", output)[0] == 0
    code, stdout, _ = run("inspect", "netcdf", "--input", output, "--instance", 0, "-f", "json")
    facts = json.loads(stdout)
    assert facts["instances_per_label_of_sets"] == {"dog": 2, "rain": 2}
    assert facts["targets"]["valence"] == {"minimum": -0.001, "mean": pytest.approx(0.499 / 3), "maximum": 0.5}
    assert facts["instance"]["labels"] == ["dog", "rain"]
    assert facts["instance"]["targets"] == {"valence": 0.5}
    assert run("validate", "--input", output)[0] == 0
    run("-q", "export", "--input", output, "--format", "csv", "--output", tmp_path / "csv", "--labels-last")
    header = (tmp_path / "csv" / "spectrograms.csv").read_text().partition("\n")[0].split(",")
    assert header[-3:] == ["labels.dog", "labels.rain", "targets.valence"]
    back = tmp_path / "back.nc"
    run("-q", "import", "--basedir", tmp_path / "csv", "--name", "spectrograms", "--output", back)
    with load(output) as data_set, load(back) as other:
        assert_equal(other, data_set)


def test_combinations_of_labels_are_spread_evenly(run: Run, vectors: Path, tmp_path: Path) -> None:
    output = tmp_path / "folds.nc"
    run("-q", "modify", "--input", vectors, "--add-cv-setup", 4, "--seed", 1, "--output", output)
    with load(output) as data_set:
        combinations = data_set.labels @ [1, 2]
        counts = np.array(
            [[np.sum(combinations[fold == 1] == one) for one in range(4)] for fold in data_set.cv_folds.T]
        )
    assert np.ptp(counts, axis=0).max() <= 1
