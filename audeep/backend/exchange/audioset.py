"""Import of AudioSet's own features, files of TFRecords, file by file, so that they may be larger than memory."""

from audeep.backend import runtime  # noqa: F401, before TensorFlow

# isort: split
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import tensorflow as tf
import xarray as xr
from google.protobuf.message import DecodeError

from audeep.backend.atomic import refuse_to_replace
from audeep.backend.data import columns, schema, storage
from audeep.backend.data.data_set import DataSet, load
from audeep.backend.data.schema import Partition
from audeep.backend.errors import DataError
from audeep.backend.log import LOG, progress

#: Number of values in the vector of a second, each a byte.
SIZE = 128
#: What the bytes 0 and 255 stand for: AudioSet clips to this range before it quantises.
LOW, HIGH = -2.0, 2.0
#: Partition of each of AudioSet's folders.
PARTITIONS = {"bal_train": Partition.TRAIN, "unbal_train": Partition.TRAIN, "eval": Partition.TEST}
SUFFIX = ".tfrecord"
#: Number of records read at a time.
BATCH = 1024
#: More labels than any such data set has: AudioSet has 527.
MOST_LABELS = 10_000
#: Columns of AudioSet's table of labels.
INDEX, NAME = "index", "display_name"


class Clip(NamedTuple):
    """A stretch of a video with its labels."""

    video_id: str
    #: In seconds.
    start: float
    end: float
    #: Numbers of the labels that apply.
    labels: list[int]
    #: A vector for each second, shape (second, `SIZE`), uint8.
    embedding: np.ndarray


def import_audioset(basedir: Path | str, output: Path | str, *, class_labels: Path | str | None = None) -> DataSet:
    """Read the features of AudioSet into a data set: a vector for each second, and a set of labels.

    Reads all files ``*.tfrecord`` in a folder and below. The folders ``bal_train`` and ``unbal_train`` become the
    partition TRAIN, ``eval`` becomes TEST. Features are stored in AudioSet as bytes; 0 to 255 become -2 to 2, the
    range that AudioSet clips them to, in equal steps.

    Parameters
    ----------
    basedir
        Folder of the files.
    output
        Data set to write, a netCDF file.
    class_labels
        AudioSet's table ``class_labels_indices.csv``, which names the labels. By default, their names are their
        numbers.

    Returns
    -------
    DataSet
        Shape (instance, generated_0, generated_1), of 10 seconds and 128 values, float32. Clips that are shorter
        than the longest have a ``length``. Instances are named after their videos, of which they are the part from
        ``start`` to ``end``; ``labels`` says which labels apply.

    Raises
    ------
    DataError
        If there are no such files, or one of them or the table cannot be read.

    Examples
    --------
    >>> import audeep
    >>> import tensorflow as tf
    >>> def values(**kind):
    ...     return tf.train.Feature(**kind)
    >>> vector = values(bytes_list=tf.train.BytesList(value=[bytes(range(128))]))
    >>> video_id = values(bytes_list=tf.train.BytesList(value=[b"-0RWZT-miFs"]))
    >>> labels = values(int64_list=tf.train.Int64List(value=[0, 2]))
    >>> clip = tf.train.SequenceExample(
    ...     context=tf.train.Features(feature={"video_id": video_id, "labels": labels}),
    ...     feature_lists=tf.train.FeatureLists(
    ...         feature_list={"audio_embedding": tf.train.FeatureList(feature=[vector] * 10)}
    ...     ),
    ... )
    >>> with tf.io.TFRecordWriter("a.tfrecord") as file:
    ...     file.write(clip.SerializeToString())
    >>> with audeep.import_audioset(".", "audioset.nc") as data_set:
    ...     data_set.feature_shape, data_set.label_names, data_set.labels.tolist()
    ((10, 128), ['0', '1', '2'], [[1, 0, 1]])
    """
    basedir, output = Path(basedir), Path(output)
    paths = find(basedir)
    names = None if class_labels is None else read_names(Path(class_labels))
    refuse_to_replace(output, is_data_set=True)
    lengths, metadata = survey(paths, names)
    longest = int(lengths.max())
    sizes = {f"{schema.GENERATED}_0": longest, f"{schema.GENERATED}_1": SIZE}
    padding = 0.0 if lengths.min() < longest else None
    # A second time, since all must be known about the instances before the first is written.
    with storage.create(output, sizes, len(lengths), padding=padding) as writer:
        for clips in progress(chain.from_iterable(map(read, paths)), total=None, what="import", unit="batch"):
            writer.append(features(clips, longest))
        writer.columns = metadata
        if padding is not None:
            writer.columns[schema.LENGTH] = ((schema.INSTANCE,), lengths)
    LOG.info("wrote %d instances of %d x %d features to %s", len(lengths), longest, SIZE, output)
    return load(output)


def find(basedir: Path) -> list[Path]:
    """Find the files of a folder, in order of their paths."""
    if not basedir.is_dir():
        raise DataError(f"there is no folder {basedir}")
    paths = sorted(basedir.rglob(f"*{SUFFIX}"))
    if not paths:
        raise DataError(f"{basedir} and its subfolders contain no {SUFFIX} files")
    return paths


