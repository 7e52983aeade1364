"""Extraction of spectrograms against a bare loop over the same files.

Needs the folder of ESC-10 in the environment variable AUDEEP_ESC10.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row, compare

AUDEEP = str(Path(sys.executable).with_name("audeep"))

#: What somebody would write who needs these spectrograms once: no metadata, no levels, no output.
BARE_LOOP = """
import glob, os, sys
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
    """Compare two jobs, and one, with a loop in one process; start included."""
    folder = os.environ["AUDEEP_ESC10"]
    with tempfile.TemporaryDirectory() as place:
        for jobs, loop, name in ((2, BARE_LOOP, "bare"), (2, FAST_LOOP, "fast bare"), (1, FAST_LOOP, "fast bare")):
            command = [
                AUDEEP, "preprocess", "--basedir", folder, "--window-width", "0.08", "--window-overlap", "0.04",
                "--mel-spectrum", "128", "--fixed-length", "5", "--clip-below", "-60", "--jobs", str(jobs),
                "--output", f"{place}/out.nc",
            ]  # fmt: skip
            at_most = 1.0 if jobs == 2 else 1.2
            other = [sys.executable, "-c", loop, folder]
            yield compare(f"preprocess ESC-10, --jobs {jobs} : {name} loop", command, other, at_most)
