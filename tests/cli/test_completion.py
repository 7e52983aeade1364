"""What Tab completes in bash, zsh and fish, asked of these shells themselves."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_application import COMMANDS
from tests.helpers.terminal import terminal

#: Lines, and what completes their last word.
LINES = [
    ("audeep f", {"f-rae", "ft-rae", "fuse"}),
    ("audeep fuse ", {"chunks"}),
    ("audeep -q inspect ", {"netcdf", "raw"}),
    ("audeep help insp", {"inspect"}),
    ("audeep preprocess --window", {"--window-width", "--window-overlap"}),
    ("audeep preprocess --channels ", {"MEAN", "LEFT", "RIGHT", "DIFF", "EACH"}),
    ("audeep export --format ", {"CSV", "ARFF"}),
    ("audeep validate -f ", {"csv", "json", "shell", "table", "value", "yaml"}),
    ("audeep upsample --partitions TRAIN ", {"TRAIN", "DEVEL", "TEST"}),
    ("audeep inspect raw --parser ES", {"ESCParser"}),
    ("audeep fuse --input d", {"data.nc"}),
    ("audeep fuse --input data.nc --dim", {"--dimension"}),
    ("audeep --log-file d", {"data.nc"}),
    ("audeep fuse_", set()),
]
BASH = r"""
source "$1"
COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
[[ $(complete -p audeep) =~ -F\ ([^ ]+) ]] && ${BASH_REMATCH[1]} 2>/dev/null
printf '%s\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "data.nc").touch()
    return tmp_path / "files"


def script(run: Run, shell: str, folder: Path) -> Path:
    """Write the script for a shell beside a folder."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    code, text, _ = run("complete", "--shell", shell)
    assert code == 0
    path = folder.parent / f"complete.{shell}"
    path.write_text(text)
    return path


def test_bash_completes(run: Run, folder: Path) -> None:
    path = script(run, "bash", folder)
    for line, expected in LINES:
        # No start-up files, and so no package bash-completion.
        command = ["bash", "--norc", "--noprofile", "-c", BASH, "bash", str(path), *line.split(" ")]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        assert {*result.stdout.split()} == expected, line
        assert result.stderr == ""


def test_fish_completes(run: Run, folder: Path) -> None:
    path = script(run, "fish", folder)
    for line, expected in LINES:
        if "TRAIN " in line:
            # Its script completes the first of several values alone.
            continue
        command = ["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", str(path), line]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        found = {suggestion.partition("\t")[0] for suggestion in result.stdout.splitlines()}
        assert found == expected, line


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_tab_on_a_terminal(shell: str, run: Run, folder: Path) -> None:
    (folder / "two words.nc").touch()
    start = {
        "bash": (["bash", "--norc", "--noprofile", "-i"], "source {}"),
        "zsh": (["zsh", "-f", "-i"], 'autoload -U compinit && compinit -D; eval "$(cat {})"'),
    }
    command, setup = start[shell]
    path = script(run, shell, folder)
    with terminal(command, folder, {"PS1": ""}) as screen:
        screen.type(setup.format(path) + "; echo READY$((1 + 1))\n")
        screen.wait_for("READY2")
        for typed, completed in (
            ("audeep preproc", "preprocess"),
            ("--chan", "--channels"),
            ("DI", "DIFF"),
            ("--basedir . --output tw", "two\\ words.nc"),
        ):
            screen.type(f"{typed}\t")
            screen.wait_for(completed)


def test_no_command_is_missing_and_none_is_made_up(run: Run) -> None:
    _, text, _ = run("complete")
    offered = {line.split("_pos_0_choices=")[0]: line for line in text.splitlines() if "_pos_0_choices=" in line}
    top = offered["_shtab_audeep"].partition("=(")[2].rstrip(")").split()
    assert {*top} == {name.split()[0] for name in COMMANDS} | {"complete", "help"}


def test_another_name(run: Run) -> None:
    assert run("complete", "--name", "my-audeep")[1].rstrip().endswith(" my-audeep")
