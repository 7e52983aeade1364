"""Recordings of equal length."""

import numpy as np


def fix_length(samples: np.ndarray, length: int, *, center: bool = False) -> np.ndarray:
    """Trim a recording, shape (samples, ...), or pad it with silence, to `length` samples.

    Trims or pads at the end, or with `center` equally at both ends.

    >>> fix_length(np.array([1, 2, 3]), 5, center=True)
    array([0, 1, 2, 3, 0])
    """
    missing = length - len(samples)
    before = abs(missing) // 2 if center else 0
    if missing <= 0:
        return samples[before : before + length]
    return np.pad(samples, [(before, missing - before)] + [(0, 0)] * (samples.ndim - 1))
