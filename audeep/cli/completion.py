"""Completion: scripts for shells, and the parsers and values that they complete from."""

import argparse
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audeep.backend import parsers
from audeep.backend.options import choices
from audeep.cli.command import Command

if TYPE_CHECKING:
    from audeep.main import AudeepApp

SHELLS = ("bash", "zsh", "fish")


class Complete(Command):
    """Print a shell script that completes commands, options, their values and file names.

    It needs no other package.
    """

    epilog = """\
examples:
  in ~/.bashrc:
    eval "$(audeep complete)"
  in ~/.zshrc, after compinit:
    eval "$(audeep complete --shell zsh)"
  in ~/.config/fish/config.fish:
    audeep complete --shell fish | source"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--shell", choices=SHELLS, default="bash", help="shell (default: %(default)s)")
        parser.add_argument("--name", metavar="NAME", help="name of the program, if not audeep")

    def take_action(self, args: argparse.Namespace) -> None:
        """Print the script."""
        import shtab

        name = args.name or self.app.NAME
        script = shtab.complete(_tree(self.app, name), args.shell)
        # Further values of an option that takes several are completed as file names.
        self.app.stdout.write(
            script.replace("complete -o bashdefault", "complete -o bashdefault -o default") + "\n"
        )


def command_parser(app: "AudeepApp", words: list[str]) -> argparse.ArgumentParser | None:
    """Build the parser of the command that a line starts with; None if there is no such command."""
    try:
        factory, name, _ = app.command_manager.find_command(words)
    except ValueError:
        return None
    return factory(app, None).get_parser(f"{app.NAME} {name}")


def values(action: argparse.Action) -> list[str]:
    """List the values that an option accepts, as typed; empty if it accepts any."""
    if action.dest == "parser":
        return list(parsers.__all__)
    if isinstance(action.choices, type) and issubclass(action.choices, Enum):
        return list(choices(action.choices))
    return list(map(str, action.choices or ())) or getattr(action, "words", [])


def _tree(app: "AudeepApp", name: str) -> argparse.ArgumentParser:
    """Build one parser with nested subparsers for the words of all commands, as shtab expects."""
    root = type(app.parser)(name, parents=[_described(app.parser)], add_help=False)
    subparsers: dict[tuple[str, ...], Any] = {(): root.add_subparsers()}
    for command, entry_point in sorted(app.command_manager):
        words = tuple(command.split())
        parser = entry_point.load()(app, None).get_parser(command)
        if command == "help":
            parser._actions[-1].choices = sorted({word for name, _ in app.command_manager for word in name.split()})
        for end in range(1, len(words) + 1):
            path, above = words[:end], subparsers[words[: end - 1]]
            if path in subparsers:
                continue
            parents = [_described(parser)] if path == words else []
            sentence = str(parser.description).partition("\n")[0].rstrip(".") if parents else f"{path[-1]} ..."
            subparser = above.add_parser(path[-1], help=sentence, parents=parents, add_help=False)
            if _has_more_words(app, path):
                subparsers[path] = subparser.add_subparsers()
    return root


def _has_more_words(app: "AudeepApp", words: tuple[str, ...]) -> bool:
    return any(name.startswith(f"{' '.join(words)} ") for name, _ in app.command_manager)


def _described(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Set how each option is completed."""
    import shtab

    for action in parser._actions:
        if action.type is Path or action.dest == "log_file":
            is_folder = action.metavar == "DIR"
            action.complete = shtab.DIRECTORY if is_folder else shtab.FILE  # type: ignore[attr-defined]
            # Otherwise the bash script would take options after several files for files.
            action.nargs = None
        else:
            action.choices = values(action) or None
    return parser
