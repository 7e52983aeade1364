"""Files of AudioSet's features, as they are published: TFRecords of sequence examples."""

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf


def feature(values: list[Any]) -> tf.train.Feature:
    """Store values as the kind that they are."""
    first = values[0] if values else b""
    if isinstance(first, bytes):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
    if isinstance(first, float):
        return tf.train.Feature(float_list=tf.train.FloatList(value=values))
    return tf.train.Feature(int64_list=tf.train.Int64List(value=values))


def clip(video_id: str, vectors: np.ndarray, labels: list[int], start: float = 30.0) -> bytes:
    """Return a clip of ten seconds of a video, as AudioSet stores it."""
    context = {
        "video_id": feature([video_id.encode()]),
        "start_time_seconds": feature([start]),
        "end_time_seconds": feature([start + 10]),
        "labels": feature(labels),
    }
    steps = [feature([step.astype(np.uint8).tobytes()]) for step in vectors]
    return tf.train.SequenceExample(
        context=tf.train.Features(feature=context),
        feature_lists=tf.train.FeatureLists(feature_list={"audio_embedding": tf.train.FeatureList(feature=steps)}),
    ).SerializeToString()


def write(path: Path, *records: bytes) -> None:
    """Write records into a file; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tf.io.TFRecordWriter(str(path)) as file:
        for record in records:
            file.write(record)
