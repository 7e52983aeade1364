"""The benchmarks, which run rarely: everything that they import exists."""

import ast
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "benchmarks").glob("*.py"))
#: Programs of PyTorch, which is not a dependency of the tests.
OF_PYTORCH = {"taggers_torch", "torch_step", "training_torch"}


def imported(module: Path) -> Iterator[str]:
    """Find what a module imports from this project, also within functions."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] in ("audeep", "benchmarks"):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_imports_what_there_is(module: Path) -> None:
    if module.stem not in OF_PYTORCH:
        import_module(f"benchmarks.{module.stem}")
    for name in imported(module):
        # Of those that cannot be imported here, it is enough that the files exist.
        if name.split(".")[1] not in OF_PYTORCH:
            pkgutil.resolve_name(name)


def test_programs_of_pytorch_are_told_by_their_imports() -> None:
    needs_torch = {module.stem for module in MODULES if "\nimport torch\n" in module.read_text(encoding="utf-8")}
    assert needs_torch == OF_PYTORCH
