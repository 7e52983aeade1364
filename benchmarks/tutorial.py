"""What the tutorial's autoencoder makes of recordings of different lengths, and of mixtures of recordings.

Both are made of ESC-10, whose folder the environment variable AUDEEP_ESC10 names. What is done is kept below the
output folder, and the next run goes on from there.

Lengths: the tutorial with `--fixed-length 5`, and without, when each recording stays as long as it is.

Mixtures: those of the benchmark of tasks, each the sum of two recordings of different classes.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd

import audeep
from audeep.backend.training.buckets import make_buckets
from benchmarks import tasks
from benchmarks.measure import AUDEEP
from benchmarks.training import step_ends
from benchmarks.vectors import SPECTROGRAMS, T_RAE, TASKS, Workshop

SEED, BATCH_SIZE = 1, 64
FIXED = TASKS["classes"]
LENGTHS = {"fixed": FIXED, "own": ""}
#: Options that come after those of the tutorial and replace them, to see that everything works.
QUICK = "--num-units 16 --num-epochs 3"


def lengths(output: Path, *, quick: bool = False) -> None:
    """Train on recordings of a fixed length and of their own lengths, and write a table of both."""
    shop = Workshop(output)
    for name, options in LENGTHS.items():
        learn(shop, name, Path(os.environ["AUDEEP_ESC10"]), options, quick=quick)
    own, fixed = frames(shop.folder / "own.nc"), frames(shop.folder / "fixed.nc")
    rows = {}
    for name, found, sound in (("fixed", fixed, np.minimum(own, fixed)), ("own", own, own)):
        of_file, of_batches = shares_of_padding(found, sound)
        seconds, megabytes = shop.measured[f"{name}, train"]
        rows[name] = {
            "frames": f"{found.min()} to {found.max()}",
            "padding of the file": of_file,
            "padding of batches": of_batches,
            "seconds per epoch": seconds_per_epoch(shop.folder / f"{name}-run" / "logs"),
            "seconds to train": seconds,
            "megabytes to train": megabytes,
        }
    vectors = [shop.folder / f"{name}-vectors.nc" for name in LENGTHS]
    compared = audeep.compare(vectors, names=[*LENGTHS], seed=SEED).set_index("name")
    columns = ["accuracy", "accuracy_low", "accuracy_high", "p_value"]
    write(pd.DataFrame(rows).T.join(compared[columns]), output / "lengths.csv")


def mixtures(output: Path, *, quick: bool = False) -> None:
    """Learn vectors of mixtures, and write how well an SVM finds the two classes in each."""
    shop, recordings = Workshop(output), output / "recordings"
    if not (recordings / "metadata.csv").exists():
        tasks.write_mixtures(Path(os.environ["AUDEEP_ESC10"]), recordings, 100 if quick else tasks.COUNT)
    learn(shop, "mixtures", recordings, FIXED, quick=quick)
    with audeep.load(shop.folder / "mixtures-vectors.nc") as vectors:
        classifier = audeep.SVMConfig(complexity="auto")
        table, by_label = tasks.measure_sets(vectors, classifier, 20 if quick else tasks.SAMPLES)
    by_label.to_csv(output / "mixtures-by-label.csv")
    write(table, output / "mixtures.csv")


def learn(shop: Workshop, name: str, recordings: Path, options: str, *, quick: bool) -> None:
    """Extract spectrograms as the tutorial does, with further options; train and generate vectors."""
    spectrograms, vectors = (str(shop.folder / f"{name}{what}.nc") for what in ("", "-vectors"))
    run = str(shop.folder / f"{name}-run")
    preprocess = [*SPECTROGRAMS["paper"].split(), *options.split(), "--basedir", str(recordings)]
    shop.make(f"{name}, preprocess", [AUDEEP, "preprocess", *preprocess, "--output", spectrograms])
    train = [*T_RAE.split(), *QUICK.split() * quick, "--seed", str(SEED), "--run-name", run]
    shop.make(f"{name}, train", [AUDEEP, *train, "--input", spectrograms])
    generate = ["t-rae", "generate", "--model-dir", f"{run}/logs", "--input", spectrograms]
    shop.make(f"{name}, generate", [AUDEEP, *generate, "--output", vectors])


def frames(path: Path) -> np.ndarray:
    """Return the number of frames of each recording in a data set, shape (recording,)."""
    with audeep.load(path) as data_set:
        return np.full(len(data_set), data_set.feature_shape[0]) if data_set.lengths is None else data_set.lengths


def shares_of_padding(frames: np.ndarray, sound: np.ndarray) -> tuple[float, float]:
    """Return which share of a file, and at most of the batches of an epoch, is padding.

    `frames` are those of the recordings, and `sound` how many of them are not silence that was added.
    """
    ends = np.array([bucket.longest for bucket in make_buckets(frames, BATCH_SIZE)])
    in_batches = ends[np.searchsorted(ends, frames)]
    return float(1 - sound.mean() / frames.max()), float(1 - sound.sum() / in_batches.sum())


def seconds_per_epoch(logs: Path) -> float:
    """Return the median time from the end of an epoch to the end of the next."""
    num_epochs = len((logs / "losses.csv").read_text().splitlines()) - 1
    ends = np.array(list(step_ends(logs))).reshape(num_epochs, -1)[:, -1]
    return float(np.median(np.diff(ends)))


def write(table: pd.DataFrame, path: Path) -> None:
    """Print a table, and write it."""
    table.to_csv(path)
    print(f"{table.to_string(float_format='{:.3f}'.format)}\nwrote {path}")
