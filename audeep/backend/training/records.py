"""Features as TFRecords, from which TensorFlow reads training data without holding it in memory.

A record consists of the float32 features of one instance, in C order and little-endian.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import tensorflow as tf

from audeep.backend import runtime
from audeep.backend.atomic import temporary_folder
from audeep.backend.data.data_set import DataSet
from audeep.backend.data.vectors import finite_slabs
from audeep.backend.log import progress

#: Size of the shuffle buffer in bytes, which is also the largest average size of a record file, up to the largest
#: number of files that may be open.
SHUFFLE_BYTES, MAX_FILES = 2**27, 200


@contextmanager
def written(data_sets: Sequence[DataSet], folder: Path | None, seed: int) -> Iterator[list[Path]]:
    """Write data sets of the same feature shape as TFRecord files, which are deleted at the end of the block.

    Each instance goes to a random file, so that each file is a random sample of the data. Reading the files one
    after the other in random order, with a shuffle buffer, then mixes data of any size well.
    """
    count = sum(data_set.num_instances for data_set in data_sets)
    lots = np.random.default_rng(seed)
    with temporary_folder(folder) as place:
        num_files = min(MAX_FILES, -(-count // held(data_sets[0].feature_shape)))
        paths = [place / f"{index}.tfrecords" for index in range(num_files)]
        instances = (instance for data_set in data_sets for slab in finite_slabs(data_set) for instance in slab)
        with runtime.writing(place), ExitStack() as open_files:
            writers = [open_files.enter_context(tf.io.TFRecordWriter(str(path))) for path in paths]
            for instance in progress(instances, total=count, what="write records", unit="instance"):
                writer = writers[lots.integers(len(writers))]
                writer.write(np.ascontiguousarray(instance, dtype="<f4").tobytes())
        yield paths


def held(feature_shape: Sequence[int]) -> int:
    """Return the number of instances of this shape in the shuffle buffer."""
    # The smallest record takes a kilobyte, including TensorFlow's overhead.
    return max(1, SHUFFLE_BYTES // max(1024, 4 * int(np.prod(feature_shape, dtype=np.int64))))


def batches(
    paths: Sequence[Path],
    feature_shape: Sequence[int],
    batch_size: int,
    seeds: Sequence[int],
    context: tf.distribute.InputContext | None = None,
    *,
    drop_remainder: bool = False,
) -> tf.data.Dataset:
    """Read instances in random order, one epoch per seed, in batches of shape (batch, feature dims...).

    The last batch of an epoch may be smaller, unless `drop_remainder`. With several devices, each batch is split
    into parts for the devices of this pipeline, as equal as possible.
    """
    context = context or tf.distribute.InputContext()
    names = [str(path) for path in paths]

    def epoch(seed: tf.Tensor) -> tf.data.Dataset:
        files = tf.data.Dataset.from_tensor_slices(names).shuffle(len(names), seed=seed)
        return (
            tf.data.TFRecordDataset(files)
            .shuffle(held(feature_shape), seed=seed)
            .batch(batch_size, drop_remainder=drop_remainder)
        )

    dataset = tf.data.Dataset.from_tensor_slices(np.asarray(seeds, np.int64)).flat_map(epoch)
    if context.num_replicas_in_sync > 1:
        dataset = dataset.flat_map(lambda batch: parts(batch, context))
    dataset = dataset.map(lambda batch: decode(batch, feature_shape)).prefetch(2)
    # There is nothing to tune, and the autotune thread sometimes takes seconds to end.
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def parts(batch: tf.Tensor, context: tf.distribute.InputContext) -> tf.data.Dataset:
    """Split a batch, shape (batch,), into parts for the devices of this pipeline."""
    devices = context.num_replicas_in_sync
    own = devices // context.num_input_pipelines
    first = context.input_pipeline_id * own
    bounds = tf.size(batch) * tf.range(first, first + own + 1) // devices
    return tf.data.Dataset.from_tensor_slices((bounds[:-1], bounds[1:])).map(lambda low, high: batch[low:high])


def decode(batch: tf.Tensor, feature_shape: Sequence[int]) -> tf.Tensor:
    """Decode records, shape (batch,), to features, shape (batch, feature dims...)."""
    return tf.reshape(tf.io.decode_raw(batch, tf.float32, little_endian=True), (-1, *feature_shape))
