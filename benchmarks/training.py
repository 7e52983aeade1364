"""A training step of the ESC-10 tutorial against the same model written with PyTorch's nn.GRU."""

import statistics
from collections.abc import Iterator

from benchmarks.measure import Row, printed_seconds

ROUNDS = 3
#: Shape of a batch, and how many steps a round takes.
BATCH, FRAMES, BANDS, WARM_UP, STEPS = 64, 124, 128, 3, 10


def rows() -> Iterator[Row]:
    """Compare the medians of rounds in turn, each a process of its own that times its steps after warming up."""
    ours, other = [], []
    for _ in range(ROUNDS):
        ours.append(printed_seconds("benchmarks.training_ours"))
        other.append(printed_seconds("benchmarks.training_torch"))
    yield Row(
        "t-rae training step (2 x 256 GRU, b decoder) : nn.GRU",
        statistics.median(ours),
        statistics.median(other),
        0.75,
    )
