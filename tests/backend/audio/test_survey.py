"""The table of all recordings."""

from pathlib import Path

import pytest

from audeep.backend.audio.survey import common_sample_rate, summarize_problems, survey, usable
from audeep.backend.errors import AudioError
from tests.helpers.audio import write_audio


def test_rows_come_in_the_order_of_the_paths(tmp_path: Path) -> None:
    paths = [
        write_audio(tmp_path / "a.wav", seconds=0.5, sample_rate=8000),
        write_audio(tmp_path / "b.flac", seconds=0.25, sample_rate=44100, channels=2),
        write_audio(tmp_path / "c.opus", seconds=1, sample_rate=48000),
    ]
    recordings = survey(paths)
    headers = recordings[["samples", "sample_rate", "channels"]]
    assert headers.to_numpy().tolist() == [[4000, 8000, 1], [11025, 44100, 2], [48000, 48000, 1]]
    assert set(headers.dtypes.astype(str)) == {"int64"}
    assert recordings["path"].tolist() == paths
    assert recordings["problem"].tolist() == ["", "", ""]


def test_recordings_that_cannot_be_read_keep_their_rows(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no audio")
    good = write_audio(tmp_path / "good.wav")
    recordings = survey([tmp_path / "missing.wav", good, tmp_path / "text.wav", good])
    assert usable(recordings).index.tolist() == [1, 3]
    assert recordings["problem"].tolist() == [
        "cannot be read: No such file or directory",
        "",
        "cannot be read: Format not recognised",
        "",
    ]
    expected = (
        f"{tmp_path / 'missing.wav'} cannot be read: No such file or directory (2 of 4 recordings cannot be used)"
    )
    assert summarize_problems(recordings) == expected
    with pytest.raises(AudioError, match=r"missing\.wav cannot be read: .* \(1 of 1 recordings cannot be used\)$"):
        usable(recordings[:1])


def test_the_common_sample_rate_is_that_of_those_that_can_be_used(tmp_path: Path) -> None:
    paths = [write_audio(tmp_path / f"{rate}.wav", sample_rate=rate) for rate in (16000, 8000)]
    recordings = survey(paths)
    with pytest.raises(
        AudioError, match=r"\(8000 Hz in 1 file, .*8000\.wav; 16000 Hz in 1 file, .*16000\.wav\); set"
    ):
        common_sample_rate(recordings)
    recordings.loc[0, "problem"] = "is too short"
    assert common_sample_rate(recordings) == 8000
