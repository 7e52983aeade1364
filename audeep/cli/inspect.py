"""Commands that tell what is in a folder of recordings."""

import argparse
from collections.abc import Mapping
from typing import Any

from audeep.cli.base import ShowCommand, fact_table
from audeep.cli.options import add_basedir_and_parser


class InspectRaw(ShowCommand):
    """Describe a folder of recordings before spectrograms are extracted.

    Counts recordings, labels, folds and partitions, and reads from the headers how long the recordings
    are, and their sampling rates and channels: what decides about the options of preprocess.
    """

    epilog = """\
examples:
  audeep inspect raw --basedir ESC-10
  audeep inspect raw --basedir recordings --parser audeep.backend.parsers.NoMetadataParser -f json"""

    title = "data set information"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_basedir_and_parser(parser)

    def take_action(self, args: argparse.Namespace) -> tuple[list[str], list[Any]]:
        """Return what the parser and the headers tell."""
        from audeep.backend.spectrograms.headers import describe

        facts = describe(args.basedir, parser=args.parser)
        return list(facts), list(facts.values())

    def print_table(self, facts: Mapping[str, Any]) -> None:
        """Print the facts with their units."""
        rows = {name.replace("_", " "): with_unit(name, value) for name, value in facts.items()}
        self.app.stdout.write(fact_table(self.title, rows) + "\n")


def with_unit(name: str, value: Any) -> str:
    """Write the value of a fact for people: ``44100 Hz``, ``3.64 s``, ``train: 12, test: 3``."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {count}" for key, count in value.items())
    if isinstance(value, list):
        return with_unit(name, ", ".join(str(item) for item in value))
    if name == "sample_rate":
        return f"{value} Hz"
    return f"{value:.2f} s" if isinstance(value, float) else str(value)
