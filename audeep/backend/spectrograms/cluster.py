"""Extraction on a Dask cluster."""

from collections.abc import Generator, Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from audeep.backend.audio.segments import Segment
from audeep.backend.cluster import ahead, check_readable, connected, map_batches
from audeep.backend.data.features import slab_size
from audeep.backend.spectrograms.extraction import extract_file
from audeep.backend.spectrograms.waveforms import WaveformExtractor

#: Most recordings sent to a worker at once: sending a single one takes about as long as extracting it.
BATCH = 16


def extract_on_cluster(
    recordings: Sequence[Segment], extractor: WaveformExtractor, shape: Sequence[int], address: str
) -> Generator[np.ndarray | str, None, None]:
    """Yield the result of `extract_file` for each recording, in order; workers are a few batches ahead.

    `shape` is that of the largest result.
    """
    with connected(address) as client:
        size = max(1, min(BATCH, slab_size(shape), len(recordings) // ahead(client)))
        batches = (recordings[start : start + size] for start in range(0, len(recordings), size))
        for chunks in map_batches(client, _extract_there, batches, extractor):
            yield from chunks


def _extract_there(recordings: Sequence[Segment], extractor: WaveformExtractor) -> list[np.ndarray | str]:
    """Run `extract_file` for some recordings on a worker."""
    check_readable((recording.path for recording in recordings), "the recordings")
    # As in `extract`; Dask starts workers with this limit by default, but users may not.
    with threadpool_limits(1):
        return [extract_file(recording, extractor) for recording in recordings]
