"""Generation of representations with trained autoencoders."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np
import tensorflow as tf
from joblib import cpu_count

from audeep.backend import runtime
from audeep.backend.autoencoders.architectures import GenerationConfig
from audeep.backend.autoencoders.autoencoder import Autoencoder
from audeep.backend.data import netcdf, schema
from audeep.backend.data.data_set import DataSet, load
from audeep.backend.data.vectors import finite_slabs
from audeep.backend.errors import ModelError, OptionError
from audeep.backend.log import LOG, progress
from audeep.backend.parallel import in_order
from audeep.backend.training import checkpoints, distribution
from audeep.backend.training.description import ModelDescription, differences

#: Without another choice, a batch has at most so many instances, and bytes of them; to encode it takes some ten
#: times the memory.
BATCH_SIZE, BATCH_BYTES = 500, 2**22
#: Batches that are encoded at the same time, at most. An encoder works step by step: measured on two cores, one
#: batch on each takes half the time of one after the other on both.
BATCHES = 4


def generate(
    model_dir: Path | str,
    input: Path | str,
    outputs: Sequence[Path | str],
    config: GenerationConfig | None = None,
    *,
    kind: str | None = None,
) -> list[DataSet]:
    """Generate the representations of all instances of a data set.

    Parameters
    ----------
    model_dir
        The ``logs`` folder of a training run.
    input
        Data set of spectrograms, like those that the model was trained on.
    outputs
        Data sets to write, one for each step.
    config
        How they are generated.
    kind
        Refuse models of another kind, such as ``t-rae``.

    Returns
    -------
    list of DataSet
        Representations, with the labels, folds and partitions of `input`.

    Raises
    ------
    ModelError
        If there is no such model, or it was trained on other data.
    """
    config = config or GenerationConfig()
    steps = config.steps
    folder = Path(model_dir)
    if len(outputs) != (wanted := len(steps) if steps else 1):
        raise OptionError(f"`output` needs one file for each of `steps`: {wanted}, not {len(outputs)}")
    if len({Path(path).absolute() for path in [*outputs, input]}) <= len(outputs):
        raise OptionError("`output` and `input` must all be different files")
    with load(input) as data_set:
        description = ModelDescription.read(folder)
        runtime.use_processors(num_batches())
        check_fits(folder, description, input, data_set, kind)
        models = checkpoints.load_models(folder, steps)
        batch_size = config.batch_size or default_batch_size(data_set.feature_shape)
        for (step, model), output in zip(models, outputs, strict=True):
            LOG.info("generating with the model of step %d", step)
            with distribution.explaining_failures():
                write_representations(data_set, model, Path(output), batch_size, description, step)
    return [load(path) for path in outputs]


def num_batches() -> int:
    """Return how many batches are encoded at the same time."""
    return min(BATCHES, cpu_count())


def default_batch_size(feature_shape: Sequence[int]) -> int:
    """Return how many instances of this shape are encoded at the same time."""
    return int(np.clip(BATCH_BYTES // (4 * np.prod(feature_shape, dtype=np.int64)), 1, BATCH_SIZE))


def write_representations(
    data_set: DataSet,
    model: Autoencoder,
    output: Path,
    batch_size: int,
    description: ModelDescription,
    step: int,
) -> None:
    """Encode all instances and write the representations with their metadata."""
    encode = tf.function(
        lambda inputs: model.encode(inputs, training=False),
        input_signature=[tf.TensorSpec((None, *data_set.feature_shape), tf.float32)],
    )
    shape = encode(tf.zeros((1, *data_set.feature_shape))).shape[1:]
    dims = [schema.GENERATED] if len(shape) == 1 else [f"{schema.GENERATED}_{index}" for index in range(len(shape))]
    attrs = {schema.MODEL: json.dumps({**asdict(description), "step": step})}
    sizes = dict(zip(dims, shape, strict=True))
    total = -(-len(data_set) // batch_size)
    with (
        ThreadPoolExecutor(num_batches()) as pool,
        netcdf.create(output, data_set.metadata, sizes, attrs) as append,
    ):
        encoded = in_order(
            lambda batch: pool.submit(lambda: encode(tf.constant(batch)).numpy()),
            finite_slabs(data_set, batch_size),
            lambda: num_batches() + 1,
        )
        for representations in progress(encoded, total=total, what="generate", unit="batch"):
            append(representations)


def check_fits(
    folder: Path, description: ModelDescription, path: Path | str, data_set: DataSet, kind: str | None
) -> None:
    """Refuse a model that was trained on other data, or is of another kind."""
    if kind is not None and description.kind != kind:
        raise ModelError(
            f"{folder} holds a model of {description.kind}; 'audeep {description.kind} generate' uses it"
        )
    if tuple(description.feature_shape) != data_set.feature_shape:
        raise ModelError(
            f"{folder} was trained on instances of shape {tuple(description.feature_shape)}; those in {path} have "
            f"{data_set.feature_shape}"
        )
    different = differences(description.spectrograms or {}, data_set.spectrograms or {})
    if description.spectrograms and data_set.spectrograms and different:
        raise ModelError(
            f"{folder} was trained on spectrograms that were made in another way than those in {path}: {different}"
        )
