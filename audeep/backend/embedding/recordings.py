"""Embedding of many recordings into one file."""

import json
import shutil
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import numpy as np
import pandas as pd

from audeep.backend.atomic import refuse_to_replace, replacing
from audeep.backend.audio.names import is_text, printable
from audeep.backend.audio.survey import summarize_problems, survey, usable, warn_of_left_out
from audeep.backend.data import attributes, schema
from audeep.backend.embedding.cluster import embed_on_cluster
from audeep.backend.embedding.config import EmbeddingConfig
from audeep.backend.embedding.model import EmbeddingModel
from audeep.backend.embedding.output import WRITERS, Layout, Row, check_output, print_csv, write_netcdf
from audeep.backend.embedding.stream import embed_files
from audeep.backend.embedding.trained import TrainedModel
from audeep.backend.errors import AudioError
from audeep.backend.log import LOG, progress
from audeep.backend.parsers.listing import audio_below, no_audio_files
from audeep.backend.spectrograms.config import ExtractionConfig, OnError
from audeep.backend.spectrograms.preprocess import HINT
from audeep.backend.training.generation import generated_dims

#: The name that stands for standard input.
STANDARD_INPUT = "-"


@contextmanager
def found(names: Sequence[str], standard_input: BinaryIO) -> Iterator[dict[str, Path]]:
    """Find recordings: files, all audio files below folders, and for ``-`` an audio file from standard input.

    Yields the path of each recording by its name: its path as given, or beginning with the folder as given.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths: dict[str, Path] = {}
        for name in names:
            path = Path(name)
            if name == STANDARD_INPUT:
                # Formats other than WAV cannot be read without seeking, and it may be larger than memory.
                path = Path(folder, "standard input")
                with path.open("wb") as file:
                    shutil.copyfileobj(standard_input, file)
            if not path.is_dir():
                paths[name] = path
                continue
            below = list(audio_below(path))
            if not below:
                raise no_audio_files(path)
            paths |= {str(file): file for file in below}
        yield paths


def embed_recordings(
    model: EmbeddingModel,
    recordings: Mapping[str, Path],
    output: Path | TextIO,
    windows: EmbeddingConfig | None = None,
    extraction: ExtractionConfig | Mapping[str, Any] | None = None,
) -> None:
    """Embed recordings and write their vectors.

    Parameters
    ----------
    model
        The model.
    recordings
        Path of each recording, by its name.
    output
        File, whose suffix says in which format to write; or a text stream, to which CSV is written.
    windows
        Which windows to embed instead of whole recordings.
    extraction
        What to do about recordings that cannot be used, and where to work.
    """
    extraction, files = ExtractionConfig.of(extraction), [*recordings.values()]
    attrs = _attributes(model, windows)
    if isinstance(output, Path):
        check_output(output)
        refuse_to_replace(output, inputs=files, is_data_set=output.suffix.lower() == ".nc")
    table = surveyed(recordings, extraction.on_error)
    layout = Layout(model.shape, generated_dims(model.shape), windows is not None, attrs)
    # Printed rows would mix with the bar, and show the progress themselves.
    embedded = embed_each_row(model.members, table, windows, extraction, shows_progress=isinstance(output, Path))
    with closing(_noting_problems(embedded, table, attrs)) as rows:
        if not isinstance(output, Path):
            print_csv(output, rows, layout)
        elif output.suffix.lower() == ".nc":
            write_netcdf(output, rows, layout)
        else:
            with replacing(output, inputs=files) as temporary:
                WRITERS[output.suffix.lower()](temporary, rows, layout)
    if isinstance(output, Path):
        shape, count = " x ".join(map(str, model.shape)), len(usable(table))
        what = f"{'the windows of ' * (windows is not None)}{count} recording{'s' * (count != 1)}"
        LOG.info("wrote the vectors of %s, %s values each, to %s", what, shape, output)
    warn_of_left_out(table)


def surveyed(recordings: Mapping[str, Path], on_error: OnError) -> pd.DataFrame:
    """Return a survey of recordings, with their names as paths, and their files in the column ``file``.

    Raises an `AudioError` if none can be used, or unless they are to be skipped, if one cannot.
    """
    table = survey([*recordings.values()])
    table["file"], table["path"] = table["path"], np.array([Path(name) for name in recordings], object)
    table.loc[[not is_text(name) for name in recordings], "problem"] = "has a name that is not valid text"
    if on_error is OnError.FAIL and len(usable(table)) < len(table):
        raise AudioError(summarize_problems(table) + HINT)
    return table


def _attributes(model: EmbeddingModel, windows: EmbeddingConfig | None) -> dict[str, str]:
    """Return the attributes of a data set: those that generation and fusion would give it, and the windows."""
    attrs = attributes.write_models(model.models)
    first, *others = (description[schema.SPECTROGRAMS] for description in model.models)
    if all(other == first for other in others):
        attrs[schema.SPECTROGRAMS] = json.dumps(first)
    if windows is not None:
        stream = model.stream(model.sample_rate, window=windows.window, hop=windows.hop)
        attrs[schema.WINDOWS] = json.dumps({"window": stream.window, "hop": stream.hop})
    return attrs


def embed_each_row(
    models: Sequence[TrainedModel],
    table: pd.DataFrame,
    windows: EmbeddingConfig | None,
    extraction: ExtractionConfig,
    *,
    shows_progress: bool = True,
) -> Generator[Row, None, None]:
    """Yield the rows of all usable recordings of a survey, and note in it which turn out to be unusable."""
    used = usable(table)
    if extraction.scheduler is None:
        results = embed_files(models, [*used["file"]], windows, jobs=extraction.jobs)
    else:
        results = embed_on_cluster(models, [*used["file"]], extraction.scheduler, windows)
    with closing(results):
        shown = progress(results, total=len(used), what="embed", unit="file") if shows_progress else results
        for (index, path), result in zip(used["path"].items(), shown, strict=True):
            if isinstance(result, str):
                if extraction.on_error is OnError.FAIL:
                    raise AudioError(f"{printable(path)} {result}{HINT}")
                table.loc[index, "problem"] = result
            elif isinstance(result, tuple):
                for number, (start, vector) in enumerate(zip(*result, strict=True)):
                    yield Row(str(path), vector, number, float(start))
            else:
                yield Row(str(path), result)
    # Raises an error if none was left.
    usable(table)


def _noting_problems(
    rows: Generator[Row, None, None], table: pd.DataFrame, attrs: dict[str, str]
) -> Generator[Row, None, None]:
    """Pass rows on, and at the end note in the attributes which recordings of the survey were left out."""
    with closing(rows):
        yield from rows
    left_out = table[table["problem"] != ""]
    attrs.update(attributes.write_skipped(map(str, left_out["path"]), left_out["problem"]))
