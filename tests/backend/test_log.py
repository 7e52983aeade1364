"""When progress bars are shown."""

import io
import logging
import os
from collections.abc import Iterator

import pytest

from audeep.backend.log import LOG, _is_hidden


@pytest.fixture
def file_handler() -> Iterator[logging.Handler]:
    handler = logging.FileHandler(os.devnull)
    yield handler
    handler.close()


def test_a_log_file_alone_shows_no_progress_bars(
    file_handler: logging.Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet, usual = logging.StreamHandler(io.StringIO()), logging.StreamHandler(io.StringIO())
    quiet.setLevel(logging.WARNING)
    for level, handlers, hidden in (
        (logging.INFO, [], False),
        (logging.INFO, [usual], False),
        (logging.INFO, [usual, file_handler], False),
        (logging.INFO, [file_handler], True),
        (logging.INFO, [quiet, file_handler], True),
        (logging.WARNING, [usual], True),
    ):
        monkeypatch.setattr(logging.getLogger(), "handlers", handlers)
        LOG.setLevel(level)
        assert _is_hidden() == hidden
    LOG.setLevel(logging.NOTSET)
