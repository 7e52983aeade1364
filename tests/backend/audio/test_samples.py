"""Samples of one channel and of one length."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audeep.backend.audio.channels import Channels, to_mono
from audeep.backend.audio.length import fix_length


@pytest.mark.parametrize(
    ("channels", "expected"),
    [(Channels.MEAN, [2, 0]), (Channels.LEFT, [1, -4]), (Channels.RIGHT, [3, 4]), (Channels.DIFF, [-2, -8])],
)
def test_fuses_channels(channels: Channels, expected: list[float]) -> None:
    assert to_mono(np.array([[1.0, 3.0], [-4.0, 4.0]]), channels).tolist() == expected
    assert to_mono(np.array([[1.0], [2.0]]), channels).tolist() == [1, 2]


@given(st.integers(0, 20), st.integers(0, 20), st.booleans())
def test_fixes_the_length_and_keeps_the_order(length: int, wanted: int, center: bool) -> None:
    samples = np.arange(1, length + 1)
    fixed = fix_length(samples, wanted, center=center)
    assert len(fixed) == wanted
    kept = fixed[fixed > 0]
    assert len(kept) == min(length, wanted)
    if len(kept):
        assert kept.tolist() == list(range(kept[0], kept[0] + len(kept)))
    if center and wanted > length:
        assert np.flatnonzero(fixed).tolist() == [(wanted - length) // 2 + i for i in range(length)]
