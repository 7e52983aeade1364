"""The picture of a recording."""

from pathlib import Path

import numpy as np

from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.spectrograms.preview import plot_preview
from audeep.cli.plots import figure


def test_what_is_written_beside_it(tmp_path: Path) -> None:
    decibels = np.random.default_rng(0).normal(-40, 10, (50, 64))
    with figure(tmp_path / "p.png") as picture:
        plot_preview(picture, "$a^$.wav", decibels, Extractor(SpectrogramConfig(mel_spectrum=64), 8000))
        picture.draw_without_rendering()
        above, below, _ = picture.axes
        assert above.get_title() == "$a^$.wav: 50 windows x 64 bands"
        assert {"1", "10", "100"} <= {label.get_text() for label in below.get_yticklabels()}
        assert not [label for label in below.get_yticklabels(minor=True) if label.get_text()]
