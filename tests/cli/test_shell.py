"""The interactive shell: what Tab completes, where output goes, what is kept."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from audeep.cli.shell import Shell, history_file
from audeep.main import AudeepApp
from tests.helpers.golden import GOLDEN
from tests.helpers.terminal import terminal

AUDEEP = [sys.executable, "-m", "audeep"]
DATA = GOLDEN / "netcdf" / "up.nc"


def session(folder: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    """Type lines into a shell that works in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(
        AUDEEP,
        input="\n".join([*lines, "quit", ""]),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def shell() -> Shell:
    app = AudeepApp()
    app.options, _ = app.parser.parse_known_args([])
    app.interactive_mode = True
    return Shell(app, app.command_manager, app.stdin, app.stdout)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("prep", {"preprocess"}),
        ("  prep", {"preprocess"}),
        ("qui", {"quit"}),
        ("inspect r", {"raw"}),
        ("t-rae ", {"train", "generate"}),
        ("preprocess --win", {"--window-width", "--window-overlap"}),
        ("preprocess --window-width 0.08 --mel", {"--mel-spectrum"}),
        ("no such --opt", set()),
        ("preprocess --channels ", {"MEAN", "LEFT", "RIGHT", "DIFF", "EACH"}),
        ("export --layout FL", {"FLAT"}),
        ("upsample --partitions TRAIN D", {"DEVEL"}),
        ("help inspect ", {"model", "netcdf", "raw"}),
    ],
)
def test_completes(shell: Shell, line: str, expected: set[str]) -> None:
    begin = line.rfind(" ") + 1
    assert set(shell.complete(line[begin:], line, begin, len(line)).to_strings()) == expected


def test_completes_file_names(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "recordings").mkdir()
    line = f"inspect raw --basedir {tmp_path}/rec"
    begin = line.rfind(" ") + 1
    (found,) = shell.complete(line[begin:], line, begin, len(line)).to_strings()
    assert found.startswith(f"{tmp_path}/recordings")


def test_redirects_what_a_command_prints(tmp_path: Path) -> None:
    inspect = f"inspect netcdf --input {DATA}"
    shell = session(
        tmp_path,
        f"{inspect} -f json > 'out file.json'",
        f"{inspect} -f value -c number_of_instances > some\\ numbers.txt",
        f"{inspect} -f value -c number_of_labels >> 'some numbers.txt'",
        "validate --help > help.txt",
        "help validate > again.txt",
        "validate --input none > error.txt",
        f"{inspect} -f shell | head -n 1",
        f"{inspect} > no/such/folder",
        f"{inspect} > two words",
    )
    assert json.loads((tmp_path / "out file.json").read_text())["number_of_labels"] == 2
    assert (tmp_path / "some numbers.txt").read_text().splitlines() == ["12", "2"]
    assert (tmp_path / "help.txt").read_text().startswith("usage: audeep validate")
    assert (tmp_path / "help.txt").read_text() == (tmp_path / "again.txt").read_text()
    assert (tmp_path / "error.txt").read_text() == ""
    assert shell.stdout == "number_of_instances=12\n"
    assert shell.stderr.splitlines() == [
        "audeep: there is no file none",
        "audeep: cannot write no/such/folder: No such file or directory",
        "audeep: expected one file name after >, got 2",
    ]
    assert shell.returncode == 2


def test_lines_that_are_copied_or_mistyped(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    shell = session(
        tmp_path,
        "  $ audeep inspect netcdf \\",
        f"        --input {DATA} -f value \\",
        "        -c number_of_instances",
        "audeep",
        "cd folder",
        "!pwd",
        "cd nowhere",
        "ls",
        "? upsampel",
        "-q validate",
        "help",
    )
    numbers, folder, *commands = shell.stdout.splitlines()
    assert (numbers, folder) == ("12", str(tmp_path / "folder"))
    assert "  upsample          Balance the classes of a data set by repeating recordings." in commands
    assert shell.stderr.splitlines() == [
        "audeep: cannot change to nowhere: No such file or directory",
        "audeep: unknown command 'ls'; help lists all commands; !ls runs the system command",
        "audeep: unknown command 'upsampel'; did you mean upsample? help lists all commands",
        "audeep: a line must start with a command; start the shell with global options: audeep -q",
    ]


def test_greets_and_remembers(tmp_path: Path) -> None:
    variables = {"XDG_STATE_HOME": str(tmp_path / "state"), "PYTHONPATH": str(Path(__file__).parents[2])}
    with terminal(AUDEEP, tmp_path, variables) as screen:
        greeting = screen.wait_for("(audeep)")
        assert "help lists all commands" in greeting
        screen.type("cd /no-such-folder\r")
        screen.wait_for("cannot change to /no-such-folder")
        screen.type("quit\r")
        screen.wait_for("quit")
        while not (tmp_path / "state" / "audeep" / "history").stat().st_size:
            pass
    with terminal(AUDEEP, tmp_path, variables) as screen:
        screen.wait_for("(audeep)")
        screen.type("\x1b[A\x1b[A")
        screen.wait_for("cd /no-such-folder")


def test_does_without_a_history_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert history_file() == str(tmp_path / "audeep" / "history")
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert history_file() == ""
