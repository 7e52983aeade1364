"""The reference of the command line, made from the argument parsers.

The directive ``command-reference`` writes a section for each command. It has to stand on a page before all
sections, so that these are sections of the page.
"""

import argparse
import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from audeep.main import AudeepApp, LazyCommands

#: Titles of the sections about the options that commands share.
GLOBAL, FORMATS = "Options of all commands", "Output formats"


class CommandReference(SphinxDirective):
    """Write a section for each command, and sections for the options that commands share."""

    def run(self) -> list[nodes.Node]:
        """Make the sections."""
        app, manager = AudeepApp(), LazyCommands("audeep.commands")
        lines = [*heading(GLOBAL), "They stand before the command: ``audeep -q svm evaluate ...``.", ""]
        lines += options("audeep", app.parser._actions)
        formats: dict[str, argparse.Action] = {}
        for name in sorted(name for name, _ in manager):
            factory, _, _ = manager.find_command(name.split())
            parser = factory(app, None).get_parser(f"audeep {name}")
            formatting = {
                " ".join(action.option_strings): action
                for group in parser._action_groups
                if str(group.title).endswith(("formatter", "formatters", "Formatter"))
                for action in group._group_actions
            }
            lines += command(name, parser, formatting.values())
            formats |= formatting
        lines += heading(FORMATS)
        lines += [
            "Commands that print a table print the same for programs with ``-f json`` and the like.",
            "",
        ]
        lines += options("audeep", formats.values())
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def command(name: str, parser: argparse.ArgumentParser, formatting: Iterable[argparse.Action]) -> Iterator[str]:
    """Write the section of a command, without the options that format its output."""
    hidden = {id(action) for action in formatting}
    own = [action for action in parser._actions if id(action) not in hidden and action.dest != "help"]
    required = [invocation(action) for action in own if action.required]
    yield f".. _command-{name.replace(' ', '-')}:"
    yield ""
    yield from heading(name)
    for paragraph in re.split(r"\n\s*\n", textwrap.dedent(str(parser.description)).strip()):
        yield from (literal_options(paragraph), "")
    yield from block(" ".join([parser.prog, *required, "[options]"]), "text")
    title, _, examples = textwrap.dedent(str(parser.epilog)).partition("\n")
    yield from (title[:1].upper() + literal_options(title[1:]), "")
    yield from block(examples, "text")
    yield from options(parser.prog, own)
    if hidden:
        yield from (f"The options below `{FORMATS}`_ go with this command, too.", "")


def heading(title: str) -> list[str]:
    """Write a heading of the level below that of the page."""
    return [title, "-" * len(title), ""]


def block(text: str, language: str) -> Iterator[str]:
    """Write a block of code."""
    yield from (f".. code-block:: {language}", "")
    yield from (f"   {line}".rstrip() for line in textwrap.dedent(text).splitlines())
    yield ""


def options(program: str, actions: Iterable[argparse.Action]) -> Iterator[str]:
    """Write a list of options with their help texts."""
    yield from (f".. program:: {program}", "")
    expand = argparse.HelpFormatter(program)._expand_help
    for action in actions:
        if action.help == argparse.SUPPRESS:
            continue
        text = literal_options(expand(action)) + (" (required)" if action.required else "")
        yield from (f".. option:: {invocation(action)}", "", f"   {text}", "")


def invocation(action: argparse.Action) -> str:
    """Write an option with what follows it: ``--input FILE ...``."""
    if action.nargs == 0:
        return ", ".join(action.option_strings)
    value = str(action.metavar or "|".join(map(str, action.choices or [])) or action.dest.upper())
    value += " ..." if action.nargs in ("+", "*") else ""
    return ", ".join(f"{option} {value}" for option in action.option_strings)


def literal_options(text: str) -> str:
    """Write a help text as reStructuredText: nothing in it is markup, but options are set as code."""
    plain = re.sub(r"([\\*`|_])", r"\\\1", " ".join(text.split()))
    return re.sub(r"(?<![\w-])--?[a-z][\w-]*", r"``\g<0>``", plain)


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the directive known."""
    app.add_directive("command-reference", CommandReference)
    return {"parallel_read_safe": True}