def read(path: Path) -> Iterator[list[Clip]]:
    """Read a file in batches of bounded size; a `DataError` if it does not contain AudioSet features."""
    number = 0
    try:
        # TensorFlow's own message is longer.
        path.open("rb").close()
        for records in tf.data.TFRecordDataset(str(path)).batch(BATCH).as_numpy_iterator():
            clips = []
            for record in records:
                number += 1
                clips.append(parse(record))
            yield clips
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
    except tf.errors.OpError as error:
        # TensorFlow reads a batch of records, and does not say which of them is damaged.
        raise DataError(f"{path} is not a TFRecord file, or is damaged") from error
    except (DecodeError, ValueError) as error:
        raise DataError(f"{path}: record {number}: {error}") from error


def parse(record: bytes) -> Clip:
    """Parse a `tf.train.SequenceExample`; a `DecodeError` or `ValueError` if it is not one of AudioSet's."""
    example = tf.train.SequenceExample.FromString(record)
    context = example.context.feature
    video_ids = context["video_id"].bytes_list.value
    steps = [
        b"".join(step.bytes_list.value) for step in example.feature_lists.feature_list["audio_embedding"].feature
    ]
    if len(video_ids) != 1 or not video_ids[0] or {*map(len, steps)} != {SIZE}:
        raise ValueError(f"expected one video_id, and an audio_embedding of {SIZE} bytes for each second")
    labels = list(context["labels"].int64_list.value)
    if wrong := [label for label in labels if not 0 <= label < MOST_LABELS]:
        raise ValueError(f"expected labels from 0 to {MOST_LABELS - 1}, got {wrong[0]}")
    start, end = ((context[f"{side}_time_seconds"].float_list.value or [np.nan])[0] for side in ("start", "end"))
    embedding = np.frombuffer(b"".join(steps), np.uint8).reshape(len(steps), SIZE)
    return Clip(video_ids[0].decode(), start, end, labels, embedding)


def survey(paths: Sequence[Path], names: Sequence[str] | None) -> tuple[np.ndarray, xr.Dataset]:
    """Return the number of seconds of each clip in some files, shape (instance,), and the columns of all.

    `names` are those of the labels; by default, their numbers.
    """
    rows, labels = [], []
    for path in progress(paths, total=len(paths), what="read", unit="file"):
        partition = PARTITIONS.get(path.absolute().parent.name)
        for clip in chain.from_iterable(read(path)):
            if names is not None and max(clip.labels, default=0) >= len(names):
                raise DataError(f"{path}: {clip.video_id} has label {max(clip.labels)}, which `class_labels` lacks")
            rows.append((clip.video_id, clip.start, clip.end, partition, len(clip.embedding)))
            labels.append(clip.labels)
    if not rows:
        raise DataError(f"the {len(paths)} files contain no instances, such as {paths[0]}")
    video_ids, start, end, partitions, lengths = map(np.array, zip(*rows, strict=True))
    metadata = columns.make(
        {
            schema.FILENAME: video_ids.astype(object),
            "start": start,
            "end": end,
            schema.PARTITION: partitions,
            schema.LABELS: sets_of_labels(labels, names),
        }
    )
    return lengths, metadata


def sets_of_labels(labels: Sequence[Sequence[int]], names: Sequence[str] | None) -> pd.DataFrame | None:
    """Return which labels apply, 1 or 0, NaN if no label of an instance is known; None if there are none at all.

    >>> sets_of_labels([[2], [0, 1]], None).to_numpy().tolist()
    [[0, 0, 1], [1, 1, 0]]
    """
    counts = np.array([*map(len, labels)])
    if not counts.any():
        return None
    numbers = np.concatenate([np.array(item, np.int64) for item in labels])
    names = [str(number) for number in range(numbers.max() + 1)] if names is None else names
    applies = np.zeros((len(labels), len(names)), np.int8 if counts.all() else np.float64)
    applies[np.repeat(np.arange(len(labels)), counts), numbers] = 1
    if not counts.all():
        applies[counts == 0] = np.nan
    return pd.DataFrame(applies, columns=[*names])


def read_names(path: Path) -> list[str]:
    """Read the names of the labels, in the order of their numbers, from AudioSet's table."""
    try:
        table = pd.read_csv(path, keep_default_na=False).sort_values(INDEX)
        names = table[NAME].astype(str).str.strip().tolist()
    except (OSError, ValueError, KeyError) as error:
        raise DataError(
            f"{path} cannot be read as AudioSet's table class_labels_indices.csv, with the columns {INDEX} and "
            f"{NAME}: {error}"
        ) from error
    if table[INDEX].tolist() != list(range(len(names))):
        raise DataError(f"{path}: the column {INDEX} must contain each number from 0 to {len(names) - 1} once")
    if repeated := [name for name, count in Counter(names).items() if count > 1]:
        raise DataError(f"{path}: the column {NAME} contains {repeated[0]!r} more than once")
    return names


def features(clips: Sequence[Clip], longest: int) -> np.ndarray:
    """Return the vectors of clips, shape (clip, `longest`, `SIZE`), float32; 0 beyond the end of each."""
    slab = np.zeros((len(clips), longest, SIZE), np.float32)
    for instance, clip in zip(slab, clips, strict=True):
        instance[: len(clip.embedding)] = dequantize(clip.embedding)
    return slab


def dequantize(values: np.ndarray) -> np.ndarray:
    """Undo the quantisation of AudioSet's features, up to a step of 4 / 255.

    >>> dequantize(np.array([0, 255], np.uint8))
    array([-2.,  2.], dtype=float32)
    """
    return (LOW + (HIGH - LOW) / 255 * values).astype(np.float32)
