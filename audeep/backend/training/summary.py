"""Summary of a trained model, as facts to print."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from audeep.backend.audio.names import printable
from audeep.backend.data.data_set import from_columns
from audeep.backend.training import checkpoints, history
from audeep.backend.training.description import DATA, ModelDescription
from audeep.backend.training.generation import encoded
from audeep.backend.training.model import Encoder


def describe_model(model_dir: Path | str) -> dict[str, Any]:
    """Describe a trained model.

    Parameters
    ----------
    model_dir
        The ``logs`` folder of a training run.

    Returns
    -------
    dict
        Facts by name; values are numbers, strings, lists and dicts of these. What is not known is left out. A
        dimension that may have any size has the size None.

    Raises
    ------
    ModelError
        If the folder contains no trained model, or it is damaged.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> spectrograms = make_data_set(8, time=4, freq=3)
    >>> architecture = audeep.TimeAutoencoderConfig(num_units=2)
    >>> logs = audeep.train(spectrograms, "run", architecture, {"num_epochs": 1}, seed=1)
    >>> facts = audeep.describe_model(logs)
    >>> facts["kind"], facts["vector_dimensions"], facts["data"]["num_recordings"]
    ('t-rae', {'generated': 2}, 8)
    """
    folder = Path(model_dir)
    ((_, model),) = checkpoints.load_models(folder, None)
    description = ModelDescription.read(folder)
    shape = [1 if size is None else size for size in description.feature_shape]
    nothing = from_columns(np.zeros((0, *shape)), description.feature_dims, filename=[])
    return facts(folder, model, encoded(nothing, model, model.config.generation_config(None), {}).feature_sizes)


def facts(folder: Path, model: Encoder, vector_dimensions: Mapping[str, int | None]) -> dict[str, Any]:
    """Return the facts about a model folder whose default model is loaded; see `describe_model`."""
    description, steps = ModelDescription.read(folder), checkpoints.checkpoint_steps(folder)
    epochs, best = history.read(folder), checkpoints.best_epoch(folder)
    training, vectors = description.training, dict(vector_dimensions)
    if description.feature_shape[0] is None and len(vectors) > 1:
        # As many vectors as the recording has frames.
        vectors[next(iter(vectors))] = None
    found = {
        "kind": description.kind,
        "model_dir": printable(folder),
        "vector_dimensions": vectors,
        "weights": model.count_params(),
        "checkpoints": len(steps),
        "default_step": best.step if best else steps[-1],
        "epochs": epochs[-1].epoch if epochs else None,
        "loss": epochs[-1].loss if epochs else None,
        "validation_loss": epochs[-1].validation_loss if epochs else None,
        "lowest_validation_loss": best.validation_loss if best else None,
        "epoch_with_lowest_validation_loss": best.epoch if best else None,
        "data": {name: training[name] for name in DATA if name in training},
        "feature_dimensions": dict(zip(description.feature_dims, description.feature_shape, strict=True)),
        "spectrograms": _given(description.spectrograms or {}),
        "architecture": _given(description.architecture),
        "training": _given({name: value for name, value in training.items() if name not in DATA}),
        "versions": description.versions,
    }
    return {name: value for name, value in _given(found).items() if value != {}}


def _given(values: dict[str, Any]) -> dict[str, Any]:
    """Drop values that are not set."""
    return {name: value for name, value in values.items() if value is not None}
