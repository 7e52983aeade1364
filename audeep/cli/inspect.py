"""Commands that describe a folder of recordings, a data set, or a model."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from audeep.backend.data.operations import InspectionConfig
from audeep.backend.parsers.config import ParserConfig
from audeep.cli import tensorflow
from audeep.cli.autoencoders import add_model_dir
from audeep.cli.command import ShowCommand, fact_table
from audeep.cli.options import add_basedir_and_parser, add_config, add_input, config_from


class InspectRaw(ShowCommand):
    """Describe a folder of recordings before spectrograms are extracted.

    Counts recordings, labels, folds and partitions, and reads lengths, sample rates and channels from the
    headers: what you need to know to choose the options of preprocess. Without --parser, it also shows what
    each parser finds in the folder, or why it does not fit.
    """

    epilog = """\
examples:
  audeep inspect raw --basedir ESC-10
  audeep inspect raw --basedir recordings --parser NoMetadataParser -f json
  audeep inspect raw --basedir birds --table birds.csv --column label=species"""

    title = "data set information"
    # --column is about the table of recordings; that of the output remains as -c.
    conflict_handler = "resolve"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_basedir_and_parser(parser)

    def take_action(self, args: argparse.Namespace) -> tuple[list[str], list[Any]]:
        """Collect the facts from the parser and the headers."""
        from audeep.backend.parsers.inspection import inspect_recordings

        facts = inspect_recordings(args.basedir, parser=config_from(args, ParserConfig))
        return list(facts), list(facts.values())

    def print_table(self, facts: Mapping[str, Any]) -> None:
        """Print the facts with their units."""
        general = {name: value for name, value in facts.items() if name != "parsers"}
        super().print_table({name.replace("_", " "): with_unit(name, value) for name, value in general.items()})
        if "parsers" in facts:
            self.app.stdout.write(parser_table(facts["parsers"]) + "\n")


class InspectNetCDF(ShowCommand):
    """Describe a data set.

    Counts instances, recordings, labels, folds and partitions, and shows the feature dimensions, the
    spectrogram settings and, for representations, the model. Features are not read, except those of
    --instance.
    """

    epilog = """\
examples:
  audeep inspect netcdf --input spectrograms.nc
  audeep inspect netcdf --input spectrograms.nc --instance 10 --detailed-folds
  audeep inspect netcdf --input spectrograms.nc -f json"""

    title = "data set information"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_input(parser, "spectrograms or vectors")
        add_config(parser, InspectionConfig)

    def take_action(self, args: argparse.Namespace) -> tuple[list[str], list[Any]]:
        """Collect the facts about the data set."""
        from audeep.backend.data.summary import describe

        facts = describe(args.input, config_from(args, InspectionConfig))
        return list(facts), list(facts.values())

    def print_table(self, facts: Mapping[str, Any]) -> None:
        """Print the facts, with separate tables for an instance and for the folds."""
        general = {name: value for name, value in facts.items() if name not in ("instance", "folds")}
        tables = [fact_table(self.title, readable(general))]
        if "instance" in facts:
            tables.append(fact_table("instance", readable(facts["instance"])))
        if facts.get("folds"):
            tables.append(fold_table(facts["folds"]))
        self.app.stdout.write("\n".join(tables) + "\n")


class InspectModel(ShowCommand):
    """Describe a trained model.

    Shows how large the model and its vectors are, what it was trained on, with which options, and its losses:
    what the model card, README.md in the run folder, says.
    """

    epilog = """\
examples:
  audeep inspect model --model-dir output/esc-10/logs
  audeep inspect model --model-dir output/esc-10/logs -f json"""

    title = "model"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_model_dir(parser)

    def take_action(self, args: argparse.Namespace) -> tuple[list[str], list[Any]]:
        """Collect the facts about the model."""
        tensorflow.start(self.verbose)
        from audeep.backend.training.summary import describe_model

        facts = describe_model(args.model_dir)
        return list(facts), list(facts.values())

    def print_table(self, facts: Mapping[str, Any]) -> None:
        """Print the facts, with the sizes of dimensions."""
        dimensions = {
            name: {dim: "any" if size is None else size for dim, size in facts[name].items()}
            for name in ("vector_dimensions", "feature_dimensions")
        }
        super().print_table(readable({**facts, **dimensions}))


def readable(facts: Mapping[str, Any]) -> dict[str, str]:
    """Format names and values of facts for people."""
    return {name.replace("_", " "): in_words(value) for name, value in facts.items()}


def in_words(value: Any) -> str:
    """Format the value of a fact for people; a mapping takes one line per item."""
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {in_words(item)}" for key, item in value.items())
    if isinstance(value, list):
        has_lines = any(isinstance(item, Mapping) for item in value)
        return ("\n\n" if has_lines else ", ").join(map(in_words, value))
    if value is None:
        return "-"
    return f"{value:g}" if isinstance(value, float) else str(value)


def fold_table(folds: Sequence[Mapping[str, Any]]) -> str:
    """Format a table of the number of instances of each label in both splits of each fold."""
    from prettytable import PrettyTable

    title = "training / validation"
    splits = [tuple(fold.values()) for fold in folds]
    table = PrettyTable([title, *(f"fold {number}" for number in range(1, len(folds) + 1))], align="r")
    table.align[title] = "l"
    table.add_row(["all instances", *(f"{train['instances']} / {valid['instances']}" for train, valid in splits)])
    for label in sorted({label for both in splits for split in both for label in split["labels"]}):
        counts = (f"{train['labels'].get(label, 0)} / {valid['labels'].get(label, 0)}" for train, valid in splits)
        table.add_row([label, *counts])
    return table.get_string()


def parser_table(findings: Mapping[str, str]) -> str:
    """Format a table of what each parser finds."""
    from prettytable import PrettyTable

    table = PrettyTable(["parser", "finds"], align="l", max_width=80)
    table.add_rows([[name, finding] for name, finding in findings.items()])
    return table.get_string()


def duration(seconds: float) -> str:
    """Format a duration for people: ``12.30 s``, ``33 min 20 s``, ``5 h 0 min``.

    >>> duration(12.3), duration(2000), duration(18020)
    ('12.30 s', '33 min 20 s', '5 h 0 min')
    """
    minutes, hours = seconds // 60, seconds // 3600
    if hours:
        return f"{hours:.0f} h {minutes % 60:.0f} min"
    return f"{minutes:.0f} min {seconds % 60:.0f} s" if minutes else f"{seconds:.2f} s"


def with_unit(name: str, value: Any) -> str:
    """Format the value of a fact on one line, with its unit: ``44100 Hz``, ``3.64 s``, ``train: 12, test: 3``."""
    if name == "total_length":
        return duration(value)
    if isinstance(value, float):
        return f"{value:.2f} s"
    text = in_words(value).replace("\n", ", ")
    return f"{text} Hz" if name == "sample_rate" else text
