"""What is told of a folder of recordings."""

from pathlib import Path

from audeep.backend.parsers.inspection import inspect_recordings
from tests.helpers.audio import write_audio

NO_METADATA = "audeep.backend.parsers.NoMetadataParser"


def test_lists_what_differs(tmp_path: Path) -> None:
    write_audio(tmp_path / "a.wav", seconds=0.5, sample_rate=44100)
    write_audio(tmp_path / "b.wav", seconds=2, sample_rate=16000, channels=2)
    assert inspect_recordings(tmp_path, parser=NO_METADATA) == {
        "number_of_audio_files": 2,
        "number_of_labels": 0,
        "cross_validation_folds": 0,
        "minimum_sample_length": 0.5,
        "maximum_sample_length": 2.0,
        "sample_rate": [16000, 44100],
        "channels": [1, 2],
    }
