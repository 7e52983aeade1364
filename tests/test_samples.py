"""The sample scripts, with a stand-in for `audeep` that does nothing but write its output and a score."""

import itertools
import os
import re
import subprocess
from pathlib import Path

import pytest

from audeep.backend.networks.parts import FrontEnd

SAMPLES = Path(__file__).parents[1] / "samples"
SCRIPTS = sorted(path.name for path in SAMPLES.glob("*.sh") if path.name != "common.sh")
#: Those that train no autoencoder on variants of the spectrograms.
OTHERS = ("quickstart.sh", "esc-10-vectors.sh", "esc-10-supervised.sh")
EXPERIMENTS = [script for script in SCRIPTS if script not in OTHERS]

AUDEEP = """\
#!/bin/sh
echo "$*" >> "$CALLS"
while [ $# -gt 0 ]; do
    [ "$1" = --output ] && mkdir -p "$(dirname "$2")" && touch "$2"
    case "$1 $2" in
        evaluate*) score=0.25 ;;
        *below-30*) score=0.5 ;;
        *fused*) score=1 ;;
        --plot*) touch "$2"; echo "name,size,accuracy,low,high,difference,p"; echo "a,2,0.5,0.4,0.6,," ;;
    esac
    shift
done
[ -z "${score:-}" ] || echo "$score,$score"
"""


@pytest.fixture(autouse=True)
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with some data and the stand-in."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "audeep").write_text(AUDEEP)
    (tmp_path / "bin" / "audeep").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls.txt"))
    for variable in ("SEED", "TRIAL"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "data" / "blues").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)


