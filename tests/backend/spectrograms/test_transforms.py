"""The steps of spectrogram extraction against closed formulas and other libraries."""

import tracemalloc

import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from audeep.backend.spectrograms import transforms

SPECTROGRAMS = arrays(np.float32, (2, 3, 4), elements=st.floats(-100, 0, width=32))


def test_pre_emphasis_of_a_constant() -> None:
    np.testing.assert_allclose(transforms.preemphasis(np.ones(4)), [1, 0.05, 0.05, 0.05])


@pytest.mark.parametrize(("width", "hop"), [(64, 32), (63, 20), (10, 10)])
def test_power_agrees_with_scipy(width: int, hop: int) -> None:
    samples = np.random.default_rng(0).normal(size=1000)
    window = scipy.signal.get_window("hann", width)
    stft = scipy.signal.ShortTimeFFT(window, hop, fs=1)
    frames = 1 + (1000 - width) // hop
    # The first window of ours begins at the first sample; scipy's number 0 is centred there.
    expected = np.stack(
        [
            stft.stft_detrend(samples[k * hop : k * hop + width], "constant", 0, 1, k_offset=width // 2)[:, 0]
            for k in range(frames)
        ]
    )
    np.testing.assert_allclose(transforms.power_spectrogram(samples, width, hop), np.abs(expected) ** 2, rtol=1e-4)


def test_a_sine_is_one_peak() -> None:
    samples = np.sin(2 * np.pi * np.arange(800) * 5 / 80)
    power = transforms.power_spectrogram(samples, 80, 40)
    assert power.shape == (19, 41)
    assert (power.argmax(axis=1) == 5).all()


@given(st.sampled_from([8000, 16000, 22050, 44100]), st.integers(200, 2000), st.integers(1, 64))
def test_mel_filters_are_triangles_in_ascending_order(rate: int, width: int, bands: int) -> None:
    filters = transforms.mel_filters(rate, width, bands)
    assert filters.shape == (bands, width // 2 + 1)
    assert filters.min() >= 0
    assert filters.max() == 1
    filled = filters[filters.any(axis=1)]
    peaks = filled.argmax(axis=1)
    assert (np.diff(peaks) >= 0).all()
    # Each bin below Nyquist and above the lowest peak lies on the flanks of neighbours that sum to one.
    if len(filled) == bands:
        between = filters[:, peaks[0] : peaks[-1] + 1]
        np.testing.assert_allclose(between.sum(axis=0), 1, atol=1e-6)


def test_decibels_of_powers_of_ten() -> None:
    power = np.array([[10.0, 1.0], [0.1, 0.0]])
    np.testing.assert_allclose(transforms.power_to_db(power), [[0, -10], [-20, -20]])
    assert transforms.power_to_db(np.zeros((2, 2))).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("width", [320, 441, 2028])
def test_a_sine_at_full_scale_is_at_0_db(width: int) -> None:
    bin = width // 5
    samples = np.sin(2 * np.pi * np.arange(3 * width) * bin / width + 0.3).astype(np.float32)
    power = transforms.power_spectrogram(samples, width, width // 2)
    decibels = transforms.power_to_db(power, transforms.full_scale_power(width, in_bands=False))
    np.testing.assert_allclose(decibels[:, bin], 0, atol=1e-4)
    # In mel bands it is split among neighbours: their powers add up to that of the sine.
    bands = power @ transforms.mel_filters(22050, width, 40).T
    np.testing.assert_allclose(bands.sum(axis=1) / transforms.full_scale_power(width, in_bands=True), 1, atol=1e-4)


def test_fourier_bins_of_long_recordings_are_not_kept() -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, 320 + 19_999 * 160).astype(np.float32)
    filters = transforms.mel_filters(8000, 320, 8)
    expected = transforms.power_spectrogram(samples, 320, 160) @ filters.T
    tracemalloc.start()
    try:
        found = transforms.power_spectrogram(samples, 320, 160, filters)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert peak < 20_000 * 161 * 4


def test_the_floor() -> None:
    np.testing.assert_allclose(
        transforms.power_to_db(np.array([[0, 1e-11, 1e-9, 1e3]]), 1.0), [[-100, -100, -90, 30]]
    )


def test_scaling_with_given_levels() -> None:
    chunks = np.array([[[-80, -40, 0, 20]]], np.float32)
    np.testing.assert_allclose(transforms.scale(chunks, -80, 0), [[[-1, 0, 1, 1.5]]])
    assert transforms.scale(chunks, -80, 0).dtype == np.float32


@given(SPECTROGRAMS)
def test_scaling_fills_the_range_of_each_chunk(chunks: np.ndarray) -> None:
    scaled = transforms.scale(chunks)
    for before, after in zip(chunks, scaled, strict=True):
        if np.ptp(before) == 0:
            assert (after == 0).all()
        else:
            assert after.min() == -1
            assert after.max() == pytest.approx(1)
            np.testing.assert_array_equal(before.ravel().argsort(kind="stable")[0], after.ravel().argmin())
