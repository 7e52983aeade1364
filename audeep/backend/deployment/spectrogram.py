"""The extraction of spectrograms as layers of Keras, the same as that of `audeep.backend.spectrograms`."""

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import keras
import numpy as np
from keras import ops

from audeep.backend.errors import ModelError
from audeep.backend.spectrograms import transforms
from audeep.backend.spectrograms.config import Scale, SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor

#: Real and imaginary part of a complex tensor.
Pair: TypeAlias = tuple[Any, Any]


def from_samples(model: keras.Model, config: SpectrogramConfig, *, without_fft: bool = False) -> keras.Model:
    """Return a model that computes spectrograms from samples, and passes them to another model.

    Parameters
    ----------
    model
        Takes spectrograms, shape (batch, frames, bands).
    config
        Settings of the spectrograms, none of them unknown.
    without_fft
        Compute the Fourier transform with products of matrices, because tf2onnx does not convert TensorFlow's.

    Returns
    -------
    keras.Model
        Takes mono recordings at this rate, shape (batch, samples). Their length is fixed.

    Raises
    ------
    ModelError
        If the model takes something else than the spectrogram of a recording of fixed length.
    """
    assert config.sample_rate
    if config.chunk_length is not None:
        raise ModelError(
            "`from_audio`: the model takes chunks of recordings, whose levels depend on the rest of the recording"
        )
    if model.input_shape[1] is None:
        raise ModelError(
            "`from_audio`: the model was trained on recordings of different lengths; expected one length"
        )
    extractor = Extractor(config, config.sample_rate)
    samples = keras.Input((num_samples(extractor, model.input_shape[1]),), name="samples")
    spectrogram = extract(samples, extractor, without_fft=without_fft)
    if spectrogram.shape != model.input_shape:
        raise ModelError(
            f"`from_audio`: the model was trained on features of shape {model.input_shape[1:]}, but its settings "
            f"give spectrograms of shape {spectrogram.shape[1:]}"
        )
    return keras.Model(samples, model(spectrogram), name=model.name)


def num_samples(extractor: Extractor, frames: int) -> int:
    """Return the length of a recording with this number of frames."""
    if extractor.config.fixed_length is not None:
        return int(extractor.config.fixed_length * extractor.sample_rate)
    return extractor.samples_in(frames)


def extract(samples: keras.KerasTensor, extractor: Extractor, *, without_fft: bool = False) -> keras.KerasTensor:
    """Compute spectrograms, shape (batch, frames, bands), from samples, shape (batch, samples)."""
    config, win_length = extractor.config, extractor.win_length
    delayed = ops.pad(samples, [[0, 0], [1, 0]])[:, :-1]
    frames = ops.extract_sequences(samples - transforms.PREEMPHASIS * delayed, win_length, extractor.hop_length)
    frames -= ops.mean(frames, axis=-1, keepdims=True)
    frames *= transforms.hann(win_length)
    real, imaginary = fourier(frames) if without_fft else ops.rfft(frames, win_length)
    power = ops.square(real) + ops.square(imaginary)
    if extractor.mel_filters is not None:
        power = matrix_layer(extractor.mel_filters.T, "filters")(power)
    decibels = power_to_db(power, extractor.reference)
    if config.clip_below is not None:
        decibels = ops.maximum(decibels, config.clip_below)
    if config.clip_above is not None:
        decibels = ops.minimum(decibels, config.clip_above)
    if config.scale is Scale.NONE:
        return decibels
    return scale(decibels, *(config.scale_range or ()))


def fourier(frames: keras.KerasTensor) -> Pair:
    """Compute the real and the imaginary parts of spectra, shape (batch, frames, bins), with products of matrices.

    A single matrix for frames of 3528 samples would take 50 MB, and tf2onnx 60 times as much to convert it. One
    step of Cooley and Tukey ("An algorithm for the machine calculation of complex Fourier series", 1965) needs only
    small ones: with ``length = first * second``, sample ``second * n1 + n2`` is in row n1 and column n2, and bin
    ``k1 + first * k2`` in row k1 and column k2.
    """
    _, count, length = frames.shape
    first = max(divisor for divisor in range(1, math.isqrt(length) + 1) if length % divisor == 0)
    second = length // first
    rows = ops.reshape(frames, (-1, count, first, second))
    real, imaginary = (ops.matmul(part, rows) for part in roots_of_unity(first, first, first))
    spectra = complex_product(ops.multiply, (real, imaginary), roots_of_unity(first, second, length))
    # Half of the bins are enough, because the samples are real.
    half = second // 2 + 1
    spectra = complex_product(ops.matmul, spectra, roots_of_unity(second, half, second))
    real, imaginary = (
        ops.reshape(ops.transpose(part, (0, 1, 3, 2)), (-1, count, half * first)) for part in spectra
    )
    return real[..., : length // 2 + 1], imaginary[..., : length // 2 + 1]


def roots_of_unity(rows: int, columns: int, order: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the real and the imaginary part of the matrix exp(-2 pi i row column / order)."""
    matrix = np.exp(-2j * np.pi / order * np.outer(np.arange(rows), np.arange(columns))).astype(np.complex64)
    return matrix.real, matrix.imag


def complex_product(product: Callable[..., keras.KerasTensor], left: Pair, right: Pair) -> Pair:
    """Multiply complex tensors, each given as its real and its imaginary part."""
    (a, b), (c, d) = left, right
    return product(a, c) - product(b, d), product(a, d) + product(b, c)


def matrix_layer(matrix: np.ndarray, name: str) -> keras.layers.Dense:
    """Return a layer that multiplies by a matrix, shape (input, output)."""
    layer = keras.layers.Dense(matrix.shape[1], use_bias=False, trainable=False, name=name)
    layer.build((None, len(matrix)))
    layer.set_weights([matrix])
    return layer


def power_to_db(power: keras.KerasTensor, reference: float | None) -> keras.KerasTensor:
    """Convert power to decibels, as `transforms.power_to_db` does with each spectrogram."""
    if reference is not None:
        return 10 * ops.log10(ops.maximum(power / reference, transforms.FLOOR))
    peak = ops.max(power, axis=(1, 2), keepdims=True)
    is_silent = ops.equal(peak, 0)
    # Silence is 0 dB everywhere; 1 stands for its peak, because the logarithm of 0 has no gradient.
    peak = ops.where(is_silent, 1.0, peak)
    floor = ops.min(ops.where(power > 0, power, peak), axis=(1, 2), keepdims=True)
    decibels = 10 * (ops.log10(ops.maximum(power, floor)) - ops.log10(peak))
    return ops.where(is_silent, 0.0, decibels)


def scale(decibels: keras.KerasTensor, low: float | None = None, high: float | None = None) -> keras.KerasTensor:
    """Scale each spectrogram, as `transforms.scale` does."""
    if low is not None and high is not None:
        return 2 * (decibels - low) / (high - low) - 1
    lowest, highest = (extreme(decibels, axis=(1, 2), keepdims=True) for extreme in (ops.min, ops.max))
    is_flat = ops.equal(highest, lowest)
    span = ops.where(is_flat, 1.0, highest - lowest)
    return ops.where(is_flat, 0.0, 2 * (decibels - lowest) / span - 1)
