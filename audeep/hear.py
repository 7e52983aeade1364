"""HEAR's common interface, through which benchmarks of audio representations use a model.

The interface is described at https://hearbenchmark.com/hear-api.html. Any model will do that was trained on
recordings at one of HEAR's sample rates; ``hear-validator audeep.hear --model run/logs`` checks it.
"""

from audeep.backend import runtime  # noqa: F401, before TensorFlow

# isort: split
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import tensorflow as tf

from audeep.backend.embedding.model import EmbeddingModel
from audeep.backend.embedding.model import load_model as load_embedding_model
from audeep.backend.embedding.pipeline import embed_each
from audeep.backend.errors import AudioError, ModelError

__all__ = ["Model", "get_scene_embeddings", "get_timestamp_embeddings", "load_model"]

#: Sample rates in Hz of HEAR's recordings.
SAMPLE_RATES = (16000, 22050, 44100, 48000)
#: Milliseconds between timestamps: HEAR tolerates onsets that are 50 ms off.
HOP = 50
#: Seconds around a timestamp that are embedded, for models that take recordings of any length.
EXCERPT = 1


class Model(tf.Module):
    """A trained model as HEAR expects it.

    Attributes
    ----------
    sample_rate
        Sample rate of the audio that it takes, in Hz.
    scene_embedding_size, timestamp_embedding_size
        Number of values in a vector.
    """

    def __init__(self, model: EmbeddingModel) -> None:
        super().__init__("audeep")
        self.embedding, self.sample_rate = model, model.sample_rate
        self.scene_embedding_size = self.timestamp_embedding_size = model.size

    @property
    def length(self) -> int | None:
        """Number of samples of the recordings that the model was trained on; None if they differ in length."""
        window = self.embedding.window
        return None if window is None else round(window * self.sample_rate)

    def embed(self, excerpts: Iterable[np.ndarray]) -> np.ndarray:
        """Return the vectors of excerpts, shape (excerpt, size); sequences of vectors are averaged over time."""
        vectors = []
        for found in embed_each(self.embedding.members, excerpts, self.sample_rate):
            if isinstance(found, str):
                raise AudioError(f"`audio` {found}")
            vectors.append(found.reshape(-1, self.scene_embedding_size).mean(axis=0))
        return np.stack(vectors)


def load_model(model_file_path: str) -> Model:
    """Load a trained model.

    Parameters
    ----------
    model_file_path
        The ``logs`` folder of a training run.

    Returns
    -------
    Model
        A TensorFlow module.

    Raises
    ------
    ModelError
        If there is no model, or HEAR has no recordings at its sample rate.
    """
    model = Model(load_embedding_model(model_file_path))
    if model.sample_rate not in SAMPLE_RATES:
        expected = ", ".join(map(str, SAMPLE_RATES))
        raise ModelError(
            f"{model_file_path} was trained on recordings at {model.sample_rate} Hz; HEAR expects one of {expected}"
        )
    return model


def get_scene_embeddings(audio: Any, model: Model) -> tf.Tensor:
    """Return a vector for each sound.

    Parameters
    ----------
    audio
        Mono sounds in [-1, 1] at the sample rate of the model, shape (sound, samples).
    model
        The model.

    Returns
    -------
    tensorflow.Tensor
        Shape (sound, `scene_embedding_size`), float32. Sounds longer than the recordings that the model was trained
        on are covered by evenly spaced excerpts of that length, whose vectors are averaged; shorter sounds are
        padded with silence. If these recordings differ in length, sounds of any length are taken as they are.
    """
    sounds = _sounds(audio)
    samples = sounds.shape[1]
    length = model.length or samples
    sounds = np.pad(sounds, [(0, 0), (0, max(0, length - samples))])
    count = max(1, math.ceil(samples / length))
    starts = np.linspace(0, max(0, samples - length), count).round().astype(int)
    vectors = model.embed(sound[start : start + length] for sound in sounds for start in starts)
    return tf.constant(vectors.reshape(len(sounds), count, -1).mean(axis=1))


def get_timestamp_embeddings(audio: Any, model: Model) -> tuple[tf.Tensor, tf.Tensor]:
    """Return a vector for each sound every 50 ms.

    Each is that of an excerpt around the timestamp, as long as the recordings that the model was trained on, or 1 s
    if these differ in length, with silence before the start and after the end of the sound.

    Parameters
    ----------
    audio
        Mono sounds in [-1, 1] at the sample rate of the model, shape (sound, samples).
    model
        The model.

    Returns
    -------
    embeddings : tensorflow.Tensor
        Shape (sound, timestamp, `timestamp_embedding_size`), float32.
    timestamps : tensorflow.Tensor
        Centres of the excerpts in milliseconds, shape (sound, timestamp), float32.
    """
    sounds = _sounds(audio)
    count = 1 + 1000 * sounds.shape[1] // (HOP * model.sample_rate)
    times = np.arange(count) * HOP
    # An excerpt in the padded sound starts where its centre is in the sound itself.
    starts = (times * model.sample_rate / 1000).round().astype(int)
    length = model.length or EXCERPT * model.sample_rate
    padded = np.pad(sounds, [(0, 0), (length // 2, length)])
    vectors = model.embed(sound[start : start + length] for sound in padded for start in starts)
    timestamps = np.tile(times.astype(np.float32), (len(sounds), 1))
    return tf.constant(vectors.reshape(len(sounds), count, -1)), tf.constant(timestamps)


def _sounds(audio: Any) -> np.ndarray:
    """Return sounds, TensorFlow's or PyTorch's, as an array."""
    sounds = np.asarray(audio, np.float32)
    if sounds.ndim != 2 or not sounds.size:
        raise AudioError(f"`audio` has the shape {sounds.shape}; expected (sounds, samples)")
    return sounds
