"""The learning curve."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.image import imread

from audeep.backend.training.curve import plot_curve, write_curve
from audeep.backend.training.history import Epoch

EPOCHS = [Epoch(1, 5, 0.9, 0.95), Epoch(2, 10, 0.7, 0.8), Epoch(3, 15, 0.6, 0.85)]


def test_shows_the_losses_of_each_epoch() -> None:
    figure = Figure()
    plot_curve(figure, EPOCHS)
    training, validation, lowest = figure.axes[0].lines
    np.testing.assert_array_equal(training.get_xydata(), [[1, 0.9], [2, 0.7], [3, 0.6]])
    np.testing.assert_array_equal(validation.get_xydata(), [[1, 0.95], [2, 0.8], [3, 0.85]])
    np.testing.assert_array_equal(lowest.get_xydata(), [[2, 0.8]])
    texts = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert texts == ["training", "validation", "lowest: 0.8000, epoch 2"]


def test_without_validation_there_is_one_line() -> None:
    figure = Figure()
    plot_curve(figure, [Epoch(1, 5, 0.9), Epoch(2, 10, 0.7)])
    assert len(figure.axes[0].lines) == 1


def test_is_written_as_a_picture(tmp_path: Path) -> None:
    write_curve(tmp_path, EPOCHS)
    height, width, _ = imread(tmp_path / "learning-curve.png").shape
    assert width > height > 200
    assert pyplot.get_fignums() == []
