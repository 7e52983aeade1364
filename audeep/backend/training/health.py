"""Signs that training went wrong: a loss that does not fall, vectors that are all alike."""

from collections.abc import Sequence

import numpy as np

#: Fewest epochs by which to judge, and the fall of the loss that is expected, as a share of the first epoch's.
MIN_EPOCHS, LEAST_FALL = 5, 0.01
#: Fewest vectors by which to judge, and the most that are compared.
MIN_VECTORS, MAX_VECTORS = 8, 200
#: Vectors have collapsed if they differ by less than this share of their length, or in fewer directions than this.
#: On ESC-10, vectors of untrained models differ by 0.4 and more, in 1.07 directions (2 units) and more.
LEAST_SPREAD, LEAST_RANK = 0.01, 1.01


def has_not_fallen(losses: Sequence[float]) -> bool:
    """Return whether no epoch has a loss at least 1 % below that of the first; never after fewer than 5 epochs.

    >>> has_not_fallen([1.0, 1.2, 0.995, 1.1, 0.995]), has_not_fallen([1.0, 0.9, 0.8, 0.7, 0.9])
    (True, False)
    """
    if len(losses) < MIN_EPOCHS:
        return False
    first, *others = losses
    return first - min(others) < LEAST_FALL * abs(first)


def have_collapsed(vectors: np.ndarray) -> bool:
    """Return whether vectors, shape (instance, feature), are nearly the same, or vary in one direction only.

    Never of fewer than 8 instances; of more than 200, the first 200 decide.
    """
    if len(vectors) < MIN_VECTORS:
        return False
    some = vectors[:MAX_VECTORS].astype(np.float64)
    spread = np.linalg.norm(some - some.mean(axis=0)) / max(np.linalg.norm(some), np.finfo(float).tiny)
    return bool(spread < LEAST_SPREAD or (some.shape[1] > 1 and effective_rank(some) < LEAST_RANK))


def effective_rank(vectors: np.ndarray) -> float:
    """Return the number of directions in which vectors vary: the exponential of the entropy of their variances.

    It is 1 if all lie on a line, and the number of features if they vary equally in all directions; `vectors` have
    shape (instance, feature).

    References
    ----------
    Roy and Vetterli, "The effective rank: a measure of effective dimensionality", EUSIPCO 2007.

    Examples
    --------
    >>> effective_rank(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]))
    2.0
    """
    vectors = np.asarray(vectors, np.float64)
    variances = np.linalg.svd(vectors - vectors.mean(axis=0), compute_uv=False) ** 2
    shares = variances[variances > 0] / variances.sum()
    return float(np.exp(-np.sum(shares * np.log(shares))))
