"""The commands that learn a dictionary of kernels and generate representations with it."""

from audeep.backend.dictionary.config import DictionaryConfig
from audeep.cli.autoencoders import Generate, Train


class TrainDictionary(Train):
    """Learn a dictionary of spectro-temporal kernels from spectrograms.

    Kernels are small patterns over bands and frames, learned from patches of all spectrograms. This takes seconds,
    a single pass over the data and little memory. The dictionary works best with absolute decibels, which
    'preprocess' keeps with --reference full-scale --scale none, as in the first example.
    """

    architecture = DictionaryConfig
    epilog = """\
examples:
  the spectrograms that it works best with:
    audeep preprocess --basedir ESC-10 --window-width 0.046 --window-overlap 0.026 --mel-spectrum 64 \\
        --fixed-length 5 --reference full-scale --scale none --output spectrograms/esc-10-absolute.nc
  learn:
    audeep dictionary train --input spectrograms/esc-10-absolute.nc --run-name output/esc-10-dictionary"""


class GenerateDictionary(Generate):
    """Generate representations with a dictionary of kernels.

    Writes one vector for each spectrogram, with the labels, folds and partitions of the input: for each kernel, how
    often, how strongly and in which group of bands it is found.
    """

    architecture = DictionaryConfig
    epilog = """\
example:
  audeep dictionary generate --model-dir output/esc-10-dictionary/logs \\
      --input spectrograms/esc-10-absolute.nc --output output/esc-10-dictionary/representations.nc"""
