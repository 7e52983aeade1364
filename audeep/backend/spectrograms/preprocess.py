"""Preprocessing: from a folder of recordings to a data set of spectrograms or waveforms."""

import json
import logging
import math
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from joblib import cpu_count

from audeep.backend.atomic import refuse_to_replace
from audeep.backend.audio.channels import Channels
from audeep.backend.audio.names import is_text, printable
from audeep.backend.audio.segments import Segment
from audeep.backend.audio.survey import (
    choose_channels,
    common_sample_rate,
    summarize_problems,
    survey,
    usable,
    warn_of_left_out,
)
from audeep.backend.data import attributes, schema, storage
from audeep.backend.data.columns import convert, variable
from audeep.backend.data.data_set import DataSet, load
from audeep.backend.errors import AudioError
from audeep.backend.log import progress_bar
from audeep.backend.parsers import DEFAULT_PARSER
from audeep.backend.parsers.base import Parser
from audeep.backend.parsers.columns import collect
from audeep.backend.parsers.config import ParserConfig
from audeep.backend.parsers.registry import find
from audeep.backend.spectrograms.cluster import extract_on_cluster
from audeep.backend.spectrograms.config import (
    ExtractionConfig,
    OnError,
    Scale,
    SpectrogramConfig,
    WaveformConfig,
)
from audeep.backend.spectrograms.extraction import checked, extract
from audeep.backend.spectrograms.extractor import make_extractor
from audeep.backend.spectrograms.transforms import scale
from audeep.backend.spectrograms.waveforms import WaveformExtractor

LOG = logging.getLogger(__name__)

HINT = "; `on_error` skip leaves such recordings out"


def preprocess(
    basedir: Path | str,
    output: Path | str,
    config: WaveformConfig | Mapping[str, Any] | None = None,
    extraction: ExtractionConfig | Mapping[str, Any] | None = None,
    *,
    parser: str | type[Parser] | ParserConfig | Mapping[str, Any] = DEFAULT_PARSER,
) -> DataSet:
    """Extract the spectrograms, or the waveforms, of all recordings in a folder and write them as a data set.

    Parameters
    ----------
    basedir
        Base folder of the recordings.
    output
        The netCDF file. If recordings are left out, its attribute ``skipped`` lists them.
    config
        Settings of the spectrograms: a `SpectrogramConfig`, or a dict of its parameters. A `WaveformConfig` writes
        waveforms instead.
    extraction
        How to extract them, and what to do about recordings that cannot be used.
    parser
        Parser, a class or its name, that reads labels, folds and partitions from the folder; or a `ParserConfig`,
        which also says which table to read.

    Returns
    -------
    DataSet
        Spectrograms, shape (instance, time, freq), or waveforms, shape (instance, time), float32. An instance is a
        recording, or a channel or chunk of it. If they differ in length, the column ``length`` is the number of
        windows or samples of each; the rest is silence.

    Raises
    ------
    ParseError
        If the parser cannot read the folder.
    AudioError
        If a recording cannot be used, or if recordings differ in sample rate.
    AudeepError
        If the cluster fails.

    Examples
    --------
    >>> import audeep
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import soundfile
    >>> Path("noises").mkdir()
    >>> for name in ("a.wav", "b.wav"):
    ...     noise = np.random.default_rng(0).normal(0, 0.1, 8000)
    ...     soundfile.write(f"noises/{name}", noise, 8000)
    >>> config = audeep.SpectrogramConfig(mel_spectrum=16)
    >>> data_set = audeep.preprocess("noises", "noises.nc", config, parser="NoMetadataParser")
    >>> data_set.filename.tolist(), data_set.feature_sizes
    (['a.wav', 'b.wav'], {'time': 49, 'freq': 16})
    >>> data_set.close()

    >>> config = audeep.WaveformConfig(sample_rate=4000)
    >>> with audeep.preprocess("noises", "waveforms.nc", config, parser="NoMetadataParser") as waveforms:
    ...     waveforms.feature_sizes, waveforms.waveforms["sample_rate"]
    ({'time': 4000}, 4000)
    """
    config = config if isinstance(config, WaveformConfig) else SpectrogramConfig.of(config)
    extraction = ExtractionConfig.of(extraction)
    if config.center_fixed and config.fixed_length is None:
        LOG.warning("`center_fixed` has no effect without `fixed_length`")
    refuse_to_replace(Path(output), is_data_set=True)
    segments, columns = collect(find(parser, basedir))
    return write_recordings(segments, columns, Path(output), config, extraction)


def write_recordings(
    segments: Sequence[Path | Segment],
    columns: xr.Dataset,
    output: Path,
    config: WaveformConfig,
    extraction: ExtractionConfig,
) -> DataSet:
    """Extract the features of recordings, and write them with their columns; `preprocess` explains the rest."""
    recordings, columns = with_channels(survey(segments), columns, config.channels)
    names = columns[schema.FILENAME].values
    recordings.loc[[not is_text(name) for name in names], "problem"] = "has a name that is not valid text"
    extractor = make_extractor(config, config.sample_rate or common_sample_rate(recordings))
    _warn_of_lower_rates(recordings, extractor.sample_rate)
    lengths = chunk_lengths(recordings, extractor, extraction.on_error)
    frames = np.concatenate([*lengths.values()])
    # Waveforms have no second dimension.
    sizes = dict(zip((schema.TIME, schema.FREQ), (int(frames.max()), *extractor.frame_shape), strict=False))
    padding = extractor.silence if frames.min() < frames.max() else None
    # A recording may turn out to be unusable when it is decoded.
    with storage.create(output, sizes, len(frames), at_most=True, padding=padding) as writer:
        levels = write_features(writer, recordings, extractor, lengths, extraction)
        kept = usable(recordings).index
        kept_lengths = None if padding is None else np.concatenate([lengths[index] for index in kept])
        kind = schema.WAVEFORMS
        if isinstance(config, SpectrogramConfig):
            kind = schema.SPECTROGRAMS
            if config.scale is Scale.DATA_SET and config.scale_range is None:
                low, high = scale_range(*levels)
                config = replace(config, scale_range=(low, high))
                writer.rewrite(partial(scale, low=low, high=high), kept_lengths)
        settings = config.to_dict() | {"sample_rate": extractor.sample_rate}
        counts = [len(lengths[index]) for index in kept]
        writer.columns = in_chunks(columns.isel({schema.INSTANCE: kept}), counts)
        if kept_lengths is not None:
            writer.columns[schema.LENGTH] = ((schema.INSTANCE,), kept_lengths)
        writer.columns.attrs[kind] = json.dumps(settings)
        left_out = recordings.drop(kept)
        writer.columns.attrs |= attributes.write_skipped(names[left_out.index], left_out["problem"])
    warn_of_left_out(recordings)
    return load(output)


