"""Processes that tests anywhere start commands in."""

from collections.abc import Iterator

import pytest

from tests.helpers.zygote import Zygote, zygote


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    with zygote(tmp_path_factory.mktemp("screens")) as process:
        yield process
