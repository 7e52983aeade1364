"""Kernels learned from patches of which it is known what they are made of."""

import numpy as np
import pytest

from audeep.backend.dictionary import kernels
from audeep.backend.dictionary.config import Kernels


def patterns(count: int, points: int) -> np.ndarray:
    """Make orthogonal patterns of mean zero and norm one, shape (count, point)."""
    frequencies = 1 + np.arange(count)[:, None]
    waves = np.cos(np.pi * frequencies * (np.arange(points) + 0.5) / points)
    return waves / np.linalg.norm(waves, axis=1, keepdims=True)


def test_principal_components() -> None:
    random, made_of = np.random.default_rng(0), patterns(3, 16)
    patches = random.normal(size=(20_000, 3)) * [9, 5, 2] @ made_of + random.normal(0, 0.01, (20_000, 16)) + 7
    learned = kernels.learn(Kernels.PCA, patches, 3, random)
    np.testing.assert_allclose(np.abs(learned @ made_of.T), np.eye(3), atol=0.05)


def test_a_kernel_for_each_cluster() -> None:
    random = np.random.default_rng(0)
    labels = random.integers(4, size=4000)
    patches = random.uniform(1, 3, (4000, 1)) * patterns(4, 16)[labels] + random.normal(0, 0.02, (4000, 16))
    # This start has a patch of each cluster, which k-means needs to find all.
    learned = kernels.learn(Kernels.K_MEANS, patches, 4, np.random.default_rng(0))
    strongest = (patches @ learned.T).argmax(axis=1)
    assert len({*zip(labels.tolist(), strongest.tolist(), strict=True)}) == 4


def test_spherical_k_means_moves_to_the_mean_direction() -> None:
    angles = np.radians([0, 10, 20, 180, 200])
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1) * [[1], [5], [2], [3], [0.1]]
    centres = kernels.spherical_k_means(points, 2, np.random.default_rng(1))
    found = np.degrees(np.arctan2(centres[:, 1], centres[:, 0])) % 360
    np.testing.assert_allclose(np.sort(found), [10, 190], atol=1e-6)


def test_whitening_makes_points_uncorrelated() -> None:
    random = np.random.default_rng(0)
    patches = random.normal(size=(5000, 4)) @ random.normal(size=(4, 4))
    values = np.linalg.eigvalsh(np.cov(patches @ kernels.zca(patches), rowvar=False))
    before = np.linalg.eigvalsh(np.cov(patches, rowvar=False))
    np.testing.assert_allclose(np.sort(values), np.sort(before / (before + 0.1 * before.mean())), atol=1e-6)


@pytest.mark.parametrize("how", Kernels)
def test_patches_that_hardly_vary_do_not_count(how: Kernels) -> None:
    random = np.random.default_rng(0)
    patches = random.normal(size=(400, 9))
    quiet = 1e-3 * random.normal(size=(4000, 9)) + 5
    learned = [
        kernels.learn(how, part, 4, np.random.default_rng(1))
        for part in (patches, np.concatenate([patches, quiet]))
    ]
    np.testing.assert_allclose(*learned, atol=1e-6)
    assert learned[0].dtype == np.float32
