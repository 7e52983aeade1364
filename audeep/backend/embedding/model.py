"""Trained models as functions from recordings to vectors."""

import os
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from audeep.backend.audio.names import printable
from audeep.backend.autoencoders.config import ReconstructionConfig
from audeep.backend.autoencoders.reconstruction import reconstruct
from audeep.backend.data.data_set import DataSet
from audeep.backend.embedding.cluster import embed_on_cluster
from audeep.backend.embedding.pipeline import embed_each
from audeep.backend.embedding.samples import Recording, as_list, path_of
from audeep.backend.embedding.stream import Result, Stream, embed_in_windows, shortest_window
from audeep.backend.embedding.trained import TrainedModel, joint_shape
from audeep.backend.errors import AudioError, OptionError
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.training import distribution


class EmbeddingModel:
    """One or several trained models, loaded with `audeep.load_model`, whose vectors are put side by side.

    Recordings become spectrograms with the settings that each model was trained with. The vectors of a recording
    are the same, up to rounding, whether it is given as a path, an array or spectrograms, alone or among others,
    and are those of ``audeep embed`` and `audeep.generate`.

    A model that was trained on chunks or channels of recordings gives the mean of their vectors. A
    frequency-recurrent autoencoder gives a vector for each frame of the spectrogram: where shapes below say
    ``size``, it has ``frames, size``.

    Attributes
    ----------
    members
        The models, in the order of their vectors.
    shape
        Shape of what a recording becomes: ``(size,)``, or ``(frames, size)``.
    """

    def __init__(self, members: Sequence[TrainedModel]) -> None:
        self.members = list(members)
        self.shape = joint_shape(members)

    def __repr__(self) -> str:
        kinds = " + ".join(member.description.kind for member in self.members)
        return f"<EmbeddingModel {kinds}: a recording becomes {' x '.join(map(str, self.shape))} values>"

    @property
    def size(self) -> int:
        """Number of values in a vector."""
        return self.shape[-1]

    @property
    def models(self) -> list[dict[str, Any]]:
        """Description of each model: the content of its ``model.json``, its step and a digest of its weights."""
        return [member.facts for member in self.members]

    @property
    def spectrograms(self) -> list[SpectrogramConfig]:
        """Settings of the spectrograms of each model."""
        return [member.spectrograms for member in self.members]

    @property
    def sample_rate(self) -> int:
        """Sample rate, in Hz, to which recordings are resampled; the highest if the models differ."""
        return max(member.sample_rate for member in self.members)

    @property
    def window(self) -> float | None:
        """Length, in seconds, of the recordings that the models were trained on; the shortest if the models differ.

        None for a model that was trained on recordings of different lengths, which takes any.
        """
        return shortest_window(self.members)

    @property
    def encoder(self) -> keras.Model:
        """The encoder as a functional model of Keras, to fine-tune: from spectrograms to vectors.

        It takes spectrograms as `audeep.preprocess` makes them, shape (batch, frames, bands), and shares its
        weights with this model.
        """
        return self._only_member().as_keras()

    def reconstruct(
        self, data: Path | str | DataSet, config: ReconstructionConfig | Mapping[str, Any] | None = None
    ) -> DataSet:
        """Let a recurrent autoencoder reconstruct the spectrograms of a data set; see `audeep.reconstruct`."""
        member, config = self._only_member(), ReconstructionConfig.of(config)
        return reconstruct(member.folder, data, replace(config, step=member.step))

    def _only_member(self) -> TrainedModel:
        if len(self.members) > 1:
            raise OptionError(f"there are {len(self.members)} models; load only the one that you want to use")
        return self.members[0]

    def embed(
        self,
        data: Recording | Iterable[Recording] | DataSet,
        sample_rate: int | None = None,
        *,
        jobs: int | None = None,
        scheduler: str | None = None,
    ) -> np.ndarray:
        """Return the vectors of recordings.

        Parameters
        ----------
        data
            A recording or several of them, or a data set of spectrograms. A recording is the path of an audio file,
            or an array of float samples in [-1, 1], shape (samples,) or (samples, channels).
        sample_rate
            Sample rate of arrays, in Hz.
        jobs
            Number of recordings to read in parallel; by default, one per CPU core.
        scheduler
            Address of a Dask scheduler, to work on its cluster. Recordings must then be paths, which the workers
            must be able to read, as well as the model folders.

        Returns
        -------
        numpy.ndarray
            For one recording its vector, shape (size,); otherwise a row for each recording, or instance of the
            data set, shape (recording, size); float32.

        Raises
        ------
        AudioError
            If a recording cannot be used.
        ModelError
            If a model was trained on other data than spectrograms of recordings.
        """
        if isinstance(data, DataSet):
            return np.concatenate([member.generate(data).features.values for member in self.members], axis=1)
        recordings, is_one = as_list(data)
        vectors = np.empty((len(recordings), *self.shape), np.float32)
        results: Generator[Result, None, None]
        if scheduler is None:
            results = embed_each(self.members, recordings, sample_rate, jobs=jobs)
        else:
            paths = [path_of(recording, sample_rate) for recording in recordings]
            results = embed_on_cluster(self.members, paths, scheduler)
        with closing(results):
            for index, found in enumerate(results):
                if isinstance(found, str):
                    raise AudioError(f"{_name(recordings[index], index)} {found}")
                vectors[index] = found
        return vectors[0] if is_one else vectors

    def embed_windows(
        self,
        recording: Recording,
        sample_rate: int | None = None,
        *,
        window: float | None = None,
        hop: float | None = None,
        jobs: int | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the vectors of windows of a recording, which may be hours long: it is read block by block.

        Parameters
        ----------
        recording
            Path of an audio file, or an array of float samples in [-1, 1], shape (samples,) or (samples, channels).
        sample_rate
            Sample rate of an array, in Hz.
        window
            Length of a window in seconds; by default, and at most, `window` of the model. Without that, any.
        hop
            Distance from the start of one window to the next in seconds; by default, `window`.
        jobs
            Number of windows to process in parallel; by default, one per CPU core.

        Returns
        -------
        times : numpy.ndarray
            Start of each window in seconds, shape (window,).
        vectors : numpy.ndarray
            Shape (window, size), float32. Each is what `embed` returns for the samples of this window, cut from the
            recording at the sample rate of the model: recordings are resampled as a whole. The last window is
            padded with silence.

        Raises
        ------
        AudioError
            If the recording cannot be used.
        OptionError
            If the model cannot take windows of this length.
        """
        try:
            return embed_in_windows(self.members, recording, sample_rate, window=window, hop=hop, jobs=jobs)
        except AudioError as error:
            raise AudioError(f"{_name(recording)} {error}") from None

    def stream(
        self, sample_rate: int, *, window: float | None = None, hop: float | None = None, jobs: int | None = None
    ) -> Stream:
        """Return an object that takes the samples of a recording as they arrive.

        Parameters
        ----------
        sample_rate
            Sample rate of the recording, in Hz.
        window, hop, jobs
            As in `embed_windows`.

        Returns
        -------
        Stream
            Its method `push` takes a block of samples and returns the times and vectors of the windows that are
            now complete; `finish` returns the rest.

        Raises
        ------
        OptionError
            If the model cannot take windows of this length.
        """
        return Stream(self.members, sample_rate, window=window, hop=hop, jobs=jobs)


def load_model(
    model_dir: Path | str | Sequence[Path | str], *, step: int | None = None, **options: Any
) -> EmbeddingModel:
    """Load a trained model, which turns recordings into vectors.

    Parameters
    ----------
    model_dir
        The ``logs`` folder of a training run, or several, whose vectors are put side by side.
    step
        Training step of the model, the number in the name ``model-STEP``; by default, the one that `generate` uses.
    **options
        Fields of the generation configuration of the kind of model, such as ``pooling="mean"`` of a
        `RecurrentGenerationConfig`.

    Returns
    -------
    EmbeddingModel
        Its methods `~EmbeddingModel.embed`, `~EmbeddingModel.embed_windows` and `~EmbeddingModel.stream` return
        vectors.

    Raises
    ------
    ModelError
        If there is no model, it is damaged, or it gives sequences of vectors of different lengths.
    OptionError
        If a kind of model does not have one of the options.

    Examples
    --------
    >>> import audeep
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import soundfile
    >>> Path("noises").mkdir()
    >>> for name in ("a.wav", "b.wav", "c.wav"):
    ...     noise = np.random.default_rng(0).normal(0, 0.1, 8000)
    ...     soundfile.write(f"noises/{name}", noise, 8000)
    >>> settings = audeep.SpectrogramConfig(mel_spectrum=16, fixed_length=1)
    >>> data = audeep.preprocess("noises", "noises.nc", settings, parser="NoMetadataParser")
    >>> config = audeep.TrainingConfig(num_epochs=1)
    >>> logs = audeep.train(data, "run", audeep.TimeAutoencoderConfig(num_units=4), config, seed=1)

    >>> model = audeep.load_model(logs)
    >>> model
    <EmbeddingModel t-rae: a recording becomes 4 values>
    >>> model.embed("noises/a.wav").shape
    (4,)
    >>> model.embed(["noises/a.wav", "noises/b.wav"]).shape
    (2, 4)
    >>> model.embed(np.zeros(8000), sample_rate=8000).shape
    (4,)
    >>> times, vectors = model.embed_windows(np.zeros(24000), sample_rate=8000, hop=0.5)
    >>> times.tolist(), vectors.shape
    ([0.0, 0.5, 1.0, 1.5, 2.0], (5, 4))
    """
    if "steps" in options:
        raise OptionError("`steps`: expected a single `step`")
    if "scheduler" in options:
        raise OptionError("`scheduler` is an argument of `embed`, not of `load_model`")
    folders = [model_dir] if isinstance(model_dir, str | Path) else [*model_dir]
    with distribution.explaining_failures():
        return EmbeddingModel([TrainedModel(Path(folder), step, options) for folder in folders])


def _name(recording: Recording, index: int | None = None) -> str:
    """Name a recording in a message."""
    if isinstance(recording, str | os.PathLike):
        return printable(Path(recording))
    return "the recording" if index is None else f"recording {index}"
