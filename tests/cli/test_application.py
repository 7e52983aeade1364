"""The application around the commands: global options, help, the shell, exit codes, start-up."""

import io
import platform
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import audeep
from audeep.backend.data.data_set import from_columns
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

    monkeypatch.setattr("audeep.backend.parsers.inspection.inspect_recordings", fail)
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


def test_a_log_file_tells_what_happened_even_under_quiet(run: Run, tmp_path: Path) -> None:
    write_audio(tmp_path / "data/train/a class/a.wav")
    log = tmp_path / "log.txt"
    assert run("-q", "--log-file", log, "inspect", "raw", "--basedir", tmp_path / "data")[2] == ""
    assert run("-q", "--log-file", log, "inspect", "raw", "--basedir", tmp_path / "no folder")[0] == 1
    lines = [line.partition("audeep ")[2] for line in log.read_text().splitlines()]
    python = f"Python {platform.python_version()}"
    assert lines[0].startswith(f"audeep {audeep.__version__}, {python}, tensorflow {version('tensorflow')}, ")
    assert lines[1] == f"command line: audeep -q --log-file {log} inspect raw --basedir {tmp_path / 'data'}"
    assert "PartitionedParser fits" in log.read_text()
    assert re.fullmatch(r"exit code 0 after \d+\.\d s", lines[3])
    assert lines[5].endswith(f"--basedir '{tmp_path}/no folder'")
    assert lines[6].startswith("audeep: MetaParser: the base folder")
    assert re.fullmatch(r"exit code 1 after \d+\.\d s", lines[7])


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("inspct raw --basedir x", "command 'inspct raw'; did you mean inspect raw? audeep --help lists"),
        ("help upsampel", "command 'upsampel'; did you mean upsample?"),
        ("inspect", "command 'inspect'; did you mean inspect model, inspect netcdf or inspect raw?"),
        (
            "evaluate --input x",
            "command 'evaluate'; did you mean cnn evaluate, gated-cnn evaluate, lstm evaluate, mlp evaluate or "
            "svm evaluate?",
        ),
        ("cd ..", "command 'cd ..'; audeep --help lists all commands\n"),
        ("ls", "command 'ls'; audeep --help lists all commands\n"),
        ("quit", "command 'quit'; audeep --help lists all commands\n"),
        ("--unknown", "global option --unknown"),
    ],
)
def test_suggestions_for_what_is_no_command(line: str, problem: str, run: Run) -> None:
    code, stdout, stderr = run(*line.split())
    assert (code, stdout) == (2, "")
    assert stderr.startswith(f"audeep: unknown {problem}")
    assert stderr.count("\n") == 1


def test_suggests_an_option(run: Run) -> None:
    code, stdout, stderr = run("inspect", "raw", "--basdir=x", "--basedir", "x", "--xyz")
    assert (code, stdout) == (2, "")
    assert "unrecognized arguments: --basdir=x --xyz; did you mean --basedir?\n" in stderr


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
    assert shell.returncode == 2, shell.stderr
    assert "does not exist" in shell.stderr
    assert "unrecognized arguments: --no-such-option" in shell.stderr
    assert '"number_of_audio_files": 1' in shell.stdout
    assert "usage: audeep inspect raw" in shell.stdout


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
    monkeypatch.setattr("audeep.backend.parsers.inspection.inspect_recordings", how)
    code, stdout, stderr = run("inspect", "raw", "--basedir", tmp_path)
    assert (code, stdout) == (130, "")
    assert stderr == "audeep: interrupted; no incomplete output left behind\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Save a data set, below a name with a space, whose label a shell would execute."""
    path = tmp_path / "a data set.nc"
    columns = {"filename": ["a.wav"], "label_nominal": ["$(touch executed)'\""], "label_numeric": [0]}
    from_columns(np.zeros((1, 2)), ["generated"], **columns).save(path)
    return path


def run_process(*argv: object, **keywords: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "audeep", *map(str, argv)]
    return subprocess.run(
        command, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | keywords
    )


def test_the_shell_keeps_quoted_words_together(data: Path) -> None:
    names = ("'a data set.nc'", '"a data set.nc"', "a\\ data\\ set.nc")
    lines = "".join(f"inspect netcdf -f json --input {name}\n" for name in names)
    shell = run_process(input=f"{lines}help validate\nvalidate --help\n", cwd=data.parent)
    assert (shell.returncode, shell.stderr) == (0, "")
    assert shell.stdout.count('"number_of_instances": 1') == 3


def test_a_shell_executes_nothing_of_what_it_is_given(run: Run, data: Path) -> None:
    code, stdout, _ = run("inspect", "netcdf", "--input", data, "-f", "shell", "--prefix", "x_")
    assert code == 0
    script = f'{stdout}\necho "$x_number_of_instances $x_instances_per_label___touch_executed___"'
    result = subprocess.run(["sh", "-c", script], cwd=data.parent, capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("1 1\n", "")
    assert not (data.parent / "executed").exists()


def test_only_columns_that_there_are(run: Run, data: Path) -> None:
    code, stdout, stderr = run("validate", "--input", data, "-c", "nope", "-c", "label_map")
    assert (code, stdout) == (2, "")
    assert stderr.startswith("audeep: -c: unknown column nope, expected one of nominal_labels, ")
    assert run("validate", "--input", data, "-c", "label_map", "-f", "value")[:2] == (0, "0\n")


def test_the_log_file_is_no_data_set(run: Run, data: Path, tmp_path: Path) -> None:
    before, output = data.read_bytes(), tmp_path / "out.nc"
    modify = ["modify", "--input", data, "--remove-cv-setup", "--output", output]
    code, _, stderr = run("--log-file", data, *modify)
    assert (code, stderr, data.read_bytes()) == (
        1,
        f"audeep: cannot write --log-file {data}: not a text file\n",
        before,
    )
    code, _, stderr = run("--log-file", output, *modify)
    assert (code, stderr) == (2, f"audeep: --output and --log-file must be different files, not both {output}\n")
    code, _, stderr = run("--log-file", tmp_path, "validate", "--input", data)
    assert (code, stderr) == (1, f"audeep: cannot write --log-file {tmp_path}: Is a directory\n")


def test_help_at_the_end_of_a_whole_line(run: Run, data: Path) -> None:
    assert run("validate", "--input", data, "--detailed", "--help") == run("help", "validate")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_output_that_cannot_be_written(data: Path, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        result = run_process("validate", "--input", data, stdout=full)
        assert (result.returncode, result.stderr) == (
            1,
            "audeep: cannot write the output: No space left on device\n",
        )
    log = run_process(
        "--log-file", "/dev/full", "modify", "--input", data, "--remove-cv-setup", "--output", tmp_path / "o"
    )
    assert log.returncode == 0
    assert len(log.stderr.splitlines()) == 2
    script = f"exec {sys.executable} -m audeep validate --input '{data}' >&- 2>&-"
    assert subprocess.run(["sh", "-c", script]).returncode == 0


def test_the_shell_knows_its_options_and_its_history(data: Path) -> None:
    lines = f"inspect netcdf --input '{data}' -f value -c number_of_instances\nhistory\nquit\n"
    shell = run_process("-q", "--debug", input=lines)
    assert (shell.returncode, shell.stderr) == (0, "")
    first, *rest = shell.stdout.splitlines()
    assert first == "1"
    assert rest[0].split()[:3] == ["1", "inspect", "netcdf"]
