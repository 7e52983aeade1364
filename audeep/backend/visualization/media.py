"""Thumbnails of spectrograms, and compressed sounds, for a page that shows recordings."""

import base64
import functools
import io
import os
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import soundfile
import soxr
from joblib import cpu_count
from matplotlib import colormaps
from PIL import Image

from audeep.backend.audio.channels import to_mono
from audeep.backend.audio.reading import read_samples
from audeep.backend.audio.survey import survey
from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import AudioError, DataError
from audeep.backend.log import LOG
from audeep.backend.parallel import in_order
from audeep.backend.parsers.base import Parser
from audeep.backend.parsers.columns import collect
from audeep.backend.parsers.registry import find
from audeep.backend.spectrograms.config import Scale, SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.spectrograms.plotting import COLOURS
from audeep.backend.visualization.config import Sound

#: Size of a thumbnail in pixels, and number of thumbnails in a row of a sheet, and in a sheet.
WIDTH, HEIGHT, COLUMNS, PER_SHEET = 160, 80, 20, 500
#: Quality of the sheets in percent.
QUALITY = 70
#: Range of levels of a thumbnail unless they are clipped, in dB below its loudest point.
RANGE = 70
#: Sounds: sample rate in Hz, the longest that are embedded in seconds, and how much they are compressed, up to 1.
SOUND_RATE, SOUND_SECONDS, COMPRESSION = 16_000, 10, 0.9
#: Most sound that is embedded unless asked for, in seconds.
MOST_SOUND = 3600
#: Settings of thumbnails if those of the data set are not known.
SETTINGS = SpectrogramConfig(mel_spectrum=64)


@dataclass(frozen=True)
class Excerpt:
    """The part of a recording that is one instance.

    Parameters
    ----------
    path
        The recording, or None if it is not there.
    chunk
        Number of the chunk, from 0; not used if the settings have no chunks.
    """

    path: Path | None
    chunk: int


class Media:
    """Reads recordings, and makes a thumbnail and a sound of each.

    Parameters
    ----------
    settings
        Settings of the spectrograms, as `Config.to_dict` returns them; None if unknown.
    embed_sound
        Whether to make sounds.
    """

    def __init__(self, settings: Mapping[str, Any] | None, *, embed_sound: bool) -> None:
        self.config = SpectrogramConfig.of(settings) if settings else SETTINGS
        self.embed_sound = embed_sound
        # Consecutive instances are often chunks of the same recording.
        self.read = functools.lru_cache(maxsize=2 * cpu_count())(read_samples)

    def make(self, excerpts: Iterable[Excerpt]) -> Generator[tuple[np.ndarray, str | None], None, None]:
        """Yield the thumbnail, shape (height, width), uint8, and the sound of each; None without sound.

        The thumbnail of a recording that cannot be used is empty.
        """
        jobs = cpu_count()
        with ThreadPoolExecutor(jobs) as pool:
            yield from in_order(lambda excerpt: pool.submit(self.make_one, excerpt), excerpts, lambda: 3 * jobs)

    def make_one(self, excerpt: Excerpt) -> tuple[np.ndarray, str | None]:
        """Make the thumbnail and the sound of one instance."""
        try:
            if excerpt.path is None:
                raise AudioError("is missing")
            samples, rate = self.read(excerpt.path)
            samples = samples[self.stretch(excerpt.chunk, rate)]
            return self.thumbnail(samples, rate), self.sound(samples, rate) if self.embed_sound else None
        except AudioError:
            return np.zeros((HEIGHT, WIDTH), np.uint8), None

    def stretch(self, chunk: int, rate: int) -> slice:
        """Return where a chunk is in the samples of its recording."""
        if self.config.chunk_length is None:
            return slice(None)
        extractor = Extractor(self.config, self.config.sample_rate or rate)
        seconds = (extractor.chunk_frames or 0) * extractor.hop_length / extractor.sample_rate
        return slice(int(chunk * seconds * rate), int((chunk + 1) * seconds * rate))

    def thumbnail(self, samples: np.ndarray, rate: int) -> np.ndarray:
        """Draw a spectrogram, shape (`HEIGHT`, `WIDTH`), uint8, low frequencies at the bottom."""
        whole = replace(
            self.config, chunk_length=None, chunk_count=None, fixed_length=None, scale=Scale.NONE, scale_range=None
        )
        extractor = Extractor(whole, self.config.sample_rate or rate)
        extractor.shape(len(samples), rate)
        decibels = extractor.decibels(samples, rate)
        low = decibels.max() - RANGE if whole.clip_below is None else decibels.min()
        levels = (decibels - low) / max(float(np.ptp(decibels.clip(low))), 1e-6)
        picture = Image.fromarray((255 * levels.clip(0, 1)).astype(np.uint8).T[::-1])
        return np.asarray(picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX))

    def sound(self, samples: np.ndarray, rate: int) -> str:
        """Compress the beginning of a recording, as a data URI."""
        mono = to_mono(samples[: SOUND_SECONDS * rate], self.config.channels)
        mono = soxr.resample(mono, rate, SOUND_RATE).clip(-1, 1)
        file = io.BytesIO()
        soundfile.write(file, mono, SOUND_RATE, format="MP3", compression_level=COMPRESSION)
        return data_uri("audio/mpeg", file.getvalue())


