"""What the headers of recordings tell: their length, rate and channels."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from audeep.backend.data import schema
from audeep.backend.data.schema import Partition
from audeep.backend.errors import AudioError
from audeep.backend.log import progress
from audeep.backend.parsers import DEFAULT_PARSER, registry
from audeep.backend.parsers.files import printable
from audeep.backend.spectrograms.recordings import read_header

LOG = logging.getLogger(__name__)


def read_headers(paths: Sequence[Path]) -> tuple[pd.DataFrame, dict[int, str]]:
    """Read the headers of recordings.

    Returns
    -------
    headers : pandas.DataFrame
        A row for each recording that can be used, with its index in `paths`, and the columns ``frames``
        (samples in a channel), ``sample_rate`` (in Hz) and ``channels``.
    problems : dict
        Why the others cannot be used, by their index in `paths`.
    """
    # One after the other: soundfile opens no two files at the same time, whatever the number of threads.
    found = [_try(path) for path in progress(paths, total=len(paths), what="read headers", unit="file")]
    problems = {index: header for index, header in enumerate(found) if isinstance(header, str)}
    headers = {index: header for index, header in enumerate(found) if not isinstance(header, str)}
    columns = ["frames", "sample_rate", "channels"]
    return pd.DataFrame.from_dict(headers, orient="index", columns=columns), problems


def _try(path: Path) -> tuple[int, int, int] | str:
    try:
        return read_header(path)
    except AudioError as error:
        return str(error)


def summarize(paths: Sequence[Path], problems: Mapping[int, str]) -> str:
    """Say in a sentence how many recordings cannot be used, and why the first of them cannot."""
    first = min(problems)
    count = f"{len(problems)} of {len(paths)} recordings cannot be used"
    return f"{printable(paths[first])} {problems[first]} ({count})"


def describe(basedir: Path | str, *, parser: str = DEFAULT_PARSER) -> dict[str, Any]:
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

    Raises
    ------
    AudioError
        If no recording can be used.
    """
    paths, metadata = registry.collect(registry.find(parser, basedir))
    headers, problems = read_headers(paths)
    if headers.empty:
        raise AudioError(summarize(paths, problems))
    facts: dict[str, Any] = {"number_of_audio_files": len(paths)}
    if problems:
        LOG.warning(summarize(paths, problems))
        facts["unusable_audio_files"] = len(problems)
    seconds = headers["frames"] / headers["sample_rate"]
    return {
        **facts,
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
