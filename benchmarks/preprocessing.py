"""Extraction of spectrograms from 2,000 recordings.

They are those of ESC-10, five times, whose folder the environment variable AUDEEP_ESC10 names.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import AUDEEP, Row, compare, python

TIMES = 5
PARAMETERS = [
    "--window-width", "0.08", "--window-overlap", "0.04", "--mel-spectrum", "128", "--fixed-length", "5",
    "--clip-below", "-60", "--parser", "audeep.backend.parsers.no_metadata.NoMetadataParser",
]  # fmt: skip

#: What somebody would write who needs these spectrograms once: no metadata, no levels, no output.
BARE_LOOP = """
import glob, sys
import librosa, numpy, soundfile
from scipy.signal import ShortTimeFFT, get_window
mel = librosa.filters.mel(sr=44100, n_fft=3528, n_mels=128, htk=True, norm=None)
stft = ShortTimeFFT(get_window("hann", 3528), 1764, 44100)
for path in sorted(glob.glob(sys.argv[1] + "/*/*.ogg")):
    samples, rate = soundfile.read(path, dtype="float32")
    samples = numpy.resize(samples, 5 * rate)
    mel @ stft.spectrogram(samples)
"""

#: The same with the fastest calls of numpy and scipy, and nothing that loads slowly.
FAST_LOOP = """
import glob, sys
import numpy, scipy.fft, soundfile
window = numpy.hanning(3528).astype("float32")
mel = numpy.random.rand(1765, 128).astype("float32")
for path in sorted(glob.glob(sys.argv[1] + "/*/*.ogg")):
    samples, rate = soundfile.read(path, dtype="float32")
    samples = numpy.resize(samples, 5 * rate)
    frames = numpy.lib.stride_tricks.sliding_window_view(samples, 3528)[::1764]
    numpy.abs(scipy.fft.rfft(frames * window)) ** 2 @ mel
"""


def rows() -> Iterator[Row]:
    """Compare one job with a loop in one process, on one processor, and two jobs with one."""
    with tempfile.TemporaryDirectory() as place:
        recordings = link_recordings(Path(os.environ["AUDEEP_ESC10"]), Path(place, "recordings"))
        one, two = (
            [
                AUDEEP,
                "preprocess",
                "--basedir",
                recordings,
                *PARAMETERS,
                "--jobs",
                jobs,
                "--output",
                f"{place}/out.nc",
            ]
            for jobs in "12"
        )
        on_one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        os.environ |= on_one
        yield compare("preprocess, one job : fast bare loop", one, python(FAST_LOOP, recordings), 1.2, runs=3)
        yield compare("preprocess, one job : plain bare loop", one, python(BARE_LOOP, recordings), 1.2, runs=3)
        yield compare("preprocess, two jobs : one job", two, one, 1 / 1.8, runs=3)
        for name in on_one:
            del os.environ[name]


def link_recordings(source: Path, place: Path) -> str:
    """Make a folder in which all recordings of another are several times."""
    for path in source.glob("*/*.ogg"):
        for time in range(TIMES):
            link = place / f"{time} {path.parent.name}" / path.name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path.resolve())
    return str(place)
