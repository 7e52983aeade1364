"""Numbers that the original produced."""

from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "golden"
SPECTROGRAMS = GOLDEN / "spectrograms"

#: Options of ``preprocess`` for each golden data set of spectrograms.
SPECTROGRAM_OPTIONS = dict(
    line.split(": ", maxsplit=1) for line in (SPECTROGRAMS / "options.txt").read_text().splitlines()
)
