"""Running two programs in turn, so that a machine that slows down slows both."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

AUDEEP = str(Path(sys.executable).with_name("audeep"))


@dataclass(frozen=True)
class Row:
    """A line of the table: what of ours and of the other is compared, and the ratio that is aimed at."""

    what: str
    ours: float
    other: float
    at_most: float

    @property
    def ratio(self) -> float:
        return self.ours / self.other


def python(code: str, *arguments: str) -> list[str]:
    """Return the command that runs a program."""
    return [sys.executable, "-c", code, *arguments]


def run(command: Sequence[str]) -> float:
    """Run a command to its end and return its wall time in seconds, start included."""
    # What the one before it has left to the system to write on disk is no time of this one.
    os.sync()
    start = time.perf_counter()
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode:
        raise SystemExit(f"{' '.join(command)}: {result.stdout}")
    return time.perf_counter() - start


#: Runs a command and prints its processor time and its largest memory; in a process of its own, since a process
#: counts as its own what the one that starts it holds at that moment.
USAGE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
"""


def processor_seconds_and_megabytes(command: Sequence[str]) -> tuple[float, float]:
    """Run a command to its end and return its processor time and the largest memory that it held."""
    result = subprocess.run(python(USAGE, *command), capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"{' '.join(command)}: {result.stderr}")
    seconds, megabytes = map(float, result.stdout.split())
    return seconds, megabytes


def printed_seconds(module: str, *arguments: str) -> float:
    """Run a module that prints seconds as its last line."""
    command = [sys.executable, "-m", module, *arguments]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return float(result.stdout.splitlines()[-1])


def in_turn(
    what: str, ours: Callable[[], float], other: Callable[[], float], at_most: float, *, runs: int = 3
) -> Row:
    """Compare the medians of measurements in turn."""
    measured = [(ours(), other()) for _ in range(runs)]
    return Row(what, *map(statistics.median, zip(*measured, strict=True)), at_most)


def compare(what: str, ours: Sequence[str], other: Sequence[str], at_most: float, *, runs: int = 5) -> Row:
    """Compare the wall time of two commands, start included, after one run of each to warm up."""
    run(ours)
    run(other)
    return in_turn(what, lambda: run(ours), lambda: run(other), at_most, runs=runs)
