"""What all tests share: the list of commands, and processes to start commands in."""

import functools
from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest

from tests.helpers.zygote import Zygote, zygote


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
