"""Reading audio files; an `AudioError` says why a file cannot be used, the caller adds its name."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile

from audeep.backend.audio.segments import Segment
from audeep.backend.errors import AudioError

#: Samples per MPEG audio frame. soundfile's "frames" are samples.
MPEG_FRAME = 1152
#: Maximum size of an Ogg page in bytes: header, 255 sizes, and 255 segments of 255 bytes.
OGG_PAGE = 27 + 255 + 255 * 255
#: Larger than any real sample, even if full scale is 2**31; the power of such samples would overflow.
TOO_LOUD = 1e12
#: Length that libsndfile reports for a FLAC stream whose header does not give it.
UNKNOWN_LENGTH = 2**63 - 1
#: How the log of libsndfile, and nothing else, reports a header that promises more bytes than the file has.
PROMISE = re.compile(r"^\s*(?:data|SSND|Data Size|riff|Riff size)\s*: (\d+) \(should be (\d+)\)", re.MULTILINE)
#: Size of the usual WAV header in bytes, which some programs include in the size.
WAV_HEADER = 44
#: Sizes written by programs that do not know the real one, for example when writing to a pipe.
PLACEHOLDERS = range(0x7FFF0000, 0x100000000)
#: libsndfile's error code for "File does not exist or is not a regular file".
BAD_FILE = 7


@contextmanager
def open_audio(path: Path) -> Iterator[soundfile.SoundFile]:
    """Open a recording; errors while reading it in the block also become an `AudioError`."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise AudioError("is a folder")
        if not stat.S_ISREG(status.st_mode):
            raise AudioError("is not a regular file")
        if status.st_size == 0:
            raise AudioError("is empty")
        if path.suffix.lower() == ".raw":
            raise AudioError("is raw audio without a header; convert it to WAV or FLAC")
        # As bytes, because soundfile cannot encode names that are not UTF-8.
        with soundfile.SoundFile(str(path) if os.name == "nt" else os.fsencode(path)) as file:
            if file.frames == 0:
                raise AudioError("has no samples")
            if file.frames == UNKNOWN_LENGTH:
                raise AudioError("has a header without the length; encode it again, to a file instead of a pipe")
            yield file
    except soundfile.LibsndfileError as error:
        raise AudioError(f"cannot be read: {_explain(path, error)}") from error
    except (OSError, MemoryError) as error:
        raise AudioError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _explain(path: Path, error: soundfile.LibsndfileError) -> str:
    """Say why a recording cannot be read, more clearly than libsndfile where possible."""
    try:
        path.open("rb").close()
    except OSError as refusal:
        return str(refusal.strerror)
    return "Format not recognised" if error.code == BAD_FILE else error.error_string.rstrip(".")


def read_header(path: Path) -> tuple[int, int, int]:
    """Read the header of a recording and check that the file is not truncated.

    Returns the number of samples per channel, the sample rate in Hz, and the number of channels.
    """
    with open_audio(path) as file:
        promises = [tuple(map(int, promise)) for promise in PROMISE.findall(file.extra_info)]
        if any(size > found + WAV_HEADER and size not in PLACEHOLDERS for size, found in promises) or (
            file.format == "OGG" and _last_page_is_cut(path)
        ):
            raise AudioError(f"is truncated after {file.frames} samples: the file is shorter than its header says")
        return file.frames, file.samplerate, file.channels


def _last_page_is_cut(path: Path) -> bool:
    """Return whether the last page of an Ogg file is truncated; libsndfile reads the pages before it."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - OGG_PAGE))
        end = file.read()
    start = end.rfind(b"OggS")
    # Empty, hence no segments, if the file ends before this byte.
    count = sum(end[start + 26 : start + 27])
    return start >= 0 and start + 27 + count + sum(end[start + 27 : start + 27 + count]) > len(end)


def read_samples(recording: Path | Segment) -> tuple[np.ndarray, int]:
    """Read the samples of a recording, and the sample rate in Hz.

    Of a segment, only its samples are read. They have shape (samples, channels) and type float32; they are in
    [-1, 1] unless the file stores larger floats.
    """
    segment = Segment.of(recording)
    path = segment.path
    with open_audio(path) as file:
        wanted = segment.samples(file.frames, file.samplerate)
        if wanted.start:
            file.seek(wanted.start)
        samples = file.read(len(wanted), dtype="float32", always_2d=True)
        _check_complete(path, file, len(samples), wanted)
        check_magnitude(samples)
        return samples, file.samplerate


def read_blocks(path: Path, size: int) -> Iterator[np.ndarray]:
    """Read a recording in blocks of `size` samples, shape (size or fewer, channels), float32."""
    with open_audio(path) as file:
        found = 0
        # Not `SoundFile.blocks`, which yields arbitrary values after the end of a truncated MP3 (soundfile 0.14).
        while len(block := file.read(size, dtype="float32", always_2d=True)):
            check_magnitude(block)
            found += len(block)
            yield block
        _check_complete(path, file, found, range(file.frames))


def check_magnitude(samples: np.ndarray) -> None:
    """Refuse samples that are NaN, or too large to compute with."""
    if samples.size and not (samples.min() > -TOO_LOUD and samples.max() < TOO_LOUD):
        raise AudioError(f"contains NaN, or samples of magnitude {TOO_LOUD:g} or more")


def _check_complete(path: Path, file: soundfile.SoundFile, found: int, wanted: range) -> None:
    """Refuse a recording with fewer samples than wanted, which its header promises."""
    # One MPEG frame may be missing: MP3 encoders disagree on whether to count the frame of the tag.
    is_cut = found < len(wanted) - MPEG_FRAME and not (file.format == "MP3" and _is_length_a_guess(path))
    if is_cut or found == 0:
        raise AudioError(f"is truncated after {wanted.start + found} of {file.frames} samples")


def _is_length_a_guess(path: Path) -> bool:
    """Return whether an MP3 lacks a tag with its length; libsndfile then guesses from size and first frame."""
    with path.open("rb") as file:
        head = file.read(10)
        # Pictures make an ID3 tag arbitrarily large; its size is stored with seven bits per byte.
        id3 = sum((byte & 127) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=False))
        file.seek(10 + id3 if head.startswith(b"ID3") else 0)
        first_frame = file.read(200)
    return not any(tag in first_frame for tag in (b"Xing", b"Info", b"VBRI"))
