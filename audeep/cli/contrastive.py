"""The commands that train a contrastive network and generate representations with it."""

from audeep.backend.contrastive.config import ContrastiveConfig
from audeep.cli.autoencoders import Generate, Train


class TrainContrastive(Train):
    """Train a contrastive network on spectrograms.

    The network sees two random views of each recording of a batch: crops, resized, mixed with other recordings,
    partly hidden. It learns to tell which two belong together. Larger batches make this harder and the
    representations better. It works best with absolute decibels, which 'preprocess' keeps with --reference
    full-scale --scale none, as in the first example. Watch it with: tensorboard --logdir DIR/logs
    """

    architecture = ContrastiveConfig
    epilog = """\
examples:
  the spectrograms that it works best with:
    audeep preprocess --basedir ESC-10 --window-width 0.046 --window-overlap 0.026 --mel-spectrum 64 \\
        --fixed-length 5 --reference full-scale --scale none --output spectrograms/esc-10-absolute.nc
  learn:
    audeep contrastive train --input spectrograms/esc-10-absolute.nc --run-name output/esc-10-contrastive"""


class GenerateContrastive(Generate):
    """Generate representations with a trained contrastive network.

    Writes one vector for each spectrogram, with the labels, folds and partitions of the input: for each kernel of
    all blocks but the last, how often, how strongly and in which group of bands the recording contains its pattern.
    """

    architecture = ContrastiveConfig
    epilog = """\
example:
  audeep contrastive generate --model-dir output/esc-10-contrastive/logs \\
      --input spectrograms/esc-10-absolute.nc --output output/esc-10-contrastive/representations.nc"""