def with_channels(
    recordings: pd.DataFrame, columns: xr.Dataset, channels: int | Channels
) -> tuple[pd.DataFrame, xr.Dataset]:
    """Choose the channels of surveyed recordings, and give each that is an instance its own columns."""
    chosen = choose_channels(recordings, channels)
    columns = columns.isel({schema.INSTANCE: chosen.index.to_numpy()})
    numbers = [np.nan if segment.channel is None else segment.channel for segment in chosen["segment"]]
    declared = schema.COLUMNS[schema.CHANNEL]
    columns[schema.CHANNEL] = variable(declared, convert(declared, numbers))
    return chosen.reset_index(drop=True), columns


def _warn_of_lower_rates(recordings: pd.DataFrame, sample_rate: int) -> None:
    """Warn about recordings without high frequencies."""
    rates = usable(recordings)["sample_rate"]
    if lower := int((rates < sample_rate).sum()):
        LOG.warning(
            "%d of %d recordings have a sample rate below %d Hz, down to %d Hz; they contain nothing above half "
            "their own rate",
            *(lower, len(rates), sample_rate, rates.min()),
        )


def chunk_lengths(
    recordings: pd.DataFrame, extractor: WaveformExtractor, on_error: OnError
) -> dict[Any, np.ndarray]:
    """Return the number of frames of each chunk of usable recordings, by index; mark those that are too short."""
    lengths: dict[Any, np.ndarray] = {}
    for index, samples, sample_rate in usable(recordings)[["samples", "sample_rate"]].itertuples():
        try:
            lengths[index] = extractor.lengths(samples, sample_rate)
        except AudioError as error:
            recordings.loc[index, "problem"] = str(error)
    if len(usable(recordings)) < len(recordings) and on_error is OnError.FAIL:
        raise AudioError(summarize_problems(recordings) + HINT)
    return lengths


def write_features(
    writer: storage.Writer,
    recordings: pd.DataFrame,
    extractor: WaveformExtractor,
    lengths: Mapping[Any, np.ndarray],
    extraction: ExtractionConfig,
) -> tuple[float, float]:
    """Extract and write the features of all usable recordings, and add problems to the survey.

    `lengths` are the results of `chunk_lengths`. Returns the lowest and the highest value.
    """
    low, high = np.inf, -np.inf
    used = usable(recordings)["segment"]
    if extraction.scheduler is None:
        results = extract([*used], extractor, extraction.jobs or cpu_count())
    else:
        largest = max((len(parts), int(parts[0]), *extractor.frame_shape) for parts in lengths.values())
        results = extract_on_cluster([*used], extractor, largest, extraction.scheduler)
    with closing(results), progress_bar(total=len(used), what="extract", unit="file") as bar:
        for (index, recording), chunks in zip(used.items(), results, strict=True):
            bar.update()
            chunks = checked(chunks, lengths[index], extractor)
            if isinstance(chunks, str):
                if extraction.on_error is OnError.FAIL:
                    raise AudioError(f"{printable(recording.path)} {chunks}{HINT}")
                recordings.loc[index, "problem"] = chunks
                continue
            whole, last = lengths[index][[0, -1]]
            # Only the last chunk may be shorter.
            slabs = [chunks] if last == whole else [chunks[:-1], chunks[-1:, :last]]
            lowest, highest = min(map(np.min, slabs)), max(map(np.max, slabs))
            if lowest == highest:
                where = "" if recording.start is None and recording.end is None else f" {recording.times}"
                name = printable(recording.path)
                LOG.warning("%s: the %s%s is flat; the recording may be silent", name, extractor.product, where)
            for slab in slabs:
                writer.append(slab)
            low, high = min(low, float(lowest)), max(high, float(highest))
    return low, high


def scale_range(low: float, high: float) -> tuple[float, float]:
    """Widen a range of levels, in dB, to two decimals, such that its ends differ.

    >>> scale_range(-87.3517, 1.2049)
    (-87.36, 1.21)
    """
    bottom, top = math.floor(100 * low) / 100, math.ceil(100 * high) / 100
    return bottom, top if top > bottom else bottom + 0.01


def in_chunks(columns: xr.Dataset, counts: Sequence[int]) -> xr.Dataset:
    """Repeat the metadata of each recording for each of its chunks, whose numbers are `counts`."""
    chunks = columns.isel({schema.INSTANCE: np.repeat(np.arange(len(counts)), counts)})
    chunks[schema.CHUNK_NR] = ((schema.INSTANCE,), np.concatenate([*map(np.arange, counts)]))
    return chunks
