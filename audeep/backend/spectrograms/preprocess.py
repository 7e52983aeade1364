"""From a folder of recordings to a data set of spectrograms."""

import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
import xarray as xr
from joblib import Parallel, cpu_count, delayed
from threadpoolctl import threadpool_limits

from audeep.backend.data import netcdf, schema
from audeep.backend.data.data_set import DataSet, load
from audeep.backend.errors import AudioError, OptionError
from audeep.backend.log import progress
from audeep.backend.parsers import registry
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.spectrograms.headers import read_headers

LOG = logging.getLogger(__name__)


def preprocess(
    basedir: Path | str,
    output: Path | str,
    config: SpectrogramConfig | None = None,
    *,
    parser: str = registry.DEFAULT,
    jobs: int | None = None,
) -> DataSet:
    """Extract the spectrograms of all recordings in a folder and write them as a data set.

    Parameters
    ----------
    basedir
        Base folder of the recordings.
    output
        The netCDF file.
    config
        How spectrograms are made.
    parser
        Name of the parser that reads labels, folds and partitions from the folder.
    jobs
        Recordings that are worked on at the same time; by default one for each processor. The file is
        the same whatever the number.

    Returns
    -------
    DataSet
        Spectrograms, dimensions ``time`` and ``freq``, scaled to [-1, 1].

    Raises
    ------
    ParseError
        If the parser cannot read the folder.
    AudioError
        If a recording cannot be read or does not fit the others.
    """
    config = config or SpectrogramConfig()
    if jobs is not None and jobs < 1:
        raise OptionError(f"--jobs must be at least 1, not {jobs}")
    paths, recordings = registry.collect(registry.find(parser, Path(basedir)))
    headers = read_headers(paths)
    extractor = Extractor(config, common_rate(paths, headers, config))
    count, frames, bands = common_shape(paths, headers, extractor)
    metadata = in_chunks(recordings, count)
    attrs = {schema.SPECTROGRAMS: json.dumps(config.to_dict() | {"sample_rate": extractor.sample_rate})}
    sizes = {schema.TIME: frames, schema.FREQ: bands}
    with netcdf.create(Path(output), metadata, sizes, attrs) as append:
        chunks = extract(paths, extractor, jobs or cpu_count())
        for path, features in zip(
            paths, progress(chunks, total=len(paths), what="extract", unit="file"), strict=True
        ):
            if not features.any():
                LOG.warning("%s: the spectrogram is flat; the recording seems to be silent", path)
            append(features)
    return load(output)


def extract(paths: Sequence[Path], extractor: Extractor, jobs: int) -> Iterator[np.ndarray]:
    """Yield the spectrograms of each recording, in order, extracting `jobs` of them at the same time.

    Threads do: decoding, Fourier transform and products release Python's lock.
    """
    # One thread a product: the order of a sum, and so its rounding, stays the same whatever `jobs` is.
    with threadpool_limits(1):
        pool = Parallel(n_jobs=jobs, backend="threading", return_as="generator", pre_dispatch="3 * n_jobs")
        yield from pool(delayed(extract_file)(path, extractor) for path in paths)


def extract_file(path: Path, extractor: Extractor) -> np.ndarray:
    """Read one recording and extract its spectrograms, shape (chunks, frames, bands)."""
    return extractor(*read(path))


def read(path: Path) -> tuple[np.ndarray, int]:
    """Read a recording: samples of shape (samples, channels), float32 in [-1, 1], and their rate in Hz."""
    try:
        return soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, OSError) as error:
        raise AudioError(f"{path} cannot be read: {error}") from error


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
            f"{rate} Hz in {len(index)} files, such as {paths[index[0]]}"
            for rate, index in sorted(headers.groupby("sample_rate").indices.items())
        )
        raise AudioError(f"the recordings have several sampling rates ({found}); --sample-rate makes them one")
    return int(rates[0])


def common_shape(paths: Sequence[Path], headers: pd.DataFrame, extractor: Extractor) -> tuple[int, int, int]:
    """Return the shape (chunks, frames, bands) that every recording has.

    Raises
    ------
    AudioError
        If they differ, or if one is too short.
    """
    shapes: dict[tuple[int, int, int], Path] = {}
    distinct = headers[["frames", "sample_rate"]].drop_duplicates()
    for index, (frames, rate) in zip(distinct.index, distinct.to_numpy(), strict=True):
        path = paths[index]
        try:
            shapes.setdefault(extractor.shape(extractor.num_samples(int(frames), int(rate))), path)
        except AudioError as error:
            raise AudioError(f"{path}: {error}") from None
    if len(shapes) > 1:
        (_, fewest, _), shortest = min(shapes.items())
        (_, most, _), longest = max(shapes.items())
        raise AudioError(
            f"the recordings differ in length, from {fewest} windows ({shortest}) to {most} ({longest}); make "
            "them equal with --fixed-length, or cut them with --chunk-length and --chunk-count"
        )
    return next(iter(shapes))


def in_chunks(recordings: xr.Dataset, count: int) -> xr.Dataset:
    """Repeat what is known about each recording for each of its chunks."""
    size = recordings.sizes[schema.INSTANCE]
    chunks = recordings.isel({schema.INSTANCE: np.repeat(np.arange(size), count)})
    chunks[schema.CHUNK_NR] = ((schema.INSTANCE,), np.tile(np.arange(count), size))
    return chunks


def preview(
    basedir: Path | str,
    index: int,
    config: SpectrogramConfig | None = None,
    *,
    parser: str = registry.DEFAULT,
) -> tuple[str, np.ndarray, Extractor]:
    """Extract the spectrogram of a single recording, to choose parameters by eye.

    Returns
    -------
    filename : str
        Which recording it is.
    decibels : numpy.ndarray
        Shape (frames, bands), in dB, before it is scaled or cut into chunks.
    extractor : Extractor
        What it was made with.
    """
    config = config or SpectrogramConfig()
    paths, recordings = registry.collect(registry.find(parser, Path(basedir)))
    if not 0 <= index < len(paths):
        raise OptionError(f"--pretend: there is no recording {index}; they are numbered 0 to {len(paths) - 1}")
    samples, rate = read(paths[index])
    extractor = Extractor(config, config.sample_rate or rate)
    try:
        extractor.shape(extractor.num_samples(len(samples), rate))
    except AudioError as error:
        raise AudioError(f"{paths[index]}: {error}") from None
    return str(recordings[schema.FILENAME].values[index]), extractor.decibels(samples, rate), extractor
