"""Logging and progress for everything below the command line.

Log lines and progress go to standard error, so that standard output holds results alone.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

LOG = logging.getLogger("audeep")

T = TypeVar("T")


class LoggingMixin:
    """Gives a class the logger ``self.log``, named after the class.

    Parsers that were written for the original inherit from it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    @property
    def log(self) -> logging.Logger:
        """Logger below ``audeep``, so that the verbosity of the command line holds for it."""
        return LOG.getChild(type(self).__name__)


def progress(iterable: Iterable[T], *, total: int | None, what: str, unit: str) -> Iterator[T]:
    """Show a progress bar on standard error while `iterable` is consumed.

    Nothing is shown when standard error is no terminal, or under ``--quiet``.
    """
    from tqdm import tqdm

    disable = None if LOG.isEnabledFor(logging.INFO) else True
    return iter(tqdm(iterable, total=total, desc=what, unit=unit, disable=disable, dynamic_ncols=True))
