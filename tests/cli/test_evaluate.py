"""``audeep svm evaluate`` and ``audeep mlp evaluate``."""

import json
from pathlib import Path

import numpy as np
import pytest

from audeep.backend.data.data_set import from_columns
from tests.cli.conftest import Run
from tests.helpers.golden import GOLDEN

ESC_10 = GOLDEN / "netcdf" / "esc10-representations.nc"
SVM = ("svm", "evaluate", "--complexity", "0.001", "--input")
MLP = ("mlp", "evaluate", "--num-epochs", 2, "--num-units", 8, "--seed", 1, "--input")


@pytest.fixture
def partitioned(tmp_path: Path) -> Path:
    """Two classes that one feature tells apart, in two partitions; two chunks in each file."""
    labels = np.arange(16) // 2 % 2
    data = from_columns(
        labels[:, np.newaxis],
        ["generated"],
        filename=[f"{number // 2}.wav" for number in range(16)],
        chunk_nr=np.arange(16) % 2,
        partition=np.arange(16) // 8,
        label_nominal=np.array(["high", "low"])[labels],
        label_numeric=labels,
        label_map={"high": 0, "low": 1},
    )
    data.save(tmp_path / "data.nc")
    return tmp_path / "data.nc"


def test_quiet_prints_one_line(run: Run) -> None:
    code, stdout, stderr = run("-q", *SVM, ESC_10, "--cross-validate", "--seed", 0)
    assert (code, stdout, stderr) == (0, "0.7325,0.7325\n", "")


def test_table(run: Run) -> None:
    code, stdout, _ = run(*SVM, ESC_10, "--cross-validate")
    assert code == 0
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in stdout.splitlines()]
    facts = {row[0]: row[1] for row in cells if len(row) == 2}
    assert facts["fold 1 accuracy"].endswith(" %")
    assert "fold 5 unweighted average recall" in facts
    assert facts["accuracy"].startswith("73.25 % (± ")
    assert "± is twice the standard deviation over the 5 folds\n" in stdout
    matrix = [row for row in cells if len(row) == 11]
    assert matrix[0] == ["true \\ predicted", *map(str, range(1, 11))]
    assert [row[0] for row in matrix[1:3]] == ["1 Baby cry", "2 Chainsaw"]
    assert all(sum(map(int, row[1:])) == 40 for row in matrix[1:])


def test_json(run: Run) -> None:
    code, stdout, _ = run(*SVM, ESC_10, "--cross-validate", "-f", "json")
    facts = json.loads(stdout)
    assert code == 0
    assert facts["accuracy"] == pytest.approx(0.7325, abs=0.01)
    assert facts["accuracy_std"] == pytest.approx(np.std([fold["accuracy"] for fold in facts["folds"]]))
    assert facts["uar"] == pytest.approx(np.mean([fold["uar"] for fold in facts["folds"]]))
    assert facts["labels"] == sorted(facts["labels"])
    assert np.sum(facts["confusion_matrix"], axis=1).tolist() == [40] * 10


@pytest.mark.long
def test_mlp_repeats_with_seed(run: Run) -> None:
    first, second = (run(*MLP, ESC_10, "--cross-validate", "--repeat", 2, "--shuffle") for _ in range(2))
    assert first[0] == 0
    assert first[1] == second[1]
    assert "MLP evaluation" in first[1]
    assert "over the 5 folds, each the mean of 2 repetitions\n" in first[1]


def test_partitions_by_files(run: Run, partitioned: Path) -> None:
    code, stdout, _ = run(
        "svm", "evaluate", "--complexity", 1, "--input", partitioned, "--train-partitions", "train",
        "--eval-partitions", "DEVEL", "--majority-vote", "--upsample", "-f", "json",
    )  # fmt: skip
    facts = json.loads(stdout)
    assert code == 0
    assert (facts["accuracy"], facts["accuracy_std"], facts["uar"]) == (1, None, 1)
    assert facts["confusion_matrix"] == [[2, 0], [0, 2]]


