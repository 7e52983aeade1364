"""Recordings of one length."""

import numpy as np


def fix_length(samples: np.ndarray, length: int, *, center: bool = False) -> np.ndarray:
    """Cut a recording or add silence, so that it has `length` samples.

    Parameters
    ----------
    samples
        Shape (samples, ...).
    length
        Number of samples wanted.
    center
        Cut or add at both ends alike, not at the end alone.

    Returns
    -------
    numpy.ndarray
        Shape (length, ...).

    Examples
    --------
    >>> fix_length(np.array([1, 2, 3]), 5, center=True)
    array([0, 1, 2, 3, 0])
    """
    missing = length - len(samples)
    before = abs(missing) // 2 if center else 0
    if missing <= 0:
        return samples[before : before + length]
    padding = [(before, missing - before)] + [(0, 0)] * (samples.ndim - 1)
    return np.pad(samples, padding)
