"""Pictures of instances above their reconstructions."""

import gc
import weakref

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes

from audeep.backend.autoencoders.pictures import Comparison
from audeep.backend.spectrograms.scales import Scales

FRAMES, BANDS = 9, 6
RANDOM = np.random.default_rng(0)
ORIGINAL, RECONSTRUCTION, OTHER = RANDOM.uniform(-1, 1, (3, FRAMES, BANDS))


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return Comparison((FRAMES, BANDS), Scales("frame", "band"))


def values(picture: np.ndarray, axes: Axes) -> np.ndarray:
    """Read the features off a picture, shape (frames, bands), by the colours at the centres of its cells."""
    box = axes.get_window_extent()
    x = box.x0 + (np.arange(FRAMES) + 0.5) / FRAMES * box.width
    y = box.y0 + (np.arange(BANDS) + 0.5) / BANDS * box.height
    colours = picture[len(picture) - 1 - y.astype(int)[np.newaxis], x.astype(int)[:, np.newaxis]] / 255
    scale = np.linspace(-1, 1, 256)
    map_colours = mpl.colormaps["magma"](np.arange(256))[:, :3]
    return scale[np.abs(colours[:, :, np.newaxis] - map_colours).sum(axis=-1).argmin(axis=-1)]


def test_original_is_above_and_reconstruction_below(comparison: Comparison) -> None:
    for original, reconstruction in ((ORIGINAL, RECONSTRUCTION), (OTHER, ORIGINAL)):
        picture = comparison.draw(original, reconstruction, "dog.wav")
        above, below = (values(picture, axes) for axes in comparison.axes)
        np.testing.assert_allclose(above, original, atol=0.02)
        np.testing.assert_allclose(below, reconstruction, atol=0.02)


def test_there_is_a_gap_between_them(comparison: Comparison) -> None:
    above, below = (axes.get_window_extent() for axes in comparison.axes)
    assert above.y0 - below.y1 > 10
    picture = comparison.draw(ORIGINAL, RECONSTRUCTION, "dog.wav")
    row = len(picture) - 1 - round(above.y0 - 8)
    assert (picture[row, round(above.x0) : round(above.x0 + above.width / 3)] == 255).all()


def test_a_picture_depends_on_nothing_drawn_before(comparison: Comparison) -> None:
    first = comparison.draw(ORIGINAL, RECONSTRUCTION, "dog.wav")
    second = comparison.draw(OTHER, OTHER, "a very long name of a recording.wav")
    assert (first != second).any()
    np.testing.assert_array_equal(comparison.draw(ORIGINAL, RECONSTRUCTION, "dog.wav"), first)


@pytest.mark.parametrize("name", ["$a^$.wav", "a\rb.wav", "\N{CJK UNIFIED IDEOGRAPH-6C34}.wav", "x" * 300])
def test_any_name(comparison: Comparison, name: str) -> None:
    comparison.draw(ORIGINAL, RECONSTRUCTION, name)
    box = comparison.title.get_window_extent()
    assert box.x0 >= 0
    assert box.x1 <= comparison.canvas.figure.bbox.x1


def test_no_figure_is_left_behind() -> None:
    comparison = Comparison((FRAMES, BANDS), Scales("frame", "band"))
    comparison.draw(ORIGINAL, RECONSTRUCTION, "dog.wav")
    figure = weakref.ref(comparison.canvas.figure)
    assert pyplot.get_fignums() == []
    del comparison
    gc.collect()
    assert figure() is None
