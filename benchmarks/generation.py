"""Generation of representations against the forward pass of training."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import data_sets
from benchmarks.measure import AUDEEP, Row, in_turn, printed_seconds, run
from benchmarks.training import BANDS, BATCH, FRAMES, OPTIONS, TUTORIAL, ours

INSTANCES = 2000


def rows() -> Iterator[Row]:
    """Compare the seconds that a batch of the tutorial takes, reading and writing included."""
    yield in_turn(
        "generation : forward pass of training, the tutorial's",
        partial(printed_seconds, "benchmarks.generation"),
        ours("forward", "t-rae", TUTORIAL),
        1 / 2,
    )


def main() -> None:
    """Print the median seconds in which as many instances are generated as a batch has."""
    from audeep.backend.training.generation import generate

    with tempfile.TemporaryDirectory() as place:
        small = data_sets.save(Path(place, "small.nc"), 8, time=FRAMES, freq=BANDS)
        large = data_sets.save(Path(place, "large.nc"), INSTANCES, time=FRAMES, freq=BANDS)
        # In a process of its own, since the threads are chosen once.
        run([AUDEEP, "t-rae", "train", "--input", str(small), "--run-name", f"{place}/run", *OPTIONS])
        seconds = []
        for data in (small, large, large, large):
            start = time.perf_counter()
            (representations,) = generate(Path(place, "run", "logs"), data)
            representations.save(Path(place, "out.nc"))
            seconds.append(time.perf_counter() - start)
    print(statistics.median(seconds[1:]) * BATCH / INSTANCES)


if __name__ == "__main__":
    main()
