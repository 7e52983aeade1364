"""Configurations document their fields with the help texts of the command line, which are their only home."""

import inspect
from dataclasses import fields
from typing import Any

from sphinx.application import Sphinx

from audeep.backend.options import Config


def describe_fields(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Append the fields of a configuration to its docstring, as a section of parameters."""
    if what != "class" or not (inspect.isclass(obj) and issubclass(obj, Config)) or obj is Config:
        return
    lines += ["", "Parameters", "----------"]
    for item in fields(obj):
        lines += [item.name, f"    {item.metadata['help']}"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Run before the docstrings are converted from numpydoc."""
    app.connect("autodoc-process-docstring", describe_fields, priority=400)
    return {"parallel_read_safe": True}
