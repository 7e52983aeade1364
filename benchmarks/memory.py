"""How much more memory commands hold with 100,000 instances than with 1,000, in megabytes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from benchmarks import data_sets
from benchmarks.measure import AUDEEP, Row, processor_seconds_and_megabytes, run

SMALL, LARGE = 1_000, 100_000
NO_METADATA = "audeep.backend.parsers.no_metadata.NoMetadataParser"
#: Megabytes.
AT_MOST = 300


def rows() -> Iterator[Row]:
    """Compare the peaks of each command."""
    with tempfile.TemporaryDirectory() as place:
        folders = {count: Path(place, str(count)) for count in (SMALL, LARGE)}
        for count, folder in folders.items():
            prepare(folder, count)
        for name in commands(folders[SMALL]):
            small, large = (
                processor_seconds_and_megabytes(commands(folders[count])[name])[1] for count in (SMALL, LARGE)
            )
            yield Row(f"memory of {name}", large - small, AT_MOST, 1)


def prepare(folder: Path, count: int) -> None:
    """Write recordings, spectrograms, vectors, and few vectors to learn from."""
    recordings = folder / "recordings"
    recordings.mkdir(parents=True)
    for number in range(count):
        soundfile.write(recordings / f"{number:06}.wav", np.zeros(1600, np.int16) + number % 100, 8000)
    data_sets.save(folder / "spectrograms.nc", count, time=64, freq=40)
    data_sets.save(folder / "vectors.nc", count, generated=1024)
    data_sets.save(folder / "few.nc", 100, generated=1024)
    files = ["--input", f"{folder}/vectors.nc", "--output", f"{folder}/plain.nc"]
    run([AUDEEP, "modify", *files, "--remove-cv-setup"])


def commands(folder: Path) -> dict[str, list[str]]:
    """Return the commands, in an order in which each finds what the ones before it wrote."""
    spectrograms, vectors, few, out = (f"{folder}/{name}.nc" for name in ("spectrograms", "vectors", "few", "out"))
    options = {
        "preprocess": f"--basedir {folder}/recordings --parser {NO_METADATA} --output {out} --window-width 0.02 "
        "--window-overlap 0.01",
        "t-rae train": f"--input {spectrograms} --run-name {folder}/run --num-epochs 1 --batch-size 500",
        "t-rae generate": f"--input {spectrograms} --model-dir {folder}/run/logs --output {out}",
        "dictionary train": f"--input {spectrograms} --run-name {folder}/dictionary",
        "dictionary generate": f"--input {spectrograms} --model-dir {folder}/dictionary/logs --output {out}",
        # The network is small, for its size is the same whatever there is to learn from.
        "contrastive train": f"--input {spectrograms} --run-name {folder}/contrastive --num-epochs 1 "
        "--batch-size 500 --channels 4 4 --first-kernel 3 --view-frames 16",
        "contrastive generate": f"--input {spectrograms} --model-dir {folder}/contrastive/logs --output {out}",
        "cnn train": f"--input {spectrograms} --output {folder}/cnn --num-epochs 1 --batch-size 500 "
        "--num-filters 2 --num-blocks 1",
        "cnn predict": f"--classifier {folder}/cnn --eval-input {spectrograms} --output {folder}/labels",
        "inspect netcdf": f"--input {vectors}",
        "validate": f"--input {vectors}",
        "modify": f"--input {vectors} --output {out} --add-cv-setup 5",
        "upsample": f"--input {vectors} --output {out}",
        "fuse": f"--input {vectors} {vectors} --output {out} --dimension generated",
        "fuse chunks": f"--input {vectors} --output {out} --dimension generated",
        "export": f"--input {folder}/plain.nc --output {folder}/csv --format csv",
        "import": f"--basedir {folder}/csv --name plain --output {out}",
        "svm predict": f"--train-input {few} --eval-input {vectors} --complexity 1 --output {folder}/labels",
        "mlp predict": f"--train-input {few} --eval-input {vectors} --num-epochs 5 --output {folder}/labels",
    }
    return {name: [AUDEEP, *name.split(), *text.split()] for name, text in options.items()}
