"""Spectrograms as layers of Keras against those of `preprocess`."""

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.deployment.spectrogram import extract, fourier, from_samples, num_samples
from audeep.backend.errors import ModelError
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor

RATE = 4000
BASE = SpectrogramConfig(
    window_width=0.04, window_overlap=0.02, mel_spectrum=12, fixed_length=0.3, sample_rate=RATE, clip_below=-60
)
ABSOLUTE = {"reference": "full-scale", "clip_below": None}
#: Settings, and the largest difference: 1e-4 of the range from -1 to 1, or of one decibel.
CASES: dict[str, tuple[dict[str, Any], float]] = {
    "default": ({}, 1e-4),
    "all bins": ({"mel_spectrum": None}, 1e-4),
    # Not clipped, a tone alone reaches down to -105 dB, where float32 ends.
    "not clipped": ({"clip_below": None}, 1e-3),
    "clipped above": ({"clip_above": -10}, 1e-4),
    "odd window": ({"window_width": 0.03725, "window_overlap": 0.01}, 1e-4),
    "data set": ({"scale": "data-set", "scale_range": (-60, 0)}, 1e-4),
    "decibels": ({"scale": "none"}, 1e-2),
    "loudness": ({**ABSOLUTE, "scale": "none"}, 1e-2),
    "loudness of all bins": ({**ABSOLUTE, "scale": "none", "mel_spectrum": None}, 3e-2),
    "loudness, scaled": (ABSOLUTE, 1e-3),
}


def sounds(length: int) -> np.ndarray:
    """Make noise that fades, a tone, a click, silence, and noise that begins late; shape (sound, samples)."""
    random, time = np.random.default_rng(0), np.arange(length) / RATE
    click = np.zeros(length)
    click[length // 2] = 0.5
    noise = random.normal(0, 0.1, length)
    return np.stack(
        [noise * np.exp(-5 * time), np.sin(2 * np.pi * 440 * time), click, np.zeros(length), noise * (time > 0.15)]
    ).astype(np.float32)


@pytest.mark.parametrize("case", CASES)
def test_agrees_with_the_extractor(case: str) -> None:
    changes, tolerance = CASES[case]
    extractor = Extractor(replace(BASE, **changes), RATE)
    samples = sounds(num_samples(extractor, 0))
    expected = np.concatenate([extractor(item[:, None], RATE) for item in samples])
    inputs = keras.Input(samples.shape[1:])
    for without_fft in (False, True):
        spectrogram = extract(inputs, extractor, without_fft=without_fft)
        actual = keras.Model(inputs, spectrogram)(samples).numpy()
        assert actual.shape == expected.shape
        np.testing.assert_allclose(actual, expected, atol=tolerance)


@pytest.mark.parametrize("length", [1, 2, 3, 4, 12, 35, 37, 3528])
def test_fourier_transform_is_that_of_numpy(length: int) -> None:
    frames = np.random.default_rng(0).normal(size=(2, 3, length)).astype(np.float32)
    real, imaginary = fourier(tf.constant(frames))
    expected = np.fft.rfft(frames)
    np.testing.assert_allclose(real.numpy() + 1j * imaginary.numpy(), expected, atol=1e-6 * np.abs(expected).max())


def test_fourier_transform_needs_little_memory() -> None:
    graph = tf.function(fourier).get_concrete_function(tf.TensorSpec((None, 3, 3528))).graph
    # A single matrix would take 50 MB.
    assert len(graph.as_graph_def().SerializeToString()) < 1e6


def test_without_fixed_length_the_samples_fill_the_frames() -> None:
    extractor = Extractor(replace(BASE, fixed_length=None), RATE)
    length = num_samples(extractor, 9)
    assert extractor.shape(length, RATE)[1] == 9
    assert extractor.shape(length - 1, RATE)[1] == 8


def test_gradients_reach_the_samples() -> None:
    extractor = Extractor(BASE, RATE)
    samples = tf.constant(sounds(num_samples(extractor, 0)))
    inputs = keras.Input(samples.shape[1:])
    model = keras.Model(inputs, extract(inputs, extractor))
    with tf.GradientTape() as tape:
        tape.watch(samples)
        loss = tf.reduce_sum(tf.square(model(samples)))
    gradient = tape.gradient(loss, samples).numpy()
    assert np.isfinite(gradient).all()
    assert np.abs(gradient[0]).max() > 0


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"chunk_length": 0.1, "chunk_count": 2}, "takes chunks of recordings"),
        ({"mel_spectrum": 13}, r"trained on features of shape \(13, 12\), but .* of shape \(13, 13\)"),
    ],
)
def test_settings_that_do_not_say_how(changes: dict[str, Any], problem: str) -> None:
    inputs = keras.Input((13, 12))
    model = keras.Model(inputs, keras.layers.Flatten()(inputs))
    assert from_samples(model, BASE).input_shape == (None, 1200)
    with pytest.raises(ModelError, match=problem):
        from_samples(model, replace(BASE, **changes))
