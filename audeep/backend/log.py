"""Logging and progress for everything below the command line.

Both go to standard error, so that standard output contains only results.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from audeep.backend.errors import check_termination

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

    Shows nothing if standard error is not a terminal, with ``--quiet``, or in Python after
    ``logging.getLogger("audeep").setLevel("WARNING")``. Each update, shown or not, ends a command that was told to
    terminate.
    """
    from tqdm import tqdm
    from tqdm.contrib.logging import logging_redirect_tqdm

    class Bar(tqdm):
        def update(self, n: float | None = 1) -> bool | None:
            check_termination()
            return super().update(n)

    hidden = _is_hidden()
    # None: hide it unless standard error is a terminal.
    disable = hidden or None
    bar = Bar(total=total, desc=what, unit=unit, initial=initial, disable=disable, dynamic_ncols=True)
    with bar, nullcontext() if hidden else logging_redirect_tqdm():
        yield bar


def _is_hidden() -> bool:
    """Return whether to hide progress: with ``--quiet``, even if a log file gets all lines."""
    handlers = [*logging.getLogger().handlers, *LOG.handlers]
    to_files = (isinstance(handler, logging.FileHandler) or handler.level > logging.INFO for handler in handlers)
    return LOG.level > logging.INFO or (bool(handlers) and all(to_files))


def progress(iterable: Iterable[T], *, total: int | None, what: str, unit: str) -> Iterator[T]:
    """Show a `progress_bar` while `iterable` is consumed."""
    with progress_bar(total=total, what=what, unit=unit) as bar:
        for item in iterable:
            yield item
            bar.update()
