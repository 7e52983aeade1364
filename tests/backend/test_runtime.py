"""How TensorFlow starts."""

import ast
import os
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from audeep.backend.runtime import without_notices

NOTICES = """\
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795287888.365355    4323 cudart_stub.cc:31] Could not find cuda drivers on your machine.
2026-11-21 19:00:00.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] This binary is optimized.
To enable the following instructions: AVX2 AVX512F FMA, rebuild TensorFlow.
"""
#: What a program may import first.
MODULES = ["training.session", "training.generation", "classifiers.mlp"]


def test_notices_are_hidden_and_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    with without_notices():
        os.write(2, f"{NOTICES}another thread fails\n".encode())
    assert capfd.readouterr().err == "another thread fails\n"


def test_after_a_failure_everything_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    with suppress(ImportError), without_notices():
        os.write(2, NOTICES.encode())
        raise ImportError
    assert capfd.readouterr().err == NOTICES


def test_after_an_interruption_notices_are_hidden(capfd: pytest.CaptureFixture[str]) -> None:
    with suppress(KeyboardInterrupt), without_notices():
        os.write(2, NOTICES.encode())
        raise KeyboardInterrupt
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("module", MODULES)
def test_modules_that_compute_with_tensorflow_import_what_silences_it_first(module: str) -> None:
    spec = find_spec(f"audeep.backend.{module}")
    source = ast.parse(Path(str(spec and spec.origin)).read_text(encoding="utf-8"))
    first = next(node for node in source.body if isinstance(node, ast.Import | ast.ImportFrom))
    assert ast.unparse(first) == "from audeep.backend import runtime"


# By default, a session of the shell shows it.
@pytest.mark.long
def test_tensorflow_starts_silently() -> None:
    code = f"import audeep.backend.{MODULES[0]}, sys; assert 'tensorflow' in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
