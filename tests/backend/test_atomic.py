"""Outputs are complete or not there."""

from pathlib import Path

import pytest

from audeep.backend.atomic import replacing, temporary_folder
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