def test_partitions_have_no_folds(run: Run, partitioned: Path) -> None:
    _, stdout, _ = run(*SVM, partitioned, "--train-partitions", "TRAIN", "--eval-partitions", "DEVEL")
    assert "fold" not in stdout
    assert "±" not in stdout


def test_plot_is_a_picture(run: Run, partitioned: Path, tmp_path: Path) -> None:
    picture = tmp_path / "new" / "matrix.png"
    code, _, stderr = run(
        *SVM, partitioned, "--train-partitions", "TRAIN", "--eval-partitions", "DEVEL", "--plot", picture
    )
    assert code == 0
    assert picture.read_bytes().startswith(b"\x89PNG\r\n")
    assert f"wrote {picture}" in stderr


def test_names_in_a_plot_are_no_formulas(run: Run, tmp_path: Path) -> None:
    labels = ["$^$", "_x_", "a\rb"] * 4
    columns = {"label_nominal": labels, "label_numeric": [0, 1, 2] * 4, "cv_folds": [[0, 1]] * 6 + [[1, 0]] * 6}
    path = tmp_path / "$x^$.nc"
    from_columns(np.eye(12), ["generated"], filename=list("abcdefghijkl"), **columns).save(path)
    for command in (*SVM, path, "--cross-validate"), ("visualize", "tsne", "--perplexity", 3, "--input", path):
        code, _, stderr = run(*command, "--plot", tmp_path / "p.png")
        assert code == 0
        assert "Warning" not in stderr


def test_plot_of_unknown_format(run: Run, partitioned: Path, tmp_path: Path) -> None:
    code, stdout, stderr = run(
        *SVM, partitioned, "--train-partitions", "TRAIN", "--eval-partitions", "DEVEL", "--plot", tmp_path / "a.xyz"
    )
    assert (code, stdout) == (2, "")
    assert "--plot" in stderr


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--cross-validate", "--train-partitions", "TRAIN"], ["--cross-validate", "--train-partitions"]),
        (["--train-partitions", "TRAIN"], ["--train-partitions", "--eval-partitions"]),
        ([], ["--cross-validate", "--train-partitions", "--eval-partitions"]),
        (["--cross-validate", "--repeat", "0"], ["--repeat"]),
        (["--cross-validate", "--seed", "-1"], ["--seed"]),
    ],
)
def test_wrong_options(run: Run, options: list[str], named: list[str]) -> None:
    code, stdout, stderr = run(*SVM, ESC_10, *options)
    assert (code, stdout) == (2, "")
    assert all(name in stderr for name in named)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--cross-validate"], "no cross-validation folds"),
        (["--train-partitions", "TRAIN", "--eval-partitions", "TEST"], "no instances in partition TEST"),
    ],
)
def test_unfit_data(run: Run, partitioned: Path, options: list[str], message: str) -> None:
    code, stdout, stderr = run(*SVM, partitioned, *options)
    assert (code, stdout) == (1, "")
    assert message in stderr
    assert len(stderr.splitlines()) == 1


def test_missing_file(run: Run, tmp_path: Path) -> None:
    code, _, stderr = run(*SVM, tmp_path / "none.nc", "--cross-validate")
    assert code == 1
    assert "there is no file" in stderr


@pytest.mark.parametrize("command", ["svm", "mlp"])
def test_help_names_every_option(run: Run, command: str) -> None:
    code, stdout, _ = run(command, "evaluate", "--help")
    assert code == 0
    own = {"svm": ["--complexity"], "mlp": ["--num-epochs", "--learning-rate", "--keep-prob", "--shuffle"]}
    shared = ["--input", "--cross-validate", "--train-partitions", "--eval-partitions", "--repeat", "--upsample"]
    for option in [*shared, "--majority-vote", "--seed", "--plot", *own[command]]:
        assert option in stdout
