"""Generation of representations with trained models."""

from audeep.backend import runtime  # before TensorFlow

# isort: split
import json
import platform
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from audeep.backend import cluster
from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet, as_data_set
from audeep.backend.data.vectors import lengths_of
from audeep.backend.errors import ModelError
from audeep.backend.training import checkpoints, distribution
from audeep.backend.training.architecture import other_preprocessing
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.description import FILE, ModelDescription
from audeep.backend.training.encoding import (
    NUM_BATCHES,
    Batch,
    Encoded,
    Run,
    batch_limits,
    compiled,
    takes_any_length,
)
from audeep.backend.training.model import Encoder

#: What a worker needs to load a model: its folder, its step, how it generates, and a digest of its weights.
Origin = tuple[Path, int, GenerationConfig, str]


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
                describe(description, step, model, config.choices()),
                partial(_encode_on_cluster, (folder.absolute(), step, config, model.digest()))
                if config.scheduler
                else None,
            )
            for step, model in checkpoints.load_models(folder, config.steps)
        ]


def describe(
    description: ModelDescription, step: int, model: Encoder, choices: Mapping[str, Any]
) -> dict[str, Any]:
    """Describe a trained model for the attribute ``model`` of data sets; `choices` are how its output was made."""
    return {**asdict(description), "step": step, "weights": model.digest(), "generation": choices}


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


def generated_dims(shape: Sequence[int]) -> list[str]:
    """Return the names of the dimensions of representations of this shape."""
    several = [f"{schema.GENERATED}_{index}" for index in range(len(shape))]
    return [schema.GENERATED] if len(shape) == 1 else several


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


def check_fits(folder: Path, description: ModelDescription, data_set: DataSet, kind: str | None) -> None:
    """Refuse a model that was trained on different data, or is of a different kind."""
    if kind is not None and description.kind != kind:
        raise ModelError(f"{folder} contains a {description.kind} model; use 'audeep {description.kind} generate'")
    if different := other_preprocessing(description.spectrograms, data_set.spectrograms):
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
