"""A trained model together with the preprocessing of its input: from samples to vectors."""

from audeep.backend import runtime  # before TensorFlow

# isort: split
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from audeep.backend.audio.length import fix_length
from audeep.backend.data.data_set import DataSet
from audeep.backend.embedding.settings import spectrogram_settings
from audeep.backend.errors import AudioError, ModelError, OptionError
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.training import checkpoints
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.description import ModelDescription
from audeep.backend.training.functional import as_keras
from audeep.backend.training.generation import check_fits, compiled, default_batch_size, describe, encoded


class TrainedModel:
    """A model of a training step, and how it generates representations.

    Parameters
    ----------
    folder
        The model folder.
    step
        The training step; None for the one that `generate` uses.
    options
        The generation configuration of this kind of model, or some of its fields.
    """

    def __init__(self, folder: Path, step: int | None, options: GenerationConfig | Mapping[str, Any]) -> None:
        self.folder = folder
        self.description = ModelDescription.read(folder)
        self.config = self.description.config.generation_config(options)
        # While this model encodes a batch, threads extract the next.
        runtime.use_processors(1)
        [(self.step, self.model)] = checkpoints.load_models(folder, None if step is None else [step])
        self._encode = compiled(self.model, self.config)
        #: Shape of a representation.
        self.shape = tuple(self._encode.get_concrete_function().structured_outputs.shape[1:])
        #: As in the attribute ``model`` of data sets.
        self.facts = describe(self.description, self.step, self.model, self.config)

    @property
    def feature_shape(self) -> tuple[int, ...]:
        """Shape of the spectrograms that the model takes."""
        return tuple(self.description.feature_shape)

    @property
    def batch_size(self) -> int:
        """Number of spectrograms to encode at a time."""
        return self.config.batch_size or default_batch_size(self.feature_shape, self.model.batch_bytes)

    @property
    def sample_rate(self) -> int:
        """Sample rate in Hz to which recordings are resampled."""
        return self.extractor.sample_rate

    @cached_property
    def spectrograms(self) -> SpectrogramConfig:
        """Settings of the spectrograms that the model was trained on."""
        return spectrogram_settings(self.folder, self.description)

    @cached_property
    def extractor(self) -> Extractor:
        """Extractor of the spectrograms."""
        config = self.spectrograms
        assert config.sample_rate
        return Extractor(config, config.sample_rate)

    @property
    def window(self) -> float:
        """Length of the recordings that the model was trained on, in seconds."""
        config, extractor = self.spectrograms, self.extractor
        if config.fixed_length is not None:
            return config.fixed_length
        frames = (config.chunk_count or 1) * (extractor.chunk_frames or self.feature_shape[0])
        return (extractor.win_length + (frames - 1) * extractor.hop_length) / extractor.sample_rate

    def check_window(self, window: float) -> None:
        """Refuse windows that the model cannot take, or of which it would ignore a part."""
        longer = round(window * self.sample_rate) - round(self.window * self.sample_rate)
        if longer > 0 or (longer < 0 and self.spectrograms.fixed_length is None):
            expected = "at most " if self.spectrograms.fixed_length else ""
            raise OptionError(
                f"`window` must be {expected}{self.window:g} s, the length of the recordings that {self.folder} "
                f"was trained on, not {window:g} s"
            )

    def extract(self, samples: np.ndarray, sample_rate: int) -> np.ndarray:
        """Return the spectrograms of a recording, shape (chunks, *feature_shape), float32.

        `samples` has shape (samples, channels). `AudioError` if the model cannot take the recording.
        """
        chunks = self.extractor(samples, sample_rate)
        count, frames, bands = chunks.shape
        # Chunks may have been joined along time before training.
        if self.feature_shape not in {(frames, bands), (count * frames, bands)}:
            raise AudioError(
                f"gives spectrograms of {frames} windows x {bands} bands, but {self.folder} takes "
                f"{' x '.join(map(str, self.feature_shape))}; recordings must be {self.window:g} s long, or be "
                "embedded in windows of this length (`window`)"
            )
        return chunks.reshape(-1, *self.feature_shape)

    def extract_window(self, samples: np.ndarray) -> np.ndarray:
        """Return the spectrograms of a window, at the sample rate of the model; see `extract`.

        The last window of a recording is padded to the length of the recordings that the model was trained on.
        """
        if self.spectrograms.fixed_length is None:
            samples = fix_length(samples, round(self.window * self.sample_rate))
        return self.extract(samples, self.sample_rate)

    def vectors(self, recordings: Sequence[np.ndarray]) -> np.ndarray:
        """Return the representations of recordings, shape (recording, *shape), float32.

        Each recording has the shape that `extract` returns; its chunks are averaged.
        """
        counts = np.array([len(chunks) for chunks in recordings])
        representations = self._encode(tf.constant(np.concatenate(recordings))).numpy()
        sums = np.add.reduceat(representations, np.cumsum(counts) - counts)
        return sums / counts.reshape(-1, *(1 for _ in self.shape)).astype(np.float32)

    def generate(self, data_set: DataSet) -> DataSet:
        """Replace spectrograms with their representations, computed on demand."""
        check_fits(self.folder, self.description, data_set, None)
        return encoded(data_set, self.model, self.config, self.facts)

    def as_keras(self) -> keras.Model:
        """Return the encoder as a functional model of Keras."""
        return as_keras(self.model, self.config)


def joint_shape(models: Sequence[TrainedModel]) -> tuple[int, ...]:
    """Return the shape of the representations of several models side by side, or of a single one."""
    if not models:
        raise OptionError("`model_dir`: expected at least one model folder")
    if len(models) == 1:
        return models[0].shape
    for model in models:
        if len(model.shape) > 1:
            raise ModelError(
                f"{model.folder} gives a sequence of vectors for each recording, which cannot be put beside the "
                "vector of another model"
            )
    return (sum(size for (size,) in (model.shape for model in models)),)
