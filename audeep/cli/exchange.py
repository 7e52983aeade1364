"""The commands that exchange data sets with other programs."""

import argparse
from pathlib import Path

from audeep.backend.exchange.formats import AttributeNames, ExportConfig
from audeep.cli.command import Command
from audeep.cli.options import add_config, add_input, add_output, config_from


class Export(Command):
    """Write a data set as CSV or ARFF files, for other programs.

    Each instance is a row: its file name, chunk number, label as name and as number, and features.
    Partitions and cross-validation folds become folders below the output folder: train, devel and test,
    or fold_1, fold_2 and so on with the validation instances of each fold, or train/fold_1 and so on.
    If they leave out some instances, they are not exported, with a warning. With --layout FLAT there is
    one file, in which they are columns. A small file NAME.audeep.json keeps what tables cannot hold, for
    import.
    """

    epilog = """\
examples:
  audeep export --input representations.nc --format csv --output exported
  audeep export --input representations.nc --format csv --layout flat --output exported
  audeep export --input representations.nc --format arff --labels-last --name features --output weka"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_input(parser, "what to export")
        add_output(parser, "folder to write to; it is made if need be", metavar="DIR")
        add_config(parser, ExportConfig)

    def take_action(self, args: argparse.Namespace) -> None:
        """Export the data set."""
        from audeep.backend.exchange.export import export

        export(args.input, args.output, config_from(args, ExportConfig))


class Import(Command):
    """Read CSV or ARFF files into a data set.

    Reads NAME.csv or NAME.arff in the base folder, or in its folders train, devel and test, or fold_1,
    fold_2 and so on, or train/fold_1 and so on: all layouts of export. Columns that are not metadata are
    features, and must be numbers. What export wrote comes back as it was, but sorted by partition and
    fold unless it was FLAT, and with numbers for labels that had none. In files from elsewhere, any of
    the metadata may be missing: instances are then named after file and row, the rows of one recording
    numbered as its chunks, and labels numbered in alphabetical order.
    """

    epilog = """\
examples:
  audeep import --basedir exported --name representations --output representations.nc
  audeep import --basedir opensmile --name features.arff --filename-attribute name \\
      --label-nominal-attribute class --output opensmile.nc"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--basedir", type=Path, required=True, metavar="DIR", help="base folder of the files")
        parser.add_argument(
            "--name", required=True, metavar="NAME", help="name of the files, with or without .csv or .arff"
        )
        add_output(parser, "data set to write (netCDF)")
        add_config(parser, AttributeNames)

    def take_action(self, args: argparse.Namespace) -> None:
        """Import the files."""
        from audeep.backend.exchange.importing import import_tables

        import_tables(args.basedir, args.name, args.output, config_from(args, AttributeNames))
