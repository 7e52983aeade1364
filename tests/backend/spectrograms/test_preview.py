"""The picture of a recording."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from audeep.backend.spectrograms import plotting
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.spectrograms.plotting import plot_spectrogram
from audeep.backend.spectrograms.preview import plot_preview
from audeep.cli.plots import figure

RATE = 8000


def drawn(config: SpectrogramConfig, decibels: np.ndarray) -> Figure:
    picture = Figure(layout="constrained")
    plot_preview(picture, "dog.wav", decibels, Extractor(config, RATE))
    picture.draw_without_rendering()
    return picture


def noise(frames: int, bands: int) -> np.ndarray:
    return np.random.default_rng(0).normal(-40, 10, (frames, bands))


def loudest_cell(config: SpectrogramConfig, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draw a recording; return from when to when, and from which to which frequency, its loudest point is drawn."""
    extractor = Extractor(config, RATE)
    axes = Figure().subplots()
    plot_spectrogram(axes, extractor.decibels(samples[:, np.newaxis].astype(np.float32), RATE), extractor)
    (mesh,) = (item for item in axes.collections if isinstance(item, QuadMesh))
    band, frame = np.unravel_index(mesh.get_array().argmax(), mesh.get_array().shape)
    x, y = np.moveaxis(mesh.get_coordinates(), -1, 0)
    return x[0, frame : frame + 2], y[band : band + 2, 0]


@pytest.mark.parametrize("bands", [None, 32, 128])
@pytest.mark.parametrize("frequency", [250, 1000, 3000])
def test_a_tone_is_drawn_at_its_frequency(bands: int | None, frequency: float) -> None:
    config = SpectrogramConfig(window_width=0.08, window_overlap=0.04, mel_spectrum=bands)
    _, (low, high) = loudest_cell(config, np.sin(2 * np.pi * frequency * np.arange(RATE) / RATE))
    # A Fourier bin is 12.5 Hz wide, and a band is drawn around the bin of its peak.
    assert low - 6.25 <= frequency <= high + 6.25
    assert high - low < 0.4 * frequency


def test_a_click_is_drawn_at_its_time() -> None:
    samples = np.zeros(RATE)
    samples[round(0.53 * RATE)] = 1
    (start, end), _ = loudest_cell(SpectrogramConfig(window_overlap=0, mel_spectrum=32), samples)
    assert (start, end) == pytest.approx((0.52, 0.56))


@pytest.mark.parametrize(
    ("clipping", "limits"),
    [({}, (-80, 0)), ({"clip_below": -45}, (-45, 0)), ({"clip_below": -100, "clip_above": -6}, (-100, -6))],
)
def test_levels_shown(clipping: dict[str, float], limits: tuple[float, float]) -> None:
    mesh = drawn(SpectrogramConfig(mel_spectrum=64, **clipping), noise(50, 64)).axes[0].collections[0]
    assert mesh.get_clim() == limits


def test_chunks_are_separated() -> None:
    config = SpectrogramConfig(mel_spectrum=64, chunk_length=0.4, chunk_count=2)
    axes = drawn(config, noise(50, 64)).axes[0]
    assert [line.get_xdata()[0] for line in axes.lines] == pytest.approx([0.4, 0.8])
    (shaded,) = axes.patches
    assert (shaded.get_x(), shaded.get_x() + shaded.get_width()) == pytest.approx((0.8, 1.0))
    axes = drawn(config, noise(40, 64)).axes[0]
    assert len(axes.lines) == 1
    assert not axes.patches


def test_long_recordings_keep_their_clicks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plotting, "MAX_FRAMES", 10)
    decibels = np.full((25, 64), -70.0)
    decibels[13] = 0
    mesh = drawn(SpectrogramConfig(mel_spectrum=64), decibels).axes[0].collections[0]
    assert mesh.get_array().shape == (64, 9)
    x = mesh.get_coordinates()[0, :, 0]
    loud = mesh.get_array()[0].argmax()
    assert x[loud] <= 13 * 0.02 < x[loud + 1]
    assert x[-1] == pytest.approx(25 * 0.02)


def test_titles() -> None:
    above, below, _ = drawn(SpectrogramConfig(mel_spectrum=64), noise(50, 64)).axes
    assert above.get_title().startswith("dog.wav: 50 windows x 64 bands\n8000\N{NO-BREAK SPACE}Hz")
    assert "hill" in below.get_title()
    half = np.where(np.arange(64) % 2, -10.0, -45.0) * np.ones((50, 1))
    above, below, _ = drawn(SpectrogramConfig(mel_spectrum=64, clip_below=-45), half).axes
    assert above.get_title().endswith("clipped\N{NO-BREAK SPACE}below\N{NO-BREAK SPACE}-45\N{NO-BREAK SPACE}dB")
    assert below.get_title().endswith("50 % of the points are clipped to -45 dB")


def test_silence_is_drawn() -> None:
    assert drawn(SpectrogramConfig(mel_spectrum=64), np.zeros((50, 64))).axes[0].collections


def test_what_is_written_beside_it(tmp_path: Path) -> None:
    with figure(tmp_path / "p.png") as picture:
        plot_preview(picture, "$a^$.wav", noise(50, 64), Extractor(SpectrogramConfig(mel_spectrum=64), RATE))
        picture.draw_without_rendering()
        above, below, _ = picture.axes
        assert above.get_title().startswith("$a^$.wav: ")
        assert {"1", "10", "100"} <= {label.get_text() for label in below.get_yticklabels()}
        assert not [label for label in below.get_yticklabels(minor=True) if label.get_text()]
