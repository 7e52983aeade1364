"""Samples of recordings, which are given as paths or as arrays."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from audeep.backend.audio.reading import check_magnitude, read_blocks, read_header, read_samples
from audeep.backend.errors import AudioError, OptionError
from audeep.backend.spectrograms.config import SpectrogramConfig

#: Path of an audio file, or float samples, shape (samples,) or (samples, channels).
Recording: TypeAlias = Path | str | np.ndarray
#: Values in a block of samples that is read at a time: 16 MiB.
BLOCK_VALUES = 2**22


def as_list(data: Any) -> tuple[list[Recording], bool]:
    """Return one or several recordings as a list, and whether it is one; an array of strings is several paths.

    >>> as_list("a.wav"), as_list(["a.wav"])
    ((['a.wav'], True), (['a.wav'], False))
    """
    is_array = isinstance(data, np.ndarray) and data.dtype.kind not in "OSU"
    if is_array or isinstance(data, str | os.PathLike):
        return [data], True
    try:
        return list(data), False
    except TypeError:
        raise OptionError(f"expected paths or arrays of recordings, got {type(data).__name__}") from None


def read(recording: Recording, sample_rate: int | None) -> tuple[np.ndarray, int]:
    """Return the samples of a recording, shape (samples, channels), float32, and their rate in Hz."""
    if isinstance(recording, np.ndarray):
        return _whole(recording), check_rate(sample_rate)
    path = path_of(recording, sample_rate)
    # Checks that the file is not truncated.
    read_header(path)
    return read_samples(path)


def blocks(recording: Recording, sample_rate: int | None) -> tuple[int, Iterable[np.ndarray]]:
    """Return the sample rate of a recording in Hz, and its samples in blocks, shape (samples, channels)."""
    if isinstance(recording, np.ndarray):
        samples = _whole(recording)
        size = max(1, BLOCK_VALUES // samples.shape[1])
        return check_rate(sample_rate), (samples[start : start + size] for start in range(0, len(samples), size))
    path = path_of(recording, sample_rate)
    _, rate, channels = read_header(path)
    return rate, read_blocks(path, max(1, BLOCK_VALUES // channels))


def as_samples(array: np.ndarray) -> np.ndarray:
    """Return an array of samples with shape (samples, channels) and type float32."""
    # A list of numbers will do.
    array = np.asarray(array)
    if array.dtype.kind != "f":
        raise AudioError(
            f"has samples of type {array.dtype}; expected floats in [-1, 1], such as int16 samples divided by 32768"
        )
    samples = array[:, np.newaxis] if array.ndim == 1 else array
    if samples.ndim != 2 or samples.shape[1] == 0:
        raise AudioError(f"has the shape {array.shape}; expected (samples,) or (samples, channels)")
    with np.errstate(over="ignore"):
        samples = samples.astype(np.float32, copy=False)
    check_magnitude(samples)
    return samples


def _whole(array: np.ndarray) -> np.ndarray:
    """Return the samples of a whole recording; refuse those of other libraries, which have the channels first."""
    samples = as_samples(array)
    if not len(samples):
        raise AudioError("has no samples")
    if len(samples) < samples.shape[1]:
        raise AudioError(
            f"has the shape {array.shape}; expected (samples,) or (samples, channels): transpose it, or give "
            "several recordings as a list"
        )
    return samples


def check_rate(sample_rate: int | None) -> int:
    """Return the sample rate of an array in Hz; refuse one that is missing or out of range."""
    rate = SpectrogramConfig(sample_rate=sample_rate).sample_rate
    if rate is None:
        raise OptionError("`sample_rate` is required for samples in an array")
    return rate


def path_of(recording: Any, sample_rate: int | None) -> Path:
    """Return the path of a recording that is not an array."""
    if not isinstance(recording, str | os.PathLike):
        raise OptionError(f"expected paths or arrays of recordings, got {type(recording).__name__}")
    if sample_rate is not None:
        raise OptionError("`sample_rate` is only for samples in an array; audio files have their own")
    return Path(recording)
