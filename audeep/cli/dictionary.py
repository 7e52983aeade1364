"""Commands that learn a dictionary of kernels, generate representations with it, and draw it."""

import argparse

from audeep.backend.dictionary.config import DictionaryConfig
from audeep.cli import tensorflow
from audeep.cli.autoencoders import Generate, Train, add_model_dir
from audeep.cli.command import Command
from audeep.cli.options import add_plot


class TrainDictionary(Train):
    """Learn a dictionary of spectro-temporal kernels from spectrograms.

    Kernels are small patterns over bands and frames, learned from patches of all spectrograms. Learning takes
    seconds, little memory and a single pass over the data. The dictionary works best on absolute decibels, which
    'preprocess' keeps with --reference full-scale --scale none, as in the first example.
    """

    architecture = DictionaryConfig
    writes = "the model goes to"
    epilog = """\
examples:
  spectrograms that it works best on:
    audeep preprocess --basedir ESC-10 --window-width 0.046 --window-overlap 0.026 --mel-spectrum 64 \\
        --fixed-length 5 --reference full-scale --scale none --output spectrograms/esc-10-absolute.nc
  learning:
    audeep dictionary train --input spectrograms/esc-10-absolute.nc --run-name output/esc-10-dictionary"""


class GenerateDictionary(Generate):
    """Generate representations with a dictionary of kernels.

    Writes one vector for each spectrogram, with the labels, folds and partitions of the input: for each kernel, how
    often, how strongly and in which group of bands it occurs.
    """

    architecture = DictionaryConfig
    epilog = """\
example:
  audeep dictionary generate --model-dir output/esc-10-dictionary/logs \\
      --input spectrograms/esc-10-absolute.nc --output output/esc-10-dictionary/representations.nc"""


class VisualizeKernels(Command):
    """Draw the kernels of a dictionary.

    Each row shows the kernels of one shape, those of PCA in descending order of explained variance. Bands run
    upwards, frames to the right.
    """

    epilog = """\
example:
  audeep visualize kernels --model-dir output/esc-10-dictionary/logs --plot kernels.png"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_model_dir(parser)
        add_plot(parser, "the plot")

    def take_action(self, args: argparse.Namespace) -> None:
        """Draw the plot."""
        tensorflow.start(self.verbose)
        from audeep.backend.dictionary.plotting import plot_kernels, read_kernels
        from audeep.cli.plots import figure

        with figure(args.plot) as picture:
            plot_kernels(picture, read_kernels(args.model_dir))
