"""Convolutional networks."""

import keras
import numpy as np

from audeep.backend.networks.convolutional import BatchNormalization, ConvolutionalNetwork, ZeroMeanConv2D


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def test_a_kernel_of_mean_zero_does_not_see_the_level() -> None:
    initializer = keras.initializers.HeNormal(seed=0)
    layer = ZeroMeanConv2D(4, 3, padding="same", use_bias=False, kernel_initializer=initializer)
    layer.build((None, 9, 8, 1))
    assert np.abs(layer.kernel.numpy().mean(axis=(0, 1))).min() > 1e-3
    images = normal(2, 9, 8, 1)
    quiet, loud = layer(images), layer(images + 10)
    # Beyond the edge there are zeros, whatever the level.
    np.testing.assert_allclose(quiet[:, 1:-1, 1:-1], loud[:, 1:-1, 1:-1], atol=1e-4)
    reference = keras.layers.Conv2D(4, 3, padding="same", use_bias=False)
    reference.build((None, 9, 8, 1))
    kernel = layer.kernel.numpy()
    reference.set_weights([kernel - kernel.mean(axis=(0, 1))])
    np.testing.assert_allclose(quiet, reference(images), atol=1e-5)


def test_batch_normalization_is_that_of_keras() -> None:
    images = 3 * normal(8, 5, 4, 3) + 2
    ours, theirs = BatchNormalization(), keras.layers.BatchNormalization()
    for layer in (ours, theirs):
        layer.build(images.shape)
    weights = [np.array([1, 2, 3], "float32"), np.array([4, 5, 6], "float32")]
    ours.scale.assign(weights[0])
    ours.offset.assign(weights[1])
    theirs.gamma.assign(weights[0])
    theirs.beta.assign(weights[1])
    np.testing.assert_allclose(ours(images, training=True), theirs(images, training=True), atol=1e-5)
    # After the first batch, the averages are its statistics; the deviation is that of a sample.
    np.testing.assert_allclose(ours.mean, images.mean(axis=(0, 1, 2)), atol=1e-5)
    np.testing.assert_allclose(ours.variance, images.var(axis=(0, 1, 2), ddof=1), rtol=1e-4)
    theirs.moving_mean.assign(ours.mean)
    theirs.moving_variance.assign(ours.variance)
    np.testing.assert_allclose(ours(images), theirs(images), atol=1e-5)


def test_averages_are_means_at_first_and_then_follow() -> None:
    layer = BatchNormalization(affine=False)
    layer.build((None, 1))
    for level in (2.0, 4.0, 9.0):
        layer(np.full((4, 1), level, "float32"), training=True)
    np.testing.assert_allclose(layer.mean, [5])
    layer.batches.assign(1000)
    layer(np.full((4, 1), 15.0, "float32"), training=True)
    np.testing.assert_allclose(layer.mean, [0.9 * 5 + 0.1 * 15])
    assert layer.trainable_variables == []


def test_each_block_halves_time_and_bands() -> None:
    network = ConvolutionalNetwork([2, 3, 4], 5)
    network.build((None, 9, 6, 1))
    images = normal(7, 9, 6, 1)
    responses = network.responses(images, 3)
    assert [tuple(response.shape) for response in responses] == [(7, 9, 6, 2), (7, 5, 3, 3), (7, 3, 2, 4)]
    assert network(images).shape == (7, 2, 1, 4)
    # What a block hands on are the largest of its responses that are positive.
    largest = np.maximum(responses[0].numpy(), 0).reshape(7, 9, 3, 2, 2).max(axis=3)
    pairs = np.pad(largest, [(0, 0), (0, 1), (0, 0), (0, 0)])
    pooled = pairs.reshape(7, 5, 2, 3, 2).max(axis=2)
    convolved = network.convolution_1(pooled) / np.sqrt(1 + 1e-3)
    np.testing.assert_allclose(responses[1], convolved, atol=1e-5)
