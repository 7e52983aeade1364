"""The directives ``application`` and ``command``: what ``--help`` prints, made from the parsers of options.

They are cliff's ``autoprogram-cliff``, which by itself reads help texts and examples as reStructuredText, so that
examples lose their line breaks, and leaves out defaults, what is required, and what takes several values.
"""

import argparse
import re
from textwrap import dedent, indent, wrap
from typing import Any

from cliff.sphinxext import AutoprogramCliffDirective
from docutils import nodes
from sphinx.application import Sphinx

#: Characters in a line of an example, such that it fits on the page.
WIDTH = 76


class Application(AutoprogramCliffDirective):
    """Write the options of the application, such as ``.. application:: audeep.main.AudeepApp``."""

    def _drop_ignored_options(self, parser: argparse.ArgumentParser, ignored_opts: list[str]) -> None:
        """Drop options, and turn the texts of the others into reStructuredText: cliff calls this first."""
        super()._drop_ignored_options(parser, ignored_opts)
        self.required = [
            " ".join([*action.option_strings[-1:], str(action.metavar)])
            for action in parser._actions
            if action.required
        ]
        parser.description = literal(dedent(parser.description or ""))
        if parser.epilog:
            title, _, examples = dedent(parser.epilog).partition("\n")
            block = indent(rewrapped(dedent(examples)), "   ")
            parser.epilog = f"{title.capitalize()}\n\n.. code-block:: text\n\n{block}"
        # As in the help, options of the command come before those of groups, such as the output format.
        own = parser._optionals._group_actions
        parser._actions.sort(key=lambda action: action not in own)
        expand = argparse.HelpFormatter(parser.prog)._expand_help
        for action in parser._actions:
            if action.help == argparse.SUPPRESS:
                continue
            action.help = literal(expand(action)) + (" (required)" if action.required else "")
            if action.choices and action.metavar is None:
                action.metavar = "|".join(map(str, action.choices))
            # The usage would repeat the name, which says already that there may be several.
            if action.nargs in ("+", "*"):
                action.metavar, action.nargs = f"{action.metavar} ...", None


class Command(Application):
    """Write what a command does, its options and examples, such as ``.. command:: inspect raw``."""

    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Write all but the title, which the page gives."""
        (name,) = self.arguments
        self.arguments, self.options = ["audeep.commands"], {"command": name}
        (section,) = super().run()
        # Cliff repeats all options in the usage; what is required is enough.
        usage = next(iter(section.findall(nodes.literal_block)))
        usage.rawsource = " ".join(
            [f"{self.env.config.autoprogram_cliff_application} {name}", *self.required, "[options]"]
        )
        usage.children = [nodes.Text(usage.rawsource)]
        return section.children[1:]


def rewrapped(examples: str) -> str:
    r"""Break the command lines among some examples anew, so that they fit on the page.

    >>> print(rewrapped("all:\n  audeep export --input a.nc \\\n      --format " + "x" * 60))
    all:
      audeep export --input a.nc \
          --format xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    """
    lines = []
    for line in re.sub(r"\s*\\\n\s*", " ", examples).splitlines():
        margin = line[: len(line) - len(line.lstrip())]
        # An option stays with its values.
        words = re.sub(r" (?!-)", "\0", line.strip().replace("audeep ", "audeep\0", 1)).split()
        broken = wrap(
            " ".join(words), WIDTH - 2, initial_indent=margin, subsequent_indent=f"{margin}    ",
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        lines.append(" \\\n".join(broken).replace("\0", " "))
    return "\n".join(lines)


def literal(text: str) -> str:
    """Write a text such that nothing in it is markup, but options are set as code."""
    plain = re.sub(r"([\\*`|_])", r"\\\1", text)
    return re.sub(r"(?<![\w-])--?[a-z][\w-]*", r"``\g<0>``", plain)


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the directives known."""
    app.setup_extension("cliff.sphinxext")
    app.add_directive("application", Application)
    app.add_directive("command", Command)
    return {"parallel_read_safe": True}
