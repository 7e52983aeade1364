"""``audeep svm predict`` and ``audeep mlp predict``."""

from pathlib import Path

import numpy as np
import pytest

from audeep.backend.data.data_set import from_columns, load
from tests.cli.conftest import Run
from tests.helpers.golden import GOLDEN

ESC_10 = GOLDEN / "netcdf" / "esc10-representations.nc"


@pytest.fixture
def challenge(tmp_path: Path) -> Path:
    """Make a training partition with labels, and a test partition of two files with three chunks and no labels."""
    classes = np.array([0, 1, 0, 1, 1, 1, 0, 0, 0, 1])
    data = from_columns(
        classes[:, np.newaxis],
        ["generated"],
        filename=["t0", "t1", "t2", "t3", "b", "b", "b", "a", "a", "a"],
        chunk_nr=[0, 0, 0, 0, 0, 1, 2, 2, 1, 0],
        partition=[0] * 4 + [2] * 6,
        label_nominal=["x", "y", "x", "y"] + [""] * 6,
        label_numeric=[0, 1, 0, 1] + [np.nan] * 6,
        label_map={"x": 0, "y": 1},
    )
    data.save(tmp_path / "data.nc")
    return tmp_path / "data.nc"


@pytest.mark.parametrize(
    "classifier",
    [["svm", "predict", "--complexity", "1"], ["mlp", "predict", "--num-epochs", "80", "--learning-rate", "0.01"]],
    ids=["svm", "mlp"],
)
@pytest.mark.parametrize(
    ("options", "expected"),
    [(["--majority-vote"], "a\tx\nb\ty\n"), (["--upsample"], "a\ty\na\tx\na\tx\nb\ty\nb\ty\nb\tx\n")],
    ids=["files", "chunks"],
)
def test_predictions_of_a_test_partition(
    run: Run, challenge: Path, tmp_path: Path, classifier: list[str], options: list[str], expected: str
) -> None:
    output = tmp_path / "out.tsv"
    code, stdout, stderr = run(
        *classifier, "--train-input", challenge, "--train-partitions", "TRAIN", "--eval-input", challenge,
        "--eval-partitions", "TEST", "--seed", 0, "--output", output, *options,
    )  # fmt: skip
    assert (code, stdout) == (0, "")
    assert output.read_text() == expected
    assert f"predictions to {output}" in stderr


def test_unlabelled_training_data_leave_no_output(run: Run, challenge: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.tsv"
    code, _, stderr = run(
        "svm",
        "predict",
        "--complexity",
        1,
        "--train-input",
        challenge,
        "--eval-input",
        challenge,
        "--output",
        output,
    )
    assert code == 1
    assert "6 of 10 instances have no label" in stderr
    assert not output.exists()


def test_known_recordings(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "out.tsv"
    code, *_ = run(
        "svm", "predict", "--complexity", 0.1, "--train-input", ESC_10, "--eval-input", ESC_10, "--output", output
    )
    assert code == 0
    # An SVM of this complexity knows its 400 training instances by heart.
    with load(ESC_10) as data:
        expected = sorted(zip(data.filename, data.label_nominal, strict=True))
    assert [tuple(line.split("\t")) for line in output.read_text().splitlines()] == expected
