"""Cliff's directive ``autoprogram-cliff``, with texts as ``--help`` prints them.

By itself the directive reads help texts and examples as reStructuredText, so that examples lose their line breaks,
and it leaves out defaults, what is required, and what takes several values.
"""

import argparse
import re
from textwrap import dedent, indent
from typing import Any

from cliff.sphinxext import AutoprogramCliffDirective
from sphinx.application import Sphinx


class CommandReference(AutoprogramCliffDirective):
    """Write a section for each command, or the options of the application."""

    def _drop_ignored_options(self, parser: argparse.ArgumentParser, ignored_opts: list[str]) -> None:
        """Drop options, and turn the texts of the others into reStructuredText: cliff calls this first."""
        super()._drop_ignored_options(parser, ignored_opts)
        parser.description = literal(dedent(parser.description or ""))
        if parser.epilog:
            title, _, examples = dedent(parser.epilog).partition("\n")
            parser.epilog = f"{title}\n\n.. code-block:: text\n\n{indent(dedent(examples), '   ')}"
        expand = argparse.HelpFormatter(parser.prog)._expand_help
        for action in parser._actions:
            if action.help == argparse.SUPPRESS:
                continue
            action.help = literal(expand(action)) + (" (required)" if action.required else "")
            if action.choices:
                action.metavar = "|".join(map(str, action.choices))
            # The usage would repeat the name, which says already that there may be several.
            if action.nargs in ("+", "*"):
                action.metavar, action.nargs = f"{action.metavar} ...", None


def literal(text: str) -> str:
    """Write a text such that nothing in it is markup, but options are set as code."""
    plain = re.sub(r"([\\*`|_])", r"\\\1", text)
    return re.sub(r"(?<![\w-])--?[a-z][\w-]*", r"``\g<0>``", plain)


def setup(app: Sphinx) -> dict[str, Any]:
    """Put our directive in the place of cliff's."""
    app.setup_extension("cliff.sphinxext")
    app.add_directive("autoprogram-cliff", CommandReference, override=True)
    return {"parallel_read_safe": True}
