"""Vectors learned in every way, and hand-made ones: accuracy, a second task, size, time and memory.

All on ESC-10, whose folder the environment variable AUDEEP_ESC10 names, with each of three seeds. This takes hours;
what is done is kept below the output folder, and the next run goes on from there.

The second task, on which no method was tuned: each recording is cut into halves of 2.5 s, vectors are learned from
all halves, and the other half of a recording is looked for among those of all recordings, by the cosine of
standardised vectors. Recordings with a silent half are left out.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from matplotlib.figure import Figure
from sklearn.preprocessing import StandardScaler

import audeep
from audeep.backend.classifiers.comparison_plot import plot_comparison
from benchmarks.measure import AUDEEP, processor_seconds_and_megabytes, python

SEEDS = (1, 2, 3)
#: Of these, how many learn the second task.
NUM_SEEDS_OF_HALVES = 1
#: Options of `audeep preprocess`: those of the paper, and levels that the other methods want, also of long windows.
SPECTROGRAMS = {
    "paper": "--window-width 0.08 --window-overlap 0.04 --mel-spectrum 128 --clip-below -45",
    "absolute": "--window-width 0.046 --window-overlap 0.026 --mel-spectrum 64 --reference full-scale --scale none",
    "long": "--window-width 0.12 --window-overlap 0.07 --mel-spectrum 128 --reference full-scale --scale none",
}
#: The tasks, and how each cuts the recordings.
TASKS = {"classes": "--fixed-length 5", "halves": "--fixed-length 5.1 --chunk-length 2.5 --chunk-count 2"}
T_RAE = (
    "t-rae train --num-layers 2 --num-units 256 --bidirectional-decoder --num-epochs 64 --batch-size 64 "
    "--learning-rate 0.001 --keep-prob 0.8 --checkpoints-to-keep 1"
)
#: Crops and masks of long windows, of the same durations and shares of the bands as those of the defaults.
CONTRASTIVE_LONG = (
    "contrastive train --min-crop 20 --max-crop 40 --view-frames 32 --max-masked-frames 6 --max-masked-bands 22"
)


@dataclass(frozen=True)
class Method:
    """How vectors are learned, and generated; `model` is what another method has learned."""

    spectrograms: str
    train: str
    generate: str
    model: str = ""


METHODS = {
    "t-rae": Method("paper", T_RAE, "t-rae generate"),
    "t-rae-pooled": Method("paper", "", "t-rae generate --pooling mean-std", model="t-rae"),
    "t-rae-pooled-lowest": Method("paper", "", "t-rae generate --pooling mean-std --layers 1", model="t-rae"),
    "dictionary-pca": Method("absolute", "dictionary train", "dictionary generate"),
    "dictionary-k-means": Method("absolute", "dictionary train --kernels k-means", "dictionary generate"),
    "dictionary-random": Method("absolute", "dictionary train --kernels random", "dictionary generate"),
    "contrastive": Method("absolute", "contrastive train", "contrastive generate"),
    "dictionary-long": Method("long", "dictionary train", "dictionary generate"),
    "contrastive-long": Method("long", CONTRASTIVE_LONG, "contrastive generate"),
}
#: Methods whose vectors are put side by side.
FUSED = {
    "dictionary-contrastive": ("dictionary-pca", "contrastive"),
    "dictionary-contrastive-long": ("dictionary-pca", "contrastive-long"),
    "dictionary-dictionary-long": ("dictionary-pca", "dictionary-long"),
}
#: Hand-made features, of a seed alone: there is no chance in them.
OPENSMILE = "opensmile"

#: Takes the data set whose columns are kept, the folder of the recordings, and the output.
SMILE = """
import sys
from pathlib import Path
import numpy, opensmile, soundfile, audeep
paths = {path.name: path for path in Path(sys.argv[2]).rglob("*.*")}
with audeep.load(sys.argv[1]) as data:
    smile = opensmile.Smile(opensmile.FeatureSet.ComParE_2016, opensmile.FeatureLevel.Functionals)
    length = 5 / (1 + data.chunk_nr.max())
    vectors = []
    for name, chunk in zip(data.filename, data.chunk_nr):
        samples, rate = soundfile.read(paths[name], dtype="float32", always_2d=True)
        size = int(length * rate)
        part = numpy.zeros(size, "float32")
        found = samples.mean(axis=1)[chunk * size:][:size]
        part[:len(found)] = found
        vectors.append(smile.process_signal(part, rate).to_numpy()[0])
    columns = {name: data[name] for name in ("filename", "chunk_nr", "cv_folds", "label_nominal", "label_numeric")}
    vectors = numpy.nan_to_num(numpy.array(vectors), posinf=0, neginf=0)
    audeep.from_columns(vectors, ["generated"], label_map=data.label_map, **columns).save(sys.argv[3])
