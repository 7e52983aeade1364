"""Command that turns recordings into vectors with trained models."""

import argparse
import sys

from audeep.backend.autoencoders.architectures import RecurrentGenerationConfig
from audeep.backend.embedding.config import EmbeddingConfig
from audeep.backend.spectrograms.config import ExtractionConfig
from audeep.backend.training.config import GenerationConfig
from audeep.cli import tensorflow
from audeep.cli.autoencoders import add_model_dir
from audeep.cli.command import Command, printing
from audeep.cli.deployment import CHOICES
from audeep.cli.options import add_config, add_output, add_recordings, config_from, given


class Embed(Command):
    """Turn recordings into vectors with a trained model.

    Makes the same spectrograms that the model was trained on, and prints a line for each recording: its name
    and its vector, as CSV. With --window or --hop, there is a line for each window of a recording, with its
    start in seconds; recordings may then be hours long. With a model that was trained on chunks or channels,
    their vectors are averaged.
    """

    epilog = """\
examples:
  audeep embed --model-dir run/logs dog.wav
  audeep embed --model-dir run/logs recordings --output vectors.nc
  audeep embed --model-dir run/logs --window 5 --hop 2.5 hour.flac --output hour.parquet
  audeep embed --model-dir run/logs --model-dir other-run/logs dog.wav cat.wav
  audeep embed --model-dir run/logs - < dog.wav"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_recordings(parser)
        add_model_dir(parser, several=True)
        add_output(
            parser,
            "file to write instead of printing: .csv, .jsonl, .nc (a data set), .npy (vectors alone) or .parquet",
            default=None,
        )
        add_config(parser, EmbeddingConfig)
        add_config(parser, GenerationConfig, only=("batch_size",))
        add_config(parser, ExtractionConfig)
        group = parser.add_argument_group("options of recurrent autoencoders")
        add_config(group, RecurrentGenerationConfig, only=CHOICES)

    def take_action(self, args: argparse.Namespace) -> None:
        """Embed all recordings."""
        config, extraction = config_from(args, EmbeddingConfig), config_from(args, ExtractionConfig)
        options = given(args, (*CHOICES, "batch_size"))
        windows = config if config.window or config.hop else None
        if args.output is not None:
            from audeep.backend.embedding.output import check_output

            # Before TensorFlow starts, which takes seconds.
            check_output(args.output)
        tensorflow.start(self.verbose)
        from audeep.backend.embedding.model import load_model
        from audeep.backend.embedding.recordings import embed_recordings, found

        with found(args.recordings, sys.stdin.buffer) as recordings:
            model = load_model(args.model_dir, step=config.step, **options)
            with printing():
                embed_recordings(model, recordings, args.output or self.app.stdout, windows, extraction)
