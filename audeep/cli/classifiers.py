"""Commands that evaluate classifiers, and the base class of commands that use one."""

import argparse
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any, ClassVar

from audeep.backend.classifiers.config import EvaluationConfig, MLPConfig, SVMConfig, Task
from audeep.backend.errors import OptionError
from audeep.backend.options import Config
from audeep.backend.seeds import SeedConfig
from audeep.cli import tensorflow
from audeep.cli.command import Command, ShowCommand, fact_table, titled
from audeep.cli.measurement import chosen_rows, measurement_text
from audeep.cli.options import add_config, add_input, add_plot, config_from


class ClassifierCommand(Command):
    """Base class of commands that use a classifier; a subclass names it and starts the description."""

    #: Configuration of the classifier.
    classifier: ClassVar[type[Config]]
    #: What it reads.
    features: ClassVar[str] = "feature vectors"
    #: Whether that is made by a model.
    made_by_model: ClassVar[bool] = True
    #: Whether the classifier computes with TensorFlow.
    uses_tensorflow: ClassVar[bool] = False
    #: Whether its training saves checkpoints, from which it can be continued.
    saves_checkpoints: ClassVar[bool] = False
    #: Rest of the description.
    details: ClassVar[str]

    def get_description(self) -> str:
        """Return the first sentence, from the docstring of the class, and the details."""
        return f"{super().get_description()}\n\n{self.details}"

    def classifier_from(self, args: argparse.Namespace) -> Config:
        """Return the configuration of the classifier, and start TensorFlow if it is needed."""
        config = config_from(args, self.classifier)
        if self.uses_tensorflow:
            tensorflow.start(self.verbose)
        return config


class Evaluate(ClassifierCommand, ShowCommand):
    """Base class of the evaluation commands."""

    details = """\
Trains the classifier on one part of the data set and evaluates it on another: once for each
cross-validation fold, or once for fixed partitions. Prints accuracy, unweighted average recall and the
confusion matrix; for sets of labels, mean average precision and mean area under the ROC curve (AUC); for
continuous targets, error and correlations. Features are standardised with the mean and standard deviation
of the training data."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of evaluation, then those of the classifier."""
        add_input(parser, f"labelled {self.features}, with cross-validation folds or partitions")
        add_config(parser, EvaluationConfig)
        add_config(parser, self.classifier)
        add_config(parser, SeedConfig)
        add_plot(parser, "a plot of the confusion matrix")

    def take_action(self, args: argparse.Namespace) -> tuple[Sequence[str], Sequence[Any]]:
        """Evaluate the classifier."""
        config = config_from(args, EvaluationConfig)
        classifier = self.classifier_from(args)
        from audeep.backend.classifiers.confusion_matrix import plot_confusion_matrix
        from audeep.backend.classifiers.evaluation import evaluate
        from audeep.backend.classifiers.measurement import Measurement
        from audeep.backend.classifiers.tasks import task_of
        from audeep.backend.data.data_set import load
        from audeep.cli.plots import figure

        # The figure comes first, so that a file that cannot be written is refused before the work.
        with figure(args.plot) if args.plot else nullcontext() as picture, load(args.input) as data_set:
            task = task_of(data_set, config.task)
            if picture is not None and task is not Task.CLASSIFICATION:
                raise OptionError(f"`plot` draws a confusion matrix, which {task.value} do not have")
            result = evaluate(data_set, classifier, config, seed=args.seed)
            if picture is not None:
                plot_confusion_matrix(picture, result, f"{self.title} of {args.input.name}")
        if isinstance(result, Measurement):
            facts = result.to_dict()
            return tuple(facts), tuple(facts.values())
        facts = {name: getattr(result, name) for name in ("accuracy", "accuracy_std", "uar", "uar_std")} | {
            "folds": [{"accuracy": fold.accuracy, "uar": fold.uar, **fold.chosen} for fold in result.folds],
            "labels": list(result.labels),
            "confusion_matrix": result.confusion_matrix.tolist(),
            "repetitions": result.repetitions,
        }
        return tuple(facts), tuple(facts.values())

    def print_table(self, facts: Mapping[str, Any]) -> None:
        """Print the scores and the confusion matrix; with ``--quiet``, only accuracy and UAR, or the measures."""
        if "task" in facts:
            explanation = "" if self.quiet else _explain_deviation(facts)
            self.app.stdout.write(measurement_text(self.title, facts, explanation, quiet=self.quiet))
            return
        if self.quiet:
            self.app.stdout.write(f"{facts['accuracy']:.4f},{facts['uar']:.4f}\n")
            return
        scores = fact_table(self.title, _score_rows(facts))
        matrix = _matrix_table(facts["labels"], facts["confusion_matrix"])
        self.app.stdout.write(f"{scores}\n{_explain_deviation(facts)}{matrix}\n")


class EvaluateMLP(Evaluate):
    """Evaluate feature vectors with a multilayer perceptron."""

    classifier, uses_tensorflow = MLPConfig, True
    title = "MLP evaluation"
    epilog = """\
examples:
  by cross-validation, five times:
    audeep mlp evaluate --input representations.nc --cross-validate --repeat 5
  on fixed partitions, printing only accuracy and unweighted average recall:
    audeep -q mlp evaluate --input representations.nc --train-partitions TRAIN --eval-partitions DEVEL"""


class EvaluateSVM(Evaluate):
    """Evaluate feature vectors with a linear support vector machine."""

    classifier = SVMConfig
    title = "SVM evaluation"
    epilog = """\
examples:
  by cross-validation:
    audeep svm evaluate --input representations.nc --cross-validate --complexity 0.001
  on fixed partitions, with the results as JSON:
    audeep svm evaluate --input representations.nc --train-partitions TRAIN DEVEL --eval-partitions TEST \\
        --complexity 0.001 -f json"""


def _score_rows(facts: Mapping[str, Any]) -> dict[str, str]:
    """Format the scores for people."""
    from audeep.backend.classifiers.evaluation import write_score

    names = {"accuracy": "accuracy", "uar": "unweighted average recall"}
    rows: dict[str, str] = {}
    for number, score in enumerate(facts["folds"], start=1):
        fold = f"fold {number} " if len(facts["folds"]) > 1 else ""
        if fold:
            rows |= {f"{fold}{name}": write_score(score[key]) for key, name in names.items()}
        rows |= chosen_rows(score, fold)
    return rows | {name: write_score(facts[key], facts[f"{key}_std"]) for key, name in names.items()}


def _explain_deviation(facts: Mapping[str, Any]) -> str:
    """Explain what ± means."""
    if len(facts["folds"]) == 1:
        return ""
    repeated = f", each the mean of {facts['repetitions']} repetitions" if facts["repetitions"] > 1 else ""
    return f"± is twice the standard deviation over the {len(facts['folds'])} folds{repeated}\n"


def _matrix_table(labels: Sequence[str], matrix: Sequence[Sequence[float]]) -> str:
    """Format a confusion matrix; columns are numbered, because class names would make it too wide."""
    from prettytable import PrettyTable

    from audeep.backend.classifiers.evaluation import write_count

    numbers = [str(number) for number in range(1, len(labels) + 1)]
    table = PrettyTable(["true \\ predicted", *numbers])
    table.align = "r"
    table.align["true \\ predicted"] = "l"
    for number, label, row in zip(numbers, labels, matrix, strict=True):
        table.add_row([f"{number} {label}", *map(write_count, row)])
    return titled("confusion matrix", table)
