"""Which instances are similar, and which are unlike all others."""

import numpy as np
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors

#: Number of neighbours with whose density the local outlier factor compares.
DENSITY_NEIGHBOURS = 20


def neighbours(vectors: np.ndarray, count: int) -> np.ndarray:
    """Return the nearest neighbours of each vector by Euclidean distance, the nearest first.

    Parameters
    ----------
    vectors
        Shape (instance, feature).
    count
        Number of neighbours.

    Returns
    -------
    numpy.ndarray
        Indices, shape (instance, count or fewer); no vector is its own neighbour.

    Examples
    --------
    >>> neighbours(np.array([[0.0], [1.0], [3.0]]), 2).tolist()
    [[1, 2], [0, 2], [1, 0]]
    """
    count = min(count, len(vectors) - 1)
    return NearestNeighbors(n_neighbors=max(1, count)).fit(vectors).kneighbors(return_distance=False)


def outliers(vectors: np.ndarray, count: int) -> np.ndarray:
    """Return the vectors that are most unlike their neighbours, the most unlike first.

    Parameters
    ----------
    vectors
        Shape (instance, feature).
    count
        Number of vectors.

    Returns
    -------
    numpy.ndarray
        Indices, shape (count or fewer,), in descending order of the local outlier factor.

    References
    ----------
    Breunig et al., "LOF: identifying density-based local outliers", SIGMOD 2000.

    Examples
    --------
    >>> outliers(np.array([[0.0], [0.1], [0.2], [9.0], [0.3]]), 1).tolist()
    [3]
    """
    near = min(DENSITY_NEIGHBOURS, len(vectors) - 1)
    factors = LocalOutlierFactor(n_neighbors=near).fit(vectors).negative_outlier_factor_
    return np.argsort(factors, kind="stable")[:count]
