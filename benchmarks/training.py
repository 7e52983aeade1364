"""Training steps against the same models written with PyTorch, and what else training takes."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import data_sets
from benchmarks.measure import AUDEEP, Row, in_turn, printed_seconds, run

#: Shape of a batch, and how many steps a round takes.
BATCH, FRAMES, BANDS, WARM_UP, STEPS = 64, 124, 128, 3, 10
#: Those of networks that learn from labels: shape of a batch, and number of classes.
SPECTROGRAMS, CLASSES = (32, 250, 64), 10
#: Number of weights of the networks that learn from labels, ours and theirs.
WEIGHTS = {"cnn": 398_570, "gated-cnn": 877_332}
#: The architecture of the tutorial, its number of recordings and of epochs.
TUTORIAL = {"num_layers": 2, "num_units": 256, "bidirectional_decoder": True}
OPTIONS = ["--num-layers", "2", "--num-units", "256", "--bidirectional-decoder"]
RECORDINGS, EPOCHS = 400, 64


def rows() -> Iterator[Row]:
    """Compare medians of rounds in turn, each a process of its own that times its steps after warming up."""
    for kind, architecture, what, at_most in (
        ("t-rae", TUTORIAL, "the tutorial's", 1),
        ("f-rae", {}, "defaults", 1),
        ("ft-rae", {}, "defaults", 1),
    ):
        yield in_turn(
            f"step of {kind}, {what} : PyTorch's nn.GRU",
            ours("step", kind, architecture),
            partial(theirs, kind),
            at_most,
        )
    for kind, architecture, feedback in (
        ("t-rae", TUTORIAL | {"bidirectional_decoder": False}, ["feed_previous_prob"]),
        ("f-rae", {}, ["feed_previous_prob"]),
        ("ft-rae", {}, ["f_feed_previous_prob", "t_feed_previous_prob"]),
    ):
        with_feedback = ours("step", kind, architecture | dict.fromkeys(feedback, 0.5))
        yield in_turn(
            f"step of {kind} with feedback : without", with_feedback, ours("step", kind, architecture), 2.5
        )
    for kind in ("cnn", "gated-cnn"):
        yield in_turn(
            f"step of {kind}, defaults : PyTorch",
            partial(printed_seconds, "benchmarks.taggers_ours", kind),
            partial(printed_seconds, "benchmarks.taggers_torch", kind),
            1,
        )
    yield whole_training()


def ours(what: str, kind: str, architecture: dict[str, Any]) -> Callable[[], float]:
    """Return what measures our step, forward pass or encoding."""
    return partial(printed_seconds, "benchmarks.training_ours", what, kind, json.dumps(architecture))


def theirs(kind: str) -> float:
    """Measure PyTorch's step, with the batch first and with time first; returns the faster one."""
    return min(printed_seconds("benchmarks.training_torch", kind, *order) for order in ((), ("time-first",)))


def whole_training() -> Row:
    """Compare the wall time of the tutorial with that of its steps, which TensorBoard's events tell."""
    with tempfile.TemporaryDirectory() as place:
        data = data_sets.save(Path(place, "data.nc"), RECORDINGS, time=FRAMES, freq=BANDS)
        command = [AUDEEP, "t-rae", "train", "--input", str(data), "--run-name", f"{place}/run", *OPTIONS]
        wall = run([*command, "--num-epochs", str(EPOCHS)])
        ends = np.array(list(step_ends(Path(place, "run", "logs"))))
    # From one end to the next within an epoch; its first step is taken to last as long as the others do.
    within = np.diff(ends.reshape(EPOCHS, -1))
    steps = within.sum() + EPOCHS * within[:, :-1].mean()
    return Row("all of the tutorial : its steps", wall, steps, 1 / 0.9)


def first_step(data: Path) -> float:
    """Return the seconds from the start of the process to the end of the first step of the tutorial."""
    with tempfile.TemporaryDirectory() as place:
        start = time.time()
        run([AUDEEP, "t-rae", "train", "--input", str(data), "--run-name", place, *OPTIONS, "--num-epochs", "1"])
        return next(step_ends(Path(place, "logs"))) - start


def step_ends(logs: Path) -> Iterator[float]:
    """Iterate over the times at which steps ended."""
    import tensorflow as tf

    for path in sorted(logs.glob("events.*")):
        for event in tf.compat.v1.train.summary_iterator(str(path)):
            if any(value.tag == "loss" for value in event.summary.value):
                yield event.wall_time


def median_seconds(step: Callable[[], object]) -> float:
    """Return the median seconds of a call, after some to warm up."""
    seconds = []
    for _ in range(WARM_UP + STEPS):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[WARM_UP:])
