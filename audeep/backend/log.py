"""Logging and progress for everything below the command line.

Both go to standard error, so that standard output contains only results.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from tqdm import tqdm

LOG = logging.getLogger("audeep")

T = TypeVar("T")


class LoggingMixin:
    """Adds a logger, ``self.log``, named after the class.

    Parsers written for the original inherit from it.
    """

    @cached_property
    def log(self) -> logging.Logger:
        """Child of the logger ``audeep``, so that it follows the verbosity of the command line."""
        return LOG.getChild(type(self).__name__)


@contextmanager
def progress_bar(*, total: int | None, what: str, unit: str, initial: int = 0) -> "Iterator[tqdm[Any]]":
    """Show a progress bar on standard error; log lines appear above it.

    Shows nothing if standard error is not a terminal, or with ``--quiet``.
    """
    from tqdm import tqdm
    from tqdm.contrib.logging import logging_redirect_tqdm

    disable = None if LOG.isEnabledFor(logging.INFO) else True
    bar = tqdm(total=total, desc=what, unit=unit, initial=initial, disable=disable, dynamic_ncols=True)
    with bar, logging_redirect_tqdm():
        yield bar


def progress(iterable: Iterable[T], *, total: int | None, what: str, unit: str) -> Iterator[T]:
    """Show a `progress_bar` while `iterable` is consumed."""
    with progress_bar(total=total, what=what, unit=unit) as bar:
        for item in iterable:
            yield item
            bar.update()
