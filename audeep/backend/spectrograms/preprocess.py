"""From a folder of recordings to a data set of spectrograms."""

import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import xarray as xr
from joblib import cpu_count

from audeep.backend.atomic import refuse_to_replace
from audeep.backend.data import schema, storage
from audeep.backend.data.data_set import DataSet, load
from audeep.backend.errors import AudioError, OptionError
from audeep.backend.log import progress_bar
from audeep.backend.parsers import DEFAULT_PARSER, registry
from audeep.backend.parsers.files import printable
from audeep.backend.spectrograms.cluster import extract_on_cluster
from audeep.backend.spectrograms.config import ON_ERROR, SpectrogramConfig
from audeep.backend.spectrograms.extraction import extract
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.spectrograms.headers import summarize
from audeep.backend.spectrograms.recordings import read
from audeep.backend.spectrograms.survey import common_shape, refuse_if_all, survey

LOG = logging.getLogger(__name__)

HINT = "; `on_error` skip leaves such recordings out"


def preprocess(
    basedir: Path | str,
    output: Path | str,
    config: SpectrogramConfig | None = None,
    *,
    parser: str = DEFAULT_PARSER,
    on_error: str = "fail",
    jobs: int | None = None,
    scheduler: str | None = None,
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
    on_error
        ``"fail"`` stops at recordings that cannot be used; ``"skip"`` leaves them out, warns of each, and
        lists them in the attribute ``skipped`` of the file.
    jobs
        Recordings that are worked on at the same time; by default one for each processor. The file is
        the same whatever the number.
    scheduler
        Address of the scheduler of a Dask cluster that does the work instead, such as
        ``tcp://192.168.0.1:8786``. The file is the same again.

    Returns
    -------
    DataSet
        Spectrograms, dimensions ``time`` and ``freq``, scaled to [-1, 1].

    Raises
    ------
    ParseError
        If the parser cannot read the folder.
    AudioError
        If a recording cannot be used, or none can, or if they do not fit each other.
    AudeepError
        If the cluster cannot do the work.
    """
    config = config or SpectrogramConfig()
    check_options(on_error, jobs, scheduler)
    if config.center_fixed and config.fixed_length is None:
        LOG.warning("`center_fixed` has no effect without `fixed_length`")
    skip, output = on_error == "skip", Path(output)
    refuse_to_replace(output, is_data_set=True)
    paths, recordings = registry.collect(registry.find(parser, Path(basedir)))
    headers, extractor, problems = survey(paths, recordings, config)
    if problems and not skip:
        raise AudioError(summarize(paths, problems) + HINT)
    shape = common_shape(paths, headers, extractor)
    metadata = in_chunks(recordings.isel({schema.INSTANCE: headers.index}), shape[0])
    sizes = {schema.TIME: shape[1], schema.FREQ: shape[2]}
    attrs = {schema.SPECTROGRAMS: json.dumps(config.to_dict() | {"sample_rate": extractor.sample_rate})}
    used = [paths[index] for index in headers.index]
    if scheduler is None:
        chunks = extract(used, extractor, shape, jobs or cpu_count())
    else:
        chunks = extract_on_cluster(used, extractor, shape, scheduler)
    with (
        storage.create(output, sizes, len(used) * shape[0]) as writer,
        closing(chunks),
        progress_bar(total=len(used), what="extract", unit="file") as bar,
    ):
        for index, path, features in zip(headers.index, used, chunks, strict=True):
            bar.update()
            if isinstance(features, str):
                if not skip:
                    raise AudioError(f"{printable(path)} {features}{HINT}")
                problems[index] = features
                continue
            if not features.any():
                LOG.warning("%s: the spectrogram is flat; the recording seems to be silent", printable(path))
            writer.append(features)
        refuse_if_all(paths, problems)
        kept = np.repeat(~headers.index.isin(problems), shape[0])
        writer.columns = metadata.isel({schema.INSTANCE: kept}).assign_attrs(attrs | skipped(recordings, problems))
    warn_of(paths, problems)
    return load(output)


def check_options(on_error: str, jobs: int | None, scheduler: str | None) -> None:
    """Refuse options out of their range, or that contradict each other."""
    if on_error not in ON_ERROR:
        raise OptionError(f"`on_error` must be {' or '.join(ON_ERROR)}, not {on_error}")
    if jobs is not None and jobs < 1:
        raise OptionError(f"`jobs` must be at least 1, not {jobs}")
    if jobs is not None and scheduler is not None:
        raise OptionError("`jobs` is for this machine and `scheduler` for a cluster; give one of them")


def skipped(recordings: xr.Dataset, problems: Mapping[int, str]) -> dict[str, str]:
    """Write the attribute that lists recordings that were left out, if any were."""
    names = recordings[schema.FILENAME].values
    # A name that is no valid text is one of the reasons.
    pairs = [
        (names[index].encode(errors="backslashreplace").decode(), problems[index]) for index in sorted(problems)
    ]
    return {schema.SKIPPED: json.dumps(pairs)} if pairs else {}


def warn_of(paths: Sequence[Path], problems: Mapping[int, str]) -> None:
    """Warn of each recording that was left out, and tell how many they are."""
    for index in sorted(problems):
        LOG.warning("left out: %s %s", printable(paths[index]), problems[index])
    if problems:
        LOG.warning("%d of %d recordings were left out", len(problems), len(paths))


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
    parser: str = DEFAULT_PARSER,
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
        raise OptionError(f"`pretend`: there is no recording {index}; they are numbered 0 to {len(paths) - 1}")
    try:
        samples, rate = read(paths[index])
        extractor = Extractor(config, config.sample_rate or rate)
        extractor.shape(extractor.num_samples(len(samples), rate))
    except AudioError as error:
        raise AudioError(f"{printable(paths[index])} {error}") from None
    return str(recordings[schema.FILENAME].values[index]), extractor.decibels(samples, rate), extractor
