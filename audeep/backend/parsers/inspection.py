"""Summary of a folder of recordings."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from audeep.backend.audio.survey import summarize_problems, survey, usable
from audeep.backend.data import schema
from audeep.backend.data.schema import Partition
from audeep.backend.parsers import DEFAULT_PARSER
from audeep.backend.parsers.base import Parser
from audeep.backend.parsers.columns import collect
from audeep.backend.parsers.config import ParserConfig
from audeep.backend.parsers.meta import MetaParser
from audeep.backend.parsers.registry import find

LOG = logging.getLogger(__name__)


def inspect_recordings(
    basedir: Path | str, *, parser: str | type[Parser] | ParserConfig | Mapping[str, Any] = DEFAULT_PARSER
) -> dict[str, Any]:
    """Summarize the recordings in a folder, from their headers.

    Parameters
    ----------
    basedir
        Base folder of the recordings.
    parser
        Parser that reads labels, folds and partitions from the folder, a class or its name; or a `ParserConfig`,
        which also says which table to read.

    Returns
    -------
    dict
        Counts, also of segments if there are several of a file; the shortest, longest and total length in seconds;
        and the sample rate in Hz and number of channels, lists if the recordings differ. With the default parser
        also ``parsers``: what each parser finds in the folder, or why it does not fit.

    Raises
    ------
    ParseError
        If the parser cannot read the folder.
    AudioError
        If no recording can be used.
    """
    chosen = find(parser, basedir)
    segments, columns = collect(chosen)
    recordings = survey(segments)
    good = usable(recordings)
    facts: dict[str, Any] = {"number_of_audio_files": recordings["path"].nunique()}
    if facts["number_of_audio_files"] < len(recordings):
        facts["number_of_segments"] = len(recordings)
    if len(good) < len(recordings):
        LOG.warning(summarize_problems(recordings))
        facts["unusable_audio_files"] = len(recordings) - len(good)
    labels, partitions = columns[schema.LABEL_NOMINAL].values, columns[schema.PARTITION].values
    facts["number_of_labels"] = len({*labels} - {""}) or columns.sizes[schema.LABEL]
    if targets := columns[schema.TARGET].values.tolist():
        facts["targets"] = targets
    if 0 < (unlabelled := int(np.sum(labels == ""))) < len(labels):
        facts["unlabelled_audio_files"] = unlabelled
    facts["cross_validation_folds"] = columns.sizes[schema.FOLD]
    if counts := {item.name.lower(): int(np.sum(partitions == item)) for item in Partition if item in partitions}:
        facts["partitions"] = counts
    seconds = good["samples"] / good["sample_rate"]
    facts["minimum_sample_length"], facts["maximum_sample_length"] = float(seconds.min()), float(seconds.max())
    facts["total_length"] = float(seconds.sum())
    for name in ("sample_rate", "channels"):
        distinct = sorted(map(int, good[name].unique()))
        facts[name] = distinct[0] if len(distinct) == 1 else distinct
    if isinstance(chosen, MetaParser):
        facts["parsers"] = chosen.findings()
    return facts
