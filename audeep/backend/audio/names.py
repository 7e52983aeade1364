"""File names of recordings, which may contain any bytes."""

import os
from pathlib import Path


def is_text(name: str) -> bool:
    """Return whether a name is valid text, so that a data set can store it."""
    return name.encode(errors="ignore").decode() == name


def normalized(path: Path) -> Path:
    """Return an absolute path without ``..``; unlike `Path.resolve`, this keeps links.

    >>> normalized(Path("/data/a/../b.wav")).as_posix()
    '/data/b.wav'
    """
    return Path(os.path.normpath(path.absolute()))


def printable(path: Path) -> str:
    r"""Format a path as one line of valid text.

    >>> printable(Path("two\nlines.wav"))
    'two lines.wav'
    """
    return " ".join(os.fsencode(path).decode(errors="backslashreplace").splitlines())
