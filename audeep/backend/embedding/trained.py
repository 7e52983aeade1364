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

from audeep.backend.audio.channels import Channels
from audeep.backend.audio.length import fix_length
from audeep.backend.data.data_set import DataSet
from audeep.backend.embedding.settings import spectrogram_settings
from audeep.backend.errors import AudioError, ModelError, OptionError
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.training import checkpoints
from audeep.backend.training.buckets import Limits, by_length
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.description import ModelDescription
from audeep.backend.training.encoding import batch_limits, compiled, with_lengths
from audeep.backend.training.functional import as_keras
from audeep.backend.training.generation import check_fits, describe, encoded


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
        if None in self.shape:
            raise ModelError(
                f"{folder} was trained on recordings of different lengths, and gives a vector for each frame; use "
                f"'audeep {self.description.kind} generate'"
            )
        #: As in the attribute ``model`` of data sets.
        self.facts = describe(self.description, self.step, self.model, self.config.choices())

    @property
    def feature_shape(self) -> tuple[int | None, ...]:
        """Shape of the spectrograms that the model takes; the first size is None if they may have any length."""
        return tuple(self.description.feature_shape)

    @property
    def limits(self) -> Limits:
        """Limits of the batches to encode."""
        # Limits for any length do not depend on the shape.
        shape = [0 if size is None else size for size in self.feature_shape]
        return batch_limits(self.model, self.config.batch_size, shape)

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
    def window(self) -> float | None:
        """Length of the recordings that the model was trained on, in seconds; None if they differ in length."""
        config, extractor = self.spectrograms, self.extractor
        if config.fixed_length is not None:
            return config.fixed_length
        steps = self.feature_shape[0]
        if steps is None:
            return None
        frames = (config.chunk_count or 1) * (extractor.chunk_frames or steps)
        return extractor.samples_in(frames) / extractor.sample_rate

    def check_window(self, window: float) -> None:
        """Refuse windows that the model cannot take, or of which it would ignore a part."""
        if self.window is None:
            if (fewest := self.extractor.win_length) > round(window * self.sample_rate):
                raise OptionError(
                    f"`window` must be at least {fewest / self.sample_rate:g} s, the length of a frame of the "
                    f"spectrograms that {self.folder} takes, not {window:g} s"
                )
            return
        longer = round(window * self.sample_rate) - round(self.window * self.sample_rate)
        if longer > 0 or (longer < 0 and self.spectrograms.fixed_length is None):
            expected = "at most " if self.spectrograms.fixed_length else ""
            raise OptionError(
                f"`window` must be {expected}{self.window:g} s, the length of the recordings that {self.folder} "
                f"was trained on, not {window:g} s"
            )

    def extract(self, samples: np.ndarray, sample_rate: int) -> Sequence[np.ndarray]:
        """Return the spectrograms of the chunks of a recording, each of shape `feature_shape`, float32.

        `samples` has shape (samples, channels). If the model was trained on every channel by itself, the chunks of
        all channels follow each other. `AudioError` if the model cannot take the recording.
        """
        is_each = self.spectrograms.channels is Channels.EACH
        channels = range(samples.shape[1]) if is_each else [None]
        parts = [self.extractor.using(channel)(samples, sample_rate) for channel in channels]
        lengths = self.extractor.lengths(len(samples), sample_rate)
        chunks = [chunk[:length] for part in parts for chunk, length in zip(part, lengths, strict=True)]
        frames, bands = int(lengths[0]), self.extractor.num_bands
        # Chunks may have been joined along time before training.
        joined = [part.reshape(-1, bands) for part in parts]
        if self.feature_shape == (None, bands) or {item.shape for item in chunks} == {self.feature_shape}:
            return chunks
        if lengths[-1] == frames and joined[0].shape == self.feature_shape:
            return joined
        expected = " x ".join("any" if size is None else str(size) for size in self.feature_shape)
        hint = (
            f"; recordings must be {self.window:g} s long, or be embedded in windows of this length (`window`)"
            if self.window
            else ""
        )
        raise AudioError(
            f"gives spectrograms of {frames} windows x {bands} bands, but {self.folder} takes {expected}{hint}"
        )

    def extract_window(self, samples: np.ndarray, window: float) -> Sequence[np.ndarray]:
        """Return the spectrograms of a window of some seconds, at the sample rate of the model; see `extract`.

        The last window of a recording is padded.
        """
        if self.spectrograms.fixed_length is None:
            samples = fix_length(samples, round(window * self.sample_rate))
        return self.extract(samples, self.sample_rate)

    def vectors(self, recordings: Sequence[Sequence[np.ndarray]]) -> np.ndarray:
        """Return the representations of recordings, shape (recording, *shape), float32.

        Each recording is what `extract` returns; its chunks, or its channels, are averaged.
        """
        counts = np.array([len(chunks) for chunks in recordings])
        chunks = [chunk for recording in recordings for chunk in recording]
        if self.feature_shape[0] is None:
            representations = np.empty((len(chunks), *self.shape), np.float32)
            for batch in by_length(enumerate(chunks), self.limits):
                inputs = map(tf.constant, with_lengths([*batch.values()]))
                representations[[*batch]] = self._encode(*inputs).numpy()
        else:
            representations = self._encode(tf.constant(np.stack(chunks))).numpy()
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
