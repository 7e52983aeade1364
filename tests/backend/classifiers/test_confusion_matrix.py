"""The picture of a confusion matrix."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from audeep.backend.classifiers.confusion_matrix import plot_confusion_matrix
from audeep.backend.classifiers.evaluation import Evaluation, Score


def drawn(matrix: np.ndarray, labels: list[str] | None = None, title: str = "", folds: int = 1) -> Figure:
    names = labels or [f"class {number}" for number in range(len(matrix))]
    figure = Figure(layout="constrained")
    scores = (Score(accuracy=0.75, uar=0.5),) * folds
    plot_confusion_matrix(figure, Evaluation(scores, tuple(names), matrix), title)
    figure.draw_without_rendering()
    return figure


def cells(figure: Figure) -> dict[tuple[int, int], str]:
    """Return what is written in each row and column."""
    return {tuple(map(int, text.get_position()[::-1])): text.get_text() for text in figure.axes[0].texts}


def assert_inside(figure: Figure, texts: list[Text]) -> None:
    for text in texts:
        box = text.get_window_extent()
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= figure.bbox.x1
        assert box.y1 <= figure.bbox.y1


def test_few_classes_have_counts() -> None:
    figure = drawn(np.array([[3, 0, 1], [0, 2.5, 0], [0, 0, 0]]))
    assert cells(figure) == {(0, 0): "3", (0, 2): "1", (1, 1): "2.5"}
    assert figure.axes[0].get_xlabel() == "predicted (counts in the cells)"
    # The class without instances divides nothing by 0.
    np.testing.assert_array_equal(figure.axes[0].images[0].get_array(), [[0.75, 0, 0.25], [0, 1, 0], [0, 0, 0]])


def test_many_classes_have_percentages() -> None:
    matrix = 296 * np.eye(50, dtype=int)
    matrix[0, :4] = [290, 100, 9, 1]
    figure = drawn(matrix)
    written = cells(figure)
    assert {column: text for (row, column), text in written.items() if row == 0} == {0: "72", 1: "25", 2: "2"}
    assert all(written[row, row] == "100" for row in range(1, 50))
    assert figure.axes[0].get_xlabel() == "predicted (% of the true class in the cells)"


@pytest.mark.parametrize("classes", [2, 20, 21, 50, 130])
def test_it_is_readable_within_a_screen(classes: int) -> None:
    matrix = 1111 * np.eye(classes, dtype=int)
    labels = [f"{number} with a label that is longer than any screen is wide" for number in range(classes)]
    figure = drawn(matrix, labels, "SVM evaluation of representations.nc", folds=10)
    width, height = figure.get_size_inches()
    assert width <= 11
    assert height <= 10
    (axes, _), texts = figure.axes, figure.axes[0].texts
    assert_inside(figure, [figure._suptitle, axes.xaxis.label, axes.yaxis.label])
    assert_inside(figure, [axes.get_xticklabels()[0], axes.get_yticklabels()[0]])
    room = axes.get_window_extent().width / classes
    for text in texts[:3]:
        assert text.get_window_extent().width < room
        assert text.get_fontsize() >= 3.5
    # With so many that no number would be legible, there is none.
    assert bool(texts) == (classes < 130)


def test_title() -> None:
    scores = "accuracy 75.00 %, unweighted average recall 50.00 %"
    assert drawn(np.eye(2), title="SVM evaluation of x.nc").get_suptitle() == f"SVM evaluation of x.nc\n{scores}"
    assert drawn(np.eye(2), folds=5).get_suptitle() == f"{scores} (means over 5 folds)"
