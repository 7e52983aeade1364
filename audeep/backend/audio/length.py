"""Recordings of one length."""

import numpy as np


def fix_length(samples: np.ndarray, length: int, *, center: bool = False) -> np.ndarray:
    """Cut a recording, shape (samples, ...), or add silence, so that it has `length` samples.

    That happens at its end, or with `center` at both ends alike.

    >>> fix_length(np.array([1, 2, 3]), 5, center=True)
    array([0, 1, 2, 3, 0])
    """
    missing = length - len(samples)
    before = abs(missing) // 2 if center else 0
    if missing <= 0:
        return samples[before : before + length]
    return np.pad(samples, [(before, missing - before)] + [(0, 0)] * (samples.ndim - 1))
