"""Distributed training: on all GPUs of a machine, or on several machines."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import tensorflow as tf

from audeep.backend.errors import ModelError, OptionError, first_line
from audeep.backend.log import LOG
from audeep.backend.training.config import Strategy

#: Environment variable in which TensorFlow expects the cluster.
CLUSTER = "TF_CONFIG"


def make(choice: Strategy) -> tf.distribute.Strategy:
    """Make a strategy; for several machines, call this before TensorFlow computes anything."""
    workers = num_workers()
    if choice is Strategy.MULTI_WORKER and not workers:
        raise OptionError(
            f"`strategy` multi-worker needs the environment variable {CLUSTER}, which lists all workers and says "
            "which of them this one is"
        )
    if choice is Strategy.MULTI_WORKER or (choice is Strategy.AUTO and workers > 1):
        try:
            return tf.distribute.MultiWorkerMirroredStrategy()
        except (tf.errors.OpError, RuntimeError, ValueError) as error:
            raise ModelError(f"the workers in {CLUSTER} cannot reach each other: {first_line(error)}") from error
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    if choice is Strategy.MIRRORED or (choice is Strategy.AUTO and len(devices) > 1):
        if len(devices) == 1:
            LOG.warning("`strategy` mirrored: there is only one device, %s", devices[0].name)
        return tf.distribute.MirroredStrategy([device.name for device in devices])
    return tf.distribute.get_strategy()


def num_workers() -> int:
    """Return the number of workers in the environment variable; 0 if it is not set."""
    text = os.environ.get(CLUSTER)
    if not text:
        return 0
    try:
        config = json.loads(text)
        cluster, task = config["cluster"], config["task"]
        cluster[task["type"]][int(task["index"])]
        return sum(len(cluster.get(role, [])) for role in ("chief", "worker"))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise OptionError(
            f"the environment variable {CLUSTER} must be JSON such as "
            '{"cluster": {"worker": ["host1:port", "host2:port"]}, "task": {"type": "worker", "index": 0}}, '
            f"got {text}"
        ) from None


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Return whether this process is the one that writes."""
    resolver = strategy.cluster_resolver
    if resolver is None or not resolver.cluster_spec():
        return True
    return resolver.task_type == "chief" or (
        resolver.task_id == 0 and "chief" not in resolver.cluster_spec().as_dict()
    )


def from_chief(strategy: tf.distribute.Strategy, values: Sequence[int]) -> list[int]:
    """Return the chief's `values` on all workers; blocks until all workers have called it."""
    if strategy.num_replicas_in_sync == 1 or not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return list(values)
    own = np.asarray(values, np.int64) if is_chief(strategy) else np.zeros(len(values), np.int64)

    @tf.function
    def add() -> tf.Tensor:
        def contribution() -> tf.Tensor:
            context = tf.distribute.get_replica_context()
            first = tf.cast(tf.equal(context.replica_id_in_sync_group, 0), tf.int64)
            return context.all_reduce(tf.distribute.ReduceOp.SUM, first * tf.constant(own))

        return strategy.experimental_local_results(strategy.run(contribution))[0]

    return add().numpy().tolist()


def wait_for_chief(strategy: tf.distribute.Strategy) -> None:
    """Block until the chief has called this too, so that no worker ends while another still works."""
    from_chief(strategy, [0])


@contextmanager
def explaining_failures(strategy: tf.distribute.Strategy | None = None) -> Iterator[None]:
    """Raise a `ModelError` if memory runs out, or if another worker is lost."""
    try:
        yield
    except (tf.errors.ResourceExhaustedError, MemoryError) as error:
        raise ModelError(
            f"out of memory; use a smaller `batch_size` or a smaller model ({first_line(error)})"
        ) from error
    except tf.errors.OpError as error:
        if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
            raise
        raise ModelError(f"lost another worker; restart all workers with `resume` ({first_line(error)})") from error
