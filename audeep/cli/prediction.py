"""Commands that train classifiers, and predict labels with them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import MISSING, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audeep.backend.classifiers.config import (
    ClassificationConfig,
    ClassifierTrainingConfig,
    MLPConfig,
    PredictionConfig,
    SVMConfig,
)
from audeep.backend.errors import OptionError
from audeep.backend.seeds import SeedConfig
from audeep.backend.spectrograms.config import ExtractionConfig
from audeep.backend.training.config import CheckpointConfig
from audeep.cli import tensorflow
from audeep.cli.classifiers import ClassifierCommand
from audeep.cli.command import LOG, ListCommand
from audeep.cli.options import add_config, add_input, add_output, add_recordings, config_from, given

if TYPE_CHECKING:
    from audeep.backend.classifiers.prediction import Predictions


def add_generating_model(parser: argparse.ArgumentParser, purpose: str, default: str) -> None:
    """Add ``--model-dir``, which may be given several times."""
    help = (
        f"folder of the model that generated the vectors, {purpose}; for fused vectors, give the option once for "
        f"each model, in their order (default: {default})"
    )
    # Not several values, among which would be the recordings after them.
    parser.add_argument("--model-dir", type=Path, action="append", metavar="DIR", help=help)


class TrainClassifier(ClassifierCommand):
    """Base class of the commands that train a classifier and save it."""

    details = """\
Writes a folder with the classifier, which 'predict' then uses to label other recordings. Nothing in it is
executed when it is loaded. Features are standardised with the mean and standard deviation of the training
data."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of training, then those of the classifier."""
        add_input(parser, f"{self.features} with labels or continuous targets")
        add_config(parser, ClassifierTrainingConfig)
        add_output(parser, "folder to write the classifier to, such as one beside logs", metavar="DIR")
        if self.made_by_model:
            add_generating_model(parser, "for 'predict'", "the folder logs beside --output, if it contains a model")
        add_config(parser, self.classifier)
        if self.saves_checkpoints:
            add_config(parser, CheckpointConfig)
        add_config(parser, SeedConfig)

    def take_action(self, args: argparse.Namespace) -> None:
        """Train the classifier and write it."""
        config = config_from(args, ClassifierTrainingConfig)
        checkpoints = config_from(args, CheckpointConfig) if self.saves_checkpoints else None
        classifier = self.classifier_from(args)
        from audeep.backend.classifiers.saving import train_classifier

        train_classifier(
            args.input,
            classifier,
            args.output,
            config,
            model_dir=args.model_dir if self.made_by_model else None,
            checkpoints=checkpoints,
            seed=args.seed,
        )
        LOG.info("wrote the classifier to %s", args.output)


class TrainMLP(TrainClassifier):
    """Train a multilayer perceptron and save it."""

    classifier, uses_tensorflow = MLPConfig, True
    epilog = """\
example:
  audeep mlp train --input output/esc-10/vectors.nc --output output/esc-10/classifier --shuffle"""


class TrainSVM(TrainClassifier):
    """Train a linear support vector machine and save it."""

    classifier = SVMConfig
    epilog = """\
example:
  audeep svm train --input output/esc-10/vectors.nc --output output/esc-10/classifier --complexity auto"""


class Predict(ClassifierCommand):
    """Base class of the prediction commands."""

    details = """\
Trains the classifier on one data set and predicts the labels of another, which need not have any; or uses a
classifier that was trained before (--classifier)."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of prediction, then those of the classifier."""
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument(
            "--train-input",
            type=Path,
            metavar="FILE",
            help=f"data set (netCDF): labelled {self.features} to train on",
        )
        source.add_argument(
            "--classifier",
            type=Path,
            metavar="DIR",
            help="folder of a trained classifier, written by 'train', to use instead of training one",
        )
        parser.add_argument(
            "--eval-input",
            type=Path,
            required=True,
            metavar="FILE",
            help=f"data set (netCDF): {self.features} to predict labels for; labels in this file are not used",
        )
        add_config(parser, PredictionConfig)
        columns = "and for sets of labels or continuous targets more columns, with their names in the first line"
        add_output(parser, f"text file to write: on each line a file name, a tab and the label, {columns}")
        # Required only in training.
        self.required = [item.name for item in fields(self.classifier) if item.default is MISSING]  # type: ignore[arg-type]
        optional: dict[str, Any] = dict.fromkeys(self.required)
        add_config(parser, self.classifier, **optional)
        add_config(parser, SeedConfig)

    def take_action(self, args: argparse.Namespace) -> None:
        """Train the classifier, or load it, and predict labels."""
        predictions = self.train(args) if args.classifier is None else self.load(args)
        predictions.save(args.output)
        LOG.info("wrote %d predictions to %s", len(predictions.filenames), args.output)

    def train(self, args: argparse.Namespace) -> Predictions:
        """Train the classifier and predict labels."""
        for name in self.required:
            if getattr(args, name) is None:
                raise OptionError(f"`{name}` is required with `train_input`")
        config = config_from(args, PredictionConfig)
        classifier = self.classifier_from(args)
        from audeep.backend.classifiers.prediction import predict

        return predict(args.train_input, args.eval_input, classifier, config, seed=args.seed)

    def load(self, args: argparse.Namespace) -> Predictions:
        """Load the classifier and predict labels."""
        config = config_from(args, ClassificationConfig)
        training = (ClassifierTrainingConfig, self.classifier, SeedConfig)
        for name in given(args, [item.name for used in training for item in fields(used)]):  # type: ignore[arg-type]
            raise OptionError(f"`{name}` cannot be given with `classifier`, which is trained already")
        if self.uses_tensorflow:
            tensorflow.start(self.verbose)
        from audeep.backend.classifiers.prediction import classify

        return classify(args.eval_input, args.classifier, config, kind=self.classifier)


