"""Measures against closed formulas and other definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import kendalltau

from audeep.backend.classifiers.measures import (
    REGRESSION_MEASURES,
    SET_MEASURES,
    auc,
    ccc,
    measure,
    pearson,
    spearman,
)

values = arrays(float, 12, elements=st.integers(-50, 50))


@given(values, values)
def test_ccc_is_pearson_times_the_bias_correction(true: np.ndarray, predicted: np.ndarray) -> None:
    if np.ptp(true) == 0 or np.ptp(predicted) == 0:
        assert np.isnan(pearson(true, predicted))
        return
    scale, shift = (
        true.std() / predicted.std(),
        (true.mean() - predicted.mean()) / np.sqrt(true.std() * predicted.std()),
    )
    correction = 2 / (scale + 1 / scale + shift**2)
    assert ccc(true, predicted) == pytest.approx(pearson(true, predicted) * correction, abs=1e-9)


def test_ccc_by_hand() -> None:
    true = np.array([1.0, 2, 3, 4])
    assert ccc(true, true) == 1
    assert ccc(true, -true + 5) == -1
    assert ccc(true, np.full(4, 2.5)) == 0
    # Variance 1.25, a shift of 1: 2 * 1.25 / (1.25 + 1.25 + 1).
    assert ccc(true, true + 1) == pytest.approx(2.5 / 3.5)
    assert np.isnan(ccc(np.ones(3), np.ones(3)))


def test_auc_is_the_share_of_pairs_in_the_right_order() -> None:
    random = np.random.default_rng(0)
    true, scores = random.integers(0, 2, 30), random.integers(0, 8, 30)
    over = scores[true == 1][:, np.newaxis] - scores[true == 0]
    assert auc(true, scores) == pytest.approx(((over > 0) + (over == 0) / 2).mean())


def test_spearman_sees_order_alone() -> None:
    true = np.array([1.0, 5, 2, 9, 7])
    assert spearman(true, np.exp(true)) == pytest.approx(1)
    assert spearman(true, -true) == pytest.approx(-1)
    # Without ties, Kendall's tau has the same sign.
    assert np.sign(spearman(true, true[::-1])) == np.sign(kendalltau(true, true[::-1]).statistic)


def test_what_is_not_defined_is_nan() -> None:
    labels = measure(SET_MEASURES, np.array([[0, 1, 1], [0, 1, 0]]), np.array([[0.1, 0.2, 0.9], [0.3, 0.4, 0.3]]))
    assert labels["average_precision"].isna().tolist() == [True, False, False]
    assert labels["auc"].isna().tolist() == [True, True, False]
    constant = measure(REGRESSION_MEASURES, np.array([[1.0], [2]]), np.array([[3.0], [3]])).iloc[0]
    assert constant.isna().to_dict() == {"rmse": False, "pearson": True, "spearman": True, "ccc": False}
    assert constant["rmse"] == pytest.approx(np.sqrt(2.5))
