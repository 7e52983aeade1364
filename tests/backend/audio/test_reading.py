"""Which recordings can be used, and what is said of the others."""

import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audeep.backend.audio.names import printable
from audeep.backend.audio.reading import read_header, read_samples
from audeep.backend.errors import AudioError
from tests.helpers.audio import write_audio, write_noise, write_unusable


def problem(path: Path) -> str:
    """Return why a recording cannot be used, or nothing if it can."""
    try:
        read_header(path)
        read_samples(path)
    except AudioError as error:
        return str(error)
    return ""


def without_tag(mp3: bytes) -> bytes:
    """Remove the first frame of an MP3, which tells its length."""
    return mp3[mp3.index(mp3[:2], 4) :]


def write_mp3(path: Path, mode: str) -> bytes:
    """Write 5 s of silence and 5 s of noise as an MP3 with a tag, and return its content."""
    samples = np.zeros(441000)
    samples[220500:] = np.random.default_rng(0).uniform(-0.5, 0.5, 220500)
    soundfile.write(path, samples, 44100, bitrate_mode=mode, compression_level=0.5)
    return path.read_bytes()


def with_data_size(wav: bytes, size: int) -> bytes:
    return wav[:40] + size.to_bytes(4, "little") + wav[44:]


def test_each_that_cannot_be_used_is_told_apart(tmp_path: Path) -> None:
    for name, message in write_unusable(tmp_path).items():
        assert message in problem(tmp_path / name), name
    assert problem(tmp_path) == "is a folder"


def test_raw_audio_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.RAW").write_bytes(bytes(1000))
    assert problem(tmp_path / "a.RAW") == "is raw audio without a header; convert it to WAV or FLAC"


@pytest.mark.parametrize(
    "suffix", [".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".au", ".caf", ".w64", ".rf64"]
)
@pytest.mark.parametrize("where", [0.5, 0.7, 0.9])
def test_a_recording_that_was_cut_is_found(tmp_path: Path, suffix: str, where: float) -> None:
    path = tmp_path / f"a{suffix}"
    content = write_noise(path)
    assert problem(path) == ""
    path.write_bytes(content[: int(where * len(content))])
    assert problem(path).startswith(("is truncated after", "cannot be read", "has no samples"))


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("num_samples", [1, 63, 1153, 20001])
@pytest.mark.parametrize(
    "suffix", [".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".au", ".caf", ".w64", ".paf"]
)
def test_a_header_is_as_long_as_what_it_heads(tmp_path: Path, suffix: str, num_samples: int, channels: int) -> None:
    channels = min(channels, 2) if suffix == ".mp3" else channels
    path = write_audio(tmp_path / f"a{suffix}", seconds=num_samples / 48000, sample_rate=48000, channels=channels)
    samples, rate = read_samples(path)
    assert (len(samples), rate, samples.shape[1]) == read_header(path) == (num_samples, 48000, channels)


@pytest.mark.skipif("AUDEEP_ESC10" not in os.environ, reason="AUDEEP_ESC10 does not name the data")
def test_no_recording_of_esc10_is_refused() -> None:
    for path in sorted(Path(os.environ["AUDEEP_ESC10"]).glob("*/*.ogg"))[::10]:
        assert len(read_samples(path)[0]) == read_header(path)[0]


@pytest.mark.parametrize(("mode", "guess"), [("CONSTANT", 442500), ("VARIABLE", 649000), ("AVERAGE", 1.4e6)])
def test_an_mp3_whose_length_is_a_guess_is_no_mp3_that_was_cut(tmp_path: Path, mode: str, guess: float) -> None:
    path = tmp_path / "a.mp3"
    content = without_tag(write_mp3(path, mode))
    path.write_bytes(content)
    assert read_header(path)[0] > guess
    assert 441000 <= len(read_samples(path)[0]) < 441000 + 3 * 1152
    picture = b"ID3\x03\x00\x00\x00\x02\x00\x00" + bytes(2 * 2**14)
    path.write_bytes(picture + content)
    assert problem(path) == ""


@pytest.mark.parametrize(("mode", "tag"), [("CONSTANT", b"Info"), ("VARIABLE", b"Xing")])
def test_an_mp3_that_tells_its_length_and_was_cut_is_found(tmp_path: Path, mode: str, tag: bytes) -> None:
    path = tmp_path / "a.mp3"
    content = write_mp3(path, mode)
    assert tag in content[:100]
    for before in (b"", b"ID3\x03\x00\x00\x00\x00\x02\x00" + bytes(2 * 2**7)):
        path.write_bytes(before + content)
        assert problem(path) == ""
        assert len(read_samples(path)[0]) == 441000
        path.write_bytes(before + content[: -len(content) // 3])
        assert problem(path).startswith("is truncated after")


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFF000, 0x80000000, 0x7FFF0000, 32000 + 44, 32000 + 2])
def test_a_wav_whose_size_was_not_known_or_miscounted_can_be_used(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(with_data_size(write_noise(path), size))
    assert problem(path) == ""
    assert len(read_samples(path)[0]) == 16000


def test_an_ogg_that_ends_with_a_page_or_with_something_else_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "a.ogg"
    content = write_noise(path)
    path.write_bytes(content + b"TAG" + bytes(125))
    assert problem(path) == ""
    # As streams that were recorded do: the last page does not say that it is the last.
    path.write_bytes(content[: content.rindex(b"OggS")])
    assert problem(path) == ""
    for left in (1, 26, 27, 30):
        path.write_bytes(content[: content.rindex(b"OggS") + 3 + left])
        assert problem(path).startswith("is truncated after")


@pytest.mark.parametrize(
    "name",
    [
        b"with space.wav",
        b"line\nbreak.wav",
        "\N{DOG FACE} 犬.wav".encode(),
        b"\xff\xfe.wav",
        "ä".encode() * 125 + b"x.wav",
    ],
)
def test_names_may_be_anything(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_bytes(write_noise(tmp_path / "a.wav"))
    assert problem(path) == ""
    path.write_bytes(b"no sound")
    assert problem(path) == "cannot be read: Format not recognised"
    assert printable(path).isprintable()
    assert len(printable(path).splitlines()) == 1


def test_a_recording_that_may_not_be_read_is_refused() -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.wav"
        write_noise(path)
        path.chmod(0)
        Path(name).chmod(0o755)
        user = os.geteuid()
        # The administrator may read everything.
        os.seteuid(user or 65534)
        try:
            assert problem(path) == "cannot be read: Permission denied"
            assert problem(path / "b.wav") == "cannot be read: Not a directory"
        finally:
            os.seteuid(user)


def test_memory_that_does_not_suffice_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    content = bytearray(write_noise(path))
    content[21:26] = bytes([content[21] | 0x0F]) + b"\xff" * 4
    path.write_bytes(content)
    assert problem(path).startswith(("cannot be read: Unable to allocate 256. GiB", "cannot be read: Error : flac"))
