"""Command lines in help texts and documentation."""

import argparse
import functools
import re
import shlex

from audeep.main import AudeepApp


def command_lines(text: str) -> list[str]:
    """Find the lines that begin with ``audeep``, after a prompt or not, joined where they end in a backslash."""
    joined = re.sub(r"\\\n\s*", "", text)
    return re.findall(r"^\s*(?:\$ )?(audeep .*)$", joined, re.MULTILINE)


def parse(line: str) -> tuple[str, argparse.Namespace]:
    """Parse a command line as the application does: returns the command and its options.

    Raises
    ------
    SystemExit
        If argparse refuses it; ValueError if there is no such command.
    """
    app = application()
    _, words = app.parser.parse_known_args(shlex.split(line)[1:])
    _, name, rest = app.command_manager.find_command(words)
    return name, parser_of(name).parse_args(rest)


@functools.cache
def application() -> AudeepApp:
    """Return an application that is asked for its commands, and runs none."""
    return AudeepApp()


@functools.cache
def parser_of(name: str) -> argparse.ArgumentParser:
    """Return the parser of a command."""
    factory, name, _ = application().command_manager.find_command(name.split())
    return factory(application(), None).get_parser(name)
