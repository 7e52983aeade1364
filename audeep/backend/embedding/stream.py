"""Vectors of the windows of a recording that arrives in blocks."""

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import soxr

from audeep.backend.embedding.config import EmbeddingConfig
from audeep.backend.embedding.pipeline import embed_each, encode_windows
from audeep.backend.embedding.samples import Recording, as_samples, blocks, check_rate
from audeep.backend.embedding.trained import TrainedModel, joint_shape
from audeep.backend.errors import AudioError, OptionError

#: Vector of a recording, times and vectors of its windows, or the reason why there are none.
Result: TypeAlias = np.ndarray | tuple[np.ndarray, np.ndarray] | str


def shortest_window(models: Sequence[TrainedModel]) -> float | None:
    """Return the length of the recordings that the models were trained on, in seconds; the shortest if they differ.

    None if all models were trained on recordings of different lengths.
    """
    return min((model.window for model in models if model.window is not None), default=None)


class Stream:
    """Takes the samples of a recording block by block, and returns the vectors of its windows.

    Made by ``EmbeddingModel.stream``. Memory is bounded by the length of a window and of a block. How the recording
    is divided into blocks does not change the result.

    Parameters
    ----------
    models
        The models whose vectors are put side by side.
    sample_rate
        Sample rate of the recording, in Hz.
    window, hop
        Length of a window, by default that of the recordings that the models were trained on (needed if these
        differ in length), and distance from the start of one to the next, by default the same; in seconds.
    jobs
        Number of windows to process in parallel; by default, one per CPU core.

    Raises
    ------
    OptionError
        If a model cannot take windows of this length.
    """

    def __init__(
        self,
        models: Sequence[TrainedModel],
        sample_rate: int,
        *,
        window: float | None = None,
        hop: float | None = None,
        jobs: int | None = None,
    ) -> None:
        config = EmbeddingConfig(window=window, hop=hop)
        self.jobs = jobs
        self.models, self.sample_rate, self.shape = models, check_rate(sample_rate), joint_shape(models)
        if (length := config.window or shortest_window(models)) is None:
            raise OptionError(f"`window` is needed, because {models[0].folder} takes recordings of any length")
        self.window = length
        self.hop = config.hop or self.window
        for model in models:
            model.check_window(self.window)
        self._resampled: list[Resampled] = []
        # Number of samples so far, and of windows that are done.
        self._received, self._done = 0, 0
        self._is_finished = False

    def push(self, block: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Take the next samples of the recording.

        Parameters
        ----------
        block
            Any number of float samples, shape (samples,) or (samples, channels).

        Returns
        -------
        times : numpy.ndarray
            Start in seconds of each window that is now complete, shape (window,); may be empty.
        vectors : numpy.ndarray
            Their vectors, shape (window, size), float32.

        Raises
        ------
        AudioError
            If the samples cannot be used.
        """
        self._refuse_if_finished()
        samples = as_samples(block)
        if not self._resampled:
            rates = (model.sample_rate for model in self.models)
            self._resampled = [Resampled(self.sample_rate, rate, samples.shape[1]) for rate in rates]
        for resampled in self._resampled:
            resampled.push(samples)
        self._received += len(samples)
        return self._encode(is_last=False)

    def finish(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the times and vectors of the remaining windows; the last one is padded with silence."""
        self._refuse_if_finished()
        self._is_finished = True
        for resampled in self._resampled:
            resampled.finish()
        return self._encode(is_last=True)

    def _refuse_if_finished(self) -> None:
        if self._is_finished:
            raise OptionError("the stream is finished; make another for the next recording")

    def _encode(self, is_last: bool) -> tuple[np.ndarray, np.ndarray]:
        first = self._done
        windows = [*self._ready(is_last)]
        found = [*encode_windows(self.models, windows, self.window, jobs=self.jobs)] if windows else []
        times = np.arange(first, self._done) * self.hop
        for resampled in self._resampled:
            resampled.forget(self._done * self.hop)
        return times, np.reshape(np.array(found, np.float32), (-1, *self.shape))

    def _ready(self, is_last: bool) -> Iterator[list[np.ndarray]]:
        """Yield the samples of each window that is complete, or with which the recording ends, for each model."""
        while self._resampled:
            start = self._done * self.hop
            is_complete = all(resampled.has(start, self.window) for resampled in self._resampled)
            if not (is_complete or (is_last and self._is_needed())):
                return
            yield [resampled.cut(start, self.window) for resampled in self._resampled]
            self._done += 1

    def _is_needed(self) -> bool:
        """Return whether there are samples at the start of the next window that the one before did not reach."""
        start, before = self._done * self.hop, (self._done - 1) * self.hop
        reached = round(before * self.sample_rate) + round(self.window * self.sample_rate) if self._done else 0
        return round(start * self.sample_rate) < self._received and reached < self._received


def embed_in_windows(
    models: Sequence[TrainedModel],
    recording: Recording,
    sample_rate: int | None = None,
    *,
    window: float | None = None,
    hop: float | None = None,
    jobs: int | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the times and vectors of all windows of a recording, which is read block by block."""
    rate, parts = blocks(recording, sample_rate)
    stream = Stream(models, rate, window=window, hop=hop, jobs=jobs)
    results = [*map(stream.push, parts), stream.finish()]
    times, vectors = zip(*results, strict=True)
    return np.concatenate(times), np.concatenate(vectors)


def embed_files(
    models: Sequence[TrainedModel], paths: Sequence[Path], windows: EmbeddingConfig | None, *, jobs: int | None
) -> Generator[Result, None, None]:
    """Yield the vector of each audio file, or the times and vectors of its windows, or why it cannot be used."""
    if windows is None:
        yield from embed_each(models, paths, jobs=jobs)
        return
    for path in paths:
        try:
            yield embed_in_windows(models, path, window=windows.window, hop=windows.hop, jobs=jobs)
        except AudioError as error:
            yield str(error)


class Resampled:
    """The latest samples of a recording that arrives in blocks, at another rate."""

    def __init__(self, sample_rate: int, target_rate: int, channels: int) -> None:
        self.rate = target_rate
        is_same = sample_rate == target_rate
        self.resampler = None if is_same else soxr.ResampleStream(sample_rate, target_rate, channels)
        #: Number of samples that were forgotten, and those since.
        self.first, self.samples = 0, np.empty((0, channels), np.float32)

    def push(self, block: np.ndarray, *, is_last: bool = False) -> None:
        """Take the next samples, shape (samples, channels), float32."""
        if block.shape[1] != self.samples.shape[1]:
            raise AudioError(f"has blocks of {self.samples.shape[1]} and of {block.shape[1]} channels")
        if self.resampler is not None:
            block = self.resampler.resample_chunk(np.ascontiguousarray(block), last=is_last)
        self.samples = np.concatenate([self.samples, block])

    def finish(self) -> None:
        """Take what the resampler holds back."""
        self.push(self.samples[:0], is_last=True)

    def has(self, start: float, length: float) -> bool:
        """Return whether all samples of a window, given in seconds, have arrived."""
        return round(start * self.rate) + round(length * self.rate) <= self.first + len(self.samples)

    def cut(self, start: float, length: float) -> np.ndarray:
        """Return the samples of a window, given in seconds, as far as they have arrived."""
        place = round(start * self.rate) - self.first
        return self.samples[place : place + round(length * self.rate)]

    def forget(self, seconds: float) -> None:
        """Forget the samples before a moment, except those that have not arrived."""
        count = min(max(0, round(seconds * self.rate) - self.first), len(self.samples))
        self.first, self.samples = self.first + count, self.samples[count:]