def sheets(thumbnails: Iterable[np.ndarray]) -> Iterator[str]:
    """Pack thumbnails, shape (`HEIGHT`, `WIDTH`), row by row into coloured sheets, as data URIs."""
    held: list[np.ndarray] = []
    for thumbnail in thumbnails:
        held.append(thumbnail)
        if len(held) == PER_SHEET:
            yield sheet(held)
            held = []
    if held:
        yield sheet(held)


def sheet(thumbnails: list[np.ndarray]) -> str:
    """Pack thumbnails into one sheet, as a data URI."""
    columns = min(COLUMNS, len(thumbnails))
    rows = -(-len(thumbnails) // columns)
    grey = np.zeros((rows * columns, HEIGHT, WIDTH), np.uint8)
    grey[: len(thumbnails)] = thumbnails
    pixels = grey.reshape(rows, columns, HEIGHT, WIDTH).swapaxes(1, 2).reshape(rows * HEIGHT, columns * WIDTH)
    file = io.BytesIO()
    Image.fromarray(colormaps[COLOURS](pixels, bytes=True)[..., :3]).save(file, "WEBP", quality=QUALITY)
    return data_uri("image/webp", file.getvalue())


def data_uri(kind: str, content: bytes) -> str:
    """Return a file as an address that contains it."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def locate(data_set: DataSet, basedir: Path, parser: str | type[Parser]) -> dict[str, Path]:
    """Return the path of each recording by its name; if no name is a path below the folder, ask the parser."""
    names = dict.fromkeys(data_set.filename)
    known = {name: path for name in names if (path := basedir / name).is_file()}
    if not known:
        paths, columns = collect(find(parser, basedir))
        parsed = dict(zip(columns[schema.FILENAME].values, paths, strict=True))
        known = {name: parsed[name] for name in names if name in parsed}
    missing = [name for name in names if name not in known]
    if not known:
        raise DataError(f"{basedir} contains none of the recordings in {data_set.name}, such as {missing[0]}")
    if missing:
        LOG.warning("%s lacks %d recordings, such as %s", basedir, len(missing), missing[0])
    return known


def choose_sound(excerpts: Sequence[Excerpt]) -> Sound:
    """Choose whether to embed sounds or to link to them, by their total length."""
    recordings = survey(list({excerpt.path for excerpt in excerpts if excerpt.path is not None}))
    lengths = recordings["samples"] / recordings["sample_rate"].clip(lower=1)
    seconds = float(lengths.clip(upper=SOUND_SECONDS).sum())
    if seconds <= MOST_SOUND:
        return Sound.EMBED
    LOG.warning(
        "the page links to the recordings instead of containing %.0f minutes of sound; keep both where they are, "
        "or set `sound` EMBED",
        seconds / 60,
    )
    return Sound.LINK


def link(recording: Path, page: Path) -> str:
    """Return the address of a recording, relative to a page.

    >>> link(Path("/data/a b.wav"), Path("/data/maps/map.html"))
    '../a%20b.wav'
    """
    relative = os.path.relpath(recording.absolute(), page.absolute().parent)
    return quote(Path(relative).as_posix())
