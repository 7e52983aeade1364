"""How TensorFlow uses the machine."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import tensorflow as tf
from joblib import cpu_count

from audeep.backend.errors import AudeepError


def use_processors(side_by_side: int) -> None:
    """Divide the processors among the slowest operations, so many of which can run `side_by_side`.

    Measured on two cores: with a decoder of 2 x 256 GRU cells in both directions, a training step takes half
    the time that it takes with TensorFlow's defaults, where the layers of both directions use all threads at
    once and wait for each other; in a single direction, all threads are of use to it. Settings that the
    calling program made itself are kept, and so is everything once TensorFlow has started to compute.
    """
    threading = tf.config.threading
    if threading.get_inter_op_parallelism_threads() or threading.get_intra_op_parallelism_threads():
        return
    with suppress(RuntimeError):
        threading.set_inter_op_parallelism_threads(cpu_count())
        threading.set_intra_op_parallelism_threads(max(1, cpu_count() // side_by_side))


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn errors about files that TensorFlow cannot write into one line, which names `path`."""
    try:
        yield
    except OSError as error:
        raise AudeepError(f"cannot write {path}: {error.strerror}") from error
    except tf.errors.OpError as error:
        # It says "FILE; REASON", with more before and behind.
        reason = error.message.splitlines()[0].rpartition("; ")[2].partition(" [Op:")[0]
        raise AudeepError(f"cannot write {path}: {reason}") from error
