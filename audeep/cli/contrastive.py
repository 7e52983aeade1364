"""Commands that train a contrastive network, generate representations with it, and draw its training views."""

import argparse

from audeep.backend.contrastive.config import ContrastiveConfig, ViewConfig, ViewPlotConfig
from audeep.backend.seeds import SeedConfig
from audeep.cli import tensorflow
from audeep.cli.autoencoders import Generate, Train
from audeep.cli.command import Command
from audeep.cli.options import add_config, add_input, add_plot, config_from


class TrainContrastive(Train):
    """Train a contrastive network on spectrograms.

    The network sees two random views of each recording in a batch: crops that are resized, mixed with other
    recordings and partly masked. It learns which two views belong together, among those on the same device;
    'visualize views' draws some. It works best on absolute decibels, which 'preprocess' keeps with --reference
    full-scale --scale none, as in the first example. An incomplete batch at the end of an epoch is dropped.
    Watch it with: tensorboard --logdir DIR/logs
    """

    architecture = ContrastiveConfig
    epilog = """\
examples:
  spectrograms that it works best on:
    audeep preprocess --basedir ESC-10 --window-width 0.046 --window-overlap 0.026 --mel-spectrum 64 \\
        --fixed-length 5 --reference full-scale --scale none --output spectrograms/esc-10-absolute.nc
  training:
    audeep contrastive train --input spectrograms/esc-10-absolute.nc --run-name output/esc-10-contrastive"""


class GenerateContrastive(Generate):
    """Generate representations with a trained contrastive network.

    Writes one vector for each spectrogram, with the labels, folds and partitions of the input: for each kernel of
    all blocks but the last, how often, how strongly and in which group of bands its pattern occurs.
    """

    architecture = ContrastiveConfig
    epilog = """\
example:
  audeep contrastive generate --model-dir output/esc-10-contrastive/logs \\
      --input spectrograms/esc-10-absolute.nc --output output/esc-10-contrastive/representations.nc"""


class VisualizeViews(Command):
    """Draw a spectrogram and two random views of it.

    A contrastive network learns that the two belong together. Its representations keep what the views have in
    common, so look at some views before changing how they are made.
    """

    epilog = """\
example:
  audeep visualize views --input spectrograms/esc-10-absolute.nc --instance 3 --seed 1 --plot views.png"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_input(parser, "spectrograms")
        add_config(parser, ViewPlotConfig)
        add_config(parser, SeedConfig)
        add_config(parser, ViewConfig)
        add_plot(parser, "the plot")

    def take_action(self, args: argparse.Namespace) -> None:
        """Draw the plot."""
        which, config = config_from(args, ViewPlotConfig), config_from(args, ViewConfig)
        tensorflow.start(self.verbose)
        from audeep.backend.contrastive.plotting import draw_views, plot_views
        from audeep.backend.data.data_set import load
        from audeep.backend.spectrograms.scales import level_label
        from audeep.cli.plots import figure

        with figure(args.plot) as picture, load(args.input) as data_set:
            views = draw_views(data_set, config, which.instance, args.seed)
            plot_views(picture, *views, str(data_set.filename[which.instance]), level_label(data_set.spectrograms))
