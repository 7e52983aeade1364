"""Formats of audio files: all that libsndfile reads."""

from pathlib import Path

import soundfile

#: Formats of libsndfile that are not recordings (matrices, features, images, instruments), or have no header.
NOT_RECORDINGS = {"HTK", "MAT4", "MAT5", "PVF", "RAW", "XI"}

#: Usual extensions that differ from the name that libsndfile gives to the format.
ALIASES = {
    "AIFF": {"aif", "aifc"},
    "AU": {"snd"},
    "IRCAM": {"sf"},
    "NIST": {"sph"},
    "OGG": {"oga", "opus"},
    "SVX": {"8svx", "iff"},
    "WAV": {"wave"},
}

#: Extensions of audio files, in lower case, with their dot.
EXTENSIONS = frozenset(
    f".{extension}"
    for name in soundfile.available_formats().keys() - NOT_RECORDINGS
    for extension in {name.lower()} | ALIASES.get(name, set())
)

#: Extensions of recordings that libsndfile does not read.
UNREADABLE = {".3gp", ".aac", ".amr", ".ape", ".m4a", ".m4b", ".mka", ".mov", ".mp4", ".webm", ".wma", ".wv"}


def is_audio(path: Path) -> bool:
    """Whether the extension of a file is one of audio.

    >>> is_audio(Path("a.FLAC")), is_audio(Path("notes.txt"))
    (True, False)
    """
    return path.suffix.lower() in EXTENSIONS


def is_unreadable(path: Path) -> bool:
    """Whether the extension of a file is one of recordings that cannot be read.

    >>> is_unreadable(Path("a.m4a")), is_unreadable(Path("a.wav"))
    (True, False)
    """
    return path.suffix.lower() in UNREADABLE
