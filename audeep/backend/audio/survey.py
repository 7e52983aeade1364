"""The survey: one table of all recordings, with their headers and the reason if one cannot be used."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from audeep.backend.audio.channels import Channels, lacks_channel
from audeep.backend.audio.names import printable
from audeep.backend.audio.reading import read_header
from audeep.backend.audio.segments import Segment
from audeep.backend.errors import AudioError
from audeep.backend.log import LOG, progress


def survey(recordings: Sequence[Path | Segment]) -> pd.DataFrame:
    """Read the headers of recordings into one table.

    Parameters
    ----------
    recordings
        Audio files, or segments of them.

    Returns
    -------
    pandas.DataFrame
        One row per recording, in order, with the columns ``segment`` and ``path``; ``samples`` (per channel),
        ``sample_rate`` (in Hz) and ``channels``, all 0 if the recording cannot be used; and ``problem``, the
        reason, else empty.
    """
    segments = [*map(Segment.of, recordings)]
    # Many segments may share a file.
    header = cache(_header)
    # Serially: soundfile opens only one file at a time, however many threads there are.
    rows = [
        (segment, segment.path, *_facts(segment, *header(segment.path)))
        for segment in progress(segments, total=len(segments), what="read headers", unit="file")
    ]
    return pd.DataFrame(rows, columns=["segment", "path", "samples", "sample_rate", "channels", "problem"])


def _header(path: Path) -> tuple[int, int, int, str]:
    try:
        return *read_header(path), ""
    except AudioError as error:
        return 0, 0, 0, str(error)


def _facts(
    segment: Segment, available: int, sample_rate: int, channels: int, problem: str
) -> tuple[int, int, int, str]:
    """Return length, sample rate, channels and problem of a segment, given those of its file."""
    try:
        length = 0 if problem else len(segment.samples(available, sample_rate))
    except AudioError as error:
        return 0, 0, 0, str(error)
    return length, sample_rate, channels, problem


def choose_channels(recordings: pd.DataFrame, channels: int | Channels) -> pd.DataFrame:
    """Mark the recordings of a survey that lack the channel to be used; with EACH, make a row of every channel.

    The index of the result is the row of the recording in `recordings`. Segments of a given channel stay as they
    are.
    """
    if channels is Channels.EACH:
        given = pd.Series([segment.channel is not None for segment in recordings["segment"]], recordings.index)
        counts = recordings["channels"].mask(given, 1).clip(lower=1)
        recordings = recordings.loc[recordings.index.repeat(counts)]
        numbers = recordings.groupby(level=0).cumcount()
        segments = [
            replace(segment, channel=int(number)) if segment.channel is None and not problem else segment
            for segment, number, problem in zip(recordings["segment"], numbers, recordings["problem"], strict=True)
        ]
        recordings = recordings.assign(segment=segments)
    number = channels if isinstance(channels, int) else 0
    wanted = [number if segment.channel is None else segment.channel for segment in recordings["segment"]]
    lacking = [*map(lacks_channel, recordings["channels"], wanted)]
    problems = recordings["problem"].where(recordings["problem"] != "", lacking)
    return recordings.assign(problem=problems)


def usable(recordings: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a survey without a problem; raise an `AudioError` if there are none."""
    found = recordings[recordings["problem"] == ""]
    if found.empty:
        raise AudioError(summarize_problems(recordings))
    return found


def summarize_problems(recordings: pd.DataFrame) -> str:
    """Say how many recordings cannot be used, and what is wrong with the first."""
    problems = recordings[recordings["problem"] != ""]
    path, problem = problems[["path", "problem"]].iloc[0]
    return f"{printable(path)} {problem} ({len(problems)} of {len(recordings)} recordings cannot be used)"


def warn_of_left_out(recordings: pd.DataFrame) -> None:
    """Log the recordings of a survey that cannot be used."""
    left_out = recordings[recordings["problem"] != ""]
    for path, problem in zip(left_out["path"], left_out["problem"], strict=True):
        LOG.warning("left out: %s %s", printable(path), problem)
    if len(left_out):
        LOG.warning("%d of %d recordings were left out", len(left_out), len(recordings))


def _some(paths: pd.Series) -> str:
    """Name the file if there is only one, else say how many there are and name the first."""
    first = printable(paths.iloc[0])
    return f"1 file, {first}" if len(paths) == 1 else f"{len(paths)} files, such as {first}"


def common_sample_rate(recordings: pd.DataFrame) -> int:
    """Return the sample rate in Hz of all usable recordings; raise an `AudioError` if they differ."""
    by_rate = usable(recordings).groupby("sample_rate")["path"]
    if len(by_rate) > 1:
        found = "; ".join(f"{rate} Hz in {_some(paths)}" for rate, paths in by_rate)
        raise AudioError(f"the recordings have several sample rates ({found}); set `sample_rate` to resample them")
    return int(next(iter(by_rate.groups)))
