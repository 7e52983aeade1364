"""Features as TFRecords, the format from which TensorFlow reads training data without holding it in memory.

A record is the float32 features of one instance, in C order and little-endian, and nothing else.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import tensorflow as tf

from audeep.backend.atomic import temporary_folder
from audeep.backend.data.data_set import DataSet
from audeep.backend.log import progress

#: Bytes of instances that are held to be shuffled.
SHUFFLE_BYTES = 2**28


@contextmanager
def written(data_sets: Sequence[DataSet], folder: Path | None) -> Iterator[list[Path]]:
    """Write a TFRecord file for each data set, and delete them all at the end of the block.

    Parameters
    ----------
    data_sets
        What to write.
    folder
        A folder to be made for the files; by default one among the temporary files of the system.

    Yields
    ------
    list of Path
        The files.
    """
    with temporary_folder(folder) as place:
        total = sum(data_set.num_instances for data_set in data_sets)
        slabs = ((index, slab) for index, data_set in enumerate(data_sets) for slab in data_set.slabs())
        paths = [place / f"{index}.tfrecords" for index in range(len(data_sets))]
        writers = [tf.io.TFRecordWriter(str(path)) for path in paths]
        instances = ((writers[index], instance) for index, slab in slabs for instance in slab)
        for writer, instance in progress(instances, total=total, what="write records", unit="instance"):
            writer.write(np.ascontiguousarray(instance, dtype="<f4").tobytes())
        for writer in writers:
            writer.close()
        yield paths


def batches(
    paths: Sequence[Path], feature_shape: Sequence[int], batch_size: int, num_instances: int, seed: int
) -> tf.data.Dataset:
    """Read instances in random order.

    Parameters
    ----------
    paths
        TFRecord files.
    feature_shape
        Of an instance.
    batch_size
        Instances in a batch; the last one has what is left.
    num_instances
        In all files together.
    seed
        Of the order.

    Returns
    -------
    tf.data.Dataset
        Batches of shape (batch, feature dims...).
    """
    instance_bytes = 4 * int(np.prod(feature_shape))
    held = int(np.clip(SHUFFLE_BYTES // instance_bytes, 1, num_instances))
    # Pieces of several files are mixed, so that a shuffle over a part of the data sees all of them.
    records = tf.data.Dataset.from_tensor_slices([str(path) for path in paths]).interleave(
        tf.data.TFRecordDataset, cycle_length=len(paths), block_length=1
    )
    shuffled = records.shuffle(held, seed=seed).batch(batch_size)
    return shuffled.map(lambda batch: decode(batch, feature_shape)).prefetch(2)


def decode(batch: tf.Tensor, feature_shape: Sequence[int]) -> tf.Tensor:
    """Decode records, shape (batch,), to features, shape (batch, feature dims...)."""
    return tf.reshape(tf.io.decode_raw(batch, tf.float32, little_endian=True), (-1, *feature_shape))
