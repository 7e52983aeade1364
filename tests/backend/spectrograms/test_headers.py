"""Headers of recordings."""

from pathlib import Path

from audeep.backend.spectrograms.headers import describe, read_headers
from tests.helpers.audio import write_audio

NO_METADATA = "audeep.backend.parsers.NoMetadataParser"


def test_headers_come_in_the_order_of_the_paths(tmp_path: Path) -> None:
    paths = [
        write_audio(tmp_path / "a.wav", seconds=0.5, sample_rate=8000),
        write_audio(tmp_path / "b.flac", seconds=0.25, sample_rate=44100, channels=2),
        write_audio(tmp_path / "c.opus", seconds=1, sample_rate=48000),
    ]
    headers, problems = read_headers(paths)
    assert headers.columns.tolist() == ["frames", "sample_rate", "channels"]
    assert headers.to_numpy().tolist() == [[4000, 8000, 1], [11025, 44100, 2], [48000, 48000, 1]]
    assert set(headers.dtypes.astype(str)) == {"int64"}
    assert problems == {}


def test_headers_keep_the_index_of_their_recording_if_others_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no audio")
    good = write_audio(tmp_path / "good.wav")
    headers, problems = read_headers([tmp_path / "missing.wav", good, tmp_path / "text.wav", good])
    assert headers.index.tolist() == [1, 3]
    assert problems == {
        0: "cannot be read: No such file or directory",
        2: "cannot be read: Format not recognised",
    }


def test_describe_lists_what_differs(tmp_path: Path) -> None:
    write_audio(tmp_path / "a.wav", seconds=0.5, sample_rate=44100)
    write_audio(tmp_path / "b.wav", seconds=2, sample_rate=16000, channels=2)
    assert describe(tmp_path, parser=NO_METADATA) == {
        "number_of_audio_files": 2,
        "number_of_labels": 0,
        "cross_validation_folds": 0,
        "minimum_sample_length": 0.5,
        "maximum_sample_length": 2.0,
        "sample_rate": [16000, 44100],
        "channels": [1, 2],
    }
