"""What the headers of recordings tell: their length, rate and channels."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import soundfile
import xarray as xr

from audeep.backend.data import schema
from audeep.backend.data.schema import Partition
from audeep.backend.errors import AudioError
from audeep.backend.log import progress
from audeep.backend.parsers import registry

#: Headers that are read at the same time; the threads wait for the disk, not for a processor.
THREADS = 8


def read_headers(paths: Sequence[Path]) -> pd.DataFrame:
    """Read the headers of recordings.

    Returns
    -------
    pandas.DataFrame
        A row for each recording, with the columns ``frames`` (samples in a channel), ``sample_rate`` (in
        Hz) and ``channels``.

    Raises
    ------
    AudioError
        If one cannot be read.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        headers = list(progress(pool.map(read_header, paths), total=len(paths), what="read headers", unit="file"))
    return pd.DataFrame(headers, columns=["frames", "sample_rate", "channels"])


def read_header(path: Path) -> tuple[int, int, int]:
    """Read the header of one recording: frames, rate in Hz, channels."""
    try:
        info = soundfile.info(path)
    except (soundfile.SoundFileError, OSError) as error:
        reason = getattr(error, "error_string", error) if path.exists() else "there is no such file"
        raise AudioError(f"{path} cannot be read: {reason}") from error
    return info.frames, info.samplerate, info.channels


def describe(basedir: Path | str, *, parser: str = registry.DEFAULT) -> dict[str, Any]:
    """Describe the recordings in a folder, from their headers.

    Parameters
    ----------
    basedir
        Base folder of the recordings.
    parser
        Name of the parser that reads labels, folds and partitions from the folder.

    Returns
    -------
    dict
        Counts, the shortest and the longest recording in seconds, and the sampling rate in Hz and number of
        channels, which are lists if the recordings differ.
    """
    paths, metadata = registry.collect(registry.find(parser, basedir))
    headers = read_headers(paths)
    seconds = headers["frames"] / headers["sample_rate"]
    return {
        "number_of_audio_files": len(paths),
        **_describe_metadata(metadata),
        "minimum_sample_length": float(seconds.min()),
        "maximum_sample_length": float(seconds.max()),
        "sample_rate": _one_or_all(headers["sample_rate"]),
        "channels": _one_or_all(headers["channels"]),
    }


def _describe_metadata(metadata: xr.Dataset) -> dict[str, Any]:
    labels = metadata[schema.LABEL_NOMINAL].values
    facts: dict[str, Any] = {"number_of_labels": len(set(labels) - {""})}
    unlabelled = int(np.sum(labels == ""))
    if 0 < unlabelled < len(labels):
        facts["unlabelled_audio_files"] = unlabelled
    facts["cross_validation_folds"] = metadata.sizes[schema.FOLD]
    partitions = metadata[schema.PARTITION].values
    if counts := {item.name.lower(): int(np.sum(partitions == item)) for item in Partition if item in partitions}:
        facts["partitions"] = counts
    return facts


def _one_or_all(values: pd.Series) -> int | list[int]:
    distinct = sorted(int(value) for value in values.unique())
    return distinct[0] if len(distinct) == 1 else distinct
