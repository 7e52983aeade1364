"""Errors that a user can cause and fix.

Every message is one line that says what is wrong, in which file or option, and what would be right.
The command line prints it and exits with status 1 (2 for an `OptionError`); in Python, catch `AudeepError`.
"""

#: The exception raised by a termination signal in this process, if there was one.
TERMINATION: list[SystemExit] = []


class AudeepError(Exception):
    """Anything that the caller can fix; the message is one line.

    Examples
    --------
    >>> import audeep
    >>> try:
    ...     audeep.load("missing.nc")
    ... except audeep.AudeepError as error:
    ...     print(error)
    there is no file missing.nc
    """

    def __init__(self, message: object) -> None:
        super().__init__(" ".join(str(message).splitlines()))


class OptionError(AudeepError):
    """A value out of range, or options that contradict each other."""


class ParseError(AudeepError):
    """A folder of audio that does not follow the rules of a parser."""


class AudioError(AudeepError):
    """A recording that cannot be read, or does not match the others."""


class DataError(AudeepError):
    """A data set, or a file, that does not follow the data model."""


class ModelError(AudeepError):
    """A model folder that is missing, damaged or made for other data."""


def check_termination() -> None:
    """Raise the exception of a termination signal again, in case compiled code swallowed it."""
    if TERMINATION:
        raise TERMINATION[-1]


def first_line(error: BaseException) -> str:
    """Return the first line of a library's error message, or the name of the error if it has none."""
    return str(getattr(error, "message", "") or error or type(error).__name__).partition("\n")[0]
