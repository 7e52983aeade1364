"""Mixing and masking of training data."""

import numpy as np
import tensorflow as tf
from scipy.special import betainc

from audeep.backend.networks.augmentation import mixup, spec_augment

SEED = tf.constant([3, 4])


def test_mixing_shares_features_and_targets_alike() -> None:
    targets = tf.eye(500)
    features = 10 * targets[..., None]
    mixed, shares = mixup([features, targets], 0.2, SEED)
    np.testing.assert_allclose(mixed[..., 0], 10 * shares, rtol=1e-6)
    np.testing.assert_allclose(tf.reduce_sum(shares, axis=1), 1, rtol=1e-5)
    own = np.diag(shares)
    assert own.min() >= 0.5
    # The mean of the larger of X and 1 - X, X from Beta(0.2, 0.2).
    assert abs(own.mean() - (1 - betainc(1.2, 0.2, 0.5))) < 0.02
    # What is mixed in is the instance before.
    np.testing.assert_allclose(shares.numpy()[np.arange(500), np.arange(500) - 1], 1 - own, atol=1e-6)


def test_mixing_hardly_anything() -> None:
    # Most draws of the Gamma distribution are below the smallest float32.
    (mixed,) = mixup([tf.eye(500)], 1e-3, SEED)
    own = np.diag(mixed)
    assert own.min() >= 0.5
    assert own.mean() > 0.99


def test_masks_hide_neighbours_up_to_a_share() -> None:
    hidden = spec_augment(tf.ones((400, 20, 10)), 0.3, 0.25, SEED).numpy() == 0
    bands, frames = hidden.all(axis=1), hidden.all(axis=2)
    # Of all numbers from none to the largest.
    assert set(bands.sum(axis=1)) == {0, 1, 2, 3}
    assert set(frames.sum(axis=1)) == {0, 1, 2, 3, 4, 5}
    for side in (bands, frames):
        assert (np.abs(np.diff(side.astype(int), axis=1)).sum(axis=1) <= 2).all()
    assert (hidden == (bands[:, np.newaxis] | frames[..., np.newaxis])).all()


def test_masks_are_within_the_length() -> None:
    lengths = tf.constant([20, 8] * 200)
    hidden = spec_augment(tf.ones((400, 20, 10)), 0.0, 0.5, SEED, lengths).numpy() == 0
    frames = hidden.all(axis=2)
    assert set(frames[::2].sum(axis=1)) == set(range(11))
    assert set(frames[1::2].sum(axis=1)) == set(range(5))
    assert frames[1::2, :8].any(axis=0).all()
    assert not frames[1::2, 8:].any()
