"""``audeep svm train``, ``mlp train``, ``predict --classifier`` and ``audeep predict``."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

import audeep
from tests.backend.classifiers.test_recordings import place  # noqa: F401
from tests.cli.conftest import Run
from tests.helpers.models import waves

CLASSIFIERS = {
    "svm": ["--complexity", "0.01"],
    "mlp": ["--num-epochs", "5", "--num-units", "4"],
}


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    features = np.random.default_rng(0).normal(size=(24, 5))
    columns = {name: getattr(waves(), name) for name in ("filename", "label_nominal", "label_numeric")}
    audeep.from_columns(features, ["generated"], **columns, label_map=waves().label_map).save(tmp_path / "v.nc")
    return tmp_path / "v.nc"


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_a_saved_classifier_predicts_what_a_new_one_does(
    kind: str, run: Run, vectors: Path, tmp_path: Path
) -> None:
    options = ["--upsample", "--seed", 3, *CLASSIFIERS[kind]]
    assert run("-q", kind, "train", "--input", vectors, "--output", tmp_path / "c", *options) == (0, "", "")
    outputs = [tmp_path / "new.tsv", tmp_path / "saved.tsv"]
    sources = ["--train-input", vectors, *options], ["--classifier", tmp_path / "c"]
    for source, output in zip(sources, outputs, strict=True):
        line = ["-q", kind, "predict", *source, "--eval-input", vectors, "--output", output]
        assert run(*line) == (0, "", "")
    new, saved = (output.read_text() for output in outputs)
    assert saved == new
    assert saved.count("\n") == 24


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--classifier", "c", "--train-input", "v.nc"], ["--classifier", "--train-input"]),
        ([], ["--classifier", "--train-input"]),
        (["--train-input", "v.nc"], ["--complexity", "--train-input"]),
        (["--classifier", "c", "--complexity", "1"], ["--complexity", "--classifier"]),
        (["--classifier", "c", "--seed", "1"], ["--seed", "--classifier"]),
        (["--classifier", "c", "--upsample"], ["--upsample", "--classifier"]),
        (["--classifier", "c", "--train-partitions", "TRAIN"], ["--train-partitions", "--classifier"]),
    ],
)
def test_contradictions(options: list[str], named: list[str], run: Run, tmp_path: Path) -> None:
    code, _, stderr = run("svm", "predict", *options, "--eval-input", "v.nc", "--output", tmp_path / "o.tsv")
    assert code == 2
    assert all(name in stderr for name in named)
    assert stderr.count("\n") == 1


def test_the_other_kind(run: Run, vectors: Path, tmp_path: Path) -> None:
    run("svm", "train", "--input", vectors, "--output", tmp_path / "c", "--complexity", 1)
    line = ["predict", "--classifier", tmp_path / "c", "--eval-input", vectors, "--output", tmp_path / "o.tsv"]
    code, _, stderr = run("-q", "mlp", *line)
    assert (code, stderr) == (
        1,
        f"audeep: {tmp_path / 'c'} contains a classifier of the kind SVM; use 'audeep svm predict'\n",
    )


def test_a_classifier_that_diverges_is_not_saved(run: Run, vectors: Path, tmp_path: Path) -> None:
    options = ["--num-epochs", 5, "--num-units", 4, "--learning-rate", 1e38]
    code, _, stderr = run("-q", "mlp", "train", "--input", vectors, "--output", tmp_path / "c", *options)
    assert (code, stderr) == (
        1,
        "audeep: the training diverged: the weights of the classifier are not finite, so it was not saved; a lower "
        "--learning-rate may help\n",
    )
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize(("kind", "score"), [("svm", "decision_value"), ("mlp", "probability")])
def test_labels_of_recordings(kind: str, score: str, run: Run, place: Path) -> None:  # noqa: F811
    line = ["-q", "predict", "--classifier", place / "run-1" / kind, place / "noises"]
    code, stdout, stderr = run(*line, "-f", "json")
    assert (code, stderr) == (0, "")
    rows = json.loads(stdout)
    assert [row["label"] for row in rows] == ["rumble", "hiss"] * 4
    assert list(rows[0]) == ["filename", "label", f"{score}_hiss", f"{score}_rumble"]
    code, stdout, stderr = run(*line, "-f", "csv")
    assert (code, stderr) == (0, "")
    for row, found in zip(rows, csv.DictReader(io.StringIO(stdout)), strict=True):
        assert (found["filename"], found["label"]) == (row["filename"], row["label"])
        assert float(found[f"{score}_hiss"]) == pytest.approx(row[f"{score}_hiss"])


def test_for_people(run: Run, place: Path) -> None:  # noqa: F811
    noises = place / "noises"
    for kind, title in (("svm", "decision value"), ("mlp", "probability")):
        code, stdout, _ = run("-q", "predict", "--classifier", place / "run-1" / kind, noises / "1.wav")
        assert code == 0
        assert [word.strip() for word in stdout.splitlines()[1].split("|")[1:-1]] == ["recording", "label", title]
        assert stdout.splitlines()[3].split("|")[2].strip() == "hiss"
        assert len(stdout.splitlines()) == 5


@pytest.mark.parametrize(("task", "rows"), [("sets", [["noise"], ["hiss;noise"]]), ("targets", None)])
def test_sets_of_labels_and_targets(task: str, rows: list | None, run: Run, place: Path) -> None:  # noqa: F811
    noises = [place / "noises" / f"{number}.wav" for number in (0, 1)]
    line = ["-q", "predict", "--classifier", place / "run-1" / task, *noises]
    found = json.loads(run(*line, "-f", "json")[1])
    code, stdout, _ = run(*line)
    _, title, _, *printed, _ = [[cell.strip() for cell in row.split("|")[1:-1]] for row in stdout.splitlines()]
    assert code == 0
    assert title == ["recording", "labels" if task == "sets" else "pitch"]
    assert [cells for _, *cells in printed] == (rows or [[f"{row['pitch']:.4g}"] for row in found])


def test_to_a_file(run: Run, place: Path, tmp_path: Path) -> None:  # noqa: F811
    output, classifier = tmp_path / "labels.csv", place / "run-1" / "mlp"
    model = ["--model-dir", place / "run-1" / "logs"]
    line = ["-q", "predict", "--classifier", classifier, *model, place / "noises", "--output", output]
    assert run(*line) == (0, "", "")
    with output.open(newline="") as file:
        assert [row["label"] for row in csv.DictReader(file)] == ["rumble", "hiss"] * 4
    recording = place / "noises" / "1.wav"
    before = recording.read_bytes()
    code, _, stderr = run("-q", "predict", "--classifier", classifier, recording, "--output", recording)
    assert (code, recording.read_bytes()) == (2, before)
    assert "different files" in stderr
    # Nor one that is found in a folder.
    code, _, stderr = run("-q", "predict", "--classifier", classifier, place / "noises", "--output", recording)
    assert (code, recording.read_bytes()) == (2, before)
