"""From recordings to vectors in bounded memory: threads extract spectrograms while models encode batches."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import TypeVar

import numpy as np
from joblib import cpu_count

from audeep.backend.embedding.samples import Recording, read
from audeep.backend.embedding.trained import TrainedModel
from audeep.backend.errors import AudioError
from audeep.backend.spectrograms.config import ExtractionConfig
from audeep.backend.spectrograms.extraction import in_threads
from audeep.backend.training import distribution

T = TypeVar("T")
#: Spectrograms for each of several models, or the reason why there are none.
Extracted = list[Sequence[np.ndarray]] | str


def embed_each(
    models: Sequence[TrainedModel],
    recordings: Iterable[Recording],
    sample_rate: int | None = None,
    *,
    jobs: int | None = None,
) -> Generator[np.ndarray | str, None, None]:
    """Yield the vectors of each recording, in order, or the reason why it cannot be used.

    The vectors of several models are side by side. `jobs` recordings are read in parallel, by default one per core.
    """

    def extract(recording: Recording) -> Extracted:
        try:
            samples, rate = read(recording, sample_rate)
            return [model.extract(samples, rate) for model in models]
        except AudioError as error:
            return str(error)

    return _encoded(models, extract, recordings, jobs)


def encode_windows(
    models: Sequence[TrainedModel],
    windows: Sequence[Sequence[np.ndarray]],
    length: float,
    *,
    jobs: int | None = None,
) -> Generator[np.ndarray | str, None, None]:
    """Yield the vectors of windows of some seconds, each given as its samples at the sample rate of each model.

    Spectrograms of `jobs` windows are extracted in parallel, by default one per core.
    """

    def extract(window: Sequence[np.ndarray]) -> Extracted:
        return [model.extract_window(samples, length) for model, samples in zip(models, window, strict=True)]

    return _encoded(models, extract, windows, jobs)


def _encoded(
    models: Sequence[TrainedModel], extract: Callable[[T], Extracted], items: Iterable[T], jobs: int | None
) -> Generator[np.ndarray | str, None, None]:
    """Yield the vectors of each item, in order, or what `extract` says about it."""
    # Of the items that were extracted and not yielded yet: None for those that are being encoded.
    problems: deque[str | None] = deque()

    def batches(extracted: Iterable[Extracted]) -> Iterator[list[list[Sequence[np.ndarray]]]]:
        batch: list[list[Sequence[np.ndarray]]] = []
        # Number and bytes of the chunks in the batch, for each model.
        limits, sizes = [model.limits for model in models], np.zeros((len(models), 2))
        for found in extracted:
            problems.append(found if isinstance(found, str) else None)
            if isinstance(found, str):
                continue
            batch.append(found)
            sizes += [(len(chunks), sum(chunk.nbytes for chunk in chunks)) for chunks in found]
            if (sizes >= limits).any():
                yield batch
                batch, sizes = [], np.zeros_like(sizes)
        if batch:
            yield batch

    with (
        closing(in_threads(extract, items, ExtractionConfig(jobs=jobs).jobs or cpu_count())) as extracted,
        distribution.explaining_failures(),
    ):
        for batch in batches(extracted):
            columns = zip(*batch, strict=True)
            parts = [model.vectors(column) for model, column in zip(models, columns, strict=True)]
            for vector in np.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]:
                while (problem := problems.popleft()) is not None:
                    yield problem
                yield vector
        yield from filter(None, problems)
