"""Spectrograms of many recordings at the same time."""

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from audeep.backend.audio.reading import read_samples
from audeep.backend.errors import AudioError
from audeep.backend.parallel import in_order
from audeep.backend.spectrograms.extractor import Extractor

#: Chunks, frames, bands.
Shape = tuple[int, int, int]


def extract_file(path: Path, extractor: Extractor, shape: Shape) -> np.ndarray | str:
    """Extract the spectrograms of one recording, of a given shape, or say why it cannot be used."""
    try:
        chunks = extractor(*read_samples(path))
    except AudioError as error:
        return str(error)
    return chunks if chunks.shape == shape else "is shorter than its header says; set `fixed_length` to pad it"


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
