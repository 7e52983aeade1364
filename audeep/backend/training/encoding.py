"""Encoding of data sets by models: compiled, in batches of bounded size, on demand."""

from audeep.backend import runtime  # noqa: F401, before TensorFlow

# isort: split
import itertools
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import tensorflow as tf
from joblib import cpu_count

from audeep.backend.data.data_set import DataSet
from audeep.backend.data.features import Features
from audeep.backend.data.vectors import finite_instances, finite_slabs
from audeep.backend.parallel import in_order
from audeep.backend.training import distribution
from audeep.backend.training.buckets import Limits, by_length, padded
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.model import Encoder, Trainable

#: Features and, if instances may differ in length, their lengths.
Batch = tuple[np.ndarray, ...]
#: Encodes batches, and yields the results in order.
Run = Callable[[Iterable[Batch]], Generator[np.ndarray, None, None]]
#: Default limit of the instances in a batch; models limit their size in bytes.
BATCH_SIZE = 500
#: Batches encoded in parallel. An encoder works step by step: measured on two cores, one batch per core takes half
#: the time of one batch after the other on both.
NUM_BATCHES = min(4, cpu_count())


def takes_any_length(model: Encoder | Trainable) -> bool:
    """Return whether a model was trained on instances that differ in length."""
    return model.feature_shape[0] is None


def default_batch_size(feature_shape: Sequence[int], batch_bytes: int) -> int:
    """Return the default number of instances of this shape in a batch."""
    return int(np.clip(batch_bytes // (4 * np.prod(feature_shape, dtype=np.int64)), 1, BATCH_SIZE))


def batch_limits(model: Encoder | Trainable, batch_size: int | None, feature_shape: Sequence[int]) -> Limits:
    """Return the limits of a batch: the given size, or one that bounds memory."""
    if batch_size is not None:
        return Limits(batch_size)
    if takes_any_length(model):
        return Limits(BATCH_SIZE, model.batch_bytes)
    return Limits(default_batch_size(feature_shape, model.batch_bytes))


def compiled(model: Encoder, config: GenerationConfig) -> tf.types.experimental.PolymorphicFunction:
    """Compile the function from features, shape (batch, feature dims...), to representations.

    If the model takes instances of any length, so does the function, and their lengths, shape (batch,), int32.
    """

    def represent(inputs: tf.Tensor, lengths: tf.Tensor | None = None) -> tf.Tensor:
        return model.represent(inputs, config, lengths)

    return tf.function(represent, input_signature=signature(model), autograph=False)


def signature(model: Encoder | Trainable) -> list[tf.TensorSpec]:
    """Return the types of what a compiled model takes: features and, if they may differ, lengths."""
    features = tf.TensorSpec((None, *model.feature_shape), tf.float32)
    return [features, tf.TensorSpec((None,), tf.int32)] if takes_any_length(model) else [features]


def encode_in_threads(
    encode: Callable[..., tf.Tensor], batches: Iterable[Batch]
) -> Generator[np.ndarray, None, None]:
    """Encode batches, several in parallel, and yield the results in order."""
    with distribution.explaining_failures(), ThreadPoolExecutor(NUM_BATCHES) as pool:
        yield from in_order(
            lambda batch: pool.submit(lambda: encode(*map(tf.constant, batch)).numpy()),
            batches,
            lambda: NUM_BATCHES + 1,
        )


class Encoded(Features):
    """Representations, computed on demand by `encode`, batch by batch, or by `run` if there is one.

    If the model takes instances of any length, `lengths` are those of the inputs, which `encode` takes as well.
    Representations that keep time are filled up with `padding`.
    """

    def __init__(
        self,
        inputs: DataSet,
        encode: Callable[..., tf.Tensor],
        shape: Sequence[int],
        limits: Limits,
        *,
        lengths: np.ndarray | None = None,
        padding: float = 0.0,
        run: Run | None = None,
    ) -> None:
        super().__init__((len(inputs), *shape), inputs.source.files)
        self.inputs, self.encode, self.limits, self.lengths = inputs, encode, limits, lengths
        self.padding, self.run = padding, run

    def select(self, instances: np.ndarray) -> Features:
        """Select instances; only these are encoded."""
        return Encoded(
            self.inputs.select(instances),
            self.encode,
            self.shape[1:],
            self.limits,
            lengths=None if self.lengths is None else self.lengths[instances],
            padding=self.padding,
            run=self.run,
        )

    def read(self, start: int, stop: int, steps: int | None = None) -> np.ndarray:
        """Encode consecutive instances."""
        (slab,) = self.select(np.arange(start, stop)).slabs(stop - start)
        return slab if steps is None else slab[:, :steps]

    def slabs(self, size: int, folder: Path | None = None) -> Iterator[np.ndarray]:
        """Encode all instances, several batches in parallel."""
        if self.lengths is not None:
            vectors = self.each(self.lengths)
            while held := [*itertools.islice(vectors, size)]:
                yield padded(held, self.shape[1], self.padding)
            return
        batches = ((slab,) for slab in finite_slabs(self.inputs, self.limits.batch_size, folder=folder))
        with closing(self.encoding(batches)) as results:
            yield from regrouped(results, size)

    def encoding(self, batches: Iterable[Batch]) -> Generator[np.ndarray, None, None]:
        """Encode batches, and yield the results in order."""
        return self.run(batches) if self.run else encode_in_threads(self.encode, batches)

    def each(self, lengths: np.ndarray) -> Iterator[np.ndarray]:
        """Encode all instances in batches of similar length; those that keep time are cut to their lengths."""
        if self.lengths is None:
            yield from super().each(lengths)
            return
        keeps_time = len(self.shape) > 2
        numbers: deque[list[int]] = deque()
        done: dict[int, np.ndarray] = {}
        following = 0

        def batches() -> Iterator[Batch]:
            for batch in by_length(enumerate(finite_instances(self.inputs)), self.limits):
                numbers.append([*batch])
                yield with_lengths([*batch.values()])

        with closing(self.encoding(batches())) as results:
            for vectors in results:
                done |= zip(numbers.popleft(), vectors, strict=True)
                while following in done:
                    vector = done.pop(following)
                    yield vector[: lengths[following]] if keeps_time else vector
                    following += 1


def with_lengths(instances: Sequence[np.ndarray]) -> Batch:
    """Return a batch of instances of different lengths: features, padded to the longest, and lengths."""
    return padded(instances), np.array([*map(len, instances)], np.int32)


def regrouped(batches: Iterable[np.ndarray], size: int) -> Iterator[np.ndarray]:
    """Regroup the instances of some batches into slabs of a different size.

    >>> [slab.tolist() for slab in regrouped([np.arange(3), np.arange(3, 5)], 2)]
    [[0, 1], [2, 3], [4]]
    """
    held: list[np.ndarray] = []
    for batch in batches:
        held.append(batch)
        if sum(map(len, held)) >= size:
            joined = np.concatenate(held)
            full = len(joined) - len(joined) % size
            yield from np.split(joined[:full], full // size)
            held = [joined[full:]]
    if sum(map(len, held)):
        yield np.concatenate(held)
