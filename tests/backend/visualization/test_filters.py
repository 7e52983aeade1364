"""Plots of filters, and of attention: what is drawn where."""

import json

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.signal import freqz

from audeep.backend.spectrograms.scales import Scales
from audeep.backend.visualization.attention import plot_attention, scales_of
from audeep.backend.visualization.filters import (
    centre_frequencies,
    frequency_responses,
    mosaic,
    plot_filters,
)
from audeep.testing import make_data_set

RATE = 8000


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape)


def drawn(kernels: dict[str, np.ndarray], sample_rate: int | None = None) -> Figure:
    figure = Figure(layout="constrained")
    plot_filters(figure, kernels, sample_rate)
    figure.draw_without_rendering()
    return figure


def tones(frequencies: list[int], samples: int = 256) -> np.ndarray:
    """Return a filter for each frequency, shape (samples, filter)."""
    time = np.arange(samples)[:, np.newaxis] / RATE
    return np.hanning(samples)[:, np.newaxis] * np.cos(2 * np.pi * time * np.array(frequencies))


def test_mosaic() -> None:
    # Two frames, one band, five filters: rows from top to bottom, bands upwards.
    kernels = np.arange(1, 11).reshape(5, 1, 2).transpose(2, 1, 0)
    picture = mosaic(kernels, pixels=1)
    gap = np.nan
    expected = [
        [7 / 8, 1, gap, 9 / 10, 1, gap, gap, gap],
        [gap] * 8,
        [1 / 2, 1, gap, 3 / 4, 1, gap, 5 / 6, 1],
    ]
    np.testing.assert_allclose(picture, expected)
    # Each weight becomes a rectangle.
    assert mosaic(kernels[:, :, :1], pixels=4).tolist() == [[1 / 2, 1 / 2, 1, 1]] * 4


def test_low_bands_are_at_the_bottom() -> None:
    kernel = np.array([[[1.0], [0.5]]])
    assert mosaic(kernel, pixels=1).tolist() == [[1], [0.5]]


def test_patterns_of_several_shapes() -> None:
    figure = drawn(
        {"tall": noise(3, 20, 70), "long": noise(16, 1, 5), "3 x 3": noise(3, 3, 4), "1": noise(1, 1, 1)}
    )
    *panels, first, second, bar = figure.axes
    assert [axes.get_title() for axes in panels] == ["tall, the largest 64 of 70", "long", "3 x 3", "1"]
    assert panels[1].get_xlabel() == "time: 16 frames each"
    assert [axes.get_ylabel() for axes in panels[:2]] == ["frequency: 20 bands each", ""]
    assert panels[3].get_xlabel() == "time: 1 frame each"
    assert not first.axison
    assert not second.axison
    assert "weight" in bar.get_ylabel()


def test_frequency_responses_are_those_of_scipy() -> None:
    kernels = noise(9, 3)
    for kernel, response in zip(kernels.T, frequency_responses(kernels).T, strict=True):
        _, expected = freqz(kernel, worN=len(response), include_nyquist=True)
        decibels = 20 * np.log10(np.abs(expected))
        np.testing.assert_allclose(response, decibels - decibels.max(), atol=1e-6)


def test_a_single_sample_and_silence_pass_everything_alike() -> None:
    np.testing.assert_allclose(frequency_responses(np.eye(5)[:, :1]), 0, atol=1e-9)
    np.testing.assert_allclose(frequency_responses(np.zeros((5, 1))), 0)


def test_a_tone_passes_best_where_it_is() -> None:
    frequencies = [3000, 250, 1000]
    np.testing.assert_allclose(centre_frequencies(tones(frequencies), RATE), frequencies, atol=RATE / 1024)


def test_filters_of_waveforms_are_sorted_by_frequency() -> None:
    figure = drawn({"256 samples": tones([3000, 250, 1000]), "3 samples": noise(3, 20)}, RATE)
    above, _, below, _, _ = figure.axes
    (image,) = above.images
    low, high = image.get_extent()[2:]
    peaks = image.get_array().argmax(axis=0) / (len(image.get_array()) - 1)
    np.testing.assert_allclose(low + peaks * (high - low), [250, 1000, 3000], atol=RATE / 1024)
    assert [label.get_text() for label in below.get_yticklabels()] == ["250 Hz", "1000 Hz", "3000 Hz"]
    assert below.get_lines()[0].get_xdata()[-1] == pytest.approx(1000 * 255 / RATE)


def test_without_a_sample_rate_units_are_samples() -> None:
    above, below, _ = drawn({"256 samples": tones([3000, 250])}).axes
    assert above.get_ylabel() == "frequency (cycles per sample)"
    assert above.images[0].get_extent()[2:] == [0, 0.5]
    assert [label.get_text() for label in below.get_yticklabels()] == ["0.031", "0.375"]
    assert below.get_xlabel() == "time (samples)"
    assert below.get_lines()[0].get_xdata()[-1] == 255


def test_attention_is_above_what_it_belongs_to() -> None:
    figure, weights = Figure(layout="constrained"), np.array([0.2, 0.7, 0.1])
    spectrogram, scales = noise(9, 6), Scales("time (s)", "band", seconds=0.5)
    plot_attention(figure, spectrogram, weights, 4, scales, "$a^$.wav")
    figure.draw_without_rendering()
    above, below, _ = figure.axes
    (stairs,) = above.patches
    values, edges, _ = stairs.get_data()
    assert values.tolist() == weights.tolist()
    assert edges.tolist() == [0, 2, 4, 4.5]
    assert above.get_xlim() == below.get_xlim() == (0, 4.5)
    assert above.get_title().startswith("$a^$.wav\n")
    np.testing.assert_array_equal(below.images[0].get_array(), spectrogram.T)


def test_attention_to_a_waveform() -> None:
    figure = Figure(layout="constrained")
    data_set = make_data_set(1, time=RATE)
    assert scales_of(data_set).xlabel == "sample"
    data_set.attrs["waveforms"] = json.dumps({"sample_rate": RATE})
    plot_attention(figure, noise(RATE), np.array([0.4, 0.6]), RATE // 2, scales_of(data_set), "a.wav")
    figure.draw_without_rendering()
    above, below = figure.axes
    assert above.get_xlim() == below.get_xlim() == (0, 1)
    assert (below.get_xlabel(), below.get_ylabel()) == ("time (s)", "amplitude")
    assert [label.get_text() for label in below.get_xticklabels() if label.get_text()]
