"""Tasks of classifiers: which column of a data set they learn, and what becomes of predictions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from audeep.backend.classifiers.config import Task
from audeep.backend.classifiers.measures import REGRESSION_MEASURES, SET_MEASURES, Measure
from audeep.backend.classifiers.pipeline import majority, scores
from audeep.backend.data import schema
from audeep.backend.data.columns import is_absent, is_missing
from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import DataError

#: Joins the labels of a set in a table.
SEPARATOR = ";"


@dataclass(frozen=True)
class Rules:
    """What a task means."""

    #: Column that it learns.
    column: str
    #: Returns what a trained pipeline says about features, shape (instance,), or (instance, label or target).
    outputs: Callable[[Pipeline, Any], np.ndarray]
    #: Returns the outputs for files, from the index of the file of each chunk and the outputs for the chunks.
    vote: Callable[[np.ndarray, np.ndarray], np.ndarray]
    #: Returns the columns of a table of predictions, from the pipeline, names of labels or targets, and outputs.
    columns: Callable[[Pipeline, Sequence[str], np.ndarray], dict[str, np.ndarray]]
    #: Measures of each label or target; classes have accuracy, UAR and a confusion matrix instead.
    measures: Mapping[str, Measure] = field(default_factory=dict)


def means(files: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Return the mean outputs for the chunks of each file, shape (file, output).

    `files` holds the file index of each chunk, shape (chunk,); `outputs` has shape (chunk, output).

    Examples
    --------
    >>> means(np.array([0, 1, 0]), np.array([[1.0], [5.0], [2.0]])).tolist()
    [[1.5], [5.0]]
    """
    sums = np.zeros((files.max() + 1, outputs.shape[1]))
    np.add.at(sums, files, outputs)
    return sums / np.bincount(files)[:, np.newaxis]


def _labels(pipeline: Pipeline, names: Sequence[str], outputs: np.ndarray) -> dict[str, np.ndarray]:
    return {"label": outputs}


def _sets(pipeline: Pipeline, names: Sequence[str], outputs: np.ndarray) -> dict[str, np.ndarray]:
    kind, boundary = ("probability", 0.5) if hasattr(pipeline, "predict_proba") else ("decision_value", 0.0)
    sets = [SEPARATOR.join(np.compress(applies, names)) for applies in outputs > boundary]
    columns = {f"{kind}_{name}": column for name, column in zip(names, outputs.T, strict=True)}
    return {"labels": np.array(sets, object), **columns}


def _targets(pipeline: Pipeline, names: Sequence[str], outputs: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip(names, outputs.T, strict=True))


RULES = {
    Task.CLASSIFICATION: Rules(schema.LABEL_NOMINAL, Pipeline.predict, majority, _labels),
    Task.MULTI_LABEL: Rules(
        schema.LABELS, lambda pipeline, vectors: scores(pipeline, vectors)[1], means, _sets, SET_MEASURES
    ),
    Task.REGRESSION: Rules(schema.TARGETS, Pipeline.predict, means, _targets, REGRESSION_MEASURES),
}


def task_of(data_set: DataSet, wanted: Task | None) -> Task:
    """Return the task that is wanted, or by default the first that the data set is made for."""
    columns = {task: schema.COLUMNS[rules.column] for task, rules in RULES.items()}
    made_for = [task for task, column in columns.items() if not is_absent(column, data_set[column.name])]
    if wanted is None:
        return made_for[0] if made_for else Task.CLASSIFICATION
    if wanted not in made_for:
        raise DataError(f"`task`: {data_set.name} has no {columns[wanted].name}, so there is nothing to learn")
    return wanted


def is_known(data_set: DataSet, task: Task) -> np.ndarray:
    """Return whether everything that a task learns is known about each instance, shape (instance,), bool."""
    column = schema.COLUMNS[RULES[task].column]
    missing = is_missing(column, data_set[column.name])
    return np.logical_not(missing.reshape(len(missing), -1).any(axis=1))