class PredictMLP(Predict):
    """Predict labels with a multilayer perceptron."""

    classifier, uses_tensorflow = MLPConfig, True
    epilog = """\
examples:
  train on one data set, predict the labels of another:
    audeep mlp predict --train-input train.nc --eval-input test.nc --output predictions.tsv
  with a classifier that was trained before:
    audeep mlp predict --classifier output/esc-10/classifier --eval-input test.nc --output predictions.tsv"""


class PredictSVM(Predict):
    """Predict labels with a linear support vector machine."""

    classifier = SVMConfig
    epilog = """\
examples:
  for a challenge whose test partition has no labels:
    audeep svm predict --train-input data.nc --train-partitions TRAIN DEVEL \\
        --eval-input data.nc --eval-partitions TEST --complexity 0.001 --output predictions.tsv
  with a classifier that was trained before:
    audeep svm predict --classifier output/esc-10/classifier --eval-input test.nc --output predictions.tsv"""


class PredictRecordings(ListCommand):
    """Predict the labels of recordings with a trained classifier.

    Goes all the way from audio to labels: the model that made the training data of the classifier turns each
    recording into a vector, with the spectrogram settings that it was trained with. A network that was trained on
    spectrograms or waveforms needs no model. With an MLP or another network, prints the probability of each label;
    an SVM has no probabilities, but decision values: the larger that of a label, the farther the recording is on
    its side of the boundary. If the classifier has learned sets of labels or continuous targets, it predicts these.
    """

    epilog = """\
examples:
  audeep predict --classifier output/esc-10/classifier dog.wav rain.wav
  for a spreadsheet, all recordings in a folder:
    audeep predict --classifier output/esc-10/classifier new-recordings --output labels.csv"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options."""
        add_recordings(parser)
        help = "folder of the classifier, which 'svm train', 'mlp train' or 'cnn train', for example, wrote"
        parser.add_argument("--classifier", type=Path, required=True, metavar="DIR", help=help)
        add_generating_model(
            parser, "if it is no longer where it was", "where it was when the classifier was trained"
        )
        add_output(parser, "file to write the table to, as CSV, instead of printing it", default=None)
        add_config(parser, ExtractionConfig)

    def take_action(self, args: argparse.Namespace) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
        """Predict the labels."""
        extraction = config_from(args, ExtractionConfig)
        tensorflow.start(self.verbose)
        from audeep.backend.atomic import refuse_same_file, replacing
        from audeep.backend.classifiers.recordings import classify_recordings

        self.is_written = args.output is not None
        # The file comes first, so that one that cannot be written is refused before the work.
        with replacing(args.output) if self.is_written else nullcontext() as temporary:
            table = classify_recordings(args.recordings, args.classifier, extraction, model_dir=args.model_dir)
            if temporary is not None:
                for name in table["filename"]:
                    refuse_same_file(output=args.output, recordings=Path(name))
                table.to_csv(temporary, index=False)
        if self.is_written:
            LOG.info("wrote %d predictions to %s", len(table), args.output)
        return list(table.columns), table.astype(object).values.tolist()

    def print_table(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Print each recording with what was predicted, unless the table was written to a file."""
        if self.is_written:
            return
        from prettytable import PrettyTable

        _, *names = rows[0]
        if names[0] == "label":
            is_probability = names[1].startswith("probability_")
            titles = ["label", "probability" if is_probability else "decision value"]
            cells = [_with_certainty(row, is_probability=is_probability) for row in rows]
        elif names[0] == "labels":
            titles, cells = ["labels"], [[row["labels"]] for row in rows]
        else:
            titles, cells = names, [[f"{row[name]:.4g}" for name in names] for row in rows]
        table = PrettyTable(["recording", *titles], align="l")
        table.add_rows([[row["filename"], *values] for row, values in zip(rows, cells, strict=True)])
        self.app.stdout.write(table.get_string() + "\n")


def _with_certainty(row: Mapping[str, Any], *, is_probability: bool) -> list[str]:
    """Return the label of a recording, and its score, which is the highest."""
    highest = max(value for name, value in row.items() if name not in ("filename", "label"))
    return [row["label"], f"{highest:.1%}" if is_probability else f"{highest:.3f}"]
