"""Which recordings can be used, and whether they fit each other, as far as their headers tell."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import xarray as xr

from audeep.backend.data import schema
from audeep.backend.errors import AudioError
from audeep.backend.parsers.files import is_text, printable
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.spectrograms.headers import read_headers, summarize


def survey(
    paths: Sequence[Path], recordings: xr.Dataset, config: SpectrogramConfig
) -> tuple[pd.DataFrame, Extractor, dict[int, str]]:
    """Find out from the headers which recordings can be used, and make the extractor for them.

    Returns
    -------
    headers : pandas.DataFrame
        Of those that can be used; see `read_headers`.
    extractor : Extractor
        For all of them.
    problems : dict
        Why the others cannot be used, by their index in `paths`.

    Raises
    ------
    AudioError
        If none can be used, or if they have several sampling rates.
    """
    headers, problems = read_headers(paths)
    problems |= unwritable_names(recordings)
    refuse_if_all(paths, problems)
    headers = headers[~headers.index.isin(problems)]
    extractor = Extractor(config, common_rate(paths, headers, config))
    problems |= too_short(headers, extractor)
    refuse_if_all(paths, problems)
    return headers[~headers.index.isin(problems)], extractor, problems


def unwritable_names(recordings: xr.Dataset) -> dict[int, str]:
    """Find the recordings whose names a netCDF file cannot hold."""
    names = recordings[schema.FILENAME].values
    return {index: "has a name that is no valid text" for index, name in enumerate(names) if not is_text(name)}


def too_short(headers: pd.DataFrame, extractor: Extractor) -> dict[int, str]:
    """Find the recordings that are too short."""
    found = {}
    for index, frames, rate in zip(headers.index, headers["frames"], headers["sample_rate"], strict=True):
        try:
            extractor.shape(extractor.num_samples(frames, rate))
        except AudioError as error:
            found[index] = str(error)
    return found


def refuse_if_all(paths: Sequence[Path], problems: Mapping[int, str]) -> None:
    """Raise an `AudioError` if no recording can be used."""
    if len(problems) == len(paths):
        raise AudioError(summarize(paths, problems))


def common_rate(paths: Sequence[Path], headers: pd.DataFrame, config: SpectrogramConfig) -> int:
    """Return the rate in Hz at which spectrograms are extracted.

    Raises
    ------
    AudioError
        If the recordings have several rates and none is asked for.
    """
    if config.sample_rate is not None:
        return config.sample_rate
    rates = headers["sample_rate"].unique()
    if len(rates) > 1:
        found = "; ".join(
            f"{rate} Hz in {len(index)} files, such as {printable(paths[index[0]])}"
            for rate, index in sorted(headers.groupby("sample_rate").groups.items())
        )
        raise AudioError(f"the recordings have several sampling rates ({found}); `sample_rate` makes them one")
    return int(rates[0])


def common_shape(paths: Sequence[Path], headers: pd.DataFrame, extractor: Extractor) -> tuple[int, int, int]:
    """Return the shape (chunks, frames, bands) that every recording has.

    Raises
    ------
    AudioError
        If they differ.
    """
    shapes: dict[tuple[int, int, int], Path] = {}
    distinct = headers[["frames", "sample_rate"]].drop_duplicates()
    for index, (frames, rate) in zip(distinct.index, distinct.to_numpy(), strict=True):
        shapes.setdefault(extractor.shape(extractor.num_samples(int(frames), int(rate))), paths[index])
    if len(shapes) > 1:
        (_, fewest, _), shortest = min(shapes.items())
        (_, most, _), longest = max(shapes.items())
        raise AudioError(
            f"the recordings differ in length, from {fewest} windows ({printable(shortest)}) to {most} "
            f"({printable(longest)}); make them equal with `fixed_length`, or cut them with `chunk_length` and "
            "`chunk_count`"
        )
    return next(iter(shapes))
