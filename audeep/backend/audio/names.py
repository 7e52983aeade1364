"""Names of recordings, which may be any bytes in a file system."""

import os
from pathlib import Path


def is_text(name: str) -> bool:
    """Whether a name is valid text, which a data set can hold."""
    return name.encode(errors="ignore").decode() == name


def printable(path: Path) -> str:
    r"""Write a path in one line of valid text, whatever is in its names.

    >>> printable(Path("two\nlines.wav"))
    'two lines.wav'
    """
    return " ".join(os.fsencode(path).decode(errors="backslashreplace").splitlines())
