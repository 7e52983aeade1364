"""Outputs are complete or not there."""

import errno
import os
import stat
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
    (tmp_path / "ours").chmod(0o600)
    with replacing(tmp_path / "ours") as temporary:
        temporary.write_text("")
    assert stat.S_IMODE((tmp_path / "ours").stat().st_mode) == 0o600


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


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path, is_there: bool) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "file", tmp_path / "link"
    link.symlink_to(target)
    if is_there:
        target.write_text("old")
    with replacing(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert sorted(item.name for item in tmp_path.rglob("*")) == ["elsewhere", "file", "link"]


def test_refuses_what_is_no_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(AudeepError, match="pipe: not a regular file"), replacing(tmp_path / "pipe"):
        pass
    with pytest.raises(AudeepError, match="File name too long"), replacing(tmp_path / ("x" * 300)):
        pass


#: Writes many files into a folder, whose leftovers others delete at the same time.
BUSY = """
import sys
from pathlib import Path
from audeep.backend.atomic import replacing
for number in range(100):
    path = Path(sys.argv[1], f"{sys.argv[2]}-{number}")
    with replacing(path) as temporary:
        temporary.write_text(path.name)
"""


def test_several_processes_that_write_into_one_folder(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", BUSY, tmp_path, str(index)], stderr=subprocess.PIPE, text=True)
        for index in range(4)
    ]
    assert [process.communicate()[1] for process in processes] == [""] * 4
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        name: name for name in (f"{index}-{number}" for index in range(4) for number in range(100))
    }
