"""Audio file formats: everything that libsndfile reads."""

from pathlib import Path

import soundfile

#: libsndfile formats that are not recordings (matrices, features, images, instruments) or have no header.
NOT_RECORDINGS = {"HTK", "MAT4", "MAT5", "PVF", "RAW", "XI"}

#: Common extensions that differ from libsndfile's name of the format.
ALIASES = {
    "AIFF": {"aif", "aifc"},
    "AU": {"snd"},
    "IRCAM": {"sf"},
    "NIST": {"sph"},
    "OGG": {"oga", "opus"},
    "SVX": {"8svx", "iff"},
    "WAV": {"wave"},
}

#: Extensions of audio files, in lower case, including the dot.
EXTENSIONS = frozenset(
    f".{extension}"
    for name in soundfile.available_formats().keys() - NOT_RECORDINGS
    for extension in {name.lower()} | ALIASES.get(name, set())
)

#: Extensions of audio files that libsndfile does not read.
UNREADABLE = {".3gp", ".aac", ".amr", ".ape", ".m4a", ".m4b", ".mka", ".mov", ".mp4", ".webm", ".wma", ".wv"}


def is_audio(path: Path) -> bool:
    """Return whether a file has the extension of an audio file.

    >>> is_audio(Path("a.FLAC")), is_audio(Path("notes.txt"))
    (True, False)
    """
    return path.suffix.lower() in EXTENSIONS


def is_unreadable(path: Path) -> bool:
    """Return whether a file has the extension of an audio format that libsndfile does not read.

    >>> is_unreadable(Path("a.m4a")), is_unreadable(Path("a.wav"))
    (True, False)
    """
    return path.suffix.lower() in UNREADABLE
