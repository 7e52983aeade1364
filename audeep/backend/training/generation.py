"""Generation of representations with trained models."""

from audeep.backend import runtime  # before TensorFlow

# isort: split
import itertools
import json
import platform
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from joblib import cpu_count

from audeep.backend import cluster
from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet, as_data_set
from audeep.backend.data.features import Features
from audeep.backend.data.vectors import finite_instances, finite_slabs, lengths_of
from audeep.backend.errors import ModelError
from audeep.backend.parallel import in_order
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.training import checkpoints, distribution
from audeep.backend.training.architecture import other_settings
from audeep.backend.training.buckets import Limits, by_length, padded
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.description import FILE, ModelDescription
from audeep.backend.training.model import Encoder

#: Features and, if instances may differ in length, their lengths.
Batch = tuple[np.ndarray, ...]
#: Encodes batches, and yields the results in order.
Run = Callable[[Iterable[Batch]], Generator[np.ndarray, None, None]]
#: What a worker needs to load a model: its folder, its step, how it generates, and a digest of its weights.
Origin = tuple[Path, int, GenerationConfig, str]
#: Default limit of the instances in a batch; models limit their size in bytes.
BATCH_SIZE = 500
#: Batches encoded in parallel. An encoder works step by step: measured on two cores, one batch per core takes half
#: the time of one batch after the other on both.
NUM_BATCHES = min(4, cpu_count())


def generate(
    model_dir: Path | str,
    data: Path | str | DataSet,
    config: GenerationConfig | Mapping[str, Any] | None = None,
    *,
    kind: str | None = None,
) -> list[DataSet]:
    """Compute the representations of all instances of a data set.

    They are computed on demand, each time anew: save them, or load them into memory with `DataSet.in_memory`.

    Parameters
    ----------
    model_dir
        The ``logs`` folder of a training run.
    data
        Spectrograms like those that the model was trained on; of any length, if these differed in length.
    config
        Which models to use, and how; by default, the generation configuration of the kind of model.
    kind
        Required kind of model, such as ``t-rae``; by default, any.

    Returns
    -------
    list of DataSet
        Representations, one data set for each of the steps in `config`, or a single one without `steps`; with the
        labels, folds and partitions of `data`. Features have shape (instance, generated), or for a
        frequency-recurrent autoencoder (instance, time, generated), with the lengths of `data`.

    Raises
    ------
    ModelError
        If the model does not exist, or was trained on different data.
    OptionError
        If `config` is for a different kind of model.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> spectrograms = make_data_set(8, time=4, freq=3)
    >>> architecture = audeep.TimeAutoencoderConfig(num_units=2)
    >>> config = audeep.TrainingConfig(num_epochs=1)
    >>> logs = audeep.train(spectrograms, "run", architecture, config, seed=1)
    >>> [representations] = audeep.generate(logs, spectrograms)
    >>> representations.features.shape
    (8, 2)
    """
    folder, data_set = Path(model_dir), as_data_set(data)
    description = ModelDescription.read(folder)
    runtime.use_processors(NUM_BATCHES)
    check_fits(folder, description, data_set, kind)
    config = description.config.generation_config(config)
    with distribution.explaining_failures():
        return [
            encoded(
                data_set,
                model,
                config,
                describe(description, step, model, config),
                partial(_encode_on_cluster, (folder.absolute(), step, config, model.digest()))
                if config.scheduler
                else None,
            )
            for step, model in checkpoints.load_models(folder, config.steps)
        ]


def describe(description: ModelDescription, step: int, model: Encoder, config: GenerationConfig) -> dict[str, Any]:
    """Describe a trained model, and how it generates, for the attribute ``model`` of data sets."""
    weights, choices = model.digest(), config.choices()
    return {**asdict(description), "step": step, "weights": weights, "generation": choices}


