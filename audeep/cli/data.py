"""Commands that combine, change and check data sets."""

import argparse
from collections.abc import Mapping
from typing import Any, ClassVar

import audeep
from audeep.backend.data.operations import FusionConfig, ModificationConfig, UpsamplingConfig, ValidationConfig
from audeep.backend.options import Config
from audeep.backend.seeds import SeedConfig
from audeep.cli import FAILED
from audeep.cli.command import LOG, Command, ShowCommand, fact_table
from audeep.cli.options import add_config, add_input, add_output, config_from


class Operation(Command):
    """Base class of the commands that make a data set from others."""

    #: Function of the Python interface, and its configuration.
    operation: ClassVar[str]
    config: ClassVar[type[Config]]
    #: What the input is, and whether there are several.
    reads: ClassVar[str]
    several: ClassVar[bool] = False
    #: Whether the choice is made at random.
    is_random: ClassVar[bool] = False

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_input(parser, self.reads, several=self.several)
        add_config(parser, self.config)
        add_output(parser, "data set to write (netCDF)")
        if self.is_random:
            add_config(parser, SeedConfig)

    def take_action(self, args: argparse.Namespace) -> None:
        """Make the data set."""
        config = config_from(args, self.config)
        keywords = {"seed": args.seed} if self.is_random else {}
        getattr(audeep, self.operation)(args.input, config, **keywords).save(args.output)


class Fuse(Operation):
    """Concatenate the features of several data sets, instance by instance.

    For data sets of the same recordings processed in different ways, such as representations learned from
    spectrograms with different clipping. File names, chunk numbers, labels, folds and partitions must be the
    same in all data sets; the order of the instances may differ.
    """

    operation, config = "fuse", FusionConfig
    several = True
    reads = "two or more, in the order in which their features are concatenated"
    epilog = """\
example:
  audeep fuse --input clipped-45.nc clipped-60.nc clipped-75.nc --output fused.nc"""


class FuseChunks(Operation):
    """Join the chunks of each recording into one instance.

    For recordings that preprocess cut with --chunk-length: joins their spectrograms (--dimension time), or
    the vectors generated from them (--dimension generated), in the order of the chunks. All recordings must
    have the same number of chunks.
    """

    operation, config = "fuse_chunks", FusionConfig
    reads = "recordings in chunks"
    epilog = """\
examples:
  before learning:
    audeep fuse chunks --input spectrograms.nc --dimension time --output whole.nc
  after learning:
    audeep fuse chunks --input representations.nc --output whole.nc"""


class Upsample(Operation):
    """Balance the classes of a data set by repeating recordings.

    Repeats recordings of the smaller classes, with all their chunks, until every class has about as many
    instances as the largest one. Where classes are balanced, recordings are renamed to NAME.upsampled.1,
    NAME.upsampled.2 and so on, so that names stay unique; all instances there must be labelled. To balance
    only the training of a classifier, the option --upsample of mlp and svm is simpler.
    """

    operation, config = "upsample", UpsamplingConfig
    reads = "labelled instances"
    epilog = """\
examples:
  a whole data set:
    audeep upsample --input data.nc --output balanced.nc
  only the partition that a classifier will be trained on:
    audeep upsample --input data.nc --partitions TRAIN --output balanced.nc"""


class Modify(Operation):
    """Add or remove cross-validation folds and partitions.

    Recordings are assigned to folds and partitions at random, such that the chunks of a recording stay
    together and labels are spread evenly; --seed makes this repeatable. Features are not changed.
    """

    operation, config = "modify", ModificationConfig
    reads = "spectrograms or vectors"
    is_random = True
    epilog = """\
examples:
  for cross-validation:
    audeep modify --input data.nc --add-cv-setup 10 --seed 1 --output folds.nc
  for training and a final test:
    audeep modify --input data.nc --remove-cv-setup --add-partitioning TRAIN TEST --output parts.nc"""


class Validate(ShowCommand):
    """Check a data set against the rules of the data model.

    Data sets written by auDeep follow them; those made by other programs, or with your own parsers, may not.
    Prints for each rule whether it holds, or how many recordings violate it. Exits with 0 if all rules hold,
    with 1 otherwise.
    """

    epilog = """\
examples:
  audeep validate --input data.nc
  audeep validate --input data.nc --detailed"""

    title = "integrity constraints"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_input(parser, "spectrograms or vectors")
        add_config(parser, ValidationConfig)

    def run(self, args: argparse.Namespace) -> int:
        """Run the command; a violation is a failure."""
        self.holds = True
        return super().run(args) or (0 if self.holds else FAILED)

    def take_action(self, args: argparse.Namespace) -> tuple[list[str], list[Any]]:
        """Count the violations."""
        from audeep.backend.data.integrity import count_files

        violations = audeep.validate(args.input)
        self.holds = violations.empty
        if not self.holds and not args.detailed:
            LOG.info("--detailed lists the violations")
        facts: dict[str, Any] = dict(count_files(violations))
        if args.detailed:
            facts["violations"] = violations.to_dict("records")
        return list(facts), list(facts.values())

    def print_table(self, facts: Mapping[str, Any]) -> None:
        """Print each rule with its result, then the violations."""
        from audeep.backend.data.integrity import constraints

        rules = {constraint.name: constraint.rule for constraint in constraints()}
        rows = {rule: _count(facts[name]) for name, rule in rules.items()}
        self.app.stdout.write(fact_table(self.title, rows) + "\n")
        if facts.get("violations"):
            self.app.stdout.write(_violation_table(facts["violations"], rules) + "\n")


def _count(files: int) -> str:
    return "ok" if not files else f"violated by {files} {'file' if files == 1 else 'files'}"


def _found(value: Any) -> Any:
    """Format a value that violates a rule."""
    if isinstance(value, list):
        return ", ".join(str(_found(item)) for item in value)
    return "-" if value is None else value


def _violation_table(violations: list[dict[str, Any]], rules: Mapping[str, str]) -> str:
    from prettytable import PrettyTable

    table = PrettyTable(["violated rule", "file", "chunk", "found"], align="l")
    table.align["chunk"] = "r"
    for item in violations:
        channel = f" (channel {item['channel']:g})" if item.get("channel", -1) >= 0 else ""
        row = [rules[item["constraint"]], item["filename"] + channel, item["chunk_nr"], _found(item["found"])]
        table.add_row(row)
    return table.get_string()
