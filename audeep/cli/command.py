"""Base classes of all commands: errors become one line and an exit code, and tables look alike."""

import argparse
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import EntryPoint
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import cliff.command
import cliff.lister
import cliff.show
from stevedore.extension import Extension

from audeep.backend.errors import TERMINATION, AudeepError, OptionError
from audeep.backend.log import LOG
from audeep.cli import FAILED, WRONG_COMMAND_LINE
from audeep.cli.formatters import CSVFormatter, ShellFormatter, TableFormatter, ValueFormatter

if TYPE_CHECKING:
    from prettytable import PrettyTable


class Command(cliff.command.Command):
    """Base class of all commands, which turns errors into messages and exit codes."""

    #: Examples, shown below the options in the help.
    epilog = ""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """Build the parser; its help keeps the line breaks of the epilog."""
        parser = super().get_parser(prog_name)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        # After a mistake, one line helps more than a list of all options.
        parser.print_usage = lambda file=None: None
        parser.error = partial(_refuse_line, parser, parser.error)
        self.add_options(parser)
        return parser

    def get_epilog(self) -> str:
        """Return the examples, which are shown below the options."""
        return self.epilog

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of the command."""

    @property
    def quiet(self) -> bool:
        """Whether ``--quiet`` was given."""
        return self.app.options.verbose_level == 0

    @property
    def verbose(self) -> bool:
        """Whether ``--verbose`` was given."""
        return self.app.options.verbose_level > 1

    def run(self, parsed_args: argparse.Namespace) -> int:
        """Run the command and report errors."""
        try:
            _refuse_to_overwrite_input(vars(self.app.options) | vars(parsed_args))
            return super().run(parsed_args)
        except Exception as error:
            if interruption := _interruption(error):
                raise interruption from None
            return self._report(error)

    def _report(self, error: Exception) -> int:
        """Log an error in one line, and return the exit code."""
        if isinstance(error, AudeepError):
            if self.app.options.debug:
                LOG.exception(error)
            else:
                LOG.error("audeep: %s", error)
            return WRONG_COMMAND_LINE if isinstance(error, OptionError) else FAILED
        if isinstance(error, BrokenPipeError) or self.app.options.debug:
            raise error
        if isinstance(error, MemoryError):
            LOG.error("audeep: out of memory%s", f": {error}" if str(error) else "")
            return FAILED
        LOG.error(
            "audeep: unexpected %s: %s (--debug before the command shows where)",
            type(error).__name__,
            " ".join(str(error).splitlines()),
        )
        return FAILED


def _interruption(error: BaseException) -> BaseException | None:
    """Return the interruption that compiled code has turned into `error`, if any."""
    cause: BaseException | None = error
    while isinstance(cause, Exception):
        cause = cause.__cause__ or cause.__context__
    # Some compiled code, such as matplotlib's, loses the original exception.
    return cause or next(iter(TERMINATION), None)


def _refuse_to_overwrite_input(options: Mapping[str, Any]) -> None:
    """Refuse an output that is also an input or the log file, even under another path."""
    from audeep.backend.atomic import refuse_same_file

    outputs, inputs = ("output", "plot", "plot_filters"), ("input", "train_input", "eval_input", "log_file")
    for output, input in product(outputs, inputs):
        for written, read in product(_paths(options.get(output)), _paths(options.get(input))):
            refuse_same_file(**{output: written, input: read})


def _paths(value: Path | str | list[Path] | None) -> list[Path]:
    return value if isinstance(value, list) else [Path(value)] if value else []


def _refuse_line(parser: argparse.ArgumentParser, refuse: Callable[[str], NoReturn], message: str) -> NoReturn:
    """Refuse a command line, and suggest options with names similar to those that are unknown."""
    if message.startswith("unrecognized arguments: "):
        from audeep.cli.suggestions import similar_options

        if similar := similar_options(message.split(), [*parser._option_string_actions]):
            message += f"; did you mean {' or '.join(similar)}?"
    refuse(message)


class ShowCommand(Command, cliff.show.ShowOne):
    """Command that prints facts as a table, or for other programs, as with ``-f json``.

    `take_action` returns (keys, values); `print_table` formats them for people.
    """

    #: Title of the table.
    title = ""

    def _load_formatter_plugins(self) -> Any:
        plugins = super()._load_formatter_plugins()
        # Cliff has it only for lists.
        csv = EntryPoint("csv", "audeep.cli.formatters:CSVFormatter", plugins.namespace)
        plugins.extensions.append(Extension(csv.name, csv, CSVFormatter, None))
        for formatter in (CSVFormatter, ShellFormatter, TableFormatter, ValueFormatter):
            plugins[formatter.name].obj = formatter()
        return plugins

    def produce_output(
        self, parsed_args: argparse.Namespace, column_names: Sequence[str], data: Sequence[Any]
    ) -> int:
        """Print the table, or pass the raw values to the chosen formatter."""
        print_facts = partial(self.print_table, dict(zip(column_names, data, strict=True)))
        return _produce(self, super().produce_output, print_facts, parsed_args, column_names, data)

    def print_table(self, facts: Mapping[str, Any]) -> None:
        """Print `facts` for people."""
        self.app.stdout.write(fact_table(self.title, facts) + "\n")


class ListCommand(Command, cliff.lister.Lister):
    """Command that prints rows as a table, or for other programs, as with ``-f json``.

    `take_action` returns (column names, rows); `print_table` formats them for people.
    """

    def _load_formatter_plugins(self) -> Any:
        plugins = super()._load_formatter_plugins()
        plugins["table"].obj = TableFormatter()
        return plugins

    def produce_output(
        self, parsed_args: argparse.Namespace, column_names: Sequence[str], data: Sequence[Sequence[Any]]
    ) -> int:
        """Print the table, or pass the raw values to the chosen formatter."""
        rows = [dict(zip(column_names, row, strict=True)) for row in data]
        print_rows = partial(self.print_table, rows)
        return _produce(self, super().produce_output, print_rows, parsed_args, column_names, data)

    @abstractmethod
    def print_table(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Print `rows` for people."""


