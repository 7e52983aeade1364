"""Output formats for other programs, in addition to cliff's JSON and YAML."""

import argparse
import csv
import re
import shlex
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

import cliff.formatters.base
import cliff.formatters.table


class TableFormatter(cliff.formatters.table.TableFormatter):
    """Cliff's tables without their width options, which our own tables do not have."""

    name = "table"

    def add_argument_group(self, parser: argparse.ArgumentParser) -> None:
        """Set the values that cliff expects."""
        parser.set_defaults(max_width=0, fit_width=False, print_empty=False)


class FlatFormatter(cliff.formatters.base.SingleFormatter):
    """Base class of the formatters that print single values; lists and mappings are flattened."""

    def add_argument_group(self, parser: argparse.ArgumentParser) -> None:
        """Add no options."""

    def emit_one(
        self, column_names: Sequence[str], data: Sequence[Any], stdout: TextIO, parsed_args: argparse.Namespace
    ) -> None:
        """Print the values."""
        self.write(list(flat(dict(zip(column_names, data, strict=True)))), stdout, parsed_args)

    @abstractmethod
    def write(self, facts: list[tuple[str, str]], stdout: TextIO, args: argparse.Namespace) -> None:
        """Print pairs of name and value."""


class CSVFormatter(FlatFormatter):
    """One line per fact: name and value."""

    name = "csv"

    def write(self, facts: list[tuple[str, str]], stdout: TextIO, args: argparse.Namespace) -> None:
        """Print a header, then the facts."""
        csv.writer(stdout, lineterminator="\n").writerows([("fact", "value"), *facts])


class ValueFormatter(FlatFormatter):
    """Values only, one per line."""

    name = "value"

    def write(self, facts: list[tuple[str, str]], stdout: TextIO, args: argparse.Namespace) -> None:
        """Print the values."""
        stdout.writelines(f"{value}\n" for _, value in facts)


class ShellFormatter(FlatFormatter):
    """Shell variables, quoted such that evaluating them executes nothing; cliff does not quote ``$``."""

    name = "shell"

    def add_argument_group(self, parser: argparse.ArgumentParser) -> None:
        """Add the option for variable names."""
        group = parser.add_argument_group("shell formatter")
        group.add_argument("--prefix", default="", help="prefix of all variable names")

    def write(self, facts: list[tuple[str, str]], stdout: TextIO, args: argparse.Namespace) -> None:
        """Print one variable per line."""
        used: set[str] = set()
        for name, value in facts:
            # Names contain labels, and two labels may differ only in characters not allowed in variables.
            plain = unique = re.sub("[^0-9A-Za-z_]", "_", args.prefix + name)
            number = 2
            while unique in used:
                unique, number = f"{plain}_{number}", number + 1
            used.add(unique)
            stdout.write(f"{unique}={shlex.quote(value)}\n")


def flat(facts: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Flatten nested facts to single values, named by their path; list items are numbered from 1.

    >>> list(flat({"labels": ["a", "b"], "partitions": {"train": 6}, "uar_std": None, "holds": True}))
    [('labels_1', 'a'), ('labels_2', 'b'), ('partitions_train', '6'), ('uar_std', ''), ('holds', 'true')]
    """
    for key, value in facts.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{name}_")
        elif isinstance(value, list | tuple):
            yield from flat(dict(enumerate(value, start=1)), f"{name}_")
        elif isinstance(value, bool):
            yield name, str(value).lower()
        else:
            yield name, "" if value is None else str(value)
