"""Command that exports trained models."""

import argparse
from collections.abc import Mapping
from typing import Any

from audeep.backend.autoencoders.architectures import RecurrentGenerationConfig
from audeep.backend.deployment.config import ModelExportConfig
from audeep.cli import tensorflow
from audeep.cli.autoencoders import add_model_dir
from audeep.cli.command import ShowCommand
from audeep.cli.options import add_config, add_output, config_from

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
  for onnxruntime, from samples:
    audeep export-model --model-dir output/esc-10/logs --output encoder.onnx --format onnx --from-audio"""

    title = "exported model"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_model_dir(parser)
        add_output(parser, "file to write, or folder for a SavedModel", metavar="PATH")
        add_config(parser, ModelExportConfig)
        group = parser.add_argument_group("options of recurrent autoencoders")
        add_config(group, RecurrentGenerationConfig, only=CHOICES)
        self.default_of = parser.get_default

    def take_action(self, args: argparse.Namespace) -> tuple[list[str], list[Any]]:
        """Export the model."""
        config = config_from(args, ModelExportConfig)
        given = {name: getattr(args, name) for name in CHOICES if getattr(args, name) != self.default_of(name)}
        tensorflow.start(self.verbose)
        from audeep.backend.deployment.export import export_model

        facts = export_model(args.model_dir, args.output, config, given)
        return list(facts), list(facts.values())

    def print_table(self, facts: Mapping[str, Any]) -> None:
        """Print the facts with their units."""
        words = {name: value for name, value in facts.items()}
        for name in ("input_shape", "output_shape"):
            words[name] = " x ".join("batch" if size is None else str(size) for size in facts[name])
        if "sample_rate" in facts:
            words["sample_rate"] = f"{facts['sample_rate']} Hz"
        words["largest_difference"] = f"{facts['largest_difference']:.2g}"
        super().print_table({name.replace("_", " "): value for name, value in words.items()})
