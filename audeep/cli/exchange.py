"""Commands that exchange data sets with other programs."""

import argparse
from pathlib import Path

from audeep.backend.exchange.formats import AttributeNames, ExportConfig
from audeep.cli.command import Command
from audeep.cli.options import add_config, add_input, add_output, config_from


class Export(Command):
    """Write a data set as CSV or ARFF files, for other programs.

    Each row is an instance: file name, chunk number, channel and segment if there are any, label as name and
    number, and features. Partitions and cross-validation folds become subfolders of the output folder: train,
    devel and test; or fold_1, fold_2 and so on with the validation instances of each fold; or train/fold_1 and
    so on. Partitions or folds that do not cover all instances are ignored, with a warning. With --layout FLAT,
    there is a single file in which they are columns. A small file NAME.audeep.json keeps what tables cannot
    hold, for import.
    """

    epilog = """\
examples:
  audeep export --input representations.nc --format csv --output exported
  audeep export --input representations.nc --format csv --layout flat --output exported
  audeep export --input representations.nc --format arff --labels-last --name features --output weka"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_input(parser, "spectrograms or vectors")
        add_output(parser, "folder to write to; created if it does not exist", metavar="DIR")
        add_config(parser, ExportConfig)

    def take_action(self, args: argparse.Namespace) -> None:
        """Export the data set."""
        from audeep.backend.exchange.export import export

        export(args.input, args.output, config_from(args, ExportConfig))


class Import(Command):
    """Read CSV or ARFF files into a data set.

    Reads NAME.csv or NAME.arff from the base folder, or from its subfolders train, devel and test; or
    fold_1, fold_2 and so on; or train/fold_1 and so on: all layouts of export. Columns that are not metadata
    are features and must be numeric. Exported data sets are restored as they were, except that instances
    are sorted by partition and fold unless the layout was FLAT, and labels without numbers are numbered. In
    files from other programs, any metadata may be missing: instances are then named after file and row, the
    rows of a recording are numbered as its chunks, and labels are numbered in alphabetical order.
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
