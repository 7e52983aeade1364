"""Significance of scores: bootstrap intervals and McNemar's test, over recordings.

Recordings are drawn and counted, not chunks: the chunks of a recording resemble each other, and counting them
separately would make every interval too narrow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse
from scipy.stats import binomtest

from audeep.backend.classifiers.held_out import Outcome

#: Number of values that resampling holds in memory, 8 bytes each.
SLAB = 2**22


@dataclass(frozen=True, eq=False)
class Tally:
    """Number of predictions for each recording, and how many of them are right.

    Both have shape (file, fold * class), and are summed over the repetitions.
    """

    right: sparse.csr_array
    total: sparse.csr_array
    num_folds: int

    @classmethod
    def of(cls, outcomes: Sequence[Sequence[Outcome]], files: np.ndarray, num_classes: int) -> Self:
        """Count the outcomes of each repetition and fold; `files` are the names, sorted, shape (file,)."""
        num_folds = len(outcomes[0])
        rows, columns, right = [], [], []
        for repetition in outcomes:
            for fold, outcome in enumerate(repetition):
                rows.append(np.searchsorted(files, outcome.files))
                columns.append(fold * num_classes + outcome.true)
                right.append(outcome.true == outcome.predicted)
        places = np.concatenate(rows), np.concatenate(columns)
        shape = len(files), num_folds * num_classes
        # Entries at the same place are added up.
        values = np.concatenate(right).astype(np.float64)
        return cls(
            sparse.csr_array((values, places), shape),
            sparse.csr_array((np.ones_like(values), places), shape),
            num_folds,
        )

    def scores(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return accuracy and UAR, averaged over the folds, with each file weighted.

        `weights` has shape (sample, file), the results (sample,). Folds and classes that do not occur in a sample
        are left out of its means.
        """
        right, total = (
            (weights @ part).reshape(len(weights), self.num_folds, -1) for part in (self.right, self.total)
        )
        return (
            _mean(_share(right.sum(axis=2), total.sum(axis=2))),
            _mean(_mean(_share(right, total))),
        )

    def num_right(self) -> np.ndarray:
        """Return the number of right predictions for each file, shape (file,)."""
        return self.right.sum(axis=1)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Divide; NaN where `whole` is 0."""
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def _mean(shares: np.ndarray) -> np.ndarray:
    """Average over the last axis, ignoring NaN; NaN if there is nothing else."""
    known = ~np.isnan(shares)
    return _share(np.where(known, shares, 0).sum(axis=-1), known.sum(axis=-1))


def draw_files(num_files: int, num_samples: int, random: np.random.Generator) -> Iterator[np.ndarray]:
    """Draw bootstrap samples of files; yield how often each occurs in a sample, shape (some samples, file)."""
    size = max(1, SLAB // num_files)
    for start in range(0, num_samples, size):
        drawn = random.integers(num_files, size=(min(size, num_samples - start), num_files))
        yield np.stack([np.bincount(sample, minlength=num_files) for sample in drawn]).astype(np.float64)


def interval(samples: np.ndarray, confidence: float) -> tuple[float, float]:
    """Return the percentile interval of a bootstrapped statistic, shape (sample,)."""
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(samples, [tail, 1 - tail])
    return float(low), float(high)


def mcnemar(first: np.ndarray, second: np.ndarray) -> float:
    """Return the p-value of McNemar's exact test, two-sided.

    Parameters
    ----------
    first, second
        Number of right predictions of two classifiers for each recording, shape (file,). A recording with several
        predictions, of chunks or repetitions, counts for the classifier that has more of them right.

    Examples
    --------
    >>> mcnemar(np.array([1, 1, 1, 1, 0, 1]), np.array([0, 0, 0, 1, 0, 0]))
    0.125
    """
    better, worse = int((second > first).sum()), int((second < first).sum())
    return float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
