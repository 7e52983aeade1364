"""Start of TensorFlow, its threads, and its errors.

Modules that need TensorFlow import this one first, which silences its notices at start-up.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from joblib import cpu_count

from audeep.backend.errors import AudeepError

#: Beginning of the lines that TensorFlow's C++ code prints at start-up.
NOTICE = re.compile(rb"[IWE]\d{4} |\d{4}-\d\d-\d\d |WARNING: All log messages before absl|To enable the following")


@contextmanager
def without_notices() -> Iterator[None]:
    """Suppress TensorFlow's notices on standard error; other lines are printed at the end of the block.

    Environment variables do not silence all notices, because TensorFlow prints some before reading them.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    failed = False
    sys.stderr.flush()
    with tempfile.TemporaryFile() as printed:
        screen = os.dup(2)
        os.dup2(printed.fileno(), 2)
        try:
            yield
        except Exception:
            failed = True
            raise
        finally:
            os.dup2(screen, 2)
            os.close(screen)
            printed.seek(0)
            for line in printed:
                if failed or not NOTICE.match(line):
                    os.write(2, line)


if "tensorflow" not in sys.modules:
    with without_notices():
        import keras  # noqa: F401
        import tensorflow
    # It warns about each variable that was not restored, which our own error already explains.
    tensorflow.get_logger().setLevel("ERROR")

import tensorflow as tf  # noqa: E402


def use_processors(side_by_side: int) -> None:
    """Divide the CPU cores among `side_by_side` slow operations that run in parallel.

    Measured on two cores: with a decoder of 2 x 256 GRU cells in both directions, a training step takes half
    the time that it takes with TensorFlow's defaults, where the layers of both directions use all threads at
    once and wait for each other; a single direction makes use of all threads. Settings made by the calling
    program are kept, and nothing changes once TensorFlow has started to compute.
    """
    threading = tf.config.threading
    if threading.get_inter_op_parallelism_threads() or threading.get_intra_op_parallelism_threads():
        return
    with suppress(RuntimeError):
        threading.set_inter_op_parallelism_threads(cpu_count())
        threading.set_intra_op_parallelism_threads(max(1, cpu_count() // side_by_side))


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn errors of TensorFlow in writing files into an `AudeepError` that names `path`."""
    try:
        yield
    except OSError as error:
        raise AudeepError(f"cannot write {path}: {error.strerror}") from error
    except tf.errors.OpError as error:
        # The message contains "FILE; REASON", with more text before and after.
        reason = error.message.splitlines()[0].rpartition("; ")[2].partition(" [Op:")[0]
        raise AudeepError(f"cannot write {path}: {reason}") from error
