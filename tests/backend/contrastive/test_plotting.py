"""The picture of two views."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from audeep.backend.contrastive.config import ContrastiveConfig
from audeep.backend.contrastive.plotting import draw_views, plot_views
from audeep.backend.errors import DataError, OptionError
from audeep.main import main
from audeep.testing import make_data_set
from tests.helpers.models import save_waves, waves


def test_views_are_drawn_below_their_recording() -> None:
    data, config = waves(count=20), ContrastiveConfig(view_frames=7)
    spectrogram, *views = draw_views(data, config, 5, seed=1)
    np.testing.assert_array_equal(spectrogram, data.features.values[5])
    assert [view.shape for view in views] == [(7, 6), (7, 6)]
    assert np.abs(views[0] - views[1]).max() > 0.1
    again, other = (draw_views(data, config, 5, seed=seed)[1] for seed in (1, 2))
    np.testing.assert_array_equal(again, views[0])
    assert np.abs(other - views[0]).max() > 0.1

    figure = Figure()
    plot_views(figure, spectrogram, *views, "a dog", "level (dB)")
    shown = {axes.get_title(): axes.images[0].get_array() for axes in figure.axes[:3]}
    assert [*shown] == ["a dog", "one view", "another view"]
    for picture, drawn in zip((spectrogram, *views), shown.values(), strict=True):
        np.testing.assert_array_equal(drawn, picture.T)
    assert figure.axes[3].get_ylabel() == "level (dB)"


def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, plot = save_waves(tmp_path / "data.nc"), tmp_path / "views.png"
    line = f"visualize views --input {data} --view-frames 7 --max-mix 0 --plot {plot}".split()
    assert main([*line, "--seed", "1", "--instance", "3"]) == 0
    assert plot.read_bytes().startswith(b"\x89PNG")
    capsys.readouterr()
    assert main([*line, "--instance", "24"]) == 2
    assert "--instance must be below 24, the number of instances, got 24" in capsys.readouterr().err


def test_what_has_no_views() -> None:
    with pytest.raises(DataError, match="expected instances with two dimensions, got 1"):
        draw_views(make_data_set(3, generated=4), ContrastiveConfig())
    with pytest.raises(OptionError, match="`instance` must be below 24"):
        draw_views(waves(), ContrastiveConfig(), 24)
