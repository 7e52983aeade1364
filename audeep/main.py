"""The ``audeep`` command line application."""

import argparse
import itertools
import logging
import os
import platform
import shlex
import shutil
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version
from pathlib import Path
from types import FrameType
from typing import Any

from cliff.app import App
from cliff.commandmanager import CommandManager

from audeep import __version__
from audeep.backend.errors import TERMINATION, AudeepError
from audeep.backend.log import LOG
from audeep.cli import WRONG_COMMAND_LINE

VERSION = f"""{__version__}
Copyright (C) 2026 the auDeep developers
License GPLv3+: GNU GPL version 3 or later. This is free software: you are free to change and
redistribute it. There is NO WARRANTY, to the extent permitted by law."""

DESCRIPTION = """\
Learn a fixed-size vector for every recording in a folder of audio, without labels.

Typical workflow: preprocess, t-rae train, t-rae generate, mlp evaluate or svm evaluate, export.
Without a command, an interactive shell starts."""


#: Exit codes after Ctrl-C, and after SIGTERM, with which clusters end jobs: 128 plus the signal number.
INTERRUPTED, TERMINATED = 128 + signal.SIGINT, 128 + signal.SIGTERM

#: Entry point group of the commands.
COMMANDS = "audeep.commands"
#: Libraries whose versions are written to the log file.
LIBRARIES = ("tensorflow", "keras", "numpy")


class LazyCommands(CommandManager):
    """Table of commands; each is imported only when it is run."""

    def load_commands(self, namespace: str) -> None:
        """Register the entry points without loading them."""
        self.group_list.append(namespace)
        for entry_point in entry_points(group=namespace):
            self.commands[entry_point.name.replace("_", " ")] = entry_point


