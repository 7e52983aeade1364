"""What classifiers learn from, and what they refuse."""

from collections.abc import Mapping, Sequence

import numpy as np

from audeep.backend.classifiers.registry import estimator_class
from audeep.backend.data.data_set import DataSet
from audeep.backend.data.files import source
from audeep.backend.data.streaming import describe_features
from audeep.backend.data.vectors import check_vectors
from audeep.backend.errors import DataError
from audeep.backend.options import Config


def check_features(data_set: DataSet, classifier: Config) -> None:
    """Refuse a data set without instances, or whose features have not the shape that a classifier takes.

    Raises
    ------
    DataError
        With the name of the file.
    """
    if not data_set.num_instances:
        raise DataError(f"{source(data_set)} has no instances")
    num_dims = estimator_class(type(classifier)).num_feature_dims
    if num_dims == 1:
        check_vectors(data_set, "a classifier")
    elif len(data_set.feature_dims) != num_dims or 0 in data_set.feature_shape:
        raise DataError(
            f"the features in {source(data_set)} have the dimensions {describe_features(data_set)}, but this "
            f"classifier takes instances with {num_dims} dimensions"
        )


def check_labelled(data_set: DataSet, instances: np.ndarray) -> None:
    """Refuse instances, shape (instance,), bool, without a label.

    Raises
    ------
    DataError
        With the first of them.
    """
    unlabelled = np.flatnonzero(instances & ~data_set.is_labelled)
    if unlabelled.size:
        raise DataError(
            f"{unlabelled.size} of {instances.sum()} instances have no label, such as "
            f"{data_set.filename[unlabelled[0]]}; all that are used must be labelled"
        )


def check_trainable(data_set: DataSet, instances: np.ndarray) -> None:
    """Refuse to train on instances, shape (instance,), bool, without a label, or of a single class.

    Raises
    ------
    DataError
        With the first unlabelled instance, or the name of the class.
    """
    check_labelled(data_set, instances)
    classes = set(data_set.label_nominal[instances])
    if len(classes) == 1:
        raise DataError(
            f"all training instances are of the class {classes.pop()!r}; a classifier needs at least two"
        )


def classes_by_number(labels: Sequence[str] | np.ndarray, numbers: Mapping[str, int] | None) -> np.ndarray:
    """Return the distinct labels in the order of their numbers; alphabetically if they have none.

    >>> classes_by_number(["dog", "cat", "dog"], {"cat": 1, "dog": 0}).tolist()
    ['dog', 'cat']
    """
    known = numbers or {}
    classes = sorted(set(labels), key=lambda label: (known.get(label, len(known)), label))
    return np.array(classes, dtype=str)
