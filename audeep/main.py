"""The ``audeep`` command line application."""

import argparse
import logging
import signal
import sys
import threading
from importlib.metadata import entry_points
from types import FrameType
from typing import Any

from cliff.app import App
from cliff.commandmanager import CommandManager

from audeep import __version__

VERSION = f"""{__version__}
Copyright (C) 2026 the auDeep developers
License GPLv3+: GNU GPL version 3 or later. This is free software: you are free to change and
redistribute it. There is NO WARRANTY, to the extent permitted by law."""

DESCRIPTION = """\
Learn a fixed-size vector for every recording in a folder of audio, without labels.

The usual way: preprocess, t-rae train, t-rae generate, mlp evaluate or svm evaluate, export.
Without a command, an interactive shell starts."""


#: Exit codes after Ctrl-C, and when a cluster wants a job to end: 128 and the number of the signal.
INTERRUPTED, TERMINATED = 128 + signal.SIGINT, 128 + signal.SIGTERM


class LazyCommands(CommandManager):
    """The table of commands; a command is imported when it is chosen, not when the program starts."""

    def load_commands(self, namespace: str) -> None:
        """Read the table of entry points and leave them unloaded."""
        self.group_list.append(namespace)
        for entry_point in entry_points(group=namespace):
            self.commands[entry_point.name.replace("_", " ")] = entry_point


class AudeepApp(App):
    """The application: global options, logging, the shell."""

    NAME = "audeep"
    LOG = logging.getLogger("audeep")

    def __init__(self, **streams: Any) -> None:
        # Deferred, so that --help after a command shows the help of that command.
        super().__init__(DESCRIPTION, VERSION, LazyCommands("audeep.commands"), deferred_help=True, **streams)

    def build_option_parser(
        self, description: str | None, version: str | None, argparse_kwargs: dict[str, Any] | None = None
    ) -> argparse.ArgumentParser:
        """Make the parser of the global options, whose texts keep their line breaks."""
        keywords = {"formatter_class": argparse.RawDescriptionHelpFormatter, "prog": self.NAME}
        parser = super().build_option_parser(description, version, keywords | (argparse_kwargs or {}))
        for action in parser._actions:
            if "--version" in action.option_strings:
                action.version = f"{self.NAME} {version}"
        return parser

    def interact(self) -> None:
        """Start the shell; its library is slow to import."""
        from audeep.cli.shell import Shell

        self.interactive_app_factory = Shell
        super().interact()

    def configure_logging(self) -> None:
        """Send our own log lines to standard error, and those of libraries only if they warn."""
        super().configure_logging()
        logging.getLogger().setLevel(logging.WARNING)
        verbosity = [logging.WARNING, logging.INFO, logging.DEBUG]
        self.LOG.setLevel(verbosity[min(self.options.verbose_level, 2)])

    def run(self, argv: list[str]) -> int:
        """Run one command, or the shell; leaving the shell is a success."""
        handlers = list(logging.getLogger().handlers)
        try:
            result = super().run(argv)
            if result == INTERRUPTED:
                self.LOG.error("audeep: interrupted; nothing unfinished was left behind")
        except SystemExit as leave:
            if leave.code == TERMINATED:
                self.LOG.error("audeep: terminated; nothing unfinished was left behind")
            raise
        finally:
            for handler in set(logging.getLogger().handlers) - set(handlers):
                logging.getLogger().removeHandler(handler)
                handler.close()
        return 0 if self.interpreter is not None else result


def leave(signal_number: int, frame: FrameType | None) -> None:
    """End the program as an error would, so that temporary files are deleted."""
    sys.exit(128 + signal_number)


def main(argv: list[str] | None = None) -> int:
    """Run the application; returns its exit code."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, leave)
    return AudeepApp().run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
