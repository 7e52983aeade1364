"""Formats of audio files."""

from pathlib import Path

import pytest

from audeep.backend.audio.formats import EXTENSIONS, is_audio
from tests.helpers.audio import write_audio


@pytest.mark.parametrize(
    "name", ["a.wav", "a.WAV", "a.flac", "a.mp3", "a.ogg", "a.oga", "a.opus", "a.aif", "a.aifc"]
)
def test_usual_extensions_are_audio_and_can_be_read(tmp_path: Path, name: str) -> None:
    assert is_audio(write_audio(tmp_path / name))


@pytest.mark.parametrize("name", ["wav", ".wav", "a.txt", "a.mat", "a.raw", "a.wav.zip", "a.htk"])
def test_other_files_are_not(name: str) -> None:
    assert not is_audio(Path(name))


def test_extensions_are_lower_case() -> None:
    assert {extension.lower() for extension in EXTENSIONS} == EXTENSIONS
