"""Spectrograms of many recordings at the same time."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from audeep.backend.errors import AudioError
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.spectrograms.recordings import read

#: Chunks, frames, bands.
Shape = tuple[int, int, int]

T = TypeVar("T")


def extract_file(path: Path, extractor: Extractor, shape: Shape) -> np.ndarray | str:
    """Extract the spectrograms of one recording, or say why it cannot be used.

    Parameters
    ----------
    path
        The recording.
    extractor
        What extracts spectrograms.
    shape
        What must come out, (chunks, frames, bands).
    """
    try:
        chunks = extractor(*read(path))
    except AudioError as error:
        return str(error)
    return chunks if chunks.shape == shape else "is shorter than its header says; --fixed-length makes up for it"


def extract(
    paths: Sequence[Path], extractor: Extractor, shape: Shape, jobs: int
) -> Generator[np.ndarray | str, None, None]:
    """Yield what `extract_file` returns for each recording, in order, working on `jobs` of them at the same time.

    Threads do: decoding, Fourier transform and products release Python's lock.
    """
    pool = ThreadPoolExecutor(jobs)
    try:
        # One thread a product: the order of a sum, and so its rounding, stays the same whatever `jobs` is.
        with threadpool_limits(1):
            yield from in_order(
                lambda path: pool.submit(extract_file, path, extractor, shape), paths, lambda: 3 * jobs
            )
    finally:
        pool.shutdown(cancel_futures=True)


def in_order(
    submit: Callable[[T], Any], items: Iterable[T], under_way: Callable[[], int]
) -> Generator[Any, None, None]:
    """Yield the result for each item, in order, while others are worked on.

    Parameters
    ----------
    submit
        Starts the work on an item, and returns its future.
    items
        What to work on.
    under_way
        Tells how many items there may be at a time that have been submitted and whose result has not been taken.
    """
    pending: deque[Any] = deque()
    for item in items:
        while len(pending) >= under_way():
            yield pending.popleft().result()
        pending.append(submit(item))
    while pending:
        yield pending.popleft().result()