"""


class Workshop:
    """A folder of what was made, and what making it took."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.notes = folder, folder / "measured.json"
        folder.mkdir(parents=True, exist_ok=True)
        #: Processor time in seconds, and megabytes.
        self.measured: dict[str, list[float]] = json.loads(self.notes.read_text()) if self.notes.exists() else {}

    def make(self, name: str, command: Sequence[str]) -> None:
        """Run a command, and note what it took, unless that was done."""
        if name in self.measured:
            return
        print(name, flush=True)
        self.measured[name] = list(processor_seconds_and_megabytes(command))
        self.notes.write_text(json.dumps(self.measured, indent=1))

    def vectors(self, task: str, method: str, seed: int) -> Path:
        """Return where vectors are, or will be."""
        return self.folder / task / f"{method}-{0 if method == OPENSMILE else seed}.nc"


def report(output: Path, *, seeds: Sequence[int] = SEEDS, methods: Mapping[str, Method] = METHODS) -> None:
    """Make all vectors, evaluate them, and write table, numbers and picture."""
    recordings, shop = Path(os.environ["AUDEEP_ESC10"]), Workshop(output / "vectors")
    fused = {name: parts for name, parts in FUSED.items() if set(parts) <= set(methods)}
    for task in TASKS:
        prepare(shop, recordings, task)
        for seed in seeds if task == "classes" else seeds[:NUM_SEEDS_OF_HALVES]:
            for name, method in methods.items():
                learn(shop, task, name, method, seed)
            for name, parts in fused.items():
                audeep.fuse([shop.vectors(task, part, seed) for part in parts]).save(shop.vectors(task, name, seed))
    names = [*methods, *fused, OPENSMILE]
    tables = [compare(shop, names, seed) for seed in seeds]
    audible = find_audible(recordings)
    rows = {}
    for number, name in enumerate(names):
        accuracies = [100 * table["accuracy"][number] for table in tables]
        halves = [find_halves(shop.vectors("halves", name, seed), audible) for seed in seeds[:NUM_SEEDS_OF_HALVES]]
        rows[name] = {
            "size": int(tables[0]["size"][number]),
            "accuracy": float(np.mean(accuracies)),
            "spread": float(np.std(accuracies)),
            "interval": [100 * tables[0][f"accuracy_{bound}"][number] for bound in ("low", "high")],
            "permuted": 100 * chance(shop.vectors("classes", name, seeds[0])),
            "top_1": 100 * float(np.mean([top for top, _ in halves])),
            "mean_reciprocal_rank": float(np.mean([rank for _, rank in halves])),
            **costs(shop, name, methods, seeds),
        }
    (output / "vectors.json").write_text(json.dumps({"halves": len(audible), "vectors": rows}, indent=1))
    table = as_markdown(rows, len(audible), seeds)
    (output / "vectors.md").write_text(table, encoding="utf-8")
    figure = Figure(layout="constrained")
    plot_comparison(figure, tables[0], 0.95)
    figure.savefig(output / "vectors.png", dpi=150)
    print(f"{table}\nwrote vectors.md, vectors.json and vectors.png to {output}")


def prepare(shop: Workshop, recordings: Path, task: str) -> None:
    """Make the spectrograms of a task, and the hand-made features."""
    (shop.folder / task).mkdir(exist_ok=True)
    for name, options in SPECTROGRAMS.items():
        command = ["preprocess", "--basedir", str(recordings), *options.split(), *TASKS[task].split()]
        path = shop.folder / task / f"{name}.nc"
        shop.make(f"{task} {name}", [AUDEEP, *command, "--output", str(path)])
    arguments = (str(shop.folder / task / "paper.nc"), str(recordings), str(shop.vectors(task, OPENSMILE, 0)))
    shop.make(f"{task} {OPENSMILE}", python(SMILE, *arguments))


def learn(shop: Workshop, task: str, name: str, method: Method, seed: int) -> None:
    """Train a method, unless it uses what another has learned, and generate its vectors."""
    data = ["--input", str(shop.folder / task / f"{method.spectrograms}.nc")]
    run = shop.folder / task / f"{method.model or name}-{seed}"
    if method.train:
        command = [AUDEEP, *method.train.split(), *data, "--run-name", str(run), "--seed", str(seed)]
        shop.make(f"{task} {name} {seed} train", command)
    command = [AUDEEP, *method.generate.split(), *data, "--model-dir", str(run / "logs")]
    output = str(shop.vectors(task, name, seed))
    shop.make(f"{task} {name} {seed} generate", [*command, "--output", output])


