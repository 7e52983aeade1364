"""A signal to terminate ends a command, whatever becomes of the exception that it raises."""

import os
import signal
from contextlib import suppress

import pytest

import audeep
from audeep.backend.errors import TERMINATION
from audeep.main import main
from tests.helpers.golden import GOLDEN


def test_compiled_code_that_forgets_what_was_raised(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forget(*_: object) -> None:
        with suppress(SystemExit):
            os.kill(os.getpid(), signal.SIGTERM)
        raise ValueError("as matplotlib does")

    monkeypatch.setattr(audeep, "validate", forget)
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert main(["-q", "validate", "--input", str(GOLDEN / "netcdf" / "up.nc")]) == 143
    finally:
        signal.signal(signal.SIGTERM, before)
        TERMINATION.clear()
    assert capsys.readouterr().err == "audeep: terminated; no incomplete output left behind\n"
