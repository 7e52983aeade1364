"""``audeep cnn evaluate``, ``train`` and ``predict``."""

import json
from pathlib import Path

import pytest

from audeep.backend.taggers.config import CNNConfig
from tests.backend.classifiers.test_taggers import tones
from tests.cli.conftest import Run
from tests.helpers.saved_models import save_network

CNN = (
    "--num-filters", 4, "--num-blocks", 1, "--num-epochs", 40, "--learning-rate", 0.03, "--batch-size", 6,
    "--keep-prob", 1, "--seed", 1,
)  # fmt: skip
PARTITIONS = ("--train-partitions", "TRAIN", "--eval-partitions", "DEVEL")


@pytest.fixture
def spectrograms(tmp_path: Path) -> Path:
    tones(lengths=True).save(tmp_path / "tones.nc")
    return tmp_path / "tones.nc"


def test_evaluates(run: Run, spectrograms: Path, tmp_path: Path) -> None:
    plot = tmp_path / "matrix.png"
    code, stdout, stderr = run(
        "cnn", "evaluate", "--input", spectrograms, *PARTITIONS, *CNN, "--plot", plot, "-f", "json"
    )
    assert code == 0, stderr
    facts = json.loads(stdout)
    assert facts["accuracy"] > 0.9
    assert plot.exists()
    # It says nothing about single steps and epochs.
    assert stderr.splitlines() == [f"wrote {plot}"]


def test_draws_the_filters_of_a_new_network(run: Run, spectrograms: Path, tmp_path: Path) -> None:
    folder = tmp_path / "network"
    plot = folder / "filters.svg"
    train = ("cnn", "train", "--input", spectrograms, "--output", folder, *CNN, "--num-epochs", 1)
    code, _, stderr = run(*train, "--plot-filters", plot)
    assert (code, stderr.splitlines()[-2:]) == (0, [f"wrote the classifier to {folder}", f"wrote {plot}"])
    assert {path.name for path in folder.iterdir()} == {"classifier.json", "weights.npz", "filters.svg"}
    # The command for saved networks draws the same.
    again = tmp_path / "filters.png"
    assert run("-q", "visualize", "filters", "--classifier", folder, "--plot", again) == (0, "", "")
    assert again.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("plot", "problem"),
    [
        ("filters.xyz", "audeep: --plot-filters: "),
        ("tones.nc", "--plot-filters and --input must be different"),
    ],
)
def test_a_picture_that_cannot_be_written(plot: str, problem: str, run: Run, spectrograms: Path) -> None:
    folder = spectrograms.parent
    train = ("cnn", "train", "--input", spectrograms, "--output", folder / "network", *CNN)
    code, _, stderr = run("-q", *train, "--plot-filters", folder / plot)
    assert (code, stderr.count("\n")) == (2, 1)
    assert problem in stderr
    assert [path.name for path in folder.iterdir()] == ["tones.nc"]


def test_draws_attention(run: Run, spectrograms: Path, tmp_path: Path) -> None:
    config = CNNConfig(back_end="attention", num_filters=2, num_blocks=1, num_units=2)
    folder, plot = save_network(tmp_path / "network", config, tones(lengths=True)), tmp_path / "attention.pdf"
    draw = ("-q", "visualize", "attention", "--classifier", folder, "--input", spectrograms, "--plot", plot)
    assert run(*draw, "--instance", 3) == (0, "", "")
    assert plot.read_bytes().startswith(b"%PDF")
    plot.unlink()
    code, _, stderr = run(*draw, "--instance", 24)
    assert (code, plot.exists()) == (2, False)
    assert stderr == f"audeep: --instance: 24 is out of range; {spectrograms} has 24 instances, counted from 0\n"


@pytest.mark.long
def test_predicts_with_a_network_trained_before(run: Run, spectrograms: Path, tmp_path: Path) -> None:
    folder, predictions = tmp_path / "network", tmp_path / "predictions.tsv"
    code, _, stderr = run("cnn", "train", "--input", spectrograms, "--output", folder, *CNN)
    assert code == 0, stderr
    arguments = ("predict", "--classifier", folder, "--eval-input", spectrograms, "--output", predictions)
    code, _, stderr = run("cnn", *arguments)
    assert code == 0, stderr
    labels = tones().label_nominal
    lines = [line.split("\t") for line in predictions.read_text().splitlines()]
    assert lines == [[f"{number:02}.wav", label] for number, label in enumerate(labels)]
    code, _, stderr = run("svm", *arguments)
    assert code == 1
    assert stderr.endswith(" contains a classifier of the kind CNN; use 'audeep cnn predict'\n")
    code, _, stderr = run("predict", "--classifier", folder, spectrograms)
    assert code == 1
    assert "reads spectrograms or waveforms, not the vectors of a model" in stderr


def test_a_pair_that_is_impossible(run: Run, spectrograms: Path) -> None:
    code, stdout, stderr = run("cnn", "evaluate", "--input", spectrograms, *PARTITIONS, "--back-end", "dense")
    assert (code, stdout) == (1, "")
    assert stderr.endswith(
        "tones.nc has recordings of different lengths, but a dense back-end needs recordings of the same length; "
        "choose another --back-end, or set --fixed-length\n"
    )


@pytest.mark.long
@pytest.mark.parametrize("kind", ["lstm", "gated-cnn"])
def test_sequences(run: Run, spectrograms: Path, kind: str) -> None:
    code, stdout, stderr = run(
        "-q", kind, "evaluate", "--input", spectrograms, *PARTITIONS, "--num-epochs", 1, "--num-units", 4
    )
    assert code == 0, stderr
    assert stdout.count(",") == 1
