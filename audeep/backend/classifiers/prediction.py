"""Prediction of labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from audeep.backend.atomic import replacing
from audeep.backend.classifiers import saving
from audeep.backend.classifiers.config import ClassificationConfig, PredictionConfig, Task
from audeep.backend.classifiers.pipeline import majority
from audeep.backend.classifiers.registry import classifier_name, command_name, estimator_class
from audeep.backend.classifiers.tasks import RULES, task_of
from audeep.backend.classifiers.trained import TrainedClassifier, train_on
from audeep.backend.classifiers.training_data import check_features, in_order
from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet, opened
from audeep.backend.data.vectors import finite_slabs
from audeep.backend.errors import DataError, ModelError
from audeep.backend.log import LOG
from audeep.backend.options import Config
from audeep.backend.seeds import root_seed
from audeep.backend.spectrograms.config import LENGTH_SETTINGS
from audeep.backend.training.architecture import other_preprocessing


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predictions, sorted by file name, and by channel and chunk if there is one for each.

    Parameters
    ----------
    filenames
        Shape (prediction,), of str.
    columns
        What was predicted, each of shape (prediction,): ``label``, a label name; or ``labels``, the labels of a set
        separated by semicolons, and the score of each, such as ``probability_dog`` or ``decision_value_dog``; or
        continuous targets by name.
    inputs
        Files that they were predicted from, which `save` refuses to overwrite.
    """

    filenames: np.ndarray
    columns: Mapping[str, np.ndarray]
    inputs: tuple[Path, ...] = ()

    @property
    def labels(self) -> np.ndarray:
        """Label names, shape (prediction,), of str; those of a set are separated by semicolons.

        Raises
        ------
        AttributeError
            If targets were predicted.
        """
        for name in ("label", "labels"):
            if name in self.columns:
                return self.columns[name]
        raise AttributeError(f"{', '.join(self.columns)} were predicted, not labels")

    def save(self, path: Path | str) -> None:
        """Write one line for each prediction: file name, tab, label.

        Unless there are only labels, there are more columns, and a line with their names above.
        """
        rows = zip(self.filenames, *(column.tolist() for column in self.columns.values()), strict=True)
        header = [] if [*self.columns] == ["label"] else [("filename", *self.columns)]
        lines = ("\t".join(map(_as_text, row)) + "\n" for row in (*header, *rows))
        with (
            replacing(Path(path), inputs=self.inputs) as temporary,
            temporary.open("w", encoding="utf-8", newline="") as file,
        ):
            file.writelines(lines)


def predict(
    train: Path | str | DataSet,
    data: Path | str | DataSet,
    classifier: Config,
    config: PredictionConfig | Mapping[str, Any] | None = None,
    *,
    seed: int | None = None,
) -> Predictions:
    """Train a classifier on one data set and predict the labels of another.

    Parameters
    ----------
    train
        Labelled vectors; for networks that learn from labels, spectrograms, waveforms or sequences of vectors.
    data
        Features of the same kind; labels, if any, are not used.
    classifier
        Configuration of the classifier, one of `audeep.backend.classifiers.registry.CLASSIFIERS`.
    config
        Which partitions to use, and how to handle classes and chunks.
    seed
        Makes the result repeatable.

    Returns
    -------
    Predictions
        A label, a set of labels, or targets for each instance, or with `PredictionConfig.majority_vote` for each
        file.

    Raises
    ------
    DataError
        If the data sets do not match, or the classifier cannot use them.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> known = make_data_set(8, labels=["cat", "dog"], generated=4)
    >>> unknown = make_data_set(3, generated=4)
    >>> svm, config = audeep.SVMConfig(complexity=0.1), audeep.PredictionConfig()
    >>> predicted = audeep.predict(known, unknown, svm, config, seed=1)
    >>> predicted.filenames.tolist(), predicted.labels.shape
    (['0.wav', '1.wav', '2.wav'], (3,))
    """
    root, config = root_seed(seed), PredictionConfig.of(config)
    with opened(train) as known, opened(data) as unknown:
        used, wanted = known.are_in(config.train_partitions), unknown.are_in(config.eval_partitions)
        check_features(known, classifier)
        _check_match(known, unknown, classifier)
        task = task_of(known, config.task)
        trained = train_on(known, used, classifier, task=task, upsample=config.upsample, seed=root)
        trained.warn_unless_converged()
        return _label(trained, unknown, wanted, config, inputs=known.source.files)