def default_batch_size(feature_shape: Sequence[int], batch_bytes: int) -> int:
    """Return the default number of instances of this shape in a batch."""
    return int(np.clip(batch_bytes // (4 * np.prod(feature_shape, dtype=np.int64)), 1, BATCH_SIZE))


def encoded(
    data_set: DataSet,
    model: Encoder,
    config: GenerationConfig,
    description: dict[str, Any],
    run: Run | None = None,
) -> DataSet:
    """Replace features with their representations, described by the attribute ``model``.

    `run` encodes batches somewhere else; by default, threads encode them here.
    """
    encode = compiled(model, config)
    time, *sizes = encode.get_concrete_function().structured_outputs.shape[1:]
    shape = (data_set.feature_shape[0] if time is None else time, *sizes)
    limits = batch_limits(model, config.batch_size, data_set.feature_shape)
    lengths = lengths_of([data_set]) if takes_any_length(model) else None
    attrs: dict[str, Any] = {schema.MODEL: json.dumps(description)}
    if len(shape) == 1:
        data = data_set.without_lengths()
    else:
        data = data_set
        attrs |= {} if data_set.lengths is None else {schema.PADDING: 0.0}
    return data.with_features(
        Encoded(data_set, encode, shape, limits, lengths=lengths, run=run), generated_dims(shape), attrs
    )


def takes_any_length(model: Encoder) -> bool:
    """Return whether a model was trained on instances that differ in length."""
    return model.feature_shape[0] is None


def batch_limits(model: Encoder, batch_size: int | None, feature_shape: Sequence[int]) -> Limits:
    """Return the limits of a batch: the given size, or one that bounds memory."""
    if batch_size is not None:
        return Limits(batch_size)
    if takes_any_length(model):
        return Limits(BATCH_SIZE, model.batch_bytes)
    return Limits(default_batch_size(feature_shape, model.batch_bytes))


def generated_dims(shape: Sequence[int]) -> list[str]:
    """Return the names of the dimensions of representations of this shape."""
    several = [f"{schema.GENERATED}_{index}" for index in range(len(shape))]
    return [schema.GENERATED] if len(shape) == 1 else several


def compiled(model: Encoder, config: GenerationConfig) -> tf.types.experimental.PolymorphicFunction:
    """Compile the function from features, shape (batch, feature dims...), to representations.

    If the model takes instances of any length, so does the function, and their lengths, shape (batch,), int32.
    """

    def represent(inputs: tf.Tensor, lengths: tf.Tensor | None = None) -> tf.Tensor:
        return model.represent(inputs, config, lengths)

    return tf.function(represent, input_signature=signature(model), autograph=False)


def signature(model: Encoder) -> list[tf.TensorSpec]:
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


def _encode_on_cluster(origin: Origin, batches: Iterable[Batch]) -> Generator[np.ndarray, None, None]:
    """Encode batches on a Dask cluster, and yield the results in order."""
    _, _, config, _ = origin
    assert config.scheduler
    with cluster.connected(config.scheduler) as client:
        yield from cluster.map_batches(client, _encode_there, batches, origin)


def _encode_there(batch: Batch, origin: Origin) -> np.ndarray:
    """Encode a batch on a worker."""
    return _encoder(origin)(*map(tf.constant, batch)).numpy()


@lru_cache(maxsize=4)
def _encoder(origin: Origin) -> Callable[..., tf.Tensor]:
    """Load and compile a model on a worker, once for all batches."""
    folder, step, config, weights = origin
    cluster.check_readable([folder / FILE], "the model")
    [(_, model)] = checkpoints.load_models(folder, [step])
    check_weights(folder, model, weights)
    return compiled(model, config)


def check_weights(folder: Path, model: Encoder, weights: str) -> None:
    """Refuse, on a worker, a model that has other weights than the one of the same path that it was asked for."""
    if model.digest() != weights:
        raise ModelError(f"the worker on {platform.node()} has another model in {folder}")


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
        batches = ((slab,) for slab in finite_slabs(self.inputs, self.limits.batch_size))
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


def check_fits(folder: Path, description: ModelDescription, data_set: DataSet, kind: str | None) -> None:
    """Refuse a model that was trained on different data, or is of a different kind."""
    if kind is not None and description.kind != kind:
        raise ModelError(f"{folder} contains a {description.kind} model; use 'audeep {description.kind} generate'")
    wanted, found = description.spectrograms, data_set.spectrograms
    if wanted and found:
        # Settings that did not exist yet when one of the files was written.
        defaults = SpectrogramConfig().to_dict()
        wanted, found = defaults | wanted, defaults | found
    if wanted and found and (different := other_settings({**dict.fromkeys(found), **wanted}, found)):
        raise ModelError(f"{data_set.name}: {folder} was trained on spectrograms with {different}")
    expected = [*description.feature_shape]
    found_shape: list[int | None] = [*data_set.feature_shape]
    if expected[:1] == [None]:
        found_shape[:1] = [None]
    elif data_set.lengths is not None:
        raise ModelError(
            f"{folder} was trained on instances of the same length; those in {data_set.name} differ in length"
        )
    if expected != found_shape:
        shape = f"({', '.join('any' if size is None else str(size) for size in expected)})"
        raise ModelError(
            f"{folder} was trained on instances of shape {shape}; those in {data_set.name} have "
            f"{data_set.feature_shape}"
        )
