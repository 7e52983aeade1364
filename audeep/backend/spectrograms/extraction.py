"""Extraction of the spectrograms, or waveforms, of many recordings in parallel."""

from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from audeep.backend.audio.reading import read_samples
from audeep.backend.audio.segments import Segment
from audeep.backend.errors import AudioError
from audeep.backend.parallel import in_order
from audeep.backend.spectrograms.waveforms import WaveformExtractor

T = TypeVar("T")


def extract_file(recording: Segment, extractor: WaveformExtractor) -> np.ndarray | str:
    """Return what is extracted from one recording, or the reason why it cannot be used."""
    try:
        return extractor.using(recording.channel)(*read_samples(recording))
    except AudioError as error:
        return str(error)


def checked(chunks: np.ndarray | str, lengths: np.ndarray, extractor: WaveformExtractor) -> np.ndarray | str:
    """Return a result of `extract_file`, or why it cannot be used: it lacks frames that the header promised.

    `lengths` are those that `WaveformExtractor.lengths` gives for the header, shape (chunk,).
    """
    if isinstance(chunks, str) or chunks.shape == (len(lengths), lengths[0], *extractor.frame_shape):
        return chunks
    return "is shorter than its header says; set `fixed_length` to pad it"


def extract(
    recordings: Sequence[Segment], extractor: WaveformExtractor, jobs: int
) -> Generator[np.ndarray | str, None, None]:
    """Yield the result of `extract_file` for each recording, in order, processing `jobs` of them in parallel."""
    return in_threads(lambda recording: extract_file(recording, extractor), recordings, jobs)


def in_threads(function: Callable[[T], Any], items: Iterable[T], jobs: int) -> Generator[Any, None, None]:
    """Yield ``function(item)`` for each item, in order, processing `jobs` of them in parallel.

    Threads suffice: decoding, Fourier transform and matrix products release the GIL.
    """
    pool = ThreadPoolExecutor(jobs)
    try:
        # One thread per matrix product: the order of its sums, and so their rounding, does not depend on `jobs`.
        with threadpool_limits(1):
            yield from in_order(lambda item: pool.submit(function, item), items, lambda: 3 * jobs)
    finally:
        pool.shutdown(cancel_futures=True)
