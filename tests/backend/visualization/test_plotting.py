"""Pictures of instances, by what is drawn."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from audeep.backend.visualization.scatter import limits, plot_points, style


def drawn(labels: list[str]) -> Figure:
    figure = Figure(figsize=(9, 7), layout="constrained")
    plot_points(figure, np.arange(2 * len(labels)).reshape(-1, 2), np.array(labels, object), "title")
    figure.draw_without_rendering()
    return figure


def test_every_class_has_its_points_and_an_entry_in_the_legend() -> None:
    figure = drawn(["dog", "_cat", "", "dog"])
    (axes,) = figure.axes
    points = [np.asarray(series.get_offsets()).tolist() for series in axes.collections]
    assert points == [[[4, 5]], [[2, 3]], [[0, 1], [6, 7]]]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["(no label)", "_cat", "dog"]


def test_unlabelled_points_are_one_grey_series_without_legend() -> None:
    figure = drawn(["", ""])
    (series,) = figure.axes[0].collections
    red, green, blue, _ = np.asarray(series.get_facecolor())[0]
    assert red == green == blue
    assert not figure.legends


def test_112_classes_can_be_told_apart() -> None:
    looks = {(look["marker"], look["facecolors"], look["edgecolors"]) for look in (style(n, 9) for n in range(112))}
    assert len(looks) == 112


def test_neighbours_differ_in_colour_and_shape() -> None:
    looks = [style(number, 9) for number in range(50)]
    for one, other in pairwise(looks):
        assert one["marker"] != other["marker"]
        assert one["facecolors"] != other["facecolors"]


def test_colours_are_those_of_okabe_and_ito() -> None:
    # https://jfly.uni-koeln.de/color/
    palette = {"#000000", "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"}
    assert {to_hex(style(number, 9)["facecolors"]) for number in range(50)} < palette


@pytest.mark.parametrize("classes", [10, 50, 130])
def test_the_legend_is_beside_the_points(classes: int) -> None:
    figure = drawn([f"a rather long label {number}" for number in range(classes)])
    (axes,), (legend,) = figure.axes, figure.legends
    box, points = legend.get_window_extent(), axes.get_window_extent()
    assert box.x0 >= points.x1
    assert box.x1 <= figure.bbox.x1
    assert box.y0 >= 0
    assert points.width > 0.3 * figure.bbox.width


def test_outliers_do_not_squeeze_the_others() -> None:
    points = np.random.default_rng(0).standard_normal((100, 2))
    low, high = limits(points)
    assert ((low < points) & (points < high)).all()
    points[[2, 41]] = [[1000, 0], [-50, -2000]]
    figure = Figure(layout="constrained")
    plot_points(figure, points, np.array(["a", "b"] * 50, object))
    figure.draw_without_rendering()
    (axes,) = figure.axes
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert right - left < 8
    assert top - bottom < 8
    # Two series for each class, the second one of its outlier.
    shown = [np.asarray(series.get_offsets()) for series in axes.collections]
    assert list(map(len, shown)) == [49, 1, 49, 1]
    np.testing.assert_allclose(np.concatenate(shown[1::2]), [[right, 0], [left, bottom]])
    assert axes.get_xlabel().startswith("2 outliers drawn at the border")
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b"]


def test_a_group_apart_is_not_made_of_outliers() -> None:
    points = np.random.default_rng(0).standard_normal((100, 2))
    points[:8] += 1000
    low, high = limits(points)
    assert ((low < points) & (points < high)).all()


@pytest.mark.parametrize("points", [[[1, 1]], [[0, 0], [9, 9]], [[1, 1]] * 5])
def test_few_points_are_all_shown(points: list[list[float]]) -> None:
    low, high = limits(np.array(points))
    assert (low < points).all()
    assert (points < high).all()
