"""Commands that train recurrent autoencoders and generate representations, and their base classes."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from audeep.backend.autoencoders.architectures import (
    FrequencyAutoencoderConfig,
    FrequencyTimeAutoencoderConfig,
    TimeAutoencoderConfig,
)
from audeep.backend.autoencoders.config import ReportConfig
from audeep.backend.errors import OptionError
from audeep.backend.seeds import SeedConfig
from audeep.backend.training.architecture import Architecture
from audeep.cli import tensorflow
from audeep.cli.command import LOG, Command, ListCommand, titled
from audeep.cli.options import add_config, add_input, add_output, config_from


class Train(Command):
    """Base class of the training commands."""

    #: Configuration of the model.
    architecture: ClassVar[type[Architecture]]
    #: What is written to the run folder.
    writes = "models (model-STEP after each epoch) and TensorBoard events go to"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of training, then those of the architecture."""
        add_input(parser, "spectrograms, all made with the same settings; labels are not used", several=True)
        parser.add_argument(
            "--run-name",
            type=Path,
            default=Path("test-run"),
            metavar="DIR",
            help=f"folder of the training run: {self.writes} its subfolder logs (default: %(default)s)",
        )
        if self.architecture.training:
            add_config(parser, self.architecture.training)
            parser.add_argument(
                "--tempdir",
                type=Path,
                metavar="DIR",
                help="folder for temporary files, which need as much space as the input; must be empty or not "
                "exist, and is deleted at the end (default: in the system's temporary folder)",
            )
        add_config(parser, SeedConfig)
        add_config(parser, self.architecture)

    def take_action(self, args: argparse.Namespace) -> None:
        """Train the model."""
        architecture, training = config_from(args, self.architecture), self.architecture.training
        config = config_from(args, training) if training else None
        tensorflow.start(self.verbose)
        from audeep.backend.training.session import train

        tempdir = getattr(args, "tempdir", None)
        logs = train(args.input, args.run_name, architecture, config, tempdir=tempdir, seed=args.seed)
        LOG.info("the models are in %s", logs)


def add_model_dir(parser: argparse.ArgumentParser, *, several: bool = False) -> None:
    """Add ``--model-dir``, for commands that use trained models."""
    help = "folder of the trained models: the subfolder logs of a training run"
    keywords: dict[str, Any] = {}
    if several:
        help += "; give it several times to put the vectors of several models side by side"
        keywords["action"] = "append"
    parser.add_argument("--model-dir", type=Path, required=True, metavar="DIR", help=help, **keywords)


class Generate(Command):
    """Base class of the generation commands."""

    #: Configuration of the model.
    architecture: ClassVar[type[Architecture]]

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_model_dir(parser)
        add_input(parser, "spectrograms with the same settings as those that the model was trained on")
        add_output(parser, "data sets to write (netCDF), one for each of --steps", nargs="+")
        add_config(parser, self.architecture.generation)

    def take_action(self, args: argparse.Namespace) -> None:
        """Generate representations."""
        config = config_from(args, self.architecture.generation)
        if len(args.output) != (wanted := len(config.steps or [None])):
            raise OptionError(f"`output`: expected one file for each of `steps`, {wanted}, got {len(args.output)}")
        if len({path.absolute() for path in args.output}) < wanted:
            raise OptionError("`output` names the same file twice")
        tensorflow.start(self.verbose)
        from audeep.backend.training.generation import generate

        data_sets = generate(args.model_dir, args.input, config, kind=self.architecture.kind)
        for data_set, path in zip(data_sets, args.output, strict=True):
            data_set.save(path)


class TrainTime(Train):
    """Train a time-recurrent autoencoder on spectrograms.

    An encoder reads a spectrogram frame by frame; a decoder reconstructs the spectrogram from the final
    state of the encoder alone. What passes between them becomes the representation of the recording.
    Training needs no labels. Watch it with: tensorboard --logdir DIR/logs
    """

    architecture = TimeAutoencoderConfig
    epilog = """\
example:
  audeep t-rae train --input spectrograms/esc-10.nc --run-name output/esc-10 --num-epochs 64 \\
      --num-layers 2 --num-units 256 --bidirectional-decoder"""


class GenerateTime(Generate):
    """Generate representations with a trained time-recurrent autoencoder.

    Writes one vector for each spectrogram, with the labels, folds and partitions of the input.
    """

    architecture = TimeAutoencoderConfig
    epilog = """\
example:
  audeep t-rae generate --model-dir output/esc-10/logs --input spectrograms/esc-10.nc \\
      --output output/esc-10/representations.nc"""


