"""Buckets: batches of instances of similar length, so that little of a batch is padding."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from audeep.backend.data.features import SLAB_BYTES

#: Most buckets for instances of usual lengths, and fewest batches that each should fill, so that batches mix well.
MAX_BUCKETS, BATCHES = 16, 2
#: Instances in a bucket do not differ by a larger factor, unless there are too few to fill it.
MAX_RATIO = 1.5
#: An instance is unusually long from this multiple of the median length on.
UNUSUAL = 4


@dataclass(frozen=True)
class Bucket:
    """Instances that are batched together.

    Parameters
    ----------
    longest
        Largest length of an instance.
    batch_size
        Number of instances in a batch.
    num_batches
        Number of batches in an epoch.
    """

    longest: int
    batch_size: int
    num_batches: int


def usual(lengths: np.ndarray) -> int:
    """Return the largest length that is not unusual."""
    return max(1, int(UNUSUAL * np.median(lengths)))


def make_buckets(lengths: np.ndarray, batch_size: int) -> list[Bucket]:
    """Divide instances into buckets by length, from short to long.

    Batches have at most `batch_size` instances, and fewer if these are unusually long, so that they take no more
    memory than others. Within a bucket, batches are as equal as possible.

    Examples
    --------
    >>> make_buckets(np.array([10, 11, 12, 13, 1000]), 2)
    [Bucket(longest=13, batch_size=2, num_batches=2), Bucket(longest=1000, batch_size=1, num_batches=1)]
    """
    values, counts = np.unique(lengths, return_counts=True)
    full = max(BATCHES * batch_size, -(-len(lengths) // MAX_BUCKETS))
    buckets, start, held = [], 0, 0
    for index, (length, count) in enumerate(zip(values, counts, strict=True)):
        held += count
        is_last = index + 1 == len(values)
        if is_last or held >= full or values[index + 1] > MAX_RATIO * values[start]:
            size = int(np.clip(batch_size * usual(lengths) // length, 1, batch_size))
            num_batches = -(-int(held) // size)
            buckets.append(Bucket(int(length), -(-int(held) // num_batches), num_batches))
            start, held = index + 1, 0
    return buckets


class Limits(NamedTuple):
    """Limits of a batch: number of instances; and if they differ in length, bytes with padding."""

    batch_size: int
    batch_bytes: float = math.inf


def by_length(instances: Iterable[tuple[int, np.ndarray]], limits: Limits) -> Iterator[dict[int, np.ndarray]]:
    """Group numbered instances into batches of similar length, by number, with only a slab of them in memory."""
    held: dict[int, np.ndarray] = {}
    size = 0
    for number, instance in instances:
        held[number] = instance
        size += instance.nbytes
        if size >= SLAB_BYTES:
            yield from _sorted_batches(held, limits)
            held, size = {}, 0
    yield from _sorted_batches(held, limits)


def _sorted_batches(instances: dict[int, np.ndarray], limits: Limits) -> Iterator[dict[int, np.ndarray]]:
    """Sort instances by length, and divide them into batches within the limits, of one instance or more."""
    batch: dict[int, np.ndarray] = {}
    for number in sorted(instances, key=lambda number: len(instances[number])):
        instance = instances[number]
        if len(batch) == limits.batch_size or (len(batch) + 1) * instance.nbytes > limits.batch_bytes:
            if batch:
                yield batch
            batch = {}
        batch[number] = instance
    if batch:
        yield batch


def padded(instances: Sequence[np.ndarray], steps: int | None = None, value: float = 0.0) -> np.ndarray:
    """Stack instances of different lengths, padded with a value to `steps`, by default the length of the longest.

    >>> padded([np.ones(2), np.ones(1)]).tolist()
    [[1.0, 1.0], [1.0, 0.0]]
    """
    longest = steps or max(map(len, instances))
    stacked = np.full((len(instances), longest, *instances[0].shape[1:]), value, np.float32)
    for row, instance in zip(stacked, instances, strict=True):
        row[: len(instance)] = instance
    return stacked
