"""Classifiers trained on a data set, with what must be known to use them."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline

from audeep.backend.classifiers.config import Task
from audeep.backend.classifiers.pipeline import chosen, fitted
from audeep.backend.classifiers.registry import command_name, estimator_class
from audeep.backend.classifiers.training_data import TrainingData, check_labels, check_upsampling
from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import OptionError
from audeep.backend.log import LOG
from audeep.backend.options import Config
from audeep.backend.training.config import CheckpointConfig


@dataclass(frozen=True, eq=False)
class TrainedClassifier:
    """A trained classifier, and what is known about the data that it was trained on.

    Parameters
    ----------
    pipeline
        Standardises vectors, and predicts label names, sets of labels or targets.
    config
        Configuration of the classifier.
    feature_shape
        Shape of the features of an instance.
    label_map
        Number of each label name, or None.
    models
        Descriptions of the models that generated the vectors, if they are known.
    model_dirs
        Folders of these models, in the same order, if they are known.
    task
        What it has learned.
    names
        Names of the classes in alphabetical order, of the labels in sets, or of the targets.
    spectrograms, waveforms
        Settings of the spectrograms, or waveforms, that it was trained on or that its vectors were made from, if
        they are known.
    """

    pipeline: Pipeline
    config: Config
    feature_shape: tuple[int, ...]
    label_map: Mapping[str, int] | None = None
    models: Sequence[Mapping[str, Any]] = ()
    model_dirs: Sequence[Path] = ()
    task: Task = Task.CLASSIFICATION
    names: Sequence[str] = ()
    spectrograms: Mapping[str, Any] | None = None
    waveforms: Mapping[str, Any] | None = None

    @property
    def chosen(self) -> dict[str, float]:
        """Parameters chosen in training, by name."""
        return chosen(self.config, self.pipeline)

    def warn_unless_converged(self) -> None:
        """Warn if training has not converged, and say what may help."""
        if not self.pipeline[-1].converged_:
            LOG.warning("the classifier did not converge; %s may help", self.pipeline[-1].remedy)


def train_on(
    data_set: DataSet,
    used: np.ndarray,
    classifier: Config,
    *,
    upsample: bool,
    seed: np.random.SeedSequence,
    task: Task = Task.CLASSIFICATION,
    checkpoints: CheckpointConfig | None = None,
) -> TrainedClassifier:
    """Train a classifier on the `used` instances, shape (instance,), bool, which must be labelled."""
    check_upsampling(task, upsample)
    check_labels(data_set, used, task, to_train=True)
    on_demand = estimator_class(type(classifier)).takes_data_sets
    # Of the classifiers that the training loop trains.
    options = {"checkpoints": checkpoints, "verbose": True} if on_demand else {}
    if checkpoints and checkpoints.checkpoint_dir and not options:
        raise OptionError(f"{command_name(type(classifier))} does not support `checkpoint_dir`")
    instances = TrainingData.read(data_set, used, task, on_demand=on_demand)
    is_classification = task is Task.CLASSIFICATION
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        pipeline = fitted(
            classifier,
            instances.features,
            instances.classes[instances.labels] if is_classification else instances.labels,
            instances.filenames,
            task=task,
            upsample=upsample,
            seed=seed,
            **options,
        )
    trained = TrainedClassifier(
        pipeline,
        classifier,
        data_set.feature_shape,
        data_set.label_map,
        data_set.models,
        task=task,
        names=(pipeline.classes_ if is_classification else instances.classes).tolist(),
        spectrograms=data_set.spectrograms,
        waveforms=data_set.waveforms,
    )
    for name, value in trained.chosen.items():
        LOG.info("chose `%s` %g within the training data", name, value)
    return trained
