"""Running two programs in turn, so that a machine that slows down slows both."""

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A line of the table: seconds of ours and of the other, and the ratio that is aimed at."""

    what: str
    ours: float
    other: float
    at_most: float


def compare(what: str, ours: Sequence[str], other: Sequence[str], at_most: float, *, runs: int = 5) -> Row:
    """Compare the wall time of two commands, start included: medians of runs in turn, after one of each."""
    seconds: dict[int, list[float]] = {0: [], 1: []}
    for turn in range(runs + 1):
        for index, command in enumerate((ours, other)):
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if turn:
                seconds[index].append(time.perf_counter() - start)
    return Row(what, statistics.median(seconds[0]), statistics.median(seconds[1]), at_most)


def printed_seconds(module: str, *arguments: str) -> float:
    """Run a module that prints seconds as its last line."""
    command = [sys.executable, "-m", module, *arguments]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(result.stdout.splitlines()[-1])
