"""How TensorFlow uses the machine."""

import os

import tensorflow as tf


def use_processors() -> None:
    """Let independent operations run side by side, with few threads within each.

    Measured on two cores: with 2 x 256 GRU cells half the time of a step with TensorFlow's defaults, where
    the layers of both directions use all threads at once and wait for each other. Settings that the calling
    program made itself are kept, and so is everything once TensorFlow has started to compute.
    """
    threading = tf.config.threading
    if threading.get_inter_op_parallelism_threads() or threading.get_intra_op_parallelism_threads():
        return
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        threading.set_inter_op_parallelism_threads(processors)
        threading.set_intra_op_parallelism_threads(max(1, processors // 2))
    except RuntimeError:
        return
