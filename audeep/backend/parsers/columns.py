"""Conversion of parsed metadata to the columns of a data set."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from audeep.backend.audio.formats import is_audio
from audeep.backend.audio.names import is_text, normalized, printable
from audeep.backend.audio.segments import Segment
from audeep.backend.data import columns, schema
from audeep.backend.data.schema import Partition, Split
from audeep.backend.errors import ParseError
from audeep.backend.log import LOG
from audeep.backend.parsers.base import InstanceMetadata, Parser
from audeep.backend.parsers.listing import describe_unreadable, files_below


def collect(parser: Parser) -> tuple[list[Segment], xr.Dataset]:
    """Run a parser, built-in or user-defined, and check its result.

    Returns the recordings, each a file or a segment of one, and the columns of a data set with one instance per
    recording.
    """
    parser.ensure_can_parse()
    found = parser.parse()
    if not found:
        raise ParseError(f"{type(parser).__name__} found no recordings")
    segments = [Segment(Path(item.path), item.start, item.end, item.channel) for item in found]
    label_map, num_folds = parser.label_map, parser.num_folds
    by_name: dict[str, dict[int | None, Path]] = {}
    for segment, instance in zip(segments, found, strict=True):
        path = segment.path
        if problem := _contradiction(instance, label_map, num_folds):
            raise ParseError(f"{printable(path)} {problem}")
        channels = by_name.setdefault(instance.filename, {})
        # A name may stand for all channels of a recording, or once for each.
        if channels and (instance.channel is None or not channels.keys().isdisjoint({None, instance.channel})):
            first = next(iter(channels.values()))
            twice = "is listed twice and would twice" if first == path else f"and {printable(path)} would both"
            raise ParseError(f"{printable(first)} {twice} be named {instance.filename} in the data set")
        channels[instance.channel] = path
    known = [name for name in schema.COLUMNS if hasattr(found[0], name)]
    values: dict[str, Any] = {name: [getattr(instance, name) for instance in found] for name in known}
    values[schema.LABELS] = _sets(values[schema.LABELS])
    values[schema.TARGETS] = pd.DataFrame([dict(targets or {}) for targets in values[schema.TARGETS]])
    _warn_of_others(parser._basedir, {segment.path for segment in segments})
    if unreadable := describe_unreadable(parser._basedir):
        LOG.warning("ignoring %s", unreadable)
    return segments, columns.make(values, label_map=label_map)


def _contradiction(instance: InstanceMetadata, label_map: Mapping[str, int] | None, num_folds: int) -> str | None:
    """Return how the metadata of a recording break the data model, if they do."""
    label, number = instance.label_nominal or "", instance.label_numeric
    if len(instance.cv_folds) != num_folds:
        return f"is not in all {num_folds} folds"
    if isinstance(label, str) and not is_text(label):
        return "has a label that is not valid text"
    if (pd.isna(label) or label == "") != pd.isna(number):
        return "has a label with a name or a number, but not both"
    if label_map is not None and not pd.isna(number) and label_map.get(label) != number:
        return f"has the label '{label}' with number {number}, but number {label_map.get(label)} in the label map"
    if isinstance(instance.labels, str):
        return "has a single text as labels; expected a list of names"
    if not all(map(pd.isna, {*instance.cv_folds} - {*Split})):
        return "has an invalid split; expected TRAIN, VALID or None"
    if not all(map(pd.isna, {instance.partition} - {*Partition})):
        return "has an invalid partition; expected TRAIN, DEVEL, TEST or None"
    return None


def _sets(labels: Sequence[Iterable[str] | None]) -> pd.DataFrame:
    """Return which labels apply to each recording, 1 or 0, in a column for each label; NaN where unknown."""
    sets = [None if names is None else dict.fromkeys(names, 1) for names in labels]
    every = dict.fromkeys(sorted({name for names in sets for name in names or ()}), 0)
    return pd.DataFrame([{} if names is None else every | names for names in sets], columns=list(every))


def _warn_of_others(basedir: Path, listed: set[Path]) -> None:
    """Warn of audio files below the base folder that the parser does not list."""
    known = {*map(normalized, listed)}
    below = files_below(normalized(basedir))
    others = [path for path in below if is_audio(path) and path not in known and path.is_file()]
    if others:
        LOG.warning("ignoring %d audio files that are not listed, such as %s", len(others), printable(min(others)))
