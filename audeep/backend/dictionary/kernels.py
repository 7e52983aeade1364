"""Kernels from patches: principal components, centres of clusters, or chance.

Patches and kernels are rows here, shape (patch or kernel, point).
"""

import numpy as np
from sklearn.decomposition import PCA

from audeep.backend.dictionary.config import Kernels

#: Patches that vary less, in standard deviations of all points, are left out.
LEAST_NORM = 0.3
#: Of the mean of all eigenvalues, so much is added to each, so that whitening does not blow up noise.
WHITENING = 0.1
#: Steps of k-means.
ITERATIONS = 10


def learn(kernels: Kernels, patches: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Learn `count` kernels of mean zero and norm one, shape (kernel, point), from standardised patches."""
    patches = patches - patches.mean(axis=1, keepdims=True)
    patches = patches[np.linalg.norm(patches, axis=1) >= LEAST_NORM]
    if kernels is Kernels.RANDOM:
        learned = random.normal(size=(count, patches.shape[1]))
    elif len(patches) < max(count, 2):
        raise ValueError(f"only {len(patches)} patches vary, which is too few for {count} kernels")
    elif kernels is Kernels.PCA:
        learned = PCA(count, svd_solver="covariance_eigh").fit(patches).components_
    else:
        whitening = zca(patches)
        learned = spherical_k_means(patches @ whitening, count, random) @ whitening
    return unit(learned - learned.mean(axis=1, keepdims=True)).astype(np.float32)


def zca(patches: np.ndarray) -> np.ndarray:
    """Return the symmetric matrix that makes the points of patches uncorrelated, shape (point, point)."""
    values, vectors = np.linalg.eigh(np.cov(patches, rowvar=False))
    return ((vectors / np.sqrt(values + WHITENING * values.mean())) @ vectors.T).astype(patches.dtype)


def spherical_k_means(patches: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Return unit vectors, shape (`count`, point), each the mean direction of the patches that it is closest to.

    A centre that no patch is closest to stays where it is.
    """
    directions = unit(patches)
    centres = directions[random.choice(len(directions), count, replace=False)]
    for _ in range(ITERATIONS):
        closest = (directions @ centres.T).argmax(axis=1)
        members = (np.arange(count)[:, None] == closest).astype(directions.dtype)
        centres = np.where(members.any(axis=1, keepdims=True), unit(members @ directions), centres)
    return centres


def unit(vectors: np.ndarray) -> np.ndarray:
    """Scale each row to norm one; zeros stay zeros."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(norms == 0, 1, norms)
