"""What Tab completes in the interactive shell."""

from pathlib import Path

import pytest

from audeep.cli.shell import Shell
from audeep.main import AudeepApp


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
