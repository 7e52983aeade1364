"""Extraction of the spectrograms of many recordings in parallel."""

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from audeep.backend.audio.reading import read_samples
from audeep.backend.errors import AudioError
from audeep.backend.parallel import in_order
from audeep.backend.spectrograms.extractor import Extractor


def extract_file(path: Path, extractor: Extractor) -> np.ndarray | str:
    """Return the spectrograms of one recording, or the reason why it cannot be used."""
    try:
        return extractor(*read_samples(path))
    except AudioError as error:
        return str(error)


def extract(paths: Sequence[Path], extractor: Extractor, jobs: int) -> Generator[np.ndarray | str, None, None]:
    """Yield the result of `extract_file` for each recording, in order, processing `jobs` of them in parallel.

    Threads suffice: decoding, Fourier transform and matrix products release the GIL.
    """
    pool = ThreadPoolExecutor(jobs)
    try:
        # One thread per matrix product: the order of its sums, and so their rounding, does not depend on `jobs`.
        with threadpool_limits(1):
            yield from in_order(lambda path: pool.submit(extract_file, path, extractor), paths, lambda: 3 * jobs)
    finally:
        pool.shutdown(cancel_futures=True)
