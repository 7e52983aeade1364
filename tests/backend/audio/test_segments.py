"""Segments of recordings, and their channels."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from audeep.backend.audio.channels import Channels, to_mono
from audeep.backend.audio.reading import read_samples
from audeep.backend.audio.segments import Segment
from audeep.backend.audio.survey import choose_channels, survey
from audeep.backend.errors import AudioError
from tests.helpers.audio import write_audio

RATE = 8000


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """One second of three channels; the samples of channel c are c + n / 10000, for n = 0, 1, 2 and so on."""
    path = tmp_path / "a.wav"
    samples = np.arange(RATE)[:, np.newaxis] / 10_000 + np.arange(3)
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    return path


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [(None, None, 0, 7999), (0.25, None, 2000, 7999), (None, 0.5, 0, 3999), (0.25, 0.5, 2000, 3999)],
)
def test_reads_the_segment(recording: Path, start: float | None, end: float | None, first: int, last: int) -> None:
    segment = Segment(recording, start, end)
    samples, rate = read_samples(segment)
    assert (rate, samples.shape) == (RATE, (last - first + 1, 3))
    np.testing.assert_allclose(samples[[0, -1], 0], [first / 10_000, last / 10_000], rtol=1e-6)
    assert survey([segment])["samples"].tolist() == [len(samples)]


def test_reads_nothing_else(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    original = soundfile.SoundFile.read
    monkeypatch.setattr(
        soundfile.SoundFile,
        "read",
        lambda file, frames, **rest: read.append(frames) or original(file, frames, **rest),
    )
    read_samples(Segment(recording, 0.5, 0.51))
    assert read == [80]


@pytest.mark.parametrize("suffix", [".flac", ".ogg", ".mp3"])
def test_reads_a_segment_of_compressed_recordings(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    soundfile.write(path, np.random.default_rng(0).uniform(-0.5, 0.5, 3 * 16000), 16000)
    whole, _ = read_samples(path)
    segment, _ = read_samples(Segment(path, 1, 2))
    np.testing.assert_allclose(segment, whole[16000:32000], atol=1e-3)


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (1, None, r"is 1 s long, which is too short for the segment from 1 s to its end$"),
        (0.5, 1.2, r"is 1 s long, which is too short for the segment from 0.5 s to 1.2 s$"),
        (0.5, 0.50001, r"has no samples in the segment from 0.5 s to 0.50001 s$"),
    ],
)
def test_a_segment_must_be_in_its_file(recording: Path, start: float, end: float | None, message: str) -> None:
    segment = Segment(recording, start, end)
    with pytest.raises(AudioError, match=message):
        read_samples(segment)
    table = survey([segment, recording])
    assert table["problem"].str.fullmatch(f".*{message}").tolist() == [True, False]
    assert table["samples"].tolist() == [0, RATE]


def test_the_end_of_a_segment_may_be_rounded(recording: Path) -> None:
    samples, _ = read_samples(Segment(recording, 0.9, 1.05))
    assert len(samples) == 800


def test_reads_the_header_of_a_file_once(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    monkeypatch.setattr(
        "audeep.backend.audio.survey.read_header", lambda path: read.append(path) or (RATE, RATE, 3)
    )
    assert len(survey([Segment(recording, start) for start in (0, 0.1, 0.2)])) == 3
    assert read == [recording]


def test_a_channel_by_its_number() -> None:
    samples = np.array([[1.0, 3.0, 7.0], [-4.0, 4.0, 0.0]])
    assert [to_mono(samples, number).tolist() for number in range(3)] == samples.T.tolist()
    with pytest.raises(AudioError, match=r"^has 3 channels, so no channel 3 \(counted from 0\)$"):
        to_mono(samples, 3)
    with pytest.raises(AudioError, match=r"^has 1 channel, so no channel 1 "):
        to_mono(samples[:, :1], 1)


def test_each_channel_becomes_a_row(recording: Path, tmp_path: Path) -> None:
    mono = write_audio(tmp_path / "mono.wav")
    (tmp_path / "text.wav").write_text("no sound")
    found = survey([recording, tmp_path / "text.wav", Segment(recording, channel=1), mono])
    rows = choose_channels(found, Channels.EACH)
    assert rows.index.tolist() == [0, 0, 0, 1, 2, 3]
    assert [segment.channel for segment in rows["segment"]] == [0, 1, 2, None, 1, 0]
    assert rows["problem"].tolist() == ["", "", "", "cannot be read: Format not recognised", "", ""]


def test_a_recording_that_lacks_the_channel_has_a_problem(recording: Path, tmp_path: Path) -> None:
    mono = write_audio(tmp_path / "mono.wav")
    found = survey([recording, mono, Segment(mono, channel=2), Segment(mono, channel=0)])
    rows = choose_channels(found, 1)
    assert rows["problem"].tolist() == [
        "",
        "has 1 channel, so no channel 1 (counted from 0)",
        "has 1 channel, so no channel 2 (counted from 0)",
        "",
    ]
    assert choose_channels(found, Channels.RIGHT)["problem"].tolist()[:2] == ["", ""]
