"""Comparison of data sets of vectors: scores of a classifier, and how certain their differences are."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from audeep.backend.classifiers.config import ComparisonConfig, SVMConfig, Task
from audeep.backend.classifiers.evaluation import summarise
from audeep.backend.classifiers.held_out import Outcome, predict_held_out
from audeep.backend.classifiers.significance import Tally, draw_files, interval, mcnemar
from audeep.backend.classifiers.tasks import task_of
from audeep.backend.data.data_set import DataSet, listed, opened
from audeep.backend.data.fuse import aligned
from audeep.backend.errors import DataError, OptionError
from audeep.backend.options import Config
from audeep.backend.seeds import root_seed


def compare(
    inputs: Sequence[Path | str | DataSet],
    classifier: Config | None = None,
    config: ComparisonConfig | Mapping[str, Any] | None = None,
    *,
    names: Sequence[str] | None = None,
    seed: int | None = None,
) -> pd.DataFrame:
    """Evaluate several data sets of vectors on the same folds or partitions, and compare them with the first.

    Parameters
    ----------
    inputs
        Two or more data sets, or their files, with the same instances, labels, folds and partitions; the order of
        instances may differ.
    classifier
        Configuration of the classifier; by default an SVM that chooses its complexity.
    config
        How to evaluate; cross-validation by default.
    names
        Names of the data sets; file names by default.
    seed
        Makes the result repeatable. Accuracy and UAR are those of `evaluate` with this seed.

    Returns
    -------
    pandas.DataFrame
        A row for each data set, with the columns ``name``; ``size``, the number of features; ``accuracy`` and
        ``uar``, means over the folds, from 0 to 1; ``difference``, the accuracy minus that of the first; the
        bounds of their confidence intervals, ``accuracy_low``, ``accuracy_high`` and so on; and ``p_value``, that
        of McNemar's exact test against the first. Differences and p-value are NaN for the first itself. If a
        parameter is chosen in training, as with ``complexity="auto"``, a column of that name lists its values, fold
        by fold.

    Raises
    ------
    OptionError
        If there are fewer than two inputs, or a different number of names.
    DataError
        If the data sets differ in more than their features, or the classifier cannot use them.

    Notes
    -----
    Intervals are percentiles over bootstrap samples of recordings, the same samples for all data sets. They show
    how much the scores depend on the recordings evaluated, but not on those trained on. McNemar's test counts the
    recordings that only one of two classifiers gets right.

    References
    ----------
    Dietterich, Approximate Statistical Tests for Comparing Supervised Classification Learning Algorithms, Neural
    Computation 10, 1998. Efron and Tibshirani, An Introduction to the Bootstrap, 1993.

    Examples
    --------
    >>> from audeep.testing import make_data_set
    >>> small, large = (make_data_set(12, labels=["a", "b"], num_folds=3, generated=size) for size in (2, 8))
    >>> table = compare([small, large], names=["small", "large"], seed=1)
    >>> table[["name", "size"]].values.tolist()
    [['small', 2], ['large', 8]]
    """
    classifier = classifier or SVMConfig(complexity="auto")
    config = ComparisonConfig.of({"cross_validate": True} if config is None else config)
    inputs = listed(inputs)
    if len(inputs) < 2:
        raise OptionError(f"`input`: expected two or more data sets to compare, got {len(inputs)}")
    if names is not None and len(names) != len(inputs):
        raise OptionError(f"`names`: expected {len(inputs)}, one for each data set, got {len(names)}")
    entropy = root_seed(seed).entropy
    with ExitStack() as stack:
        first, *others = (stack.enter_context(opened(data)) for data in inputs)
        data_sets = [first, *(aligned(first, other) for other in others)]
        if (task := task_of(first, None)) is not Task.CLASSIFICATION:
            raise DataError(
                f"{first.name} has {task.value}, but accuracies are compared; use svm or mlp evaluate for each of "
                "the data sets"
            )
        names = names or [data_set.name for data_set in data_sets]
        results = [
            predict_held_out(data_set, classifier, config, np.random.SeedSequence(entropy), f"evaluate {name}")
            for name, data_set in zip(names, data_sets, strict=True)
        ]
        sizes = [int(np.prod(data_set.feature_shape)) for data_set in data_sets]
    columns: dict[str, Any] = {"name": list(names), "size": sizes}
    outcomes = [outcome for outcome, _ in results]
    columns |= _scores(outcomes, len(results[0][1]), config, np.random.default_rng(np.random.SeedSequence(entropy)))
    folds = [summarise(*result).folds for result in results]
    for name in folds[0][0].chosen:
        columns[name] = [[value for fold in each for value in fold.chosen[name]] for each in folds]
    return pd.DataFrame(columns)


def _scores(
    outcomes: Sequence[Sequence[Sequence[Outcome]]],
    num_classes: int,
    config: ComparisonConfig,
    random: np.random.Generator,
) -> dict[str, list[float]]:
    """Return the columns of scores, intervals and tests; `outcomes` are those of each data set."""
    files = np.unique(np.concatenate([outcome.files for outcome in outcomes[0][0]]))
    tallies = [Tally.of(each, files, num_classes) for each in outcomes]
    # Shape (accuracy and UAR, data set, sample).
    found = _all_scores(tallies, np.ones((1, len(files))))
    drawn = np.concatenate(
        [_all_scores(tallies, weights) for weights in draw_files(len(files), config.resamples, random)], axis=2
    )
    # Append the difference from the first.
    found, drawn = (np.concatenate([scores, scores[:1] - scores[:1, :1]]) for scores in (found, drawn))
    columns: dict[str, list[float]] = {}
    for name, scores, samples in zip(("accuracy", "uar", "difference"), found, drawn, strict=True):
        low, high = zip(*(interval(sample, config.confidence) for sample in samples), strict=True)
        columns |= {name: scores[:, 0].tolist(), f"{name}_low": list(low), f"{name}_high": list(high)}
    columns["p_value"] = [mcnemar(tallies[0].num_right(), tally.num_right()) for tally in tallies]
    for name in ("difference", "difference_low", "difference_high", "p_value"):
        columns[name][0] = float("nan")
    return columns


def _all_scores(tallies: Sequence[Tally], weights: np.ndarray) -> np.ndarray:
    """Return accuracy and UAR of each data set in each sample, shape (2, data set, sample)."""
    return np.stack([np.stack(tally.scores(weights)) for tally in tallies], axis=1)
