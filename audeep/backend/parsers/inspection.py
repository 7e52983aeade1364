"""What is in a folder of recordings."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from audeep.backend.audio.survey import summarize_problems, survey, usable
from audeep.backend.data import schema
from audeep.backend.data.schema import Partition
from audeep.backend.parsers import DEFAULT_PARSER
from audeep.backend.parsers.columns import collect
from audeep.backend.parsers.registry import find

LOG = logging.getLogger(__name__)


def inspect_recordings(basedir: Path | str, *, parser: str = DEFAULT_PARSER) -> dict[str, Any]:
    """Summarize the recordings in a folder, from their headers.

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
    ParseError
        If the parser cannot read the folder.
    AudioError
        If no recording can be used.
    """
    paths, columns = collect(find(parser, basedir))
    recordings = survey(paths)
    good = usable(recordings)
    facts: dict[str, Any] = {"number_of_audio_files": len(recordings)}
    if len(good) < len(recordings):
        LOG.warning(summarize_problems(recordings))
        facts["unusable_audio_files"] = len(recordings) - len(good)
    seconds = good["samples"] / good["sample_rate"]
    return {
        **facts,
        **_summarize_columns(columns),
        "minimum_sample_length": float(seconds.min()),
        "maximum_sample_length": float(seconds.max()),
        "sample_rate": _one_or_all(good["sample_rate"]),
        "channels": _one_or_all(good["channels"]),
    }


def _summarize_columns(columns: xr.Dataset) -> dict[str, Any]:
    labels = columns[schema.LABEL_NOMINAL].values
    facts: dict[str, Any] = {"number_of_labels": len({*labels} - {""})}
    unlabelled = int(np.sum(labels == ""))
    if 0 < unlabelled < len(labels):
        facts["unlabelled_audio_files"] = unlabelled
    facts["cross_validation_folds"] = columns.sizes[schema.FOLD]
    partitions = columns[schema.PARTITION].values
    if counts := {item.name.lower(): int(np.sum(partitions == item)) for item in Partition if item in partitions}:
        facts["partitions"] = counts
    return facts


def _one_or_all(values: pd.Series) -> int | list[int]:
    distinct = sorted(map(int, values.unique()))
    return distinct[0] if len(distinct) == 1 else distinct