def _produce(
    command: ShowCommand | ListCommand,
    formatted: Callable[..., Any],
    print_table: Callable[[], None],
    parsed_args: argparse.Namespace,
    column_names: Sequence[str],
    data: Sequence[Any],
) -> int:
    """Print results as our table, or with the chosen formatter."""
    unknown = {*map(command._normalize_column_name, parsed_args.columns)} - {*column_names}
    if unknown:
        raise OptionError(f"-c: unknown column {min(unknown)}, expected one of {', '.join(column_names)}")
    with printing():
        if parsed_args.formatter != "table" or parsed_args.columns:
            formatted(parsed_args, column_names, data)
        else:
            print_table()
        command.app.stdout.flush()
    return 0


@contextmanager
def printing() -> Iterator[None]:
    """Turn an error in writing to standard output into an `AudeepError`."""
    try:
        yield
    except BrokenPipeError:
        # The reader, such as head, has closed the pipe.
        raise
    except OSError as error:
        raise AudeepError(f"cannot write the output: {error.strerror}") from error


def fact_table(title: str, rows: Mapping[str, Any]) -> str:
    """Format a table of two columns with a title, values right-aligned."""
    from prettytable import PrettyTable

    table = PrettyTable(["fact", "value"], header=False)
    table.align["fact"], table.align["value"] = "l", "r"
    table.add_rows([[name, value] for name, value in rows.items()])
    return titled(title, table)


def titled(title: str, table: "PrettyTable") -> str:
    """Format a table with a title, aligned to the left."""
    # PrettyTable centres titles, hence the padding to the width of the table.
    table.title = title.ljust(len(table.get_string().split("\n")[0]) - 4)
    return table.get_string()
