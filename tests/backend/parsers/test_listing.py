"""Listing folders of recordings."""

import re
from pathlib import Path
from typing import Any

import pytest

from audeep.backend.errors import ParseError
from audeep.backend.parsers import NoMetadataParser
from audeep.backend.parsers.columns import collect
from audeep.backend.parsers.listing import audio_below, class_files, entries, read_table
from tests.helpers.audio import write_audio, write_tree


def test_a_link_to_a_folder_above_is_not_followed(tmp_path: Path) -> None:
    write_tree(tmp_path / "data", ["a/b.wav"])
    try:
        (tmp_path / "data" / "a" / "loop").symlink_to(tmp_path / "data")
        (tmp_path / "data" / "linked").symlink_to(write_tree(tmp_path / "other", ["c.wav"]))
    except OSError:
        pytest.skip("this system makes no symbolic links")
    found = [path.relative_to(tmp_path).as_posix() for path in audio_below(tmp_path / "data")]
    assert found == ["data/a/b.wav", "data/linked/c.wav"]


def test_a_folder_that_is_called_like_a_recording_is_none(tmp_path: Path) -> None:
    write_tree(tmp_path, ["class/a.wav", "class/folder.wav/b.wav", "class.wav/c.wav"])
    assert [path.name for path in audio_below(tmp_path)] == ["a.wav", "b.wav", "c.wav"]
    assert [path.name for path in class_files(tmp_path)] == ["a.wav", "c.wav"]


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    file = write_audio(tmp_path / "a.wav")
    with pytest.raises(ParseError, match=r"a\.wav cannot be read"):
        entries(file)


SYSTEM_FILES = ["Thumbs.db", "desktop.ini", ".DS_Store", "__MACOSX/a.wav", "class/Thumbs.db", "class/.DS_Store"]


def test_files_of_the_system_are_no_recordings(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_tree(tmp_path, ["class/a.wav", "class/b.wav"], dict.fromkeys(SYSTEM_FILES, ""))
    assert [path.name for path in class_files(tmp_path)] == ["a.wav", "b.wav"]
    recordings, _ = collect(NoMetadataParser(tmp_path))
    assert [recording.path.name for recording in recordings] == ["a.wav", "b.wav"]
    assert not caplog.text


UNREADABLE = {"class/c.m4a": "", "class/d.M4A": "", "more/e.wma": "", "more/.f.mp4": ""}


def test_recordings_that_cannot_be_read_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    counted = "3 recordings in unsupported formats (2 .m4a, 1 .wma); convert them to WAV or FLAC"
    write_tree(tmp_path, [], UNREADABLE)
    with pytest.raises(ParseError, match=re.escape(f"no audio files in {tmp_path}, only {counted}")):
        collect(NoMetadataParser(tmp_path))
    write_tree(tmp_path, ["class/a.wav"])
    collect(NoMetadataParser(tmp_path))
    assert caplog.messages == [f"ignoring {counted}"]
    with pytest.raises(ParseError, match=r"c\.m4a is in an unsupported format; convert it to WAV or FLAC"):
        class_files(tmp_path)


def test_a_table_may_have_a_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes('\ufeffname,fold,more\r\n"ä, b.wav",2,x\r\n\r\n'.encode())
    assert read_table(table, {"name": str, "fold": int}) == [{"name": "ä, b.wav", "fold": 2}]


def test_a_table_in_another_encoding_is_named(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes("name\nä.wav\n".encode("latin-1"))
    with pytest.raises(ParseError, match=r"t\.csv cannot be read: 'utf-8' codec"):
        read_table(table, {"name": str})


def test_links_that_lead_to_each_other_end(tmp_path: Path) -> None:
    write_tree(tmp_path, ["a/x.wav", "b/y.wav"])
    try:
        (tmp_path / "a" / "b").symlink_to(tmp_path / "b")
        (tmp_path / "b" / "a").symlink_to(tmp_path / "a")
    except OSError:
        pytest.skip("this system makes no symbolic links")
    found = [path.relative_to(tmp_path).as_posix() for path in audio_below(tmp_path)]
    assert found == ["a/b/y.wav", "a/x.wav", "b/a/x.wav", "b/y.wav"]


@pytest.mark.parametrize(
    ("text", "layout", "message"),
    [
        (
            "name;fold\na;1\n",
            {},
            "no column 'name'; its first line is 'name;fold'; expected commas as separators, found semicolons",
        ),
        ("file,fold\na,1\n", {}, "no column 'name'; its first line is 'file,fold'$"),
        (
            "a.wav,1\n",
            {"delimiter": "\t", "header": ["name", "fold"]},
            "line 1: no value for 'fold'; expected tabs as separators, found commas",
        ),
        ("a.wav\n", {"delimiter": "\t", "header": ["name", "fold"]}, "line 1: no value for 'fold'$"),
    ],
)
def test_another_separator_is_named(text: str, layout: dict[str, Any], message: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(ParseError, match=message):
        read_table(tmp_path / "t.csv", {"name": str, "fold": int}, **layout)


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("", r"t\.csv has no rows"),
        ("name,fold\n", r"t\.csv has no rows"),
        (
            "name,fold\na,99999999999999999999\n",
            r"t\.csv, line 2: 'fold' has the invalid value '99999999999999999999'",
        ),
        (
            "name,fold\nb,1\na\0a,1\n",
            r"t\.csv(, line 3: 'name' has the invalid value| cannot be read: line contains NUL)",
        ),
    ],
)
def test_a_table_that_no_data_set_can_hold(text: str, culprit: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(ParseError, match=culprit):
        read_table(tmp_path / "t.csv", {"name": str, "fold": int})