class AudeepApp(App):
    """The application: global options, logging, the shell."""

    NAME = "audeep"
    LOG = LOG
    version_number = __version__

    def __init__(self, **streams: Any) -> None:
        # Deferred, so that --help after a command shows the help of that command.
        super().__init__(DESCRIPTION, VERSION, LazyCommands(COMMANDS), deferred_help=True, **streams)
        # Replaces cliff's own, whose bash script needs another package.
        complete = EntryPoint("complete", "audeep.cli.completion:Complete", COMMANDS)
        self.command_manager.commands["complete"] = complete
        #: Exit code of the last command that failed, or 0.
        self.failure = 0
        #: Handler of the log file.
        self.log_file: logging.Handler | None = None

    def build_option_parser(
        self, description: str | None, version: str | None, argparse_kwargs: dict[str, Any] | None = None
    ) -> argparse.ArgumentParser:
        """Build the parser of the global options; its help keeps line breaks."""
        keywords = {"formatter_class": argparse.RawDescriptionHelpFormatter, "prog": self.NAME}
        parser = super().build_option_parser(description, version, keywords | (argparse_kwargs or {}))
        for action in parser._actions:
            if "--version" in action.option_strings:
                action.version = f"{self.NAME} {version}"
        return parser

    def interact(self) -> None:
        """Start the shell, imported only here because its library is slow to import."""
        from audeep.cli.shell import Shell

        self.interactive_app_factory = Shell
        # Otherwise cliff replaces a parser's message with an error without text.
        self.interactive_mode = False
        super().interact()

    def configure_logging(self) -> None:
        """Log our own messages, and warnings of libraries, to standard error."""
        others = set(logging.getLogger().handlers)
        try:
            if self.options.log_file:
                _check_log_file(Path(self.options.log_file))
            super().configure_logging()
        except OSError as error:
            path, self.options.log_file = self.options.log_file, None
            super().configure_logging()
            raise AudeepError(f"audeep: cannot write --log-file {path}: {error.strerror}") from None
        for handler in set(logging.getLogger().handlers) - others:
            handler.addFilter(_write_flags)
            if isinstance(handler, logging.FileHandler):
                self.log_file = handler
        logging.getLogger().setLevel(logging.WARNING)
        verbosity = [logging.WARNING, logging.INFO, logging.DEBUG]
        # The log file gets INFO even with --quiet; on the screen, the handler drops it.
        least = 1 if self.options.log_file else 0
        self.LOG.setLevel(verbosity[min(max(self.options.verbose_level, least), 2)])

    def initialize_app(self, argv: list[str]) -> None:
        """Start the log file with the versions and the command line."""
        if self.options.log_file:
            versions = [f"audeep {__version__}", f"Python {platform.python_version()}", *_installed(LIBRARIES)]
            self.note("%s, on %s, in %s", ", ".join(versions), platform.platform(), Path.cwd())
            self.note("command line: audeep %s", shlex.join(self.argv))

    def note(self, message: str, *arguments: object) -> None:
        """Write a line to the log file only, if there is one."""
        if self.log_file is not None:
            self.log_file.handle(LOG.makeRecord(LOG.name, logging.INFO, __file__, 0, message, arguments, None))

    def run(self, argv: list[str]) -> int:
        """Run one command, or the shell; a script piped into the shell fails if one of its commands does."""
        handlers = list(logging.getLogger().handlers)
        self.argv, begin, result = argv, time.monotonic(), 1
        try:
            result = super().run(argv)
            if self.interpreter is not None:
                result = 0 if self.stdin.isatty() else self.failure
        except SystemExit as leave:
            result = int(leave.code or 0)
            if leave.code == TERMINATED:
                self.LOG.error("audeep: terminated; no incomplete output left behind")
            raise
        finally:
            self.note("exit code %d after %.1f s", result, time.monotonic() - begin)
            for handler in set(logging.getLogger().handlers) - set(handlers):
                logging.getLogger().removeHandler(handler)
                with suppress(OSError):
                    handler.close()
        return result

    def run_subcommand(self, argv: list[str]) -> int:
        """Run one command."""
        words = list(itertools.takewhile(lambda word: not word.startswith("-"), argv))
        if not words:
            self.LOG.error("audeep: unknown global option %s; options of a command go after it", argv[0])
            return WRONG_COMMAND_LINE
        if words[0] == "help":
            # Only the name of the command, from a command line that ends with --help.
            argv, words = words, words[1:]
        if words and not self.is_command(words):
            return self.refuse(words)
        result = 0
        if self.interpreter is not None:
            self.note("in the shell: %s", shlex.join(argv))
        try:
            result = super().run_subcommand(argv)
        except KeyboardInterrupt:
            result = INTERRUPTED
            self.LOG.error("audeep: interrupted; no incomplete output left behind")
            raise
        except SystemExit as leave:
            result = int(leave.code or 0)
            # An invalid line does not end the shell.
            if self.interpreter is None or result == TERMINATED:
                raise
        finally:
            self.failure = result or self.failure
        return result

    def is_command(self, words: list[str]) -> bool:
        """Return whether a line starts with a command."""
        try:
            self.command_manager.find_command(words)
        except ValueError:
            return False
        return True

    def refuse(self, words: list[str]) -> int:
        """Report an unknown command, with suggestions; return the exit code."""
        hints = [f"{'help' if self.interpreter else 'audeep --help'} lists all commands"]
        from audeep.cli.suggestions import similar_names

        if similar := similar_names(words, [name for name, _ in self.command_manager]):
            *others, last = similar
            hints.insert(0, f"did you mean {', '.join(others)}{' or ' * bool(others)}{last}?")
        elif self.interpreter and shutil.which(words[0]):
            hints.append(f"!{words[0]} runs the system command")
        self.LOG.error("audeep: unknown command %r; %s", " ".join(words), "; ".join(hints).replace("?;", "?"))
        self.failure = WRONG_COMMAND_LINE
        return self.failure


def _installed(libraries: Sequence[str]) -> list[str]:
    """Return names and versions of the libraries that are installed under these names."""
    found = []
    for name in libraries:
        with suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    return found


def _write_flags(record: logging.LogRecord) -> bool:
    """Replace parameters in our messages with their options; a filter that passes every record."""
    from audeep.cli.options import with_flags

    if record.name.partition(".")[0] == LOG.name:
        record.msg, record.args = with_flags(record.getMessage()), None
    return True


def _check_log_file(path: Path) -> None:
    """Refuse to append to a binary file, such as a data set."""
    if path.is_file():
        with path.open("rb") as file:
            if b"\0" in file.read(1024):
                raise OSError(None, "not a text file")


def leave(signal_number: int, frame: FrameType | None) -> None:
    """Exit by raising an exception, so that temporary files are deleted."""
    TERMINATION.append(SystemExit(128 + signal_number))
    raise TERMINATION[-1]


def main(argv: list[str] | None = None) -> int:
    """Run the application and return its exit code."""
    # A stream that was closed is None.
    sys.stdout, sys.stderr = sys.stdout or open(os.devnull, "w"), sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115
    # A log line that cannot be written must not stop the program.
    logging.raiseExceptions = False
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, leave)
    try:
        result = AudeepApp().run(sys.argv[1:] if argv is None else argv)
    except SystemExit as end:
        result = int(end.code or 0)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        LOG.error("audeep: cannot write the output: %s", error.strerror)
        result = result or 1
    return result


if __name__ == "__main__":
    sys.exit(main())
