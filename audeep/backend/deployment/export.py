"""Export of trained models, for programs that do not have auDeep."""

from audeep.backend import runtime  # before TensorFlow

# isort: split
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from audeep.backend.atomic import own_folder, replacing
from audeep.backend.deployment.config import ModelExportConfig, ModelFormat
from audeep.backend.deployment.spectrogram import from_samples
from audeep.backend.embedding.settings import spectrogram_settings
from audeep.backend.errors import AudeepError, ModelError, OptionError
from audeep.backend.log import LOG
from audeep.backend.spectrograms.config import Scale
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.training import checkpoints
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.description import ModelDescription
from audeep.backend.training.functional import as_keras, stand_alone

#: Largest difference that an exported model may show, relative to the largest number that it should compute.
TOLERANCE = 1e-3
#: Number of random inputs to compare on, and of their frames if the model takes any.
EXAMPLES, FRAMES = 4, 50
#: Packages that ONNX needs.
ONNX_PACKAGES = ("onnx", "onnxruntime", "tf2onnx")


def export_model(
    model_dir: Path | str,
    output: Path | str,
    config: ModelExportConfig | Mapping[str, Any] | None = None,
    generation: GenerationConfig | Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Export a trained model, such that it computes its representations without auDeep.

    The file is loaded again and compared with the original before it gets its name.

    Parameters
    ----------
    model_dir
        The ``logs`` folder of a training run.
    output
        File to write, or for a SavedModel, folder.
    config
        Format, and whether the exported model takes samples.
    generation
        Which representation it computes; by default, that of `generate`.

    Returns
    -------
    dict
        What the exported model takes and returns: ``format``, ``step``, ``input`` (its name), ``input_shape`` and
        ``output_shape`` (with None for the batch, and for a time that may have any length), for samples their
        ``sample_rate`` in Hz; and ``largest_difference`` from the original, on random inputs.

    Raises
    ------
    ModelError
        If the model does not exist or cannot be exported, or if the exported one computes something else.
    OptionError
        If the output does not have the extension of the format, or packages are missing.

    Examples
    --------
    >>> import audeep
    >>> from audeep.testing import make_data_set
    >>> spectrograms = make_data_set(8, time=4, freq=3)
    >>> architecture = audeep.TimeAutoencoderConfig(num_units=2)
    >>> logs = audeep.train(spectrograms, "run", architecture, {"num_epochs": 1}, seed=1)
    >>> facts = audeep.export_model(logs, "encoder.keras")
    >>> facts["input_shape"], facts["output_shape"]
    ([None, 4, 3], [None, 2])
    """
    config, output, folder = ModelExportConfig.of(config), Path(output), Path(model_dir)
    check_output(output, config.format)
    description = ModelDescription.read(folder)
    generation = description.config.generation_config(generation)
    if config.step is not None:
        generation = replace(generation, steps=(config.step,))
    if len(generation.steps or ()) > 1:
        raise OptionError("`steps`: expected one step, because one model is exported")
    ((step, encoder),) = checkpoints.load_models(folder, generation.steps)
    model = stand_alone(as_keras(encoder, generation))
    inputs = features = make_spectrograms(description)
    if config.from_audio:
        spectrograms = spectrogram_settings(folder, description)
        assert spectrograms.sample_rate
        model = from_samples(model, spectrograms, without_fft=config.format is ModelFormat.ONNX)
        extractor = Extractor(spectrograms, spectrograms.sample_rate)
        inputs = make_samples(model.input_shape[1])
        features = np.concatenate([extractor(item[:, None], extractor.sample_rate) for item in inputs])
    expected = encoder.represent(tf.constant(features), generation).numpy()

    def write(path: Path) -> float:
        # Keras and tf2onnx warn about what they do themselves, such as about NumPy 2.
        with runtime.without_notices(), warnings.catch_warnings(action="ignore"):
            WRITERS[config.format](model, path)
        return compare(LOADERS[config.format](path)(inputs), expected)

    is_folder = config.format is ModelFormat.SAVEDMODEL
    difference = write_folder(output, write) if is_folder else write_file(output, write)
    LOG.info("wrote %s; on random inputs, it differs from the original by at most %.2g", output, difference)
    return {
        "format": config.format.name,
        "step": step,
        "input": model.inputs[0].name,
        "input_shape": [*model.input_shape],
        "output_shape": [*model.output_shape],
        **({"sample_rate": extractor.sample_rate} if config.from_audio else {}),
        "largest_difference": difference,
    }


def check_output(output: Path, format: ModelFormat) -> None:
    """Refuse an output with the extension of another format, and ONNX without its packages."""
    if format.value and output.suffix != format.value:
        raise OptionError(f"`output`: {output} must end in {format.value}")
    if format is ModelFormat.ONNX and (missing := [name for name in ONNX_PACKAGES if not find_spec(name)]):
        raise OptionError(
            f"`format` ONNX needs the packages {', '.join(missing)}: pip install '.[onnx]' in a copy of the source "
            "code"
        )


def make_spectrograms(description: ModelDescription) -> np.ndarray:
    """Make random spectrograms in the range of those that a model takes, shape (example, frames, bands)."""
    low, high = (-100, 0) if (description.spectrograms or {}).get("scale") == Scale.NONE.name else (-1, 1)
    shape = [FRAMES if size is None else size for size in description.feature_shape]
    return np.random.default_rng(0).uniform(low, high, (EXAMPLES, *shape)).astype(np.float32)


def make_samples(length: int) -> np.ndarray:
    """Make noise of changing loudness, shape (example, samples)."""
    loudness = 0.1 + np.sin(np.linspace(0, 10, length)) ** 2
    noise = np.random.default_rng(0).normal(0, 0.1, (EXAMPLES, length))
    return (loudness * noise).astype(np.float32)


def compare(actual: np.ndarray, expected: np.ndarray) -> float:
    """Return the largest difference; raise a `ModelError` if it is too large."""
    difference = float(np.abs(actual - expected).max())
    # Written so that NaN, which compares false with everything, fails.
    if not difference <= TOLERANCE * max(1, np.abs(expected).max()):
        raise ModelError(
            "the exported model is wrong and was deleted; its output differs from the original's by "
            f"{difference:.2g}"
        )
    return difference


def write_file(output: Path, write: Callable[[Path], float]) -> float:
    """Write a file under a temporary name; it gets its own if `write` succeeds."""
    with runtime.writing(output), replacing(output) as temporary:
        return write(temporary)


def write_folder(output: Path, write: Callable[[Path], float]) -> float:
    """Write a folder under a temporary name; it gets its own if `write` succeeds."""
    with suppress(OSError):
        # A folder that is empty is no obstacle.
        output.rmdir()
    if output.exists():
        raise AudeepError(f"{output} exists already; remove it, or choose another name")
    output.parent.mkdir(parents=True, exist_ok=True)
    with runtime.writing(output), own_folder(output.parent) as place:
        difference = write(place / output.name)
        (place / output.name).rename(output)
    return difference


def load_onnx(path: Path) -> Callable[[np.ndarray], np.ndarray]:
    """Load an ONNX file, as a function of a batch."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (input,) = session.get_inputs()
    return lambda batch: session.run(None, {input.name: batch})[0]


def load_saved_model(path: Path) -> Callable[[np.ndarray], np.ndarray]:
    """Load a SavedModel, as a function of a batch."""
    loaded = tf.saved_model.load(str(path))
    return lambda batch: loaded.serve(tf.constant(batch)).numpy()


def load_keras(path: Path) -> Callable[[np.ndarray], np.ndarray]:
    """Load a Keras file, as a function of a batch."""
    loaded = keras.saving.load_model(path)
    return lambda batch: loaded(batch).numpy()


def save_onnx(model: keras.Model, path: Path) -> None:
    """Save a model as an ONNX file."""
    signature = [tf.TensorSpec(model.input_shape, tf.float32, name=model.inputs[0].name)]
    model.export(path, format="onnx", verbose=False, input_signature=signature)


WRITERS: dict[ModelFormat, Callable[[keras.Model, Path], None]] = {
    ModelFormat.KERAS: lambda model, path: model.save(path),
    ModelFormat.SAVEDMODEL: lambda model, path: model.export(path, format="tf_saved_model", verbose=False),
    ModelFormat.ONNX: save_onnx,
}
LOADERS: dict[ModelFormat, Callable[[Path], Callable[[np.ndarray], np.ndarray]]] = {
    ModelFormat.KERAS: load_keras,
    ModelFormat.SAVEDMODEL: load_saved_model,
    ModelFormat.ONNX: load_onnx,
}
