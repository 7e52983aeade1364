"""Labels for instances that have none."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audeep.backend.atomic import replacing
from audeep.backend.classifiers.config import ClassifierConfig, PredictionConfig
from audeep.backend.classifiers.instances import check_readable, classes_by_number, numbered, read
from audeep.backend.classifiers.pipeline import Pipeline, majority
from audeep.backend.data.data_set import DataSet, Partition
from audeep.backend.data.vectors import finite_slabs
from audeep.backend.errors import DataError
from audeep.backend.log import LOG
from audeep.backend.seeds import root_seed


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predicted labels, sorted by file name (and by chunk, if there is one for each chunk).

    Parameters
    ----------
    filenames
        Shape (prediction,), of str.
    labels
        Names of labels, shape (prediction,), of str.
    """

    filenames: np.ndarray
    labels: np.ndarray

    def save(self, path: Path) -> None:
        """Write one line for each prediction: file name, tab, label."""
        lines = (f"{name}\t{label}\n" for name, label in zip(self.filenames, self.labels, strict=True))
        with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)


def predict(
    train: DataSet,
    data_set: DataSet,
    classifier: ClassifierConfig,
    config: PredictionConfig,
    *,
    seed: int | None = None,
) -> Predictions:
    """Train a classifier on one data set and predict the labels of another.

    Parameters
    ----------
    train
        Labelled feature vectors.
    data_set
        Feature vectors of the same kind; their labels, if they have any, are not used.
    classifier
        The kind of classifier and its parameters.
    config
        Which partitions to use, and how classes and chunks are handled.
    seed
        Makes the result repeatable.

    Raises
    ------
    DataError
        If the data sets do not fit each other or a classifier.
    """
    root = root_seed(seed)
    used, wanted = _selected(train, config.train_partitions), _selected(data_set, config.eval_partitions)
    _check_label_maps(train, data_set)
    check_readable(data_set)
    known = read(train, used)
    if known.features.shape[1:] != data_set.feature_shape:
        raise DataError(
            f"the training data have {known.features.shape[1]} features, but the data to predict "
            f"{data_set.feature_shape[0]}; generate both with the same model"
        )
    everything = np.arange(len(known.labels))
    known.check_labelled(everything)
    known.check_trainable(everything)
    classes = classes_by_number(known.labels, train.label_map)

    pipeline = Pipeline(classifier, upsample=config.upsample, seed=root)
    pipeline.fit(known.features, numbered(known.labels, classes))
    if not pipeline.converged:
        LOG.warning("the classifier did not converge: a smaller `complexity` or `learning_rate` may help")
    # The training data are in memory, but there may be many more to predict.
    predicted = np.concatenate([pipeline.predict(slab) for slab in finite_slabs(data_set.select(wanted))])

    filenames = data_set.filename[wanted]
    files, chunks = np.unique(filenames.astype(str), return_inverse=True)
    if config.majority_vote:
        return Predictions(files, classes[majority(chunks, predicted)])
    if len(files) < len(chunks):
        LOG.warning(
            "%d files have %d chunks: one label for each chunk; `majority_vote` gives one for each file",
            len(files),
            len(chunks),
        )
    order = np.lexsort((data_set.chunk_nr[wanted], chunks))
    return Predictions(filenames[order], classes[predicted[order]])


def _selected(data_set: DataSet, partitions: Sequence[Partition] | None) -> np.ndarray:
    """Tell which instances are used, shape (instance,), bool."""
    return np.ones(len(data_set), bool) if partitions is None else data_set.are_in(partitions)


def _check_label_maps(train: DataSet, data_set: DataSet) -> None:
    """Refuse data sets that number the same labels differently, or have different labels."""
    ours, theirs = train.label_map, data_set.label_map
    if ours and theirs and ours != theirs:
        label = min(label for label, _ in ours.items() ^ theirs.items())
        raise DataError(
            f"the training data and the data to predict have different label maps: the number of {label!r} is "
            f"{ours.get(label, 'missing')} in the one and {theirs.get(label, 'missing')} in the other"
        )
