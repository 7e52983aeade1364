"""What runs for long takes no more memory, files and threads than what runs for a while."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from tests.robustness.commands import COMMANDS, TRAIN
from tests.robustness.test_kills import words

pytestmark = pytest.mark.long

#: Runs the command line, and writes figures of the process each time that METHOD of what it imports has ended.
MEASURE = """
import json, sys, psutil
from audeep.main import main
from {module} import {owner} as owner
process, figures, method = psutil.Process(), [], getattr(owner, "{method}")
def measured(*arguments, **keywords):
    result = method(*arguments, **keywords)
    figures.append([process.memory_info().rss, process.num_fds(), process.num_threads()])
    return result
setattr(owner, "{method}", measured)
code = main(sys.argv[2:])
json.dump(figures, open(sys.argv[1], "w"))
sys.exit(code)
"""
MEGABYTE = 2**20


def measure(folder: Path, *argv: str, text: str | None = None, **names: str) -> list[list[int]]:
    """Run the command line; returns memory, open files and threads after each call of what `names` tell."""
    figures = folder / "figures.json"
    command = [sys.executable, "-c", MEASURE.format(**names), figures, *argv]
    result = subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "audeep: " not in result.stderr
    return json.loads(figures.read_text())


def check_flat(figures: list[list[int]], megabytes: float) -> None:
    """Compare the third quarter of a run with the last."""
    quarter = len(figures) // 4
    before, after = (
        [
            int(summary(column))
            for summary, column in zip((min, median, median), zip(*part, strict=True), strict=True)
        ]
        # Of memory the least, because what it is between one moment and the next is a matter of chance.
        for part in (figures[2 * quarter : 3 * quarter], figures[3 * quarter :])
    )
    print(f"memory, files, threads: {before}, then {after}")  # noqa: T201
    assert after[0] - before[0] < megabytes * MEGABYTE
    assert after[1:] == before[1:]


def leftovers(folder: Path) -> list[Path]:
    return list(folder.rglob(".audeep*"))


def test_two_hundred_epochs(material: Path, tmp_path: Path) -> None:
    line = words(f"{TRAIN['t-rae']} --num-epochs 200 --checkpoints-to-keep 3", tmp_path / "run")
    figures = measure(material, "-q", *line, module="audeep.backend.training", owner="checkpoints", method="save")
    assert len(figures) == 200
    check_flat(figures, megabytes=4)
    assert not leftovers(tmp_path)


def test_many_commands_in_one_session(material: Path, tmp_path: Path) -> None:
    rounds = 16
    lines = []
    for number in range(rounds):
        out = tmp_path / str(number)
        lines += [" ".join(words(line, out / name.replace(" ", "-"))) for name, line in COMMANDS.items()]
        lines += [" ".join(words(f"{TRAIN['t-rae']} --num-epochs 2", out / "run"))]
        lines += [f"t-rae generate --model-dir {out}/run/logs --input s.nc --output {out}/r.nc"]
    text = "\n".join([*lines, "quit"]) + "\n"
    figures = measure(material, "-q", text=text, module="audeep.main", owner="AudeepApp", method="run_subcommand")
    assert len(figures) >= len(lines) > 50
    check_flat(figures[:: -len(lines) // rounds][::-1], megabytes=20)
    assert not leftovers(tmp_path)
