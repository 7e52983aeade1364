"""Commands of networks that learn from labels, and of pictures of what they look at."""

import argparse
from contextlib import nullcontext
from pathlib import Path

from audeep.backend.errors import OptionError
from audeep.backend.taggers.config import CNNConfig, GatedCNNConfig, LSTMConfig
from audeep.backend.visualization.config import AttentionPlotConfig
from audeep.cli import tensorflow
from audeep.cli.classifiers import ClassifierCommand, Evaluate
from audeep.cli.command import Command
from audeep.cli.options import add_config, add_input, add_plot, config_from
from audeep.cli.prediction import Predict, TrainClassifier


class TaggerCommand(ClassifierCommand):
    """Base class of the commands of a network."""

    uses_tensorflow, made_by_model, saves_checkpoints = True, False, True


class CNNCommand(TaggerCommand):
    """Base class of the commands of the convolutional network."""

    classifier, features = CNNConfig, "spectrograms, or waveforms"


class SequenceCommand(TaggerCommand):
    """Base class of the commands of the networks that read any sequence."""

    features = "spectrograms, or other sequences of vectors"


class LSTMCommand(SequenceCommand):
    """Base class of the commands of the LSTM network."""

    classifier = LSTMConfig


class GatedCNNCommand(SequenceCommand):
    """Base class of the commands of the gated convolutional network."""

    classifier = GatedCNNConfig


class EvaluateCNN(CNNCommand, Evaluate):
    """Evaluate spectrograms or waveforms with a convolutional network."""

    title = "CNN evaluation"
    epilog = """\
examples:
  by cross-validation:
    audeep cnn evaluate --input spectrograms.nc --cross-validate --seed 1
  recordings of any length, whose most important parts decide:
    audeep cnn evaluate --input spectrograms.nc --cross-validate --front-end vertical-horizontal \\
        --back-end attention"""


class TrainCNN(CNNCommand, TrainClassifier):
    """Train a convolutional network on labels and save it."""

    epilog = """\
examples:
  audeep cnn train --input spectrograms.nc --output classifier --back-end attention \\
      --plot-filters filters.png
  so that it can be stopped, and continued with the same command and --continue:
    audeep cnn train --input spectrograms.nc --output classifier --checkpoint-dir checkpoints --seed 1"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of training, and that of the plot."""
        super().add_options(parser)
        add_plot(parser, "the filters of the first layer, as 'visualize filters' draws them,", "--plot-filters")

    def take_action(self, args: argparse.Namespace) -> None:
        """Train the classifier, write it, and draw its filters."""
        from audeep.cli.plots import figure

        if args.plot_filters and args.encoder:
            raise OptionError("`plot_filters` draws filters of a front-end, which `encoder` takes the place of")
        # The figure comes first, so that a file that cannot be written is refused before the work.
        with figure(args.plot_filters, "plot_filters") if args.plot_filters else nullcontext() as picture:
            super().take_action(args)
            if picture is not None:
                from audeep.backend.classifiers.inspection import read_filters
                from audeep.backend.visualization.filters import plot_filters

                plot_filters(picture, *read_filters(args.output))


class PredictCNN(CNNCommand, Predict):
    """Predict labels with a convolutional network."""

    epilog = """\
examples:
  train on one data set, predict the labels of another:
    audeep cnn predict --train-input train.nc --eval-input test.nc --output predictions.tsv
  with a network that was trained before:
    audeep cnn predict --classifier classifier --eval-input test.nc --output predictions.tsv"""


class EvaluateLSTM(LSTMCommand, Evaluate):
    """Evaluate sequences with an LSTM network, whose dense layers read the outputs at all steps."""

    title = "LSTM evaluation"
    epilog = """\
example:
  audeep lstm evaluate --input spectrograms.nc --cross-validate --num-units 128 64 --dense-units 256"""


class TrainLSTM(LSTMCommand, TrainClassifier):
    """Train an LSTM network on labels and save it."""

    epilog = """\
example:
  audeep lstm train --input spectrograms.nc --output classifier"""


class PredictLSTM(LSTMCommand, Predict):
    """Predict labels with an LSTM network."""

    epilog = """\
example:
  audeep lstm predict --train-input train.nc --eval-input test.nc --output predictions.tsv"""


class EvaluateGatedCNN(GatedCNNCommand, Evaluate):
    """Evaluate sequences with gated convolutions and recurrent layers."""

    title = "gated CNN evaluation"
    epilog = """\
example:
  audeep gated-cnn evaluate --input spectrograms.nc --cross-validate --num-epochs 30"""


class TrainGatedCNN(GatedCNNCommand, TrainClassifier):
    """Train a gated convolutional network on labels and save it."""

    epilog = """\
example:
  audeep gated-cnn train --input spectrograms.nc --output classifier"""


class PredictGatedCNN(GatedCNNCommand, Predict):
    """Predict labels with a gated convolutional network."""

    epilog = """\
example:
  audeep gated-cnn predict --train-input train.nc --eval-input test.nc --output predictions.tsv"""


def add_classifier(parser: argparse.ArgumentParser, what: str) -> None:
    """Add ``--classifier``, the folder of a saved network."""
    help = f"folder of {what}, which 'cnn train' wrote"
    parser.add_argument("--classifier", type=Path, required=True, metavar="DIR", help=help)


class VisualizeFilters(Command):
    """Draw the filters of the first layer of a convolutional network.

    Filters of spectrograms are small pictures, each relative to its largest weight, for each shape the largest
    first: red adds, blue subtracts. Filters of waveforms are sorted by the frequency that they pass best. The
    upper row shows the frequency response of each as a column, the lower one some of the filters over time.
    """

    epilog = """\
example:
  audeep visualize filters --classifier output/esc-10/cnn --plot filters.png"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_classifier(parser, "a convolutional network")
        add_plot(parser, "the plot")

    def take_action(self, args: argparse.Namespace) -> None:
        """Draw the plot."""
        tensorflow.start(self.verbose)
        from audeep.backend.classifiers.inspection import read_filters
        from audeep.backend.visualization.filters import plot_filters
        from audeep.cli.plots import figure

        with figure(args.plot) as picture:
            plot_filters(picture, *read_filters(args.classifier))


class VisualizeAttention(Command):
    """Draw which parts of a recording a convolutional network pays attention to.

    The network must have the back-end attention. The upper plot shows how much each part of the recording weighs
    in the decision; all weights add up to 1. Where they are above the dashed line, the network pays more attention
    than on average.
    """

    epilog = """\
example:
  audeep visualize attention --classifier output/esc-10/cnn --input spectrograms.nc --instance 3 \\
      --plot attention.png"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_classifier(parser, "a convolutional network with --back-end attention")
        add_input(parser, "spectrograms or waveforms, extracted like those that it was trained on")
        add_config(parser, AttentionPlotConfig)
        add_plot(parser, "the plot")

    def take_action(self, args: argparse.Namespace) -> None:
        """Draw the plot."""
        which = config_from(args, AttentionPlotConfig)
        tensorflow.start(self.verbose)
        from audeep.backend.classifiers.inspection import read_attention
        from audeep.backend.data.data_set import load
        from audeep.backend.visualization.attention import plot_attention, scales_of
        from audeep.cli.plots import figure

        with figure(args.plot) as picture, load(args.input) as data_set:
            attention = read_attention(args.classifier, data_set, which.instance)
            name = data_set.instance_names()[which.instance]
            plot_attention(picture, *attention, scales_of(data_set), name)
