"""Sound from spectrograms."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from audeep.backend.errors import DataError
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.spectrograms.inversion import invert

RATE = 8000
LOUD = SpectrogramConfig(
    window_width=0.064, window_overlap=0.048, sample_rate=RATE, reference="full-scale", scale="none"
)


def tone(hertz: float, amplitude: float) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE)).astype(np.float32)[:, np.newaxis]


def spectrogram(samples: np.ndarray, config: SpectrogramConfig) -> np.ndarray:
    (chunk,) = Extractor(config, RATE)(samples, RATE)
    return chunk


@pytest.mark.parametrize("bands", [None, 64])
@pytest.mark.parametrize("amplitude", [0.5, 0.05])
def test_a_tone_keeps_its_pitch_and_loudness(bands: int | None, amplitude: float) -> None:
    config = replace(LOUD, mel_spectrum=bands)
    samples, rate = invert(spectrogram(tone(1000, amplitude), config), config, seed=1)
    assert (rate, samples.dtype) == (RATE, np.float32)
    middle = samples[1000:-1000]
    peak = np.abs(np.fft.rfft(middle * np.hanning(len(middle)))).argmax() * RATE / len(middle)
    # Within half a mel band.
    assert peak == pytest.approx(1000, abs=5 if bands is None else 40)
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(amplitude / 2**0.5, rel=0.15)


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": "peak", "scale": "recording", "clip_below": -60},
        {"scale": "data-set", "scale_range": (-80, 0), "clip_below": -80},
        {"mel_spectrum": 32},
    ],
)
def test_the_sound_has_about_the_same_spectrogram(changes: dict[str, Any]) -> None:
    config = replace(LOUD, **changes)
    time = np.arange(RATE) / RATE
    # A tone that rises, with harmonics, in the middle of silence.
    phase = 2 * np.pi * np.cumsum(200 + 300 * time) / RATE
    sound = sum(np.sin(number * phase) / number for number in (1, 2, 3)) * np.hanning(RATE) * 0.2
    original = spectrogram(sound.astype(np.float32)[:, np.newaxis], config)
    samples, _ = invert(original, config, seed=1)
    again = spectrogram(np.pad(samples, 256)[:, np.newaxis], config)[: len(original)]
    likeness = np.corrcoef(original[: len(again)].ravel(), again.ravel())[0, 1]
    assert likeness > 0.8


def test_silence_stays_silent_and_the_lowest_level_is_silence() -> None:
    for config, level in ((LOUD, -100), (replace(LOUD, scale="recording", clip_below=-45), -1)):
        features = np.full((20, 257), level, np.float32)
        samples, _ = invert(features, config, seed=1)
        assert np.abs(samples).max() < 1e-4


def test_the_seed_decides() -> None:
    features = spectrogram(tone(500, 0.3), LOUD)
    first, again, other = (invert(features, LOUD, seed=seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-4


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({}, "lack their sample rate"),
        ({"sample_rate": RATE, "mel_spectrum": 5}, "have 6 bands, but spectrograms with their settings have 5"),
        ({"nonsense": 1}, "invalid settings"),
    ],
)
def test_settings_of_other_spectrograms(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        invert(np.zeros((9, 6)), settings)
