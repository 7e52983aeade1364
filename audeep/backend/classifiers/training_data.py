"""Training data of classifiers, and its checks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from audeep.backend.classifiers.config import Task
from audeep.backend.classifiers.registry import estimator_class
from audeep.backend.classifiers.tasks import RULES, is_known
from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet
from audeep.backend.data.vectors import read_vectors
from audeep.backend.errors import DataError, OptionError
from audeep.backend.options import Config


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Labelled instances."""

    #: Shape (instance, feature dims...); or a data set, whose features are read on demand.
    features: np.ndarray | DataSet
    #: Shape (instance,), of str.
    filenames: np.ndarray
    #: Index of each label in `classes`, shape (instance,); or sets of labels, or targets, shape (instance, name).
    labels: np.ndarray
    #: Label names in the order of their numbers, or alphabetical if they have none, shape (class,); or names of the
    #: labels in sets, or of the targets, shape (name,).
    classes: np.ndarray

    @classmethod
    def read(
        cls, data_set: DataSet, instances: np.ndarray, task: Task = Task.CLASSIFICATION, *, on_demand: bool = False
    ) -> Self:
        """Read the `instances` of a mask, shape (instance,), bool; `DataError` if features are not finite.

        Features are read into memory unless `on_demand`.
        """
        column, chosen = schema.COLUMNS[RULES[task].column], data_set.select(instances)
        labels = chosen[column.name]
        if column.named:
            labels, classes = labels.astype(column.kind), data_set[column.dims[1]].tolist()
        else:
            classes = in_order(labels.tolist(), data_set.label_map)
            labels = pd.Index(classes).get_indexer(pd.Index(labels))
        return cls(
            features=chosen if on_demand else read_vectors(chosen),
            filenames=chosen.filename.astype(str),
            labels=labels,
            classes=np.array(classes, str),
        )


def in_order(labels: Iterable[str], label_map: Mapping[str, int] | None) -> list[str]:
    """Return the distinct labels in the order of their numbers, or alphabetically if they have none.

    >>> in_order(["ant", "bee", "frog", "ant"], {"frog": 0, "ant": 1})
    ['frog', 'ant', 'bee']
    """
    numbers = label_map or {}
    return sorted(set(labels), key=lambda label: (numbers.get(label, len(numbers)), label))


def check_features(data_set: DataSet, classifier: Config, *, trained: bool = False) -> None:
    """Refuse a data set without instances, or with features of a shape that the classifier cannot use.

    A classifier that is `trained` no longer needs the model that its encoder came from.
    """
    if not data_set.num_instances:
        raise DataError(f"{data_set.name} has no instances")
    estimator = estimator_class(type(classifier))
    check = estimator.check_data_set if trained else estimator.check_training_data
    check(classifier, data_set)


def check_upsampling(task: Task, upsample: bool) -> None:
    """Refuse to balance classes where there are none."""
    if upsample and task is not Task.CLASSIFICATION:
        raise OptionError(f"`upsample` balances classes; it cannot be used to learn {task.value}")


def check_labels(data_set: DataSet, instances: np.ndarray, task: Task, *, to_train: bool) -> None:
    """Refuse `instances`, shape (instance,), bool, without labels, and to train, those of a single class."""
    unlabelled = np.flatnonzero(instances & ~is_known(data_set, task))
    if unlabelled.size:
        lack = {Task.CLASSIFICATION: "no label", Task.MULTI_LABEL: "unknown labels", Task.REGRESSION: "no target"}
        raise DataError(
            f"{unlabelled.size} of {instances.sum()} instances have {lack[task]}, such as "
            f"{data_set.filename[unlabelled[0]]}; all instances used must be labelled"
        )
    if task is Task.MULTI_LABEL and len(data_set.label_names) == 1:
        raise DataError(f"{data_set.name} has sets of a single label; two or more are needed")
    if task is not Task.CLASSIFICATION:
        return
    classes = set(data_set.label_nominal[instances])
    if to_train and len(classes) == 1:
        raise DataError(
            f"all training instances have the class {classes.pop()!r}; a classifier needs at least two classes"
        )
