"""Extraction on a Dask cluster."""

from __future__ import annotations

import asyncio
import logging
import os
import platform
import warnings
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from audeep.backend.audio.names import printable
from audeep.backend.audio.segments import Segment
from audeep.backend.data.features import slab_size
from audeep.backend.errors import AudeepError
from audeep.backend.parallel import in_order
from audeep.backend.spectrograms.extraction import Shape, extract_file
from audeep.backend.spectrograms.extractor import Extractor

if TYPE_CHECKING:
    from distributed import Client

#: Most recordings sent to a worker at once: sending a single one takes about as long as extracting it.
BATCH = 16
#: Batches in progress, for each thread of the workers.
AHEAD = 3
#: Seconds to wait for the scheduler, and for the first worker.
PATIENCE = 10
#: Loggers of Dask and its dependencies that set their own level.
LOGGERS = ("asyncio", "distributed", "distributed.client", "distributed.gc", "tornado", "tornado.application")


def extract_on_cluster(
    recordings: Sequence[Segment], extractor: Extractor, shape: Shape, address: str
) -> Generator[np.ndarray | str, None, None]:
    """Yield the result of `extract_file` for each recording, in order; workers are a few batches ahead."""
    try:
        with _connect(address) as client:

            def ahead() -> int:
                # Workers come and go.
                return AHEAD * max(1, sum(client.nthreads().values()))

            size = max(1, min(BATCH, slab_size(shape), len(recordings) // ahead()))
            for chunks in in_order(
                lambda batch: client.submit(_extract_there, batch, extractor, shape, pure=False),
                (recordings[start : start + size] for start in range(0, len(recordings), size)),
                ahead,
            ):
                yield from chunks
    except AudeepError:
        raise
    except Exception as error:
        raise AudeepError(f"`scheduler` {address}: the cluster failed: {type(error).__name__}: {error}") from error


@contextmanager
def _connect(address: str) -> Iterator[Client]:
    """Connect to a cluster, and silence Dask's own log messages."""
    try:
        from distributed import Client
    except ImportError:
        raise AudeepError("`scheduler` needs Dask: pip install distributed") from None
    with ExitStack() as on_exit:
        for logger in map(logging.getLogger, LOGGERS):
            on_exit.callback(logger.setLevel, logger.level)
            logger.setLevel(logging.CRITICAL + 1)
        # In a thread, because this one may have an event loop, as in a notebook.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, _greet(address)).result()
        # It warns about different versions of libraries.
        with warnings.catch_warnings(action="ignore"):
            client = on_exit.enter_context(Client(address, timeout=PATIENCE, set_as_default=False))
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise AudeepError(f"`scheduler` {address} has no workers; 'dask worker {address}' starts one") from None
        yield client


async def _greet(address: str) -> None:
    """Check that a scheduler answers; Dask's client may wait forever for one that does not."""
    from distributed import Security
    from distributed.comm import connect

    try:
        encryption = Security().get_connection_args("client")
        comm = await asyncio.wait_for(connect(address, timeout=PATIENCE, **encryption), PATIENCE + 1)
        await comm.close()
    except Exception as error:
        reason = str(error) or f"no answer within {PATIENCE} s"
        raise AudeepError(
            f"`scheduler`: no Dask scheduler answers at '{address}' ({reason}); 'dask scheduler' starts one and "
            "prints its address"
        ) from error


def _extract_there(recordings: Sequence[Segment], extractor: Extractor, shape: Shape) -> list[np.ndarray | str]:
    """Run `extract_file` for some recordings on a worker."""
    for path in (recording.path for recording in recordings):
        if not os.access(path, os.R_OK):
            raise AudeepError(
                f"the worker on {platform.node()} cannot read {printable(path)}; the recordings must be readable "
                "under the same path on all workers"
            )
    # As in `extract`; Dask starts workers with this limit by default, but users may not.
    with threadpool_limits(1):
        return [extract_file(recording, extractor, shape) for recording in recordings]
