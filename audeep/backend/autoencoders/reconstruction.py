"""Reconstruction of spectrograms by trained autoencoders, and its error."""

from audeep.backend import runtime  # before TensorFlow

# isort: split
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from audeep.backend.autoencoders.architectures import RecurrentArchitecture
from audeep.backend.autoencoders.autoencoder import Autoencoder
from audeep.backend.autoencoders.config import ReconstructionConfig
from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet, as_data_set, opened
from audeep.backend.data.vectors import lengths_of
from audeep.backend.errors import DataError, ModelError, OptionError
from audeep.backend.log import progress_bar
from audeep.backend.networks.decoder import Decoder
from audeep.backend.training import checkpoints
from audeep.backend.training.description import ModelDescription
from audeep.backend.training.encoding import NUM_BATCHES, Encoded, batch_limits, signature, takes_any_length
from audeep.backend.training.generation import check_fits, describe


def reconstruct(
    model_dir: Path | str,
    data: Path | str | DataSet,
    config: ReconstructionConfig | Mapping[str, Any] | None = None,
) -> DataSet:
    """Let an autoencoder reconstruct spectrograms.

    They are computed on demand, each time anew: save them, or load them into memory with `DataSet.in_memory`.

    Parameters
    ----------
    model_dir
        The ``logs`` folder of the training of a recurrent autoencoder.
    data
        Spectrograms like those that the model was trained on.
    config
        Which model to use, and how.

    Returns
    -------
    DataSet
        Reconstructions, of the shape and in the range of `data`, with its labels, folds and partitions.

    Raises
    ------
    ModelError
        If the model does not exist, is not an autoencoder, or was trained on different data.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> spectrograms = make_data_set(8, time=4, freq=3)
    >>> architecture = audeep.TimeAutoencoderConfig(num_units=2)
    >>> logs = audeep.train(spectrograms, "run", architecture, {"num_epochs": 1}, seed=1)
    >>> reconstruction = audeep.reconstruct(logs, spectrograms)
    >>> reconstruction.feature_sizes
    {'time': 4, 'freq': 3}
    >>> audeep.reconstruction_errors(spectrograms, reconstruction).shape
    (8,)
    """
    folder, data_set, config = Path(model_dir), as_data_set(data), ReconstructionConfig.of(config)
    description = ModelDescription.read(folder)
    if not isinstance(description.config, RecurrentArchitecture):
        raise ModelError(
            f"{folder} contains a {description.kind} model, which reconstructs nothing; expected a recurrent "
            "autoencoder (t-rae, f-rae, ft-rae)"
        )
    runtime.use_processors(NUM_BATCHES)
    check_fits(folder, description, data_set, None)
    ((step, model),) = checkpoints.load_models(folder, None if config.step is None else [config.step])
    assert isinstance(model, Autoencoder)
    if config.free_running:
        run_freely(model)
    origin = describe(description, step, model, {"free_running": config.free_running})
    source = Encoded(
        data_set,
        decoding(model),
        data_set.feature_shape,
        batch_limits(model, None, data_set.feature_shape),
        lengths=lengths_of([data_set]) if takes_any_length(model) else None,
        padding=data_set.padding,
    )
    return data_set.with_features(source, data_set.feature_dims, {schema.MODEL: json.dumps(origin)})


def decoding(model: Autoencoder) -> Callable[..., tf.Tensor]:
    """Return a function that reconstructs a batch of spectrograms, shape (batch, time, bands).

    If the model takes spectrograms of any length, so does the function, and their lengths, shape (batch,), int32.
    """

    def decode(inputs: tf.Tensor, lengths: tf.Tensor | None = None) -> tf.Tensor:
        # In the order of the targets; reversed once more, in that of the input.
        return model.targets(model(inputs, lengths=lengths)["reconstruction"], lengths)

    return tf.function(decode, input_signature=signature(model), autograph=False)


def run_freely(model: Autoencoder) -> None:
    """Let all decoders of a model read their own output at each step."""
    for name in ("decoder", "decoder_time", "decoder_frequency"):
        decoder = getattr(model, name, None)
        if isinstance(decoder, Decoder):
            decoder.feed_previous_prob = 1
        elif decoder is not None:
            raise OptionError("`free_running` is not possible with the bidirectional decoder of a t-rae model")


def reconstruction_errors(data: Path | str | DataSet, reconstruction: DataSet) -> np.ndarray:
    """Compute how far reconstructions are from the spectrograms.

    A recording with a large error is one that the model did not learn to describe: often it is unlike the others.

    Parameters
    ----------
    data
        The spectrograms.
    reconstruction
        Their reconstructions, made by `reconstruct`, in the same order.

    Returns
    -------
    numpy.ndarray
        Root mean squared error of each instance, over all points of its spectrogram, shape (instance,).

    Raises
    ------
    DataError
        If the two differ in shape.

    Examples
    --------
    See `reconstruct`.
    """
    with opened(data) as data_set:
        if data_set.source.shape != reconstruction.source.shape:
            raise DataError(
                f"the reconstructions have shape {reconstruction.source.shape}; those in {data_set.name} have "
                f"{data_set.source.shape}"
            )
        errors = []
        with progress_bar(total=len(data_set), what="reconstruct", unit="instance") as bar:
            for original, reconstructed in zip(data_set.instances(), reconstruction.instances(), strict=True):
                errors.append(np.sqrt(np.square(original - reconstructed).mean()))
                bar.update()
    return np.array(errors, np.float32)
