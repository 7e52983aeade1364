"""What classifiers need to know of a data set, as arrays in memory, and what they refuse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from audeep.backend.data.data_set import DataSet
from audeep.backend.data.vectors import check_vectors, read_vectors
from audeep.backend.errors import DataError


@dataclass(frozen=True, eq=False)
class Instances:
    """Instances for a classifier.

    Parameters
    ----------
    features
        Shape (instance, feature).
    filenames
        Shape (instance,), of str.
    labels
        Names of labels, shape (instance,), of str; empty where there is none.
    """

    features: np.ndarray
    filenames: np.ndarray
    labels: np.ndarray

    def check_labelled(self, indices: np.ndarray) -> None:
        """Refuse instances without a label.

        Raises
        ------
        DataError
            With the first of them.
        """
        unlabelled = indices[self.labels[indices] == ""]
        if unlabelled.size:
            raise DataError(
                f"{unlabelled.size} of {indices.size} instances have no label, such as "
                f"{self.filenames[unlabelled[0]]}; all that are used must be labelled"
            )

    def check_trainable(self, indices: np.ndarray) -> None:
        """Refuse to train on a single class.

        Raises
        ------
        DataError
            With the name of the class.
        """
        classes = np.unique(self.labels[indices]).tolist()
        if len(classes) == 1:
            raise DataError(
                f"all training instances are of the class {classes[0]!r}; a classifier needs at least two"
            )


def check_readable(data_set: DataSet) -> None:
    """Refuse a data set without instances, or whose features are no vectors.

    Raises
    ------
    DataError
        With the name of the file.
    """
    if not data_set.num_instances:
        raise DataError(f"{data_set.name} has no instances")
    check_vectors(data_set, "a classifier")


def read(data_set: DataSet, instances: np.ndarray) -> Instances:
    """Read what is known of some instances, and their features, into memory.

    Parameters
    ----------
    data_set
        Where they are.
    instances
        Which of them, shape (instance,), bool.

    Raises
    ------
    DataError
        If the features are no vectors of finite numbers, or there are no instances.
    """
    check_readable(data_set)
    labels = data_set.label_nominal[instances].astype(str)
    return Instances(read_vectors(data_set.select(instances)), data_set.filename[instances], labels)


def classes_by_number(labels: Sequence[str] | np.ndarray, numbers: Mapping[str, int] | None) -> np.ndarray:
    """Return the distinct labels in the order of their numbers; alphabetically if they have none.

    >>> classes_by_number(["dog", "cat", "dog"], {"cat": 1, "dog": 0}).tolist()
    ['dog', 'cat']
    """
    known = numbers or {}
    classes = sorted(set(labels), key=lambda label: (known.get(label, len(known)), label))
    return np.array(classes, dtype=str)


def numbered(labels: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return the index in `classes` of each label."""
    index = {label: number for number, label in enumerate(classes)}
    return np.array([index[label] for label in labels], dtype=np.int64)
