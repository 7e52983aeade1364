"""Work on a Dask cluster, in batches."""

from __future__ import annotations

import asyncio
import logging
import os
import platform
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audeep.backend.audio.names import printable
from audeep.backend.errors import AudeepError
from audeep.backend.parallel import in_order

if TYPE_CHECKING:
    from distributed import Client

#: Batches in progress, for each thread of the workers.
AHEAD = 3
#: Seconds to wait for the scheduler, and for the first worker.
PATIENCE = 10
#: Loggers of Dask and its dependencies that set their own level.
LOGGERS = ("asyncio", "distributed", "distributed.client", "distributed.gc", "tornado", "tornado.application")


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Connect to a cluster for the duration of a block; errors of Dask in it become an `AudeepError`."""
    try:
        with _client(address) as client:
            yield client
    except AudeepError:
        raise
    except Exception as error:
        raise AudeepError(f"`scheduler` {address}: the cluster failed: {type(error).__name__}: {error}") from error


@contextmanager
def _client(address: str) -> Iterator[Client]:
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


def ahead(client: Client) -> int:
    """Return how many batches to submit at a time; workers come and go."""
    return AHEAD * max(1, sum(client.nthreads().values()))


def map_batches(
    client: Client, function: Callable[..., Any], batches: Iterable[Any], *arguments: Any
) -> Generator[Any, None, None]:
    """Yield ``function(batch, *arguments)`` for each batch, in order; workers are a few batches ahead."""
    return in_order(
        lambda batch: client.submit(function, batch, *arguments, pure=False), batches, lambda: ahead(client)
    )


def check_readable(paths: Iterable[Path], what: str) -> None:
    """Refuse, on a worker, to work on files that it cannot read; `what` says what they are."""
    for path in paths:
        if not os.access(path, os.R_OK):
            raise AudeepError(
                f"the worker on {platform.node()} cannot read {printable(path)}; {what} must be readable under the "
                "same path on all workers"
            )