def compare(shop: Workshop, names: Sequence[str], seed: int) -> pd.DataFrame:
    """Return the table of `audeep.compare`, which is kept, for the classes."""
    path = shop.folder / f"compared-{seed}.json"
    key = [str(shop.vectors("classes", name, seed)) for name in names]
    kept = json.loads(path.read_text()) if path.exists() else {}
    if kept.get("inputs") != key:
        table = audeep.compare(key, names=list(names), seed=seed)
        kept = {"inputs": key, "table": table.to_dict("list")}
        path.write_text(json.dumps(kept))
    return pd.DataFrame(kept["table"])


def chance(path: Path) -> float:
    """Return the accuracy with permuted labels."""
    with audeep.load(path) as data:
        order = np.random.default_rng(0).permutation(len(data))
        permuted = data.with_columns(**{name: data[name][order] for name in ("label_nominal", "label_numeric")})
        config = audeep.EvaluationConfig(cross_validate=True)
        return audeep.evaluate(permuted, audeep.SVMConfig(complexity=0.01), config, seed=1).accuracy


def find_audible(recordings: Path) -> list[str]:
    """Return the names of the recordings neither of whose halves is silent."""
    names = []
    for path in sorted(path for path in recordings.rglob("*") if path.suffix in (".ogg", ".wav")):
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        middle = int(2.5 * rate)
        # What the compression leaves of silence is below 1e-3.
        if all(part.size and np.abs(part).max() > 1e-3 for part in (samples[:middle], samples[middle:])):
            names.append(path.name)
    return names


def find_halves(path: Path, names: Sequence[str]) -> tuple[float, float]:
    """Return how often the nearest vector is that of the other half, and the mean reciprocal rank of that half."""
    with audeep.load(path) as data:
        chosen = data.select(np.isin(data.filename.astype(str), list(names)))
        order = np.lexsort((chosen.filename.astype(str), chosen.chunk_nr))
        first, second = np.split(StandardScaler().fit_transform(chosen.features.values[order]), 2)
    first, second = (half / np.linalg.norm(half, axis=1, keepdims=True) for half in (first, second))
    similar = first @ second.T
    # How many halves of other recordings are nearer, in both directions.
    nearer = np.concatenate(
        [(matrix > np.diag(matrix)[:, np.newaxis]).sum(axis=1) for matrix in (similar, similar.T)]
    )
    return float((nearer == 0).mean()), float((1 / (1 + nearer)).mean())


def costs(
    shop: Workshop, name: str, methods: Mapping[str, Method], seeds: Sequence[int]
) -> dict[str, float | None]:
    """Return processor time to train and to generate in seconds, and the largest memory; of the classes."""
    if name == OPENSMILE:
        seconds, megabytes = shop.measured[f"classes {OPENSMILE}"]
        return {"train_seconds": 0.0, "generate_seconds": seconds, "megabytes": megabytes}
    if name not in methods:
        parts = [costs(shop, part, methods, seeds) for part in FUSED[name]]
        return {
            "train_seconds": sum(part["train_seconds"] or 0 for part in parts),
            "generate_seconds": sum(part["generate_seconds"] or 0 for part in parts),
            "megabytes": max(part["megabytes"] or 0 for part in parts),
        }
    trained = methods[name].model or name
    train, generate = (
        np.array([shop.measured[f"classes {which} {seed} {step}"] for seed in seeds])
        for which, step in ((trained, "train"), (name, "generate"))
    )
    return {
        "train_seconds": float(train[:, 0].mean()),
        "generate_seconds": float(generate[:, 0].mean()),
        "megabytes": float(max(train[:, 1].max(), generate[:, 1].max())),
    }


def as_markdown(rows: Mapping[str, Mapping], num_halves: int, seeds: Sequence[int]) -> str:
    """Write the table."""
    columns = "vectors size accuracy spread permuted other_half reciprocal_rank train_s generate_s MB"
    header = f"| {' | '.join(columns.split())} |\n|---|{'---:|' * columns.count(' ')}\n".replace("_", " ")
    lines = [
        f"| {name} | {row['size']:,} | {row['accuracy']:.2f} | {row['spread']:.2f} | {row['permuted']:.1f} | "
        f"{row['top_1']:.1f} | {row['mean_reciprocal_rank']:.3f} | {row['train_seconds']:.0f} | "
        f"{row['generate_seconds']:.0f} | {row['megabytes']:,.0f} |\n"
        for name, row in rows.items()
    ]
    note = (
        f"\nPercent; {len(seeds)} seeds, spread is their standard deviation; linear SVM that chooses its "
        "complexity, five folds; permuted labels with complexity 0.01; other half found first, and mean reciprocal "
        f"rank, among {num_halves}, first seed; processor time in seconds, with the start of the program.\n"
    )
    return header + "".join(lines) + note
