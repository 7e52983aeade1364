"""Prediction of labels."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from audeep.backend.atomic import replacing
from audeep.backend.classifiers.config import PredictionConfig
from audeep.backend.classifiers.pipeline import chosen, fitted, majority
from audeep.backend.classifiers.training_data import TrainingData, check_features, check_labels
from audeep.backend.data.data_set import DataSet, opened
from audeep.backend.data.vectors import finite_slabs
from audeep.backend.errors import DataError
from audeep.backend.log import LOG
from audeep.backend.options import Config
from audeep.backend.seeds import root_seed


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predicted labels, sorted by file name, and by channel and chunk if there is one for each.

    Parameters
    ----------
    filenames
        Shape (prediction,), of str.
    labels
        Label names, shape (prediction,), of str.
    inputs
        Files that they were predicted from, which `save` refuses to overwrite.
    """

    filenames: np.ndarray
    labels: np.ndarray
    inputs: tuple[Path, ...] = ()

    def save(self, path: Path | str) -> None:
        """Write one line for each prediction: file name, tab, label."""
        lines = (f"{name}\t{label}\n" for name, label in zip(self.filenames, self.labels, strict=True))
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
        Labelled feature vectors.
    data
        Feature vectors of the same kind; labels, if any, are not used.
    classifier
        Configuration of the classifier, one of `audeep.backend.classifiers.registry.CLASSIFIERS`.
    config
        Which partitions to use, and how to handle classes and chunks.
    seed
        Makes the result repeatable.

    Returns
    -------
    Predictions
        A label for each instance, or with `PredictionConfig.majority_vote` for each file.

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
        _check_label_maps(known, unknown)
        _check_models(known, unknown)
        for data_set in (unknown, known):
            check_features(data_set, classifier)
        if known.feature_shape != unknown.feature_shape:
            ours, theirs = (" x ".join(map(str, data_set.feature_shape)) for data_set in (known, unknown))
            raise DataError(
                f"the training data has {ours} features, the data to predict {theirs}; generate both with the same "
                "model"
            )
        check_labels(known, used, to_train=True)
        instances = TrainingData.read(known, used)
        with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
            pipeline = fitted(
                classifier,
                instances.features,
                instances.labels,
                instances.filenames,
                upsample=config.upsample,
                seed=root,
            )
        for name, value in chosen(classifier, pipeline).items():
            LOG.info("chose `%s` %g within the training data", name, value)
        if not pipeline[-1].converged_:
            LOG.warning("the classifier did not converge; %s may help", pipeline[-1].remedy)
        # Only the training data is in memory; the data to predict may be much larger.
        predicted = np.concatenate([pipeline.predict(slab) for slab in finite_slabs(unknown.select(wanted))])
        filenames, parts = unknown.filename[wanted], (unknown.chunk_nr[wanted], unknown.channel[wanted])
    classes, inputs = instances.classes, (*known.source.files, *unknown.source.files)
    files, chunks = np.unique(filenames.astype(str), return_inverse=True)
    if config.majority_vote:
        return Predictions(files, classes[majority(chunks, predicted)], inputs)
    if len(files) < len(chunks):
        LOG.warning(
            "%d files have %d chunks; predicting one label per chunk (`majority_vote` predicts one per file)",
            len(files),
            len(chunks),
        )
    order = np.lexsort((*parts, chunks))
    return Predictions(filenames[order], classes[predicted[order]], inputs)


def _check_models(train: DataSet, data_set: DataSet) -> None:
    """Refuse vectors from different models, whose features are not comparable."""
    ours, theirs = train.models, data_set.models
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


def _check_label_maps(train: DataSet, data_set: DataSet) -> None:
    """Refuse data sets that number the same labels differently, or have different labels."""
    ours, theirs = train.label_map, data_set.label_map
    if ours and theirs and ours != theirs:
        label = min(label for label, _ in ours.items() ^ theirs.items())
        raise DataError(
            f"the training data and the data to predict have different label maps: {label!r} is "
            f"{ours.get(label, 'missing')} in the first and {theirs.get(label, 'missing')} in the second"
        )
