"""Ctrl-C, and the signal that ends a job on a cluster: one line, and nothing left behind."""

import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from audeep.backend.atomic import LOCK
from audeep.backend.training.checkpoints import checkpoint_steps
from tests.helpers.selection import long_except
from tests.helpers.zygote import Zygote
from tests.robustness.commands import COMMANDS, EXPORTS, MODEL_COMMANDS, TRAIN, is_unfinished
from tests.robustness.test_kills import contents, variables, words

SIGNALS = [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]


def line_of(what: str) -> list[str]:
    return [f"audeep: {what}; no incomplete output left behind"]


# TensorFlow and matplotlib are the hardest to interrupt.
@pytest.mark.parametrize(
    "command",
    long_except(COMMANDS | MODEL_COMMANDS | EXPORTS, "preprocess", "export", "mlp predict", "svm evaluate"),
)
def test_a_command_ends(command: str, server: Zygote, material: Path, tmp_path: Path) -> None:
    line = {**COMMANDS, **MODEL_COMMANDS, **EXPORTS}[command]
    arguments = ["-q", *words(line, tmp_path / "out")]
    duration = server.timed(material, *arguments)
    expected = contents(tmp_path / "out")
    moments = random.Random(command)
    for number, exit_code, what in SIGNALS:
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        child = server.start(material, *arguments)
        time.sleep(duration * moments.uniform(0.3, 0.9))
        child.send(number)
        code = child.wait()
        printed = child.printed()
        if command not in COMMANDS:
            # Compiled code of TensorFlow or Numba may print that it was interrupted, or ignore it.
            printed = printed[-1:] if code else []
        assert (code, printed) in ((0, []), (exit_code, line_of(what)))
        found = contents(tmp_path / "out")
        if command in EXPORTS:
            assert found.keys() in (set(), expected.keys())
        else:
            assert found == {name: expected[name] for name in found}


@pytest.mark.parametrize(
    ("number", "exit_code", "what"), [SIGNALS[0], pytest.param(*SIGNALS[1], marks=pytest.mark.long)]
)
def test_a_training_ends(
    number: int, exit_code: int, what: str, server: Zygote, material: Path, tmp_path: Path
) -> None:
    line = ["-q", *words(TRAIN["t-rae"], tmp_path / "run"), "--checkpoints-to-keep", 3]
    logs, tempdir = tmp_path / "run" / "logs", tmp_path / "records"
    first = server.start(material, *line, "--num-epochs", 10_000, "--tempdir", tempdir)
    while not checkpoint_steps(logs):
        time.sleep(0.05)
    # Nobody else may train there meanwhile, neither anew nor further.
    code, printed = server.run(material, *line)
    assert code == 1
    assert [message.partition("; ")[0] for message in printed] == [f"audeep: {logs} already contains models"]
    code, printed = server.run(material, *line, "--continue")
    assert code == 1
    assert [message.partition("; ")[0] for message in printed] == [f"audeep: {logs} is in use by another training"]
    first.send(number)
    assert (first.wait(), first.printed()) == (exit_code, line_of(what))
    assert not tempdir.exists()
    *_, step = checkpoint_steps(logs)
    assert variables(logs, step)
    names = {path.name.partition("-")[0] for path in logs.iterdir() if not path.name.startswith("events")}
    assert names == {LOCK, "model", "model.json", "losses.csv"}


@pytest.mark.long
def test_a_second_training_is_refused_before_the_first_model(
    server: Zygote, material: Path, tmp_path: Path
) -> None:
    line = ["-q", *words(TRAIN["t-rae"], tmp_path / "run"), "--num-epochs", 1]
    logs = tmp_path / "run" / "logs"
    first = server.start(material, *line)
    while not (logs / "model.json").exists():
        time.sleep(0.01)
    code, printed = server.run(material, *line)
    assert code == 1
    assert [message.partition("; ")[0] for message in printed] == [f"audeep: {logs} is in use by another training"]
    assert (first.wait(), first.printed()) == (0, [])
    assert checkpoint_steps(logs) == [2]


@pytest.mark.long
def test_a_description_without_a_model_is_replaced(server: Zygote, material: Path, tmp_path: Path) -> None:
    line = ["-q", *words(TRAIN["t-rae"], tmp_path / "run"), "--num-epochs", 1]
    logs = tmp_path / "run" / "logs"
    first = server.start(material, *line)
    # Its own folder is deleted once the file has its name.
    while not (logs / "model.json").exists() or any(map(is_unfinished, contents(logs))):
        time.sleep(0.01)
    first.send(signal.SIGKILL)
    first.wait()
    assert not [name for name in contents(logs) if is_unfinished(name)]
    assert not checkpoint_steps(logs)
    code, printed = server.run(material, *line, "--num-units", 2, "--cell", "LSTM")
    assert (code, printed) == (0, [])
    assert checkpoint_steps(logs) == [2]
