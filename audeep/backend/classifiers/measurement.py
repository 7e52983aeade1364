"""Results of evaluations with sets of labels, or continuous targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from audeep.backend.classifiers.config import Task
from audeep.backend.classifiers.held_out import Outcome, choices_of
from audeep.backend.classifiers.measures import measure
from audeep.backend.classifiers.tasks import RULES


@dataclass(frozen=True, eq=False, repr=False)
class Measurement:
    """Result of an evaluation with sets of labels, or continuous targets.

    The measures of sets of labels are ``average_precision`` and ``auc``, the area under the ROC curve; those of
    continuous targets ``rmse``, ``pearson``, ``spearman`` and ``ccc``, the concordance correlation coefficient. All
    are averaged over the repetitions.

    Parameters
    ----------
    task
        What was learned.
    folds
        A row for each cross-validation fold, numbered from 1, or a single one for partitions; for each measure a
        column with its mean over the labels or targets for which it is defined.
    by_name
        A row for each label or target; for each measure a column with its mean over the folds, NaN where it is not
        defined in any.
    left_out
        Number of labels or targets in each fold for which a measure is not defined, such as labels that apply to
        none of the instances.
    chosen
        Parameters chosen in each fold, by name: one value per repetition.
    repetitions
        How often each fold was trained and evaluated.
    """

    task: Task
    folds: pd.DataFrame
    by_name: pd.DataFrame
    left_out: tuple[int, ...]
    chosen: Sequence[Mapping[str, tuple[float, ...]]] = ()
    repetitions: int = 1

    def __repr__(self) -> str:
        means = ", ".join(f"{name} {value:.4f}" for name, value in self.means.items())
        return f"<Measurement: {means}; folds: {len(self.folds)}, {RULES[self.task].column}: {len(self.by_name)}>"

    def to_dict(self) -> dict[str, Any]:
        """Return all measures as plain values, ready for JSON; None where one is not defined."""
        deviations, folds = _plain(self.deviations), _records(self.folds)
        return {
            "task": self.task.name.lower(),
            **_plain(self.means),
            **{f"{name}_std": deviations.get(name) for name in self.means},
            "folds": [
                {**fold, "left_out": left_out, **chosen}
                for fold, left_out, chosen in zip(folds, self.left_out, self.chosen, strict=True)
            ],
            RULES[self.task].column: dict(zip(self.by_name.index, _records(self.by_name), strict=True)),
            "repetitions": self.repetitions,
        }

    @property
    def means(self) -> dict[str, float]:
        """Mean of each measure over the folds."""
        return {str(name): float(value) for name, value in self.folds.mean().items()}

    @property
    def deviations(self) -> dict[str, float]:
        """Standard deviation of each measure over the folds; empty without folds."""
        deviations = self.folds.std(ddof=0) if len(self.folds) > 1 else pd.Series(dtype=float)
        return {str(name): float(value) for name, value in deviations.items()}


def _records(table: pd.DataFrame) -> list[dict[str, float | None]]:
    return [_plain(row) for row in table.to_dict("records")]


def _plain(measures: Mapping[Any, float]) -> dict[str, float | None]:
    return {str(name): None if np.isnan(value) else float(value) for name, value in measures.items()}


def measured(outcomes: Sequence[Sequence[Outcome]], names: np.ndarray, task: Task) -> Measurement:
    """Measure the outcomes of each repetition and fold; `names` are those of the labels or targets."""
    tables = [[measure(RULES[task].measures, item.true, item.predicted) for item in folds] for folds in outcomes]
    by_fold = list(zip(*tables, strict=True))
    return Measurement(
        task,
        folds=pd.DataFrame(
            [pd.DataFrame([table.mean() for table in repeated]).mean() for repeated in by_fold],
            index=pd.RangeIndex(1, len(by_fold) + 1, name="fold"),
        ),
        by_name=pd.concat([table for folds in tables for table in folds]).groupby(level=0).mean().set_axis(names),
        left_out=tuple(max(int(table.isna().any(axis=1).sum()) for table in repeated) for repeated in by_fold),
        chosen=choices_of(outcomes),
        repetitions=len(outcomes),
    )
