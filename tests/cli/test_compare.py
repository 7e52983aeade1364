"""``audeep compare``, and what the classifiers choose themselves in the answers of ``svm`` and ``mlp``."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from audeep.backend.data.data_set import from_columns
from tests.cli.conftest import Run

#: Does not choose the complexity, which takes long.
QUICK = ("--complexity", 0.01)


@pytest.fixture
def vectors(tmp_path: Path) -> list[Path]:
    """Make 24 recordings of two chunks in three folds: vectors that tell the classes apart, and noise."""
    random = np.random.default_rng(0)
    labels = np.arange(48) // 2 % 2
    good = 3 * labels[:, np.newaxis] + random.normal(0, 0.5, (48, 3))
    paths = []
    for name, features in {"good": good, "noise": random.normal(size=(48, 5))}.items():
        data = from_columns(
            features,
            ["generated"],
            filename=[f"{number // 2:02}.wav" for number in range(48)],
            chunk_nr=np.arange(48) % 2,
            cv_folds=np.eye(3)[np.arange(48) // 4 % 3],
            label_nominal=np.array(["cat", "dog"])[labels],
        )
        paths.append(tmp_path / f"{name}.nc")
        data.save(paths[-1])
    return paths


def options(vectors: list[Path]) -> list[object]:
    return ["compare", "--input", *vectors, "--cross-validate", "--resamples", 200, "--seed", 1]


def test_table(run: Run, vectors: list[Path]) -> None:
    code, stdout, _ = run(*options(vectors), *QUICK, "--names", "good ones", "noise")
    assert code == 0
    header, first, below, second, _ = rows(stdout)
    assert header == ["vectors", "size", "accuracy", "UAR", "difference", "p-value"]
    assert first == ["good ones", "3", "100.00", "100.00", "", ""]
    assert below == ["", "", "[100.0, 100.0]", "[100.0, 100.0]", "", ""]
    assert second[:2] == ["noise", "5"]
    assert second[4].startswith("-")
    assert float(second[5]) < 0.01
    assert "percent, with 95 % intervals; differences and McNemar's tests are against the first" in stdout


def rows(table: str) -> list[list[str]]:
    """Return the cells of a table, line by line."""
    lines = [line.strip("|").split("|") for line in table.splitlines() if line.count("|") == 7]
    return [[cell.strip() for cell in line] for line in lines]


def test_a_table_of_long_names_fits_on_the_screen(run: Run, vectors: list[Path]) -> None:
    names = ["output/esc-10-dictionary-k-means/representations.nc", "x" * 99]
    _, stdout, _ = run(*options(vectors), *QUICK, "--names", *names)
    assert max(map(len, stdout.splitlines())) <= 100
    _, *lines = rows(stdout)
    assert "".join(name for name, *_ in lines) == "".join(names)


@pytest.mark.long
def test_json(run: Run, vectors: list[Path]) -> None:
    code, stdout, _ = run(*options(vectors), "-f", "json")
    assert code == 0
    # No NaN, which JSON does not know.
    first, second = json.loads(stdout, parse_constant=pytest.fail)
    assert (first["name"], first["size"], first["accuracy"], first["p_value"]) == (str(vectors[0]), 3, 1, None)
    assert first["complexity"] == [1e-5] * 3
    assert second["accuracy_low"] < second["accuracy"] < second["accuracy_high"]
    assert second["difference"] == pytest.approx(second["accuracy"] - 1)
    score = json.loads(
        run("svm", "evaluate", "--input", vectors[1], "--cross-validate", "--complexity", "auto", "--seed", 1,
            "-f", "json")[1]
    )  # fmt: skip
    assert (second["accuracy"], second["uar"]) == (pytest.approx(score["accuracy"]), pytest.approx(score["uar"]))
    assert second["complexity"] == [value for fold in score["folds"] for value in fold["complexity"]]


def test_csv_and_quiet(run: Run, vectors: list[Path]) -> None:
    _, stdout, _ = run(*options(vectors), *QUICK, "-f", "csv")
    rows = list(csv.DictReader(stdout.splitlines()))
    assert [row["name"] for row in rows] == list(map(str, vectors))
    assert float(rows[0]["accuracy"]) == 1
    assert "complexity" not in rows[0]
    _, stdout, _ = run("-q", *options(vectors), *QUICK)
    assert stdout.splitlines()[0] == f"{vectors[0]},1.0000,1.0000"


@pytest.mark.long
def test_picture_and_mlp(run: Run, vectors: list[Path], tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    code, stdout, stderr = run(
        *options(vectors), "--classifier", "mlp", "--num-units", 8, "--num-epochs", 60, "--learning-rate", "0.05",
        "--early-stopping", 5, "--majority-vote", "--plot", picture, "-f", "json",
    )  # fmt: skip
    assert code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert f"wrote {picture}" in stderr
    first, second = json.loads(stdout)
    assert first["accuracy"] > 0.9 > second["accuracy"]
    assert all(1 <= epochs <= 60 for epochs in first["num_epochs"])


def test_refuses_other_recordings(run: Run, vectors: list[Path], tmp_path: Path) -> None:
    from audeep.backend.data.data_set import load

    with load(vectors[1]) as data:
        data.select(slice(2, None)).save(tmp_path / "fewer.nc")
    code, stdout, stderr = run(*options([vectors[0], tmp_path / "fewer.nc"]))
    assert (code, stdout) == (1, "")
    assert "00.wav (chunk 0) is in" in stderr
    assert len(stderr.splitlines()) == 1


def test_evaluation_shows_what_was_chosen(run: Run, vectors: list[Path]) -> None:
    _, stdout, _ = run(
        "svm", "evaluate", "--input", vectors[0], "--cross-validate", "--complexity", "auto", "--repeat", 2
    )
    assert "fold 1 complexity" in stdout
    assert "1e-05, 1e-05" in stdout
    _, stdout, _ = run("svm", "evaluate", "--input", vectors[0], "--cross-validate", "--complexity", "1")
    assert "complexity" not in stdout


def test_prediction_tells_what_was_chosen(run: Run, vectors: list[Path], tmp_path: Path) -> None:
    code, _, stderr = run(
        "svm", "predict", "--train-input", vectors[0], "--eval-input", vectors[0], "--complexity", "auto",
        "--majority-vote", "--output", tmp_path / "labels.tsv",
    )  # fmt: skip
    assert code == 0
    assert "chose --complexity 1e-05 within the training data" in stderr
    assert (tmp_path / "labels.tsv").read_text().startswith("00.wav\tcat\n01.wav\tdog\n")
