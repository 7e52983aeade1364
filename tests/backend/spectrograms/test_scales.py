"""Time and frequency along the axes of pictures."""

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.spectrograms.scales import Scales, frequency_borders, level_label

DIMS, RATE = ("time", "freq"), 8000
SETTINGS = SpectrogramConfig(window_width=0.08, window_overlap=0.05, mel_spectrum=40, sample_rate=RATE).to_dict()


@pytest.mark.parametrize("bands", [None, 32, 128])
def test_bands_fill_the_axis(bands: int | None) -> None:
    borders = frequency_borders(RATE, 320, bands)
    assert len(borders) == (bands or 161) + 1
    assert (borders[0], borders[-1]) == (0, RATE / 2)
    assert (np.diff(borders) >= 0).all()


def test_borders_are_half_way_between_peaks() -> None:
    np.testing.assert_array_equal(frequency_borders(8, 8, None), [0, 0.5, 1.5, 2.5, 3.5, 4])
    peaks = Extractor(SpectrogramConfig(**SETTINGS), RATE).mel_filters.argmax(axis=1) * RATE / 640
    borders = frequency_borders(RATE, 640, 40)
    np.testing.assert_allclose(borders[1:-1], (peaks[:-1] + peaks[1:]) / 2)


def test_known_settings() -> None:
    scales = Scales.of(DIMS, (30, 40), SETTINGS)
    assert (scales.xlabel, scales.ylabel, scales.values) == ("time (s)", "frequency (Hz)", "level")
    assert Scales.of(DIMS, (30, 40), SETTINGS | {"scale": "NONE"}).values == "level (dB)"
    assert scales.extent((30, 40)) == pytest.approx((0, 30 * 0.03, 0, 40))
    axes = Figure().subplots()
    scales.label(axes)
    named = {
        label.get_text(): place for label, place in zip(axes.get_yticklabels(), axes.get_yticks(), strict=True)
    }
    assert {"0", "1000", "4000"} <= named.keys()
    assert (named["0"], named["4000"]) == (0, 40)
    # The tick is in the band whose borders are around its frequency.
    band = int(named["1000"])
    assert scales.borders[band] <= 1000 <= scales.borders[band + 1]


def test_levels_are_in_decibels_unless_they_were_scaled() -> None:
    labels = [level_label(settings) for settings in ({"scale": "NONE"}, {"scale": "RECORDING"}, {}, None)]
    assert labels == ["level (dB)", "level", "level", "level"]


def test_frames_further_apart_than_asked_for() -> None:
    # At 8050 Hz, the original puts a sample more between frames for the number of frames to come out.
    settings = SETTINGS | {"window_width": 0.02, "window_overlap": 0.01, "fixed_length": 1, "sample_rate": 8050}
    extractor = Extractor(SpectrogramConfig(**settings), 8050)
    assert Scales.of(DIMS, (98, 40), settings).seconds == extractor.hop_length / 8050


@pytest.mark.parametrize(
    ("dims", "bands", "settings", "labels"),
    [
        (DIMS, 40, None, ("frame", "band")),
        (DIMS, 40, {}, ("frame", "band")),
        (DIMS, 40, SETTINGS | {"sample_rate": None}, ("frame", "band")),
        (DIMS, 40, SETTINGS | {"window_width": "wide"}, ("frame", "band")),
        (DIMS, 40, SETTINGS | {"window_width": 1e-9}, ("frame", "band")),
        (DIMS, 40, SETTINGS | {"unknown": 1}, ("frame", "band")),
        # Two data sets fused along the bands; vectors of a frequency-recurrent autoencoder.
        (DIMS, 80, SETTINGS, ("time (s)", "band")),
        (("time", "generated"), 40, SETTINGS, ("time (s)", "generated")),
        (("x", "y"), 40, None, ("x", "y")),
    ],
)
def test_what_is_not_known(
    dims: tuple[str, str], bands: int, settings: dict[str, Any] | None, labels: tuple[str, str]
) -> None:
    scales = Scales.of(dims, (30, bands), settings)
    assert (scales.xlabel, scales.ylabel) == labels
    scales.label(Figure().subplots())
    assert scales.extent((30, bands))[3] == bands
