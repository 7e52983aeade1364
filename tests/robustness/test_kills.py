"""A kill at any moment leaves what was there or what was to come, and the next command cleans up behind it."""

import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import tensorflow as tf

from audeep.backend.atomic import LOCK
from audeep.backend.training.checkpoints import checkpoint_steps
from tests.helpers.zygote import Zygote
from tests.robustness.commands import COMMANDS, GENERATE, MODEL_COMMANDS, TRAIN, WRITERS, is_unfinished

#: What commands replace: it looks like a data set.
OLD = b"\x89HDF\r\n\x1a\nold"


def words(line: str, out: Path | str) -> list[str]:
    return [word.replace("OUT", str(out)) for word in line.split()]


def contents(folder: Path) -> dict[str, bytes]:
    """Read all files below a folder, by their names relative to it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def killed(server: Zygote, folder: Path, line: list[str], seconds: float) -> bool:
    """Start a command and kill it after some time; returns whether it was still running."""
    child = server.start(folder, *line)
    time.sleep(seconds)
    child.send(signal.SIGKILL)
    code = child.wait()
    assert code in (0, -signal.SIGKILL), child.printed()
    return code != 0


def until_killed(moments: random.Random, duration: float, attempt: Callable[[float], bool]) -> None:
    """Try random moments of a command until one of them is within its run."""
    while not attempt(duration * moments.random()):
        duration *= 0.8


def check_kills(server: Zygote, folder: Path, line: str, out: Path, kills: int) -> None:
    """Kill a command again and again, over old output and none, and let it end at last."""
    arguments = words(line, out)
    duration = server.timed(folder, *arguments)
    expected = contents(out)
    assert expected
    moments = random.Random(line)
    for number in range(kills):
        for name in expected:
            (out / name).unlink(missing_ok=True)
            if number % 2:
                (out / name).write_bytes(OLD)
        until_killed(moments, duration, lambda seconds: killed(server, folder, arguments, seconds))
        found = {name: content for name, content in contents(out).items() if not is_unfinished(name)}
        assert found.keys() <= expected.keys()
        assert all(content in (OLD, expected[name]) for name, content in found.items())
    server.timed(folder, *arguments)
    assert contents(out) == expected
    assert not [path for path in out.rglob("*") if is_unfinished(path.name)]


@pytest.mark.parametrize(
    ("command", "kills"),
    [(name, 2) for name in WRITERS] + [pytest.param(name, 100, marks=pytest.mark.long) for name in COMMANDS],
)
def test_kill_a_command(command: str, kills: int, server: Zygote, material: Path, tmp_path: Path) -> None:
    check_kills(server, material, COMMANDS[command], tmp_path / "out", kills)


@pytest.mark.long
@pytest.mark.parametrize("command", MODEL_COMMANDS)
def test_kill_a_command_with_a_model(command: str, server: Zygote, material: Path, tmp_path: Path) -> None:
    check_kills(server, material, MODEL_COMMANDS[command], tmp_path / "out", 4)


def variables(logs: Path, step: int) -> dict[str, bytes]:
    """Read all variables of a checkpoint."""
    reader = tf.train.load_checkpoint(str(logs / f"model-{step}"))
    return {
        name: reader.get_tensor(name).tobytes()
        for name in reader.get_variable_to_shape_map()
        if name != "_CHECKPOINTABLE_OBJECT_GRAPH"
    }


def check_training(logs: Path, whole: dict[int, dict[str, bytes]]) -> list[int]:
    """Compare all models in a folder with those of a training that nothing disturbed; returns their steps."""
    steps = checkpoint_steps(logs)
    assert all(variables(logs, step) == whole[step] for step in steps)
    return steps


@pytest.mark.parametrize(
    ("kind", "epochs", "kills", "generations"),
    [
        ("t-rae", 3, 1, 1),
        pytest.param("t-rae", 30, 100, 100, marks=pytest.mark.long),
        pytest.param("f-rae", 3, 1, 1, marks=pytest.mark.long),
        pytest.param("ft-rae", 3, 1, 1, marks=pytest.mark.long),
    ],
)
def test_kill_training_and_generation(
    kind: str, epochs: int, kills: int, generations: int, server: Zygote, material: Path, tmp_path: Path
) -> None:
    """Trainings that were killed and continued, or started anew, give the models of one that was not."""
    line = f"{TRAIN[kind]} --num-epochs {epochs}"
    whole, parts = tmp_path / kind, tmp_path / "parts"
    duration = server.timed(material, *words(line, whole))
    undisturbed = {step: variables(whole / "logs", step) for step in checkpoint_steps(whole / "logs")}
    assert len(undisturbed) == epochs

    tempdir, logs = tmp_path / "temporary", parts / "logs"
    arguments = words(f"{line} --checkpoints-to-keep 2 --tempdir {tempdir}", parts)
    moments = random.Random(kind)
    while kills:
        resume = ["--continue"] if checkpoint_steps(logs) else []
        if killed(server, material, arguments + resume, duration * moments.random()):
            kills -= 1
            # The next one is deleted after it was written.
            assert len(check_training(logs, undisturbed)) <= 3
        else:
            # It had come to its end: once more from the beginning.
            shutil.rmtree(parts)
    resume = ["--continue"] if checkpoint_steps(logs) else []
    server.timed(material, *arguments, *resume)
    assert check_training(logs, undisturbed) == list(undisturbed)[-2:]
    assert not tempdir.exists()
    names = {path.name.split(".")[0] for path in logs.iterdir() if path.name != LOCK}
    report = {"losses", "projector", "projector_config"}
    assert names == {"model", "events", *report, *(f"model-{step}" for step in list(undisturbed)[-2:])}

    shutil.copy(material / "s.nc", tmp_path)
    check_kills(server, tmp_path, GENERATE[kind], tmp_path / "out", generations)
