"""What all tests share: the list of commands, and processes to start commands in."""

import functools
import gc
from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest
from hypothesis import settings

from tests.helpers.zygote import Zygote, zygote

# Of properties that hypothesis looks for exceptions to.
settings.register_profile("long", max_examples=1000, deadline=None)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was imported, and look for garbage less often.

    With its defaults it takes a sixth of the time in which TensorFlow builds its graphs.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000)


@pytest.fixture(scope="session", autouse=True)
def commands_are_looked_up_once() -> Iterator[None]:
    """To look through all packages that are installed takes longer than to refuse a command line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("audeep.main.entry_points", functools.cache(entry_points))
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    with zygote(tmp_path_factory.mktemp("screens")) as process:
        yield process
