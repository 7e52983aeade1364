"""Features as TFRecords, from which TensorFlow reads training data without holding it in memory.

A record consists of the targets of one instance, if there are any, and its features without padding, all float32
and little-endian, features in C order.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import tensorflow as tf

from audeep.backend import runtime
from audeep.backend.atomic import temporary_folder
from audeep.backend.data.data_set import DataSet
from audeep.backend.data.vectors import finite_instances, lengths_of
from audeep.backend.log import progress
from audeep.backend.training.buckets import make_buckets, usual

#: Size of the shuffle buffer in bytes, which is also the largest average size of a record file, up to the largest
#: number of files that may be open.
SHUFFLE_BYTES, MAX_FILES = 2**27, 200


@contextmanager
def written(
    data_sets: Sequence[DataSet], folder: Path | None, seed: int, targets: np.ndarray | None = None
) -> Iterator[list[Path]]:
    """Write data sets of the same kind of features as TFRecord files, which are deleted at the end of the block.

    `targets`, shape (instance, target), are what there is to learn about each instance.

    Each instance goes to a random file, so that each file is a random sample of the data. Reading the files one
    after the other in random order, with a shuffle buffer, then mixes data of any size well.
    """
    count = sum(data_set.num_instances for data_set in data_sets)
    lots = np.random.default_rng(seed)
    with temporary_folder(folder) as place:
        shape = average_shape(data_sets[0].feature_shape, lengths_of(data_sets))
        num_files = min(MAX_FILES, -(-count // held(shape)))
        paths = [place / f"{index}.tfrecords" for index in range(num_files)]
        instances = (instance for data_set in data_sets for instance in finite_instances(data_set, folder=place))
        with runtime.writing(place), ExitStack() as open_files:
            writers = [open_files.enter_context(tf.io.TFRecordWriter(str(path))) for path in paths]
            if targets is None:
                targets = np.zeros((count, 0))
            pairs = progress(
                zip(targets, instances, strict=True), total=count, what="write records", unit="instance"
            )
            for pair in pairs:
                writer = writers[lots.integers(len(writers))]
                writer.write(b"".join(np.ascontiguousarray(part, dtype="<f4").tobytes() for part in pair))
        yield paths


def held(feature_shape: Sequence[int | None]) -> int:
    """Return the number of instances of this shape in the shuffle buffer."""
    # The smallest record takes a kilobyte, including TensorFlow's overhead.
    return max(1, SHUFFLE_BYTES // max(1024, record_bytes(feature_shape)))


def record_bytes(feature_shape: Sequence[int | None]) -> int:
    """Return the size of a record of this shape; if the first size is None, of a single step."""
    return 4 * math.prod(1 if size is None else size for size in feature_shape)


def average_shape(feature_shape: Sequence[int | None], lengths: np.ndarray) -> list[int | None]:
    """Return the shape of an instance of average length."""
    return [round(lengths.mean()), *feature_shape[1:]]


def batches(
    paths: Sequence[Path],
    feature_shape: Sequence[int | None],
    batch_size: int,
    seeds: Sequence[int],
    context: tf.distribute.InputContext | None = None,
    *,
    drop_remainder: bool = False,
    lengths: np.ndarray | None = None,
    num_targets: int = 0,
) -> tf.data.Dataset:
    """Read instances in random order, one epoch per seed, in batches.

    A batch is what a model is called with: ``inputs``, shape (batch, feature dims...), and ``targets``, shape
    (batch, `num_targets`), if there are any.

    The last batch of an epoch may be smaller, unless `drop_remainder`. With several devices, each batch is split
    into parts for the devices of this pipeline, as equal as possible.

    If instances differ in length, the first size of `feature_shape` is None, and `lengths` are those of all
    instances, in any order. Features are then padded with zeros to the longest instance of the batch, and there are
    ``lengths``, shape (batch,), int32. Batches are formed by length unless `drop_remainder`, with which too many
    instances would be dropped; then, a random part of each unusually long instance is read.
    """
    context = context or tf.distribute.InputContext()
    names = [str(path) for path in paths]
    shape = feature_shape if lengths is None else average_shape(feature_shape, lengths)
    head, step_bytes = 4 * num_targets, record_bytes(feature_shape)
    buckets = [] if lengths is None or drop_remainder else make_buckets(lengths, batch_size)

    def epoch(seed: tf.Tensor) -> tf.data.Dataset:
        files = tf.data.Dataset.from_tensor_slices(names).shuffle(len(names), seed=seed)
        instances = tf.data.TFRecordDataset(files).shuffle(held(shape), seed=seed)
        if lengths is not None and drop_remainder and lengths.max() > usual(lengths):
            cut = partial(random_part, seed=seed, steps=usual(lengths), step_bytes=step_bytes, head=head)
            instances = instances.enumerate().map(cut)
        if not buckets:
            return instances.batch(batch_size, drop_remainder=drop_remainder)
        return instances.bucket_by_sequence_length(
            lambda record: (tf.strings.length(record) - head) // step_bytes,
            [bucket.longest + 1 for bucket in buckets[:-1]],
            [bucket.batch_size for bucket in buckets],
            no_padding=True,
        )

    dataset = tf.data.Dataset.from_tensor_slices(np.asarray(seeds, np.int64)).flat_map(epoch)
    if context.num_replicas_in_sync > 1:
        dataset = dataset.flat_map(lambda batch: parts(batch, context))
    dataset = dataset.map(lambda batch: decode(batch, feature_shape, num_targets)).prefetch(2)
    # There is nothing to tune, and the autotune thread sometimes takes seconds to end.
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def random_part(
    number: tf.Tensor, record: tf.Tensor, *, seed: tf.Tensor, steps: int, step_bytes: int, head: int
) -> tf.Tensor:
    """Return `steps` consecutive steps of a record, or all if there are fewer, behind its first `head` bytes.

    `number` is that of the record.
    """
    room = tf.maximum((tf.strings.length(record) - head) // step_bytes - steps, 0)
    first = tf.random.stateless_uniform((), (seed, number), 0, room + 1, tf.int32)
    part = tf.strings.substr(record, head + first * step_bytes, steps * step_bytes)
    return tf.strings.substr(record, 0, head) + part


def parts(batch: tf.Tensor, context: tf.distribute.InputContext) -> tf.data.Dataset:
    """Split a batch, shape (batch,), into parts for the devices of this pipeline."""
    devices = context.num_replicas_in_sync
    own = devices // context.num_input_pipelines
    first = context.input_pipeline_id * own
    bounds = tf.size(batch) * tf.range(first, first + own + 1) // devices
    return tf.data.Dataset.from_tensor_slices((bounds[:-1], bounds[1:])).map(lambda low, high: batch[low:high])


def decode(batch: tf.Tensor, feature_shape: Sequence[int | None], num_targets: int = 0) -> dict[str, tf.Tensor]:
    """Decode records, shape (batch,), as described for `batches`."""
    decoded = {}
    if num_targets:
        head = tf.strings.substr(batch, 0, 4 * num_targets)
        decoded["targets"] = tf.reshape(tf.io.decode_raw(head, tf.float32, little_endian=True), (-1, num_targets))
        batch = tf.strings.substr(batch, 4 * num_targets, tf.int32.max)
    size, *others = feature_shape
    if size is not None:
        values = tf.io.decode_raw(batch, tf.float32, little_endian=True)
        return decoded | {"inputs": tf.reshape(values, (-1, size, *others))}
    step_bytes = record_bytes(feature_shape)
    lengths = tf.strings.length(batch) // step_bytes
    # A device may have no instances.
    longest = tf.maximum(tf.reduce_max(lengths), 1)
    values = tf.io.decode_raw(batch, tf.float32, little_endian=True, fixed_length=longest * step_bytes)
    return decoded | {"inputs": tf.reshape(values, (-1, longest, *others)), "lengths": lengths}
