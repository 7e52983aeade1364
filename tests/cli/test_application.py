"""The application around the commands: global options, help, the shell, exit codes, start-up."""

import io
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import audeep
from audeep.main import AudeepApp
from tests.cli.conftest import Run
from tests.helpers.audio import write_audio

COMMANDS = sorted(point.name.replace("_", " ") for point in entry_points(group="audeep.commands"))


def test_version(run: Run) -> None:
    code, stdout, stderr = run("--version")
    assert (code, stderr) == (0, "")
    first, *rest = stdout.splitlines()
    assert first == f"audeep {audeep.__version__}"
    assert "Copyright" in rest[0]
    assert "GPLv3+" in rest[1]


def test_help_lists_every_command_with_one_line(run: Run) -> None:
    for arguments in (["--help"], ["help"]):
        code, stdout, _ = run(*arguments)
        assert code == 0
        listed = stdout.split("Commands:\n")[1].splitlines()
        names = {line[2:15].strip() if line[15:17] == "  " else line.strip().split("  ")[0] for line in listed}
        assert names >= set(COMMANDS)
        assert "Could not" not in stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_both_ways_to_ask_for_help_agree(run: Run, command: str) -> None:
    asked, flagged = run("help", *command.split()), run(*command.split(), "--help")
    assert asked == flagged
    assert asked[0] == 0
    assert asked[1].startswith(f"usage: audeep {command}")
    assert "example" in asked[1]


def test_exit_codes(run: Run, tmp_path: Path) -> None:
    assert run("inspect", "raw", "--basedir", tmp_path)[0] == 1
    assert run("inspect", "raw")[0] == 2
    assert run("inspect", "raw", "--basedir", tmp_path, "--unknown")[0] == 2
    assert run("no", "such", "command")[0] == 2
    write_audio(tmp_path / "train/x/a.wav")
    assert run("inspect", "raw", "--basedir", tmp_path)[0] == 0


def test_errors_are_one_line_and_debug_shows_where(run: Run, tmp_path: Path) -> None:
    arguments = ("inspect", "raw", "--basedir", tmp_path / "nothing")
    _, stdout, stderr = run(*arguments)
    assert stdout == ""
    assert len(stderr.splitlines()) == 1
    assert stderr.startswith("audeep: ")
    assert "Traceback" in run("--debug", *arguments)[2]


def test_unexpected_errors_say_so(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("missing")

    monkeypatch.setattr("audeep.backend.spectrograms.headers.describe", fail)
    code, _, stderr = run("inspect", "raw", "--basedir", tmp_path)
    assert code == 1
    assert stderr == "audeep: unexpected KeyError: 'missing' (--debug before the command shows where)\n"


def test_verbosity_and_log_file(run: Run, tmp_path: Path) -> None:
    write_audio(tmp_path / "data/train/x/a.wav")
    arguments = ("inspect", "raw", "--basedir", tmp_path / "data")
    log = tmp_path / "log.txt"
    assert "PartitionedParser fits" in run("--log-file", log, *arguments)[2]
    assert "PartitionedParser fits" in log.read_text()
    assert run("-q", *arguments)[2] == ""
    # A second run does not log twice.
    assert run(*arguments)[2].count("PartitionedParser fits") == 1


def test_completion_knows_the_commands(run: Run) -> None:
    code, stdout, _ = run("complete")
    assert code == 0
    assert "preprocess" in stdout
    assert "--window-width" in stdout


def test_shell_goes_on_after_a_failure(tmp_path: Path) -> None:
    write_audio(tmp_path / "train/x/a.wav")
    lines = [
        f"inspect raw --basedir {tmp_path / 'nothing'}",
        "inspect raw --basedir x --no-such-option",
        "no such command",
        f"inspect raw --basedir {tmp_path} -f json",
        "help inspect raw",
        "quit",
    ]
    shell = subprocess.run(
        [sys.executable, "-m", "audeep"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert shell.returncode == 0, shell.stderr
    assert "does not exist" in shell.stderr
    assert "unrecognized arguments: --no-such-option" in shell.stderr
    assert '"number_of_audio_files": 1' in shell.stdout
    assert "usage: inspect raw" in shell.stdout


def test_shell_without_input_leaves_with_success() -> None:
    app = AudeepApp(stdin=io.StringIO(""), stdout=io.StringIO())
    assert app.run([]) == 0


#: Libraries that take long to import.
SLOW = ["tensorflow", "keras", "librosa", "matplotlib", "sklearn", "scipy", "pandas", "xarray", "numpy"]


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (["--version"], set()),
        (["--help"], set()),
        (["help", "t-rae", "train"], set()),
        # Where Dask is installed, xarray imports its arrays, and these import scipy.
        (["inspect", "raw", "--basedir", "."], {"numpy", "pandas", "xarray", "scipy"}),
    ],
)
def test_start_imports_only_what_it_needs(arguments: list[str], needed: set[str], tmp_path: Path) -> None:
    write_audio(tmp_path / "train/x/a.wav")
    program = (
        "import sys\nfrom audeep.main import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        f"print('IMPORTED', *(name for name in {SLOW} if name in sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert set(result.stdout.splitlines()[-1].split()[1:]) <= needed


def test_the_python_interface_is_complete() -> None:
    assert all(hasattr(audeep, name) for name in audeep.__all__)


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def interrupt_compiled_code(*_: object, **__: object) -> None:
    # What a Python function gets to see that was interrupted on its way through TensorFlow.
    try:
        interrupt()
    except KeyboardInterrupt as error:
        raise SystemError("returned a result with an exception set") from error


@pytest.mark.parametrize("how", [interrupt, interrupt_compiled_code])
def test_an_interruption_is_one_line(
    how: Callable[..., None], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audeep.backend.spectrograms.headers.describe", how)
    code, stdout, stderr = run("inspect", "raw", "--basedir", tmp_path)
    assert (code, stdout) == (130, "")
    assert stderr == "audeep: interrupted; nothing unfinished was left behind\n"
