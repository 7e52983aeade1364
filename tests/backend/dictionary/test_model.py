"""A dictionary against plain numpy, point by point."""

import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.data.data_set import from_columns
from audeep.backend.dictionary.config import DictionaryConfig, KernelShape
from audeep.backend.dictionary.model import Dictionary
from audeep.backend.errors import DataError, OptionError
from audeep.backend.networks.convolutional import convolve


def convolve_in_numpy(spectrogram: np.ndarray, kernel: np.ndarray, shape: KernelShape) -> np.ndarray:
    """Convolve a spectrogram, shape (time, bands), with one kernel, shape (bands, frames)."""
    result = np.zeros_like(spectrogram)
    (bands, frames), (time, height) = shape.span, spectrogram.shape
    for t, b in np.ndindex(spectrogram.shape):
        for i, j in np.ndindex(kernel.shape):
            band = b - (bands - 1) // 2 + i * shape.band_step
            frame = t - (frames - 1) // 2 + j * shape.frame_step
            if 0 <= band < height and 0 <= frame < time:
                result[t, b] += kernel[i, j] * spectrogram[frame, band]
    return result


@pytest.mark.parametrize("text", ["3x3", "3x3@2", "2x4", "1x5", "5x1@2", "3x4@1x2", "2x3@3x1"])
def test_convolution(text: str) -> None:
    shape, random = KernelShape.parse(text), np.random.default_rng(0)
    spectrograms = random.normal(size=(2, 11, 8)).astype(np.float32)
    kernels = random.normal(size=(shape.bands, shape.frames, 3)).astype(np.float32)
    expected = [
        np.stack([convolve_in_numpy(item, kernels[..., index], shape) for index in range(3)], axis=-1)
        for item in spectrograms
    ]
    convolved = convolve(tf.constant(spectrograms), kernels, (shape.band_step, shape.frame_step))
    np.testing.assert_allclose(convolved, expected, atol=1e-5)


def test_the_vector() -> None:
    random = np.random.default_rng(1)
    config = DictionaryConfig(kernels="RANDOM", num_kernels=2, kernel_shapes=["3x3", "1x3@2"], num_bands=2)
    model = config.make((9, 6))
    model.mean.assign(-50)
    model.deviation.assign(12)
    kernels = [random.normal(size=variable.shape).astype(np.float32) for variable in model.kernels]
    for variable, values in zip(model.kernels, kernels, strict=True):
        variable.assign(values)
    spectrograms = random.normal(-50, 12, (3, 9, 6)).astype(np.float32)
    vectors = model.encode(tf.constant(spectrograms)).numpy()
    # For each group of bands, each kernel and each statistic.
    assert vectors.shape == (3, 2 * 4 * 4)
    for spectrogram, vector in zip((spectrograms + 50) / 12, vectors.reshape(3, 2, 4, 4), strict=True):
        number = 0
        for values, shape in zip(kernels, config.shapes, strict=True):
            for index in range(2):
                found = convolve_in_numpy(spectrogram, values[..., index], shape)
                positive = np.maximum(found, 0)
                in_bands = [(found > 0).mean(0), positive.mean(0), found.max(0), found.std(0)]
                expected = np.stack(in_bands, axis=-1).reshape(2, 3, 4).mean(axis=1)
                np.testing.assert_allclose(vector[:, number], expected, atol=1e-5)
                number += 1


@pytest.mark.parametrize(
    "text", ["", "3", "3x", "1x1", "0x3", "3x3@", "3x3@0", "3x3@1x2x3", "3 x 3", "100x3", "٣x3"]
)
def test_what_is_no_shape(text: str) -> None:
    with pytest.raises(OptionError, match="`kernel_shapes`: expected bands x frames such as 3x9"):
        DictionaryConfig(kernel_shapes=[text])


def test_what_does_not_fit_the_spectrograms() -> None:
    with pytest.raises(DataError, match=r"`kernel_shapes`: 3x4@2 spans 5 bands x 7 frames, but .* have 4 x 9"):
        DictionaryConfig(kernel_shapes=["3x4@2"]).make((9, 4))
    with pytest.raises(DataError, match="`num_bands` is 5, but the spectrograms have only 4 bands"):
        DictionaryConfig(kernel_shapes=["3x3"], num_bands=5).make((9, 4))
    with pytest.raises(DataError, match="two dimensions, time and bands, got 1"):
        DictionaryConfig().make((9,))


@pytest.mark.parametrize("kernels", ["PCA", "K_MEANS", "RANDOM"])
def test_kernels_have_mean_zero_and_norm_one(kernels: str) -> None:
    data = from_columns(np.random.default_rng(0).normal(size=(5, 12, 10)), ["time", "freq"], filename=list("abcde"))
    config = DictionaryConfig(kernels=kernels, num_kernels=6, kernel_shapes=["3x3@2", "2x2"], patches=500)
    model: Dictionary = config.make((12, 10))
    model.fit([data], seed=1)
    assert [variable.shape[-1] for variable in model.kernels] == [6, 3 if kernels == "PCA" else 6]
    for variable in model.kernels:
        np.testing.assert_allclose(np.sum(variable, axis=(0, 1)), 0, atol=1e-6)
        np.testing.assert_allclose(np.sum(np.square(variable), axis=(0, 1)), 1, atol=1e-5)


def test_rounding_does_not_make_silence_positive() -> None:
    random = np.random.default_rng(0)
    noise = from_columns(random.normal(-71, 22, (5, 12, 6)), ["time", "freq"], filename=list("abcde"))
    config = DictionaryConfig(kernels="RANDOM", kernel_shapes=["3x3"], num_bands=6)
    model: Dictionary = config.make((12, 6))
    model.fit([noise], seed=1)
    silence = np.full((1, 12, 6), -100, np.float32)
    shares = np.reshape(model.encode(silence), (6, -1, 4))[1:-1, :, 0]
    # Only the first and the last frame are beside zeros, which are louder.
    assert shares.max() < 2.5 / 12


def test_nothing_to_learn() -> None:
    flat = from_columns(np.full((2, 9, 9), -100), ["time", "freq"], filename=["a", "b"])
    with pytest.raises(DataError, match="are flat; there is nothing to learn"):
        DictionaryConfig(kernel_shapes=["3x3"]).make((9, 9)).fit([flat], seed=1)
    features = np.full((2, 9, 9), -100.0)
    features[0, 0, 0] = 0
    almost = from_columns(features, ["time", "freq"], filename=["a", "b"])
    with pytest.raises(DataError, match=r"`kernel_shapes`: 3x3: only \d patches vary, .* more `patches` may help"):
        DictionaryConfig(kernel_shapes=["3x3"], patches=10).make((9, 9)).fit([almost], seed=1)