class TrainFrequency(Train):
    """Train a frequency-recurrent autoencoder on spectrograms.

    An encoder reads each frame of a spectrogram separately, from low to high frequencies, one window of
    frequency bands at a time; a decoder reconstructs the frame from the final state of the encoder alone.
    The representation keeps the time axis, so that a time-recurrent autoencoder can be trained on it.
    """

    architecture = FrequencyAutoencoderConfig
    epilog = """\
example:
  audeep f-rae train --input spectrograms/esc-10.nc --run-name output/esc-10-f --num-units 64 \\
      --freq-window-width 32 --freq-window-overlap 24"""


class GenerateFrequency(Generate):
    """Generate representations with a trained frequency-recurrent autoencoder.

    Writes one vector for each frame of each spectrogram, in temporal order, with the labels, folds and
    partitions of the input. The result can be the input of t-rae train.
    """

    architecture = FrequencyAutoencoderConfig
    epilog = """\
example:
  audeep f-rae generate --model-dir output/esc-10-f/logs --input spectrograms/esc-10.nc \\
      --output output/esc-10-f/frames.nc"""


class TrainFrequencyTime(Train):
    """Train a frequency-time-recurrent autoencoder on spectrograms.

    A frequency encoder reads each frame from low to high frequencies; a time encoder reads its outputs
    frame by frame. A time decoder and a frequency decoder reverse these steps, and all four are trained
    together.
    """

    architecture = FrequencyTimeAutoencoderConfig
    epilog = """\
example:
  audeep ft-rae train --input spectrograms/esc-10.nc --run-name output/esc-10-ft --num-epochs 64 \\
      --num-f-units 64 --num-t-units 128 --bidirectional-t-decoder"""


class GenerateFrequencyTime(Generate):
    """Generate representations with a trained frequency-time-recurrent autoencoder.

    Writes one vector for each spectrogram, with the labels, folds and partitions of the input.
    """

    architecture = FrequencyTimeAutoencoderConfig
    epilog = """\
example:
  audeep ft-rae generate --model-dir output/esc-10-ft/logs --input spectrograms/esc-10.nc \\
      --output output/esc-10-ft/representations.nc"""


class Reconstruct(ListCommand):
    """Show what a recurrent autoencoder understood: spectrograms beside their reconstructions.

    Writes the error of each recording to errors.csv, and pictures of some to the same folder; with --audio
    also sound. Recordings with large errors are often unlike the others, or noise. Prints those with the
    largest errors, or all with -f csv.
    """

    epilog = """\
examples:
  the ten recordings with the largest errors:
    audeep reconstruct --model-dir output/esc-10/logs --input spectrograms/esc-10.nc --output output/esc-10/seen
  three recordings to see and to hear:
    audeep reconstruct --model-dir output/esc-10/logs --input spectrograms/esc-10.nc --output output/esc-10/heard \\
        --instances 0 40 80 --audio --seed 1"""
    #: Number of rows of the table for people.
    shown: ClassVar[int] = 10

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_model_dir(parser)
        add_input(parser, "spectrograms with the same settings as those that the model was trained on")
        add_output(parser, "folder to write to", metavar="DIR")
        add_config(parser, ReportConfig)
        add_config(parser, SeedConfig)

    def take_action(self, args: argparse.Namespace) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
        """Reconstruct all, and draw some."""
        config = config_from(args, ReportConfig)
        tensorflow.start(self.verbose)
        from audeep.backend.autoencoders.report import report_reconstructions

        table = report_reconstructions(args.model_dir, args.input, args.output, config, seed=args.seed)
        return list(table.columns), table.astype(object).values.tolist()

    def print_table(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Print the instances with the largest errors."""
        from prettytable import PrettyTable

        channel = ["channel"] if any("channel" in row for row in rows) else []
        table = PrettyTable(["instance", "recording", *channel, "chunk", "label", "error"], align="r")
        table.align["recording"] = table.align["label"] = "l"
        table.add_rows([[*values, f"{error:.4f}"] for *values, error in map(Mapping.values, rows[: self.shown])])
        title = f"largest errors of {len(rows)} instances (root mean square)"
        self.app.stdout.write(titled(title, table) + "\n")
