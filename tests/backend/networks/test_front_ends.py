"""Front-ends and their blocks: shapes, numbers of weights, and outputs, against calculations by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.networks.blocks import Block, FramingConv2D, HorizontalConv2D, VerticalConv2D
from audeep.backend.networks.convolutional import max_pool
from audeep.backend.networks.front_ends import FRONT_ENDS, ConvolutionalFrontEnd
from audeep.backend.networks.parts import FrontEnd

#: Of 250 frames and 64 bands: number of filters of each block, output shape of each block, and trained weights of
#: each:
#: kernels, then scales and offsets.
EXPECTED = {
    FrontEnd.SMALL_RECTANGULAR: (
        [32, 64, 128, 256],
        [(125, 32, 32), (63, 16, 64), (32, 8, 128), (16, 4, 256)],
        [9 * 32 + 64, 9 * 32 * 64 + 128, 9 * 64 * 128 + 256, 9 * 128 * 256 + 512],
        1024,
    ),
    FrontEnd.VERTICAL: (
        [64, 128, 256],
        [(125, 1, 64), (63, 1, 128), (32, 1, 256)],
        [7 * 58 * 64 + 128, 3 * 64 * 128 + 256, 3 * 128 * 256 + 512],
        256,
    ),
    FrontEnd.VERTICAL_HORIZONTAL: (
        # Of the 20 filters of the first block, two shapes have three, the others two.
        [20, 40],
        [(125, 1, 20), (63, 1, 40)],
        [
            (7 + 3) * 58 * 3 + 1 * 58 * 2 + (7 + 3 + 1) * 26 * 2 + (32 + 64 + 128) * 2 + 40,
            3 * 20 * 40 + 80,
        ],
        40,
    ),
    # Of 8,000 samples, with a window of 64.
    FrontEnd.SAMPLE_LEVEL: (
        [4, 4, 8],
        [(2667, 1, 4), (889, 1, 4), (297, 1, 8)],
        [3 * 4 + 8, 3 * 4 * 4 + 8, 3 * 4 * 8 + 16],
        8,
    ),
    FrontEnd.FRAME_LEVEL: ([6, 12], [(125, 1, 6), (63, 1, 12)], [64 * 6 + 12, 3 * 6 * 12 + 24], 12),
    FrontEnd.FRAME_LEVEL_MANY: (
        [6, 12],
        [(125, 1, 6), (63, 1, 12)],
        [(32 + 64) * 2 + 128 + 256 + 12, 3 * 6 * 12 + 24],
        12,
    ),
}


def randomised(layer: keras.Layer, shape: tuple[int | None, ...]) -> keras.Layer:
    """Build a layer, and give it random weights and biases."""
    layer.build(shape)
    generator = np.random.default_rng(1)
    layer.set_weights([generator.normal(size=weight.shape) for weight in layer.get_weights()])
    return layer


def constant(layer: keras.Layer, shape: tuple[int | None, ...], value: float = 1.0) -> keras.Layer:
    """Build a layer, and set all kernels to a constant."""
    layer.build(shape)
    for weight in layer.weights:
        if weight.name == "kernel":
            weight.assign(tf.fill(weight.shape, value))
    return layer


def test_every_front_end_is_calculated() -> None:
    assert set(EXPECTED) == set(FRONT_ENDS) == set(FrontEnd)


@pytest.mark.parametrize("kind", FrontEnd)
def test_layer_by_layer(kind: FrontEnd) -> None:
    filters, shapes, weights, channels = EXPECTED[kind]
    front_end = ConvolutionalFrontEnd(FRONT_ENDS[kind](64, filters, normalize=True))
    size = (8000,) if kind.reads_waveforms else (250, 64)
    front_end.build((None, *size))
    shape = (None, *size, 1) if len(size) == 2 else (None, *size, 1, 1)
    for block, expected, count in zip(front_end.blocks, shapes, weights, strict=True):
        shape = block.compute_output_shape(shape)
        assert shape == (None, *expected)
        assert sum(np.prod(weight.shape) for weight in block.trainable_weights) == count
    steps = shapes[-1][0]
    assert front_end.compute_output_shape((None, *size)) == (None, steps, channels)
    outputs, lengths = front_end(tf.zeros((2, *size)), tf.constant([size[0], 1]))
    assert outputs.shape == (2, steps, channels)
    assert lengths.numpy().tolist() == [steps, 1]


def test_without_normalisation_there_are_biases() -> None:
    front_end = ConvolutionalFrontEnd(FRONT_ENDS[FrontEnd.SMALL_RECTANGULAR](8, [2, 3], normalize=False))
    front_end.build((None, None, 8))
    assert [weight.shape for weight in front_end.weights] == [(3, 3, 1, 2), (2,), (3, 3, 2, 3), (3,)]


def test_a_vertical_filter_takes_the_largest_of_all_its_positions() -> None:
    images = tf.constant([[[1.0, 2, 4], [0, 3, 0], [5, 0, 0]]])[..., None]
    layer = constant(VerticalConv2D(1, 1, 2, use_bias=False), (None, 3, 3, 1))
    assert layer(images).numpy().ravel().tolist() == [6, 3, 5]
    # Two frames, of which the last is followed by zeros: 3 + 3, 6 + 3; 5 + 3, 0 + 3; 5, 0.
    layer = constant(VerticalConv2D(1, 2, 2, use_bias=False), (None, 3, 3, 1))
    assert layer(images).numpy().ravel().tolist() == [9, 8, 5]


@pytest.mark.parametrize(("frames", "height"), [(1, 1), (3, 2), (4, 5), (2, 4)])
@pytest.mark.parametrize("use_bias", [False, True])
def test_vertical_filters_are_plain_convolutions(frames: int, height: int, use_bias: bool) -> None:
    images = np.random.default_rng(0).normal(size=(2, 6, 5, 1)).astype("float32")
    layer = randomised(VerticalConv2D(3, frames, height, use_bias=use_bias), (None, None, 5, 1))
    before = (frames - 1) // 2
    padded = np.pad(images[..., 0], [(0, 0), (before, frames - 1 - before), (0, 0)])
    patches = np.lib.stride_tricks.sliding_window_view(padded, (frames, height), axis=(1, 2))
    expected = np.einsum("btphw,hwf->btpf", patches, layer.kernel.numpy()[:, :, 0]).max(axis=2)
    expected += layer.bias.numpy() if use_bias else 0
    np.testing.assert_allclose(layer(images)[:, :, 0], expected, atol=1e-5)


@pytest.mark.parametrize(("length", "stride"), [(3, 3), (4, 3), (6, 3), (7, 3), (2, 3), (5, 1)])
@pytest.mark.parametrize("use_bias", [False, True])
def test_filters_over_frames_are_plain_convolutions(length: int, stride: int, use_bias: bool) -> None:
    samples = np.random.default_rng(0).normal(size=(2, 11)).astype("float32")
    layer = randomised(FramingConv2D(3, length, stride, use_bias=use_bias), (None, None, 1, 1))
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, [(0, 0), (0, length - 1)]), length, axis=1)
    expected = frames[:, ::stride] @ layer.kernel.numpy()[:, 0, 0] + (layer.bias.numpy() if use_bias else 0)
    np.testing.assert_allclose(layer(samples[..., None, None])[:, :, 0], expected, atol=1e-5)


def test_a_horizontal_filter_sees_the_mean_of_the_bands() -> None:
    images = tf.constant([[[1.0, 3], [2, 6], [0, 0], [8, 0]]])[..., None]
    layer = constant(HorizontalConv2D(2, 3, use_bias=False), (None, 4, 2, 1), 0.5)
    # Half the sums of three neighbours of 2, 4, 0, 4.
    assert layer(images).numpy()[0, :, 0].tolist() == [[3, 3], [3, 3], [4, 4], [2, 2]]


def test_frames_of_waveforms() -> None:
    samples = tf.constant([1.0, 2, 3, 4, 5, 6, 7])[None, :, None, None]
    layer = constant(FramingConv2D(1, 4, 3, use_bias=False), (None, 7, 1, 1))
    # From samples 1, 4 and 7 on, the last followed by zeros.
    assert layer(samples).numpy().ravel().tolist() == [10, 22, 7]


def test_a_block_pools_and_rectifies() -> None:
    images = tf.constant([[1.0, 2, -3, -4, 5], [1, 2, 9, 9, 9]])[..., None, None]
    block = constant(Block([keras.layers.Conv2D(1, 1, use_bias=False)], (2, 1), normalize=False), (None, 5, 1, 1))
    assert block(images).numpy()[..., 0, 0].tolist() == [[2, 0, 5], [2, 9, 9]]
    # What is beyond a length of 2, of negative numbers too, is not seen.
    lengths = tf.constant([3, 2])
    assert block(-images, lengths).numpy()[..., 0, 0].tolist() == [[0, 3, 0], [0, 0, 0]]


def test_normalisation_does_not_see_the_padding() -> None:
    images = np.random.default_rng(0).normal(size=(2, 6, 3, 2)).astype("float32")
    blocks = [Block([keras.layers.Conv2D(4, 1, use_bias=False)], (1, 1), normalize=True) for _ in range(2)]
    alone, padded = (constant(block, (None, None, 3, 2)) for block in blocks)
    expected = alone(images[:1, :4], training=True)
    images[0, 4:], images[1] = 0, 100
    outputs = padded(images, tf.constant([4, 0]), training=True)
    np.testing.assert_allclose(outputs[0, :4], expected[0], atol=1e-4)
    np.testing.assert_allclose(padded.normalization.mean, alone.normalization.mean, atol=1e-5)


def test_pooling_counts_from_the_first_step() -> None:
    images = tf.reshape(tf.constant([5.0, 1, 2, 3, 1, 1, 4, -1]), (1, 8, 1, 1))
    assert max_pool(images, (3, 1)).numpy().ravel().tolist() == [5, 3, 4]
    assert max_pool(-images[:, :7], (3, 1)).numpy().ravel().tolist() == [-1, -1, -4]
    assert max_pool(images, (2, 1)).numpy().ravel().tolist() == [5, 3, 1, 4]
