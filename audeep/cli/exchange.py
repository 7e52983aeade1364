"""Commands that exchange data sets with other programs."""

import argparse
from pathlib import Path

from audeep.backend.errors import OptionError
from audeep.backend.exchange.formats import AttributeNames, ExportConfig, ImportConfig, ImportFormat
from audeep.cli import tensorflow
from audeep.cli.command import Command
from audeep.cli.options import add_config, add_input, add_output, config_from, given


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
    """Read CSV or ARFF files, or AudioSet's features, into a data set.

    Reads NAME.csv or NAME.arff from the base folder, or from its subfolders train, devel and test; or
    fold_1, fold_2 and so on; or train/fold_1 and so on: all layouts of export. Columns that are not metadata
    are features and must be numeric. Exported data sets are restored as they were, except that instances
    are sorted by partition and fold unless the layout was FLAT, and labels without numbers are numbered. In
    files from other programs, any metadata may be missing: instances are then named after file and row, the
    rows of a recording are numbered as its chunks, and labels are numbered in alphabetical order.

    With --format AUDIOSET, reads all .tfrecord files of the base folder and below: for each recording a
    vector of 128 values per second, and a set of labels. Files in bal_train and unbal_train become the
    partition TRAIN, those in eval TEST.
    """

    epilog = """\
examples:
  audeep import --basedir exported --name representations --output representations.nc
  audeep import --basedir opensmile --name features.arff --filename-attribute name \\
      --label-nominal-attribute class --output opensmile.nc
  audeep import --format AUDIOSET --basedir audioset_v1_embeddings \\
      --class-labels class_labels_indices.csv --output audioset.nc"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--basedir", type=Path, required=True, metavar="DIR", help="base folder of the files")
        add_config(parser, ImportConfig)
        add_output(parser, "data set to write (netCDF)")
        add_config(parser, AttributeNames)

    def take_action(self, args: argparse.Namespace) -> None:
        """Import the files."""
        config, names = config_from(args, ImportConfig), config_from(args, AttributeNames)
        if config.format is ImportFormat.AUDIOSET:
            if others := given(args, names.to_dict()):
                raise OptionError(f"`{min(others)}` is for tables, not for `format` AUDIOSET")
            tensorflow.start(self.verbose)
            from audeep.backend.exchange.audioset import import_audioset

            import_audioset(args.basedir, args.output, class_labels=config.class_labels)
            return
        from audeep.backend.exchange.importing import import_tables

        assert config.name is not None
        import_tables(args.basedir, config.name, args.output, names)
