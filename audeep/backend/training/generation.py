"""Generation of representations with trained models."""

from audeep.backend import runtime  # before TensorFlow

# isort: split
import json
import platform
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
from audeep.backend.data.vectors import finite_slabs
from audeep.backend.errors import ModelError
from audeep.backend.parallel import in_order
from audeep.backend.training import checkpoints, distribution
from audeep.backend.training.architecture import other_settings
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.description import FILE, ModelDescription
from audeep.backend.training.model import Encoder

#: Encodes batches, and yields the results in order.
Run = Callable[[Iterable[np.ndarray]], Generator[np.ndarray, None, None]]
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
        Spectrograms like those that the model was trained on.
    config
        Which models to use, and how; by default, the generation configuration of the kind of model.
    kind
        Required kind of model, such as ``t-rae``; by default, any.

    Returns
    -------
    list of DataSet
        Representations, one data set for each of the steps in `config`, or a single one without `steps`; with the
        labels, folds and partitions of `data`. Features have shape (instance, generated), or for a
        frequency-recurrent autoencoder (instance, time, generated).

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
    batch_size = config.batch_size or default_batch_size(data_set.feature_shape, model.batch_bytes)
    shape = encode.get_concrete_function().structured_outputs.shape[1:]
    return data_set.with_features(
        Encoded(data_set, encode, shape, batch_size, run),
        generated_dims(shape),
        {schema.MODEL: json.dumps(description)},
    )


def generated_dims(shape: Sequence[int]) -> list[str]:
    """Return the names of the dimensions of representations of this shape."""
    several = [f"{schema.GENERATED}_{index}" for index in range(len(shape))]
    return [schema.GENERATED] if len(shape) == 1 else several


def compiled(model: Encoder, config: GenerationConfig) -> tf.types.experimental.PolymorphicFunction:
    """Compile the function from features, shape (batch, feature dims...), to representations."""
    return tf.function(
        partial(model.represent, config=config),
        input_signature=[tf.TensorSpec((None, *model.feature_shape), tf.float32)],
        autograph=False,
    )


def encode_in_threads(
    encode: Callable[[tf.Tensor], tf.Tensor], batches: Iterable[np.ndarray]
) -> Generator[np.ndarray, None, None]:
    """Encode batches, several in parallel, and yield the results in order."""
    with distribution.explaining_failures(), ThreadPoolExecutor(NUM_BATCHES) as pool:
        yield from in_order(
            lambda batch: pool.submit(lambda: encode(tf.constant(batch)).numpy()), batches, lambda: NUM_BATCHES + 1
        )


def _encode_on_cluster(origin: Origin, batches: Iterable[np.ndarray]) -> Generator[np.ndarray, None, None]:
    """Encode batches on a Dask cluster, and yield the results in order."""
    _, _, config, _ = origin
    assert config.scheduler
    with cluster.connected(config.scheduler) as client:
        yield from cluster.map_batches(client, _encode_there, batches, origin)


def _encode_there(batch: np.ndarray, origin: Origin) -> np.ndarray:
    """Encode a batch on a worker."""
    return _encoder(origin)(tf.constant(batch)).numpy()


@lru_cache(maxsize=4)
def _encoder(origin: Origin) -> Callable[[tf.Tensor], tf.Tensor]:
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
    """Representations, computed on demand by `encode`, batch by batch, or by `run` if there is one."""

    def __init__(
        self,
        inputs: DataSet,
        encode: Callable[[tf.Tensor], tf.Tensor],
        shape: Sequence[int],
        batch_size: int,
        run: Run | None = None,
    ) -> None:
        super().__init__((len(inputs), *shape), inputs.source.files)
        self.inputs, self.encode, self.batch_size, self.run = inputs, encode, batch_size, run

    def select(self, instances: np.ndarray) -> Features:
        """Select instances; only these are encoded."""
        return Encoded(self.inputs.select(instances), self.encode, self.shape[1:], self.batch_size, self.run)

    def read(self, start: int, stop: int) -> np.ndarray:
        """Encode consecutive instances."""
        (slab,) = self.select(np.arange(start, stop)).slabs(stop - start)
        return slab

    def slabs(self, size: int, folder: Path | None = None) -> Iterator[np.ndarray]:
        """Encode all instances, several batches in parallel."""
        run = self.run or partial(encode_in_threads, self.encode)
        with closing(run(finite_slabs(self.inputs, self.batch_size))) as batches:
            yield from regrouped(batches, size)


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
    if wanted and found and (different := other_settings({**dict.fromkeys(found), **wanted}, found)):
        raise ModelError(f"{data_set.name}: {folder} was trained on spectrograms with {different}")
    if tuple(description.feature_shape) != data_set.feature_shape:
        raise ModelError(
            f"{folder} was trained on instances of shape {tuple(description.feature_shape)}; those in "
            f"{data_set.name} have {data_set.feature_shape}"
        )