def start(script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    command = [SAMPLES / script, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("script", SCRIPTS)
def test_explains_itself(script: str, tmp_path: Path) -> None:
    result = start(script, "--help")
    assert result.returncode == 0
    assert f"  samples/{script}" in result.stdout
    assert "#" not in result.stdout
    assert "shellcheck" not in result.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"bin", "data"}


@pytest.mark.parametrize("script", EXPERIMENTS)
def test_runs_to_its_table(script: str, tmp_path: Path) -> None:
    result = start(script, "data", "results")
    assert result.returncode == 0, result.stderr
    # Each command is printed before it runs, options that repeat others included.
    printed = re.findall(r"^\$ audeep (.*)$", result.stderr, re.MULTILINE)
    assert printed == (tmp_path / "calls.txt").read_text().splitlines()
    variants = len([line for line in printed if line.startswith("preprocess")])
    rows = [line.split() for line in result.stdout.split("\n\n")[-2].splitlines()]
    assert len(rows) == 1 + 2 * variants + 2 + 2
    (mlp, svm) = rows[-2:]
    assert (mlp[:2], svm[:2]) == (["mean", "mlp"], ["mean", "svm"])
    scores = [float(row[2]) for row in rows[1:-2] if row[1] == "mlp" and row[0] != "fused"]
    assert float(mlp[2]) == pytest.approx(sum(scores) / variants, abs=1e-4)
    assert rows[-4][0] == "fused"
    # Again: all is there.
    assert start(script, "data", "results").returncode == 0
    calls = (tmp_path / "calls.txt").read_text().splitlines()[len(printed) :]
    assert {call.split()[1] for call in calls} <= {"train"}


def test_vectors_in_every_way(tmp_path: Path) -> None:
    result = start("esc-10-vectors.sh", "data", "results")
    assert result.returncode == 0, result.stderr
    calls = (tmp_path / "calls.txt").read_text().splitlines()
    assert re.findall(r"^\$ audeep (.*)$", result.stderr, re.MULTILINE) == calls
    made = {name for call in calls for name in re.findall(r"--output (results/\S+)", call)}
    (comparison,) = [call.split() for call in calls if call.startswith("compare")]
    compared, names = (
        list(
            itertools.takewhile(lambda word: not word.startswith("--"), comparison[comparison.index(option) + 1 :])
        )
        for option in ("--input", "--names")
    )
    assert compared == [f"results/{name}/representations.nc" for name in names]
    assert set(compared) <= made
    assert "a                             2    50.0 %    40.0 to 60.0 %" in result.stdout
    # Again: all is there.
    assert start("esc-10-vectors.sh", "data", "results").returncode == 0
    assert (tmp_path / "calls.txt").read_text().splitlines() == calls


def test_networks_that_learn_from_labels(tmp_path: Path) -> None:
    result = start("esc-10-supervised.sh", "data", "results", TRIAL="1")
    assert result.returncode == 0, result.stderr
    calls = (tmp_path / "calls.txt").read_text().splitlines()
    assert re.findall(r"^\$ audeep (.*)$", result.stderr, re.MULTILINE) == calls
    tried = {word for call in calls for word in re.findall(r"--(?:front|back)-end ([\w-]+)", call)}
    assert tried == {part.value for part in FrontEnd} | {"average", "attention"}
    rows = [line.split() for line in result.stdout.split("\n\n")[-2].strip().splitlines()]
    evaluations = [call for call in calls if " evaluate " in call]
    assert len(rows) == 1 + len(evaluations)
    assert rows[-1] == ["gated-cnn", "0.25", "0.25"]
    networks = [call for call in evaluations if call.split()[1] in ("cnn", "lstm", "gated-cnn")]
    assert all("--num-epochs 2" in call for call in networks)
    begun = [word for call in networks for word in re.findall(r"--encoder (\S+)/logs", call)]
    trained = [word for call in calls for word in re.findall(r" train .*--run-name (\S+)", call)]
    assert begun == ["results/t-rae"] * 2 + ["results/contrastive"] * 2
    assert set(begun) < set(trained)
    # Again: all is there.
    assert start("esc-10-supervised.sh", "data", "results", TRIAL="1").returncode == 0
    assert (tmp_path / "calls.txt").read_text().splitlines() == calls


def test_never_shows_the_results_of_something_else(tmp_path: Path) -> None:
    assert start("esc-10.sh", "data").returncode == 0
    assert start("esc-10.sh", "data", SEED="2", TRIAL="1").returncode == 0
    assert {path.name for path in Path("output").iterdir()} == {"esc-10-seed-1", "esc-10-seed-2-trial"}
    Path("other").mkdir()
    for arguments, variables in (
        (["other"], {}),
        (["data", "output/esc-10-seed-1"], {"SEED": "2"}),
        (["data", "output/esc-10-seed-1"], {"TRIAL": "1"}),
    ):
        result = start("esc-10.sh", *arguments, **variables)
        assert (result.returncode, result.stdout) == (1, "")
        assert "output/esc-10-seed-1 contains results of other settings" in result.stderr


def test_a_trial_is_small() -> None:
    result = start("esc-10.sh", "data", TRIAL="1")
    assert result.returncode == 0
    assert len(re.findall(r"^\$ audeep preprocess", result.stderr, re.MULTILINE)) == 2
    trainings = re.findall(r"^\$ audeep t-rae train .*$", result.stderr, re.MULTILINE)
    assert all(line.endswith("--num-layers 1 --num-units 32 --num-epochs 2") for line in trainings)
    assert result.stdout.endswith("This was a trial, whose numbers mean nothing\n")


@pytest.mark.parametrize("script", SCRIPTS)
def test_sh_starts_them_as_well(script: str) -> None:
    command = ["sh", SAMPLES / script, "--help"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, start(script, "--help").stdout, "")


def test_gtzan_is_not_fetched(tmp_path: Path) -> None:
    result = start("gtzan.sh")
    assert (result.returncode, result.stdout) == (2, "")
    assert "huggingface.co/datasets/marsyas/gtzan" in result.stderr
    assert start("gtzan.sh", "nowhere").stderr.endswith("there is no folder nowhere\n")
    assert start("gtzan.sh", "data", "results").returncode == 0
    assert Path("results/data/train/blues").resolve() == tmp_path / "data" / "blues"
