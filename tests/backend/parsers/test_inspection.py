"""What is told of a folder of recordings."""

from pathlib import Path

from audeep.backend.parsers.inspection import inspect_recordings
from audeep.backend.parsers.meta import CANDIDATES
from tests.helpers.audio import write_audio, write_tree

NO_METADATA = "NoMetadataParser"


def test_lists_what_differs(tmp_path: Path) -> None:
    write_audio(tmp_path / "a.wav", seconds=0.5, sample_rate=44100)
    write_audio(tmp_path / "b.wav", seconds=2, sample_rate=16000, channels=2)
    assert inspect_recordings(tmp_path, parser=NO_METADATA) == {
        "number_of_audio_files": 2,
        "number_of_labels": 0,
        "cross_validation_folds": 0,
        "minimum_sample_length": 0.5,
        "maximum_sample_length": 2.0,
        "total_length": 2.5,
        "sample_rate": [16000, 44100],
        "channels": [1, 2],
    }


def test_tells_what_each_parser_says(tmp_path: Path) -> None:
    write_tree(tmp_path, ["train/dog/a.wav", "test/cat/b.wav", "fold_1/dog/c.wav"])
    found = inspect_recordings(tmp_path)["parsers"]
    assert list(found) == [candidate.__name__ for candidate in CANDIDATES]
    assert found["PartitionedParser"] == "fits: 2 recordings, 2 labels, 0 folds"
    assert found["DCASEParser"] == "does not fit: the file meta.txt is missing"
    assert found["CrossValidatedParser"].endswith("two or more folders named fold_1, fold_2, ...; found: fold_1")
