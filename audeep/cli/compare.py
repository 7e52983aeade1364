"""Command that compares data sets of vectors."""

import argparse
import enum
import math
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import fields
from typing import Any

from audeep.backend.classifiers.config import ComparisonConfig, MLPConfig, SVMConfig
from audeep.backend.errors import OptionError
from audeep.backend.options import Config, option
from audeep.backend.seeds import SeedConfig
from audeep.cli import tensorflow
from audeep.cli.command import ListCommand, titled
from audeep.cli.options import add_config, add_input, add_plot, config_from


class Kind(enum.Enum):
    """Classifiers, with their configurations."""

    SVM = SVMConfig
    MLP = MLPConfig


class KindConfig(Config):
    """Choice of the classifier."""

    classifier: Kind = option(Kind.SVM, help="classifier to evaluate with")


class Compare(ListCommand):
    """Compare data sets of vectors by evaluating all of them on the same folds or partitions.

    For vectors learned from the same recordings in different ways. File names, chunk numbers, labels, folds
    and partitions must be the same in all data sets; the order of the instances may differ. Prints the accuracy
    and unweighted average recall of each with confidence intervals, its difference in accuracy from the first,
    and the p-value of McNemar's exact test against the first: the probability that two equally good data sets
    differ at least this much on these recordings. Intervals and tests count recordings, not chunks.
    """

    epilog = """\
examples:
  by cross-validation, with an SVM that chooses its complexity:
    audeep compare --input t-rae.nc dictionary.nc contrastive.nc --cross-validate --seed 1 --plot accuracies.png
  on fixed partitions, for a spreadsheet:
    audeep compare --input mel.nc learned.nc --names mel learned --train-partitions TRAIN \\
        --eval-partitions TEST -f csv"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of evaluation and comparison, then those of each classifier."""
        add_input(parser, "two or more, labelled, with cross-validation folds or partitions", several=True)
        parser.add_argument(
            "--names",
            nargs="+",
            metavar="NAME",
            help="names of the data sets in the table and plot (default: their file names)",
        )
        add_config(parser, ComparisonConfig)
        add_config(parser, KindConfig)
        add_config(parser.add_argument_group("options of --classifier SVM"), SVMConfig, complexity="auto")
        add_config(parser.add_argument_group("options of --classifier MLP"), MLPConfig)
        add_config(parser, SeedConfig)
        add_plot(parser, "a plot of accuracy and unweighted average recall")
        self.default_of = parser.get_default

    def take_action(self, args: argparse.Namespace) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
        """Compare the data sets."""
        config = config_from(args, ComparisonConfig)
        kind = config_from(args, KindConfig).classifier
        for other in set(Kind) - {kind}:
            for item in fields(other.value):
                if getattr(args, item.name) != self.default_of(item.name):
                    raise OptionError(
                        f"`{item.name}` is an option of `classifier` {other.name}, not of {kind.name}"
                    )
        classifier: Config = config_from(args, kind.value)
        if kind is Kind.MLP:
            tensorflow.start(self.verbose)
        from audeep.backend.classifiers.comparison import compare
        from audeep.backend.classifiers.comparison_plot import plot_comparison
        from audeep.cli.plots import figure

        # The figure comes first, so that a file that cannot be written is refused before the work.
        with figure(args.plot) if args.plot else nullcontext() as picture:
            table = compare(args.input, classifier, config, names=args.names, seed=args.seed)
            if picture is not None:
                plot_comparison(picture, table, config.confidence)
        self.confidence = config.confidence
        rows = [[_known(value) for value in row] for row in table.astype(object).values.tolist()]
        return list(table.columns), rows

    def print_table(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Print the scores; with ``--quiet``, only names, accuracy and UAR."""
        if self.quiet:
            for row in rows:
                self.app.stdout.write(f"{row['name']},{row['accuracy']:.4f},{row['uar']:.4f}\n")
            return
        from prettytable import PrettyTable

        level = f"{100 * self.confidence:g} %"
        table = PrettyTable(["vectors", "size", "accuracy", "UAR", "difference", "p-value"], align="r")
        table.align["vectors"] = "l"
        # With each interval below its score, no table is wider than 100 columns.
        table.max_width["vectors"] = 20
        for row in rows:
            differs = row["p_value"] is not None
            table.add_row(
                [
                    row["name"],
                    f"{row['size']:,}",
                    _with_interval(row, "accuracy"),
                    _with_interval(row, "uar"),
                    _with_interval(row, "difference", "+") if differs else "",
                    f"{row['p_value']:.2g}" if differs else "",
                ]
            )
        title = f"percent, with {level} intervals; differences and McNemar's tests are against the first"
        self.app.stdout.write(titled(title, table) + "\n")


def _known(value: Any) -> Any:
    """Return None for NaN, which JSON does not have."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _with_interval(row: Mapping[str, Any], name: str, sign: str = "") -> str:
    """Format a score as a percentage, above its interval."""
    score, low, high = (100 * row[key] for key in (name, f"{name}_low", f"{name}_high"))
    return f"{score:{sign}.2f}\n[{low:{sign}.1f}, {high:{sign}.1f}]"
