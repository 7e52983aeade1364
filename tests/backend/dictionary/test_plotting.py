"""The picture of kernels."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from audeep.backend.autoencoders.architectures import TimeAutoencoderConfig
from audeep.backend.dictionary.plotting import plot_kernels, read_kernels
from audeep.backend.errors import ModelError
from tests.helpers.models import save_random_model, waves


def test_all_kernels_are_drawn() -> None:
    random = np.random.default_rng(0)
    kernels = {"3x2": random.normal(size=(3, 2, 4)), "1x5": random.normal(size=(1, 5, 30))}
    figure = Figure()
    plot_kernels(figure, kernels)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["3x2", "1x5"]
    for axes, part, shown in zip(figure.axes, kernels.values(), (4, 24), strict=True):
        (image,) = axes.images
        drawn = np.ma.filled(image.get_array(), np.nan)
        bands, frames, _ = part.shape
        assert drawn.shape == (bands, shown * (frames + 1) - 1)
        for number in range(shown):
            kernel = part[:, :, number]
            here = slice(number * (frames + 1), number * (frames + 1) + frames)
            np.testing.assert_allclose(drawn[:, here], kernel / np.abs(kernel).max())


def test_only_dictionaries_have_kernels(tmp_path: Path) -> None:
    logs = save_random_model(tmp_path, TimeAutoencoderConfig(num_units=2), waves())
    with pytest.raises(ModelError, match="contains a t-rae model, which has no kernels; expected a dictionary"):
        read_kernels(logs)
