"""A signal to terminate ends a command, whatever becomes of the exception that it raises."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

import audeep
from audeep.backend.errors import TERMINATION
from audeep.backend.log import progress
from audeep.main import main
from tests.helpers.golden import GOLDEN


def forget_a_signal() -> None:
    with suppress(SystemExit):
        os.kill(os.getpid(), signal.SIGTERM)


@pytest.fixture
def code_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[..., None]], int]]:
    """Return a function that runs a command whose work is done by another function, and returns the exit code."""

    def run(work: Callable[..., None]) -> int:
        monkeypatch.setattr(audeep, "validate", work)
        return main(["-q", "validate", "--input", str(GOLDEN / "netcdf" / "up.nc")])

    before = signal.getsignal(signal.SIGTERM)
    yield run
    signal.signal(signal.SIGTERM, before)
    TERMINATION.clear()


def test_compiled_code_that_forgets_what_was_raised(
    code_of: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        forget_a_signal()
        raise ValueError("as matplotlib does")

    assert code_of(fail) == 143
    assert capsys.readouterr().err == "audeep: terminated; no incomplete output left behind\n"


def test_compiled_code_that_goes_on(code_of: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    done = []

    def go_on(*_: object) -> None:
        for number in progress(range(3), total=3, what="invert", unit="sound"):
            # As Numba does.
            forget_a_signal()
            done.append(number)

    assert code_of(go_on) == 143
    assert done == [0]
    assert capsys.readouterr().err == "audeep: terminated; no incomplete output left behind\n"
