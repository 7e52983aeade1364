"""Reading audio files; an `AudioError` says why one cannot be used, and leaves its name to the caller."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile

from audeep.backend.errors import AudioError

#: Samples in a frame of MPEG audio. What soundfile calls frames are samples.
MPEG_FRAME = 1152
#: Bytes in the longest page of an Ogg file: its header, 255 sizes, and 255 segments of 255 bytes.
OGG_PAGE = 27 + 255 + 255 * 255
#: No recording has samples as large as this, even if full scale is 2**31; their power would overflow.
TOO_LOUD = 1e12
#: What libsndfile says of a FLAC stream whose header leaves the length open.
UNKNOWN_LENGTH = 2**63 - 1
#: How libsndfile mentions, in its log alone, that a header promises more bytes than there are.
PROMISE = re.compile(r"^\s*(?:data|SSND|Data Size|riff|Riff size)\s*: (\d+) \(should be (\d+)\)", re.MULTILINE)
#: Bytes in the usual header of a WAV file, which some programs count in.
WAV_HEADER = 44
#: What programs promise that do not know the size, such as those that write into a pipe.
PLACEHOLDERS = range(0x7FFF0000, 0x100000000)
#: Number of the error that libsndfile calls "File does not exist or is not a regular file".
BAD_FILE = 7


@contextmanager
def open_audio(path: Path) -> Iterator[soundfile.SoundFile]:
    """Open a recording; errors of reading in the block become an `AudioError` as well."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise AudioError("is not a regular file")
        if status.st_size == 0:
            raise AudioError("is empty")
        # Bytes, because soundfile cannot encode names that are not UTF-8.
        with soundfile.SoundFile(str(path) if os.name == "nt" else os.fsencode(path)) as file:
            if file.frames == 0:
                raise AudioError("holds no samples")
            if file.frames == UNKNOWN_LENGTH:
                raise AudioError("has a header that leaves the length open; encode it again, into a file")
            yield file
    except soundfile.LibsndfileError as error:
        raise AudioError(f"cannot be read: {_explain(path, error)}") from error
    except (OSError, MemoryError) as error:
        raise AudioError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _explain(path: Path, error: soundfile.LibsndfileError) -> str:
    """Say why a recording cannot be read, in better words than libsndfile where there are any."""
    try:
        path.open("rb").close()
    except OSError as refusal:
        return str(refusal.strerror)
    return "Format not recognised" if error.code == BAD_FILE else error.error_string.rstrip(".")


def read_header(path: Path) -> tuple[int, int, int]:
    """Read the header of a recording, which tells if it was cut off.

    Returns samples in a channel, sampling rate in Hz, and channels.
    """
    with open_audio(path) as file:
        promises = [tuple(map(int, promise)) for promise in PROMISE.findall(file.extra_info)]
        if any(size > found + WAV_HEADER and size not in PLACEHOLDERS for size, found in promises) or (
            file.format == "OGG" and _last_page_is_cut(path)
        ):
            raise AudioError(f"breaks off after {file.frames} samples: the file is shorter than it says")
        return file.frames, file.samplerate, file.channels


def _last_page_is_cut(path: Path) -> bool:
    """Whether an Ogg file ends before its last page does; libsndfile reads the pages before it."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - OGG_PAGE))
        end = file.read()
    start = end.rfind(b"OggS")
    # Nothing, and so no segments, if the file ends before that byte.
    count = sum(end[start + 26 : start + 27])
    return start >= 0 and start + 27 + count + sum(end[start + 27 : start + 27 + count]) > len(end)


def read_samples(path: Path) -> tuple[np.ndarray, int]:
    """Read the samples of a recording to its end, and their rate in Hz.

    Their shape is (samples, channels); they are float32, in [-1, 1] unless the file holds floats beyond.
    """
    with open_audio(path) as file:
        samples = file.read(file.frames, dtype="float32", always_2d=True)
        # One MPEG frame may be missing: encoders of MP3 do not agree whether to count that of the tag.
        is_cut = len(samples) < file.frames - MPEG_FRAME and not (file.format == "MP3" and _is_length_a_guess(path))
        if is_cut or len(samples) == 0:
            raise AudioError(f"breaks off after {len(samples)} of {file.frames} samples")
        if not (samples.min() > -TOO_LOUD and samples.max() < TOO_LOUD):
            raise AudioError(f"contains NaN, or samples of magnitude {TOO_LOUD:g} or more")
        return samples, file.samplerate


def _is_length_a_guess(path: Path) -> bool:
    """Whether an MP3 has no tag with its length, which libsndfile then guesses from size and first frame."""
    with path.open("rb") as file:
        head = file.read(10)
        # Pictures in an ID3 tag may take any space; its size is written seven bits a byte.
        id3 = sum((byte & 127) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=False))
        file.seek(10 + id3 if head.startswith(b"ID3") else 0)
        first_frame = file.read(200)
    return not any(tag in first_frame for tag in (b"Xing", b"Info", b"VBRI"))
