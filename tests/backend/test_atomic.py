"""Outputs are complete or not there."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from audeep.backend.atomic import PREFIX, exclusive, replacing, temporary_folder
from audeep.backend.errors import AudeepError


def test_replaces_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.txt"
    with replacing(path) as temporary:
        temporary.write_text("x")
        assert not path.exists()
    assert path.read_text() == "x"
    assert [item.name for item in path.parent.iterdir()] == ["file.txt"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_leaves_the_old_file_after_an_error(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(error), replacing(path) as temporary:  # noqa: PT012
        temporary.write_text("new")
        raise error
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_has_the_permissions_of_an_ordinary_file(tmp_path: Path) -> None:
    (tmp_path / "ordinary").write_text("")
    with replacing(tmp_path / "ours") as temporary:
        temporary.write_text("")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_refuses_a_folder_and_a_file_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(AudeepError, match="is a folder"), replacing(tmp_path):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(AudeepError, match="cannot write"), replacing(tmp_path / "file" / "below"):
        pass


def test_deletes_temporary_folders(tmp_path: Path) -> None:
    with temporary_folder(tmp_path / "a" / "b") as folder:
        (folder / "x").write_text("")
    assert not folder.exists()
    with pytest.raises(AudeepError, match="exists"), temporary_folder(tmp_path):
        pass
    assert tmp_path.exists()


#: Begins what `kind` names below a folder, and is killed before it has ended.
KILLED = """
import os, signal, sys
from pathlib import Path
from audeep.backend.atomic import replacing, temporary_folder
kind, path = sys.argv[1], Path(sys.argv[2])
with (replacing if kind == "file" else temporary_folder)(path) as temporary:
    (temporary if kind == "file" else temporary / "x").write_text("x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_kill_left_behind_is_deleted_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    subprocess.run([sys.executable, "-c", KILLED, "file", path])
    (leftover,) = tmp_path.iterdir()
    assert leftover.name.startswith(PREFIX)
    with replacing(path) as temporary:
        temporary.write_text("new")
    assert list(tmp_path.iterdir()) == [path]


def test_a_temporary_folder_that_a_kill_left_behind_can_be_given_again(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    subprocess.run([sys.executable, "-c", KILLED, "folder", folder])
    assert list(folder.rglob("x"))
    with temporary_folder(folder):
        assert not list(folder.rglob("x"))
    assert not folder.exists()


def test_leaves_alone_what_is_still_being_written(tmp_path: Path) -> None:
    with replacing(tmp_path / "a") as first, replacing(tmp_path / "b") as second:
        first.write_text("1")
        second.write_text("2")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a", "b"]


def test_two_writers_of_one_file_and_the_last_wins(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with replacing(path) as first:
        first.write_text("first")
        with replacing(path) as second:
            second.write_text("second")
        assert path.read_text() == "second"
    assert path.read_text() == "first"


def test_a_folder_has_one_user(tmp_path: Path) -> None:
    with (
        exclusive(tmp_path / "new", "training"),
        pytest.raises(AudeepError, match="in use by another training"),
        exclusive(tmp_path / "new", "training"),
    ):
        pass
    with exclusive(tmp_path / "new", "training"):
        pass


def test_explains_why_a_file_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(AudeepError, match=f"cannot write {path}: No space left"), replacing(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert path.read_text() == "old"