def classify(
    data: Path | str | DataSet,
    classifier: Path | str,
    config: ClassificationConfig | Mapping[str, Any] | None = None,
    *,
    kind: type[Config] | None = None,
) -> Predictions:
    """Predict the labels of a data set with a saved classifier.

    Parameters
    ----------
    data
        Features like those that the classifier was trained on: vectors from the same model, or spectrograms made
        with the same settings. Labels, if any, are not used.
    classifier
        Folder that `train_classifier` wrote.
    config
        Which instances to predict labels for, and whether chunks vote.
    kind
        Required kind of classifier, such as `SVMConfig`; by default, any.

    Returns
    -------
    Predictions
        A label, a set of labels, or targets for each instance, or for each file with
        `ClassificationConfig.majority_vote`.

    Raises
    ------
    ModelError
        If there is no classifier, or it is damaged, or of another kind.
    DataError
        If the classifier was trained on other features.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> known = make_data_set(8, labels=["cat", "dog"], generated=4)
    >>> _ = audeep.train_classifier(known, audeep.SVMConfig(complexity=0.1), "classifier", seed=1)
    >>> predicted = audeep.classify(make_data_set(3, generated=4), "classifier")
    >>> predicted.filenames.tolist()
    ['0.wav', '1.wav', '2.wav']
    """
    config = ClassificationConfig.of(config)
    with opened(data) as data_set:
        folder = Path(classifier)
        trained = saving.read(folder)
        if kind not in (None, type(trained.config)):
            found, command = classifier_name(type(trained.config)), command_name(type(trained.config))
            raise ModelError(f"{folder} contains a classifier of the kind {found}; use 'audeep {command} predict'")
        wanted = data_set.are_in(config.eval_partitions)
        _check_match(trained, data_set, trained.config)
        inputs = (folder / saving.FILE, folder / saving.WEIGHTS)
        return _label(trained, data_set, wanted, config, inputs=inputs)


def _label(
    trained: TrainedClassifier,
    data_set: DataSet,
    wanted: np.ndarray,
    config: ClassificationConfig,
    *,
    inputs: Sequence[Path],
) -> Predictions:
    """Predict the labels of the `wanted` instances, shape (instance,), bool."""
    pipeline, rules, inputs = trained.pipeline, RULES[trained.task], (*inputs, *data_set.source.files)
    # The data may be much larger than memory.
    chosen = data_set.select(wanted)
    parts = [chosen] if pipeline[-1].takes_data_sets else finite_slabs(chosen)
    predicted = np.concatenate([rules.outputs(pipeline, part) for part in parts])
    filenames, within = data_set.filename[wanted], (data_set.chunk_nr[wanted], data_set.channel[wanted])
    files, chunks = np.unique(filenames.astype(str), return_inverse=True)
    if config.majority_vote:
        if trained.task is Task.CLASSIFICATION:
            # Ties go to the lowest number.
            classes = np.array(in_order(pipeline.classes_, trained.label_map))
            predicted = classes[majority(chunks, pd.Index(classes).get_indexer(pd.Index(predicted)))]
        else:
            predicted = rules.vote(chunks, predicted)
        return Predictions(files, rules.columns(pipeline, trained.names, predicted), inputs)
    if len(files) < len(chunks):
        LOG.warning(
            "%d files have %d chunks; predicting one label per chunk (`majority_vote` predicts one per file)",
            len(files),
            len(chunks),
        )
    order = np.lexsort((*within, chunks))
    return Predictions(filenames[order], rules.columns(pipeline, trained.names, predicted[order]), inputs)


def _as_text(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.9g}"


def _check_match(known: DataSet | TrainedClassifier, data_set: DataSet, classifier: Config) -> None:
    """Refuse a data set to predict that differs from the training data in more than the values of its features."""
    _check_label_maps(known, data_set)
    check_same_features(known, data_set, classifier)


def check_same_features(known: DataSet | TrainedClassifier, data_set: DataSet, classifier: Config) -> None:
    """Refuse features of another kind, settings or shape than those that a classifier was trained on."""
    check_models(known.models, data_set.models)
    # Many networks read recordings of any length; for those that do not, `check_shape` refuses other lengths.
    for product in (schema.SPECTROGRAMS, schema.WAVEFORMS):
        ours, theirs = getattr(known, product), getattr(data_set, product)
        if different := other_preprocessing(ours, theirs, ignored=LENGTH_SETTINGS):
            raise DataError(f"{data_set.name}: the training data has {product} with {different}")
    check_features(data_set, classifier, trained=isinstance(known, TrainedClassifier))
    estimator_class(type(classifier)).check_shape(classifier, known.feature_shape, data_set)


def check_models(ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]) -> None:
    """Refuse vectors from different models, whose features are not comparable."""
    if not all(model.get("weights") for model in (*ours, *theirs)) or not (ours and theirs):
        return
    if list(map(_identity, ours)) != list(map(_identity, theirs)):
        first, second = (" and ".join(map(_in_words, models)) for models in (ours, theirs))
        raise DataError(
            f"the training data was generated with one model ({first}), the data to predict with another "
            f"({second}); generate both with the same model"
        )


def _identity(model: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return what must be the same for the vectors of models to be comparable."""
    return model["weights"], model.get("generation") or {}


def _in_words(model: Mapping[str, Any]) -> str:
    """Describe a model for a message."""
    seed = (model.get("training") or {}).get("seed")
    made = "".join(f", {name} {value}" for name, value in (model.get("generation") or {}).items())
    return f"{model.get('kind')}, seed {seed}, step {model.get('step')}, weights {model['weights']}{made}"


def _check_label_maps(train: DataSet | TrainedClassifier, data_set: DataSet) -> None:
    """Refuse data sets that number the same labels differently, or have different labels."""
    ours, theirs = train.label_map, data_set.label_map
    if ours and theirs and ours != theirs:
        label = min(label for label, _ in ours.items() ^ theirs.items())
        raise DataError(
            f"the training data and the data to predict have different label maps: {label!r} is "
            f"{ours.get(label, 'missing')} in the first and {theirs.get(label, 'missing')} in the second"
        )
