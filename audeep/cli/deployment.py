"""Command that exports trained models."""

import argparse
from collections.abc import Mapping
from typing import Any

from audeep.backend.autoencoders.architectures import RecurrentGenerationConfig
from audeep.backend.deployment.config import ModelExportConfig
from audeep.cli import tensorflow
from audeep.cli.autoencoders import add_model_dir
from audeep.cli.command import ShowCommand
from audeep.cli.options import add_config, add_output, config_from, given

#: Generation options that decide what an exported model computes; only recurrent autoencoders have them.
CHOICES = ("pooling", "layers")


class ExportModel(ShowCommand):
    """Export a trained model for programs that do not have auDeep.

    The exported model takes spectrograms with the settings of the training data, or with --from-audio mono
    samples at their sample rate, in batches of any size; it returns what generate returns. It is loaded
    again and compared with the original before the command reports success.
    """

    epilog = """\
examples:
  for Keras, to train it further:
    audeep export-model --model-dir output/esc-10/logs --output encoder.keras
  for onnxruntime, from samples, with what it takes and returns as JSON:
    audeep export-model --model-dir output/esc-10/logs --output encoder.onnx --format onnx --from-audio -f json"""

    title = "exported model"
    # --format is that of the model; that of the output remains as -f.
    conflict_handler = "resolve"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_model_dir(parser)
        add_output(parser, "file to write, or folder for a SavedModel", metavar="PATH")
        add_config(parser, ModelExportConfig)
        group = parser.add_argument_group("options of recurrent autoencoders")
        add_config(group, RecurrentGenerationConfig, only=CHOICES)

    def take_action(self, args: argparse.Namespace) -> tuple[list[str], list[Any]]:
        """Export the model, and tell what it takes and returns."""
        config = config_from(args, ModelExportConfig)
        tensorflow.start(self.verbose)
        from audeep.backend.deployment.export import export_model

        facts = export_model(args.model_dir, args.output, config, given(args, CHOICES))
        return list(facts), list(facts.values())

    def print_table(self, facts: Mapping[str, Any]) -> None:
        """Print what the model takes and returns; with ``--quiet``, nothing."""
        if not self.quiet:
            super().print_table({name.replace("_", " "): formatted(value) for name, value in facts.items()})


def formatted(value: Any) -> str:
    """Format a fact for people; the first size of a shape is the number of recordings in a batch."""
    if isinstance(value, list):
        return " x ".join(["batch", *("any" if size is None else str(size) for size in value[1:])])
    return f"{value:.2g}" if isinstance(value, float) else str(value)
