"""Spectrograms as a step of a scikit-learn pipeline."""

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from joblib import cpu_count
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from audeep.backend.audio.names import printable
from audeep.backend.audio.survey import common_sample_rate, summarize_problems, survey
from audeep.backend.errors import AudioError, DataError, OptionError
from audeep.backend.log import progress
from audeep.backend.parameters import config_of, defaults, initializer
from audeep.backend.spectrograms.config import ExtractionConfig, OnError, Scale, SpectrogramConfig
from audeep.backend.spectrograms.extraction import checked, extract
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.spectrograms.preprocess import chunk_lengths, scale_range

#: Settings that make several instances of a recording; a transformer returns one for each.
CHUNKS = ("chunk_length", "chunk_count", "keep_partial_chunks")


class MatrixOutput:
    """Mixin of transformers that return one matrix per recording, which no table can hold."""

    def set_output(self, *, transform: str | None = None) -> Self:
        """Accept any container but keep returning an array, so that a pipeline can set that of its other steps."""
        return self


class SpectrogramTransformer(MatrixOutput, TransformerMixin, BaseEstimator):
    """Turns recordings into spectrograms.

    Its parameters are those of `SpectrogramConfig` without chunks, and ``jobs`` of `ExtractionConfig`. `fit` only
    finds what the recordings have in common: their sample rate and, with ``scale="DATA_SET"``, the range of levels.

    Attributes
    ----------
    config_
        The settings, a `SpectrogramConfig`, including the sample rate and the range of levels.
    n_features_in_
        Number of samples, if fitted on an array.

    Examples
    --------
    >>> import audeep
    >>> import numpy as np
    >>> samples = np.random.default_rng(0).uniform(-0.5, 0.5, (2, 8000))
    >>> transformer = audeep.SpectrogramTransformer(sample_rate=8000, mel_spectrum=16)
    >>> transformer.fit_transform(samples).shape
    (2, 49, 16)
    """

    __init__ = initializer({**defaults(SpectrogramConfig, without=CHUNKS), "jobs": None})

    config_: SpectrogramConfig

    def fit(self, X: Any, y: Any = None) -> Self:
        """Find the sample rate of the recordings and, if it is needed, the range of their levels.

        Parameters
        ----------
        X
            Paths of recordings, shape (recording,), or samples at ``sample_rate``, shape (recording, sample).
        y
            Not used.

        Raises
        ------
        OptionError
            If a parameter is out of range, or ``sample_rate`` is missing for samples.
        AudioError
            If a recording cannot be used, or the recordings differ in length or sample rate.
        ValueError
            If the samples are not finite numbers.
        """
        config = config_of(self, SpectrogramConfig, without=CHUNKS)
        paths = paths_in(X)
        if paths is None:
            validate_data(self, X, dtype=np.float32)
        if config.sample_rate is None:
            if paths is None:
                raise OptionError("`sample_rate` is required for samples; only files contain their own")
            config = replace(config, sample_rate=common_sample_rate(survey(paths)))
        self.config_ = config
        if config.scale is Scale.DATA_SET and config.scale_range is None:
            levels = self.transform(X)
            self.config_ = replace(config, scale_range=scale_range(float(levels.min()), float(levels.max())))
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the spectrograms, shape (recording, time, freq), float32; `X` is that of `fit`.

        Files with another sample rate than those that it was fitted on are resampled.

        Raises
        ------
        AudioError
            If a recording cannot be used, or the recordings differ in length.
        ValueError
            If the samples are not finite numbers, or more or fewer than it was fitted on.
        """
        check_is_fitted(self)
        assert self.config_.sample_rate is not None
        extractor = Extractor(self.config_, self.config_.sample_rate)
        paths = paths_in(X)
        if paths is not None:
            return _read(paths, extractor, ExtractionConfig(jobs=self.jobs).jobs or cpu_count())
        samples = validate_data(self, X, reset=False, dtype=np.float32)
        return np.concatenate([extractor(row[:, np.newaxis], extractor.sample_rate) for row in samples])

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        # Always float32.
        tags.transformer_tags.preserves_dtype = []
        return tags


def paths_in(X: Any) -> list[Path] | None:
    """Return the paths of recordings, if `X` consists of paths; None if it has to be numbers."""
    if isinstance(X, str | os.PathLike):
        raise DataError(f"expected a list of paths, got the path {printable(Path(X))}")
    items = list(X) if isinstance(X, list | tuple) or getattr(X, "ndim", 0) == 1 else []
    if not items or not isinstance(items[0], str | os.PathLike):
        return None
    return [Path(item) for item in items]


def _read(paths: Sequence[Path], extractor: Extractor, jobs: int) -> np.ndarray:
    """Return the spectrograms of recordings, all of the same shape."""
    recordings = survey(paths)
    lengths = [*chunk_lengths(recordings, extractor, OnError.SKIP).values()]
    if (recordings["problem"] != "").any():
        raise AudioError(summarize_problems(recordings))
    frames = np.concatenate(lengths)
    fewest, most = frames.min(), frames.max()
    if fewest < most:
        shortest, longest = (printable(paths[int(index)]) for index in (frames.argmin(), frames.argmax()))
        raise AudioError(
            f"the recordings differ in length, from {fewest} windows ({shortest}) to {most} ({longest}); set "
            "`fixed_length`"
        )
    spectrograms = np.empty((len(paths), most, extractor.num_bands), np.float32)
    with closing(extract([*recordings["segment"]], extractor, jobs)) as extracted:
        for index, found in enumerate(progress(extracted, total=len(paths), what="extract", unit="file")):
            chunks = checked(found, lengths[index], extractor)
            if isinstance(chunks, str):
                raise AudioError(f"{printable(paths[index])} {chunks}")
            spectrograms[index] = chunks[0]
    return spectrograms
