"""The survey: one table of all recordings, with their headers and the reason if one cannot be used."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from audeep.backend.audio.names import printable
from audeep.backend.audio.reading import read_header
from audeep.backend.errors import AudioError
from audeep.backend.log import progress


def survey(paths: Sequence[Path]) -> pd.DataFrame:
    """Read the headers of recordings into one table.

    Parameters
    ----------
    paths
        The recordings.

    Returns
    -------
    pandas.DataFrame
        One row per recording, in order, with the columns ``path``; ``samples`` (per channel), ``sample_rate`` (in
        Hz) and ``channels``, all 0 if the recording cannot be used; and ``problem``, the reason, else empty.
    """
    # Serially: soundfile opens only one file at a time, however many threads there are.
    rows = [_survey_one(path) for path in progress(paths, total=len(paths), what="read headers", unit="file")]
    return pd.DataFrame(rows, columns=["path", "samples", "sample_rate", "channels", "problem"])


def _survey_one(path: Path) -> tuple[Path, int, int, int, str]:
    try:
        return path, *read_header(path), ""
    except AudioError as error:
        return path, 0, 0, 0, str(error)


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
