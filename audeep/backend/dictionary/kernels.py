"""Kernels from patches: principal components, cluster centres, or random patterns.

Patches and kernels are rows, shape (patch or kernel, point).
"""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.preprocessing import normalize

from audeep.backend.dictionary.config import Kernels

#: Patches with a smaller norm, in standard deviations of all points, are left out.
LEAST_NORM = 0.3
#: Share of the mean eigenvalue that is added to each, so that whitening does not amplify noise.
WHITENING = 0.1
#: Number of k-means iterations.
ITERATIONS = 10


def learn(kernels: Kernels, patches: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Learn `count` kernels with zero mean and unit norm, shape (kernel, point), from standardised patches."""
    patches = patches - patches.mean(axis=1, keepdims=True)
    patches = patches[np.linalg.norm(patches, axis=1) >= LEAST_NORM]
    if kernels is Kernels.RANDOM:
        learned = random.normal(size=(count, patches.shape[1]))
    elif len(patches) < max(count, 2):
        raise ValueError(f"only {len(patches)} patches vary, too few for {count} kernels")
    elif kernels is Kernels.PCA:
        learned = PCA(count, svd_solver="covariance_eigh").fit(patches).components_
    else:
        whitening = zca(patches)
        learned = spherical_k_means(patches @ whitening, count, random) @ whitening
    return normalize(learned - learned.mean(axis=1, keepdims=True)).astype(np.float32)


def zca(patches: np.ndarray) -> np.ndarray:
    """Return the symmetric matrix that decorrelates the points of patches (ZCA), shape (point, point)."""
    values, vectors = np.linalg.eigh(np.cov(patches, rowvar=False))
    return ((vectors / np.sqrt(values + WHITENING * values.mean())) @ vectors.T).astype(patches.dtype)


def spherical_k_means(patches: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Return unit vectors, shape (`count`, point), each the mean direction of the patches closest to it.

    A centre without patches is not moved.
    """
    directions = normalize(patches)
    centres = directions[random.choice(len(directions), count, replace=False)]
    for _ in range(ITERATIONS):
        closest = (directions @ centres.T).argmax(axis=1)
        members = (np.arange(count)[:, None] == closest).astype(directions.dtype)
        centres = np.where(members.any(axis=1, keepdims=True), normalize(members @ directions), centres)
    return centres
