"""Measures of predicted sets of labels, and of predicted continuous targets.

Each takes what is true and what was predicted for one label or target, both of shape (instance,), and returns NaN
where it is not defined.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.metrics import average_precision_score, roc_auc_score, root_mean_squared_error

Measure = Callable[[np.ndarray, np.ndarray], float]


def average_precision(true: np.ndarray, scores: np.ndarray) -> float:
    """Return the average precision of ranking instances by score; NaN if the label applies to none."""
    return average_precision_score(true, scores) if true.any() else np.nan


def auc(true: np.ndarray, scores: np.ndarray) -> float:
    """Return the area under the ROC curve; NaN if the label applies to none or to all."""
    return roc_auc_score(true, scores) if 0 < true.sum() < len(true) else np.nan


def pearson(true: np.ndarray, predicted: np.ndarray) -> float:
    """Return Pearson's correlation coefficient; NaN if either is constant, or for a single instance."""
    if len(true) < 2:
        return np.nan
    # Not scipy's, which also tests the coefficient, and warns if values vary little.
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.corrcoef(true, predicted)[0, 1])


def spearman(true: np.ndarray, predicted: np.ndarray) -> float:
    """Return Spearman's rank correlation coefficient; NaN if either is constant, or for a single instance."""
    return pearson(rankdata(true), rankdata(predicted))


def ccc(true: np.ndarray, predicted: np.ndarray) -> float:
    r"""Return Lin's concordance correlation coefficient; NaN if both are the same constant.

    .. math:: \frac{2 s_{xy}}{s_x^2 + s_y^2 + (\bar x - \bar y)^2}

    It is 1 only if all predictions are true: unlike correlation, it also counts a wrong mean or scale.

    References
    ----------
    Lin, A Concordance Correlation Coefficient to Evaluate Reproducibility, Biometrics 45, 1989.

    Examples
    --------
    >>> round(ccc(np.array([1, 2, 3]), np.array([2, 3, 4])), 3)
    0.571
    """
    distance = true.var() + predicted.var() + (true.mean() - predicted.mean()) ** 2
    covariance = ((true - true.mean()) * (predicted - predicted.mean())).mean()
    return float(2 * covariance / distance) if distance else np.nan


#: Measures of sets of labels, and of continuous targets.
SET_MEASURES: Mapping[str, Measure] = {"average_precision": average_precision, "auc": auc}
REGRESSION_MEASURES: Mapping[str, Measure] = {
    "rmse": root_mean_squared_error,
    "pearson": pearson,
    "spearman": spearman,
    "ccc": ccc,
}


def measure(measures: Mapping[str, Measure], true: np.ndarray, predicted: np.ndarray) -> pd.DataFrame:
    """Return measures, in columns, of each label or target; the arrays have shape (instance, label or target)."""
    # Training may have diverged.
    pairs = [pair if np.isfinite(pair[1]).all() else None for pair in zip(true.T, predicted.T, strict=True)]
    return pd.DataFrame(
        {name: [np.nan if pair is None else of(*pair) for pair in pairs] for name, of in measures.items()}
    )


def mean_average_precision(true: np.ndarray, scores: np.ndarray) -> float:
    """Return the mean average precision over the labels that apply to any instance; 0 if there are none."""
    precisions = measure(SET_MEASURES, true, scores)["average_precision"]
    return float(precisions.mean()) if precisions.notna().any() else 0.0
