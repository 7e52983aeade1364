"""Which windows a recording has: a property of the lengths alone."""

from types import SimpleNamespace
from unittest import mock

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from audeep.backend.embedding import stream
from audeep.backend.embedding.stream import Stream

RATE = 1000


def windows(samples: int, window: int, hop: int, cuts: list[int]) -> tuple[list[int], list[list[float]]]:
    """Return the starts of all windows of a recording of consecutive numbers, and their samples."""
    model = SimpleNamespace(sample_rate=RATE, window=1.0, shape=(1,), check_window=lambda window: None)
    found = []

    def encode(_: object, parts: list[list[np.ndarray]], __: float, *, jobs: None) -> list[np.ndarray]:
        found.extend(part[:, 0].tolist() for (part,) in parts)
        return [np.zeros(1)] * len(parts)

    recording = np.arange(samples, dtype=np.float32)
    with mock.patch.object(stream, "encode_windows", encode):
        made = Stream([model], RATE, window=window / RATE, hop=hop / RATE)  # type: ignore[list-item]
        times = [*map(made.push, np.split(recording, sorted(cuts))), made.finish()]
    starts = np.concatenate([part for part, _ in times])
    return (starts * RATE).round().astype(int).tolist(), found


@given(st.integers(1, 60), st.integers(1, 20), st.integers(1, 30), st.lists(st.integers(0, 60), max_size=5))
@settings(max_examples=200, deadline=None)
def test_windows_cover_the_recording_once(samples: int, window: int, hop: int, cuts: list[int]) -> None:
    starts, found = windows(samples, window, hop, cuts)
    expected = [
        start
        for start in range(0, samples, hop)
        # Until one reaches the end.
        if start == 0 or start - hop + window < samples
    ]
    assert starts == expected
    assert found == [list(map(float, range(start, min(start + window, samples)))) for start in expected]
