"""Networks that learn from labels beside classifiers of vectors that were learned without: accuracy, size, time.

On ESC-10, whose folder the environment variable AUDEEP_ESC10 names, and on mixtures of two of its recordings, whose
labels are sets; five folds each, with each of three seeds. This takes many hours; what is done is kept below the
output folder, and the next run goes on from there.
"""

import json
import os
import resource
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

import audeep
from audeep.backend.classifiers.registry import command_name
from audeep.backend.options import Config, default_text, flag
from audeep.backend.taggers.config import TaggerConfig
from benchmarks.measure import AUDEEP
from benchmarks.tasks import write_mixtures
from benchmarks.vectors import SPECTROGRAMS, T_RAE

SEEDS = (1, 2, 3)
#: Options of `audeep preprocess`: absolute levels, the same with ten frames a second, levels that t-rae wants, and
#: waveforms.
DATA = {
    "spectrograms": f"{SPECTROGRAMS['absolute']} --fixed-length 5",
    "coarse": "--window-width 0.2 --window-overlap 0.1 --mel-spectrum 64 --reference full-scale --scale none "
    "--fixed-length 5",
    "paper": f"{SPECTROGRAMS['paper']} --fixed-length 5",
    "waveforms": "--waveform --sample-rate 16000 --fixed-length 5",
}
#: Models that networks begin with: the data, and the command. They learn from all recordings, without labels.
ENCODERS = {"t-rae": ("paper", T_RAE), "contrastive": ("spectrograms", "contrastive train --checkpoints-to-keep 1")}
#: Shorter than the default, and below with fewer filters, so that the table takes hours and not days.
SMALL = {"num_epochs": 30}
#: How networks are trained that begin with them.
FINE_TUNING: Mapping[str, Mapping[str, Any]] = {
    "frozen": {"freeze": True, "learning_rate": 5e-3, **SMALL},
    "fine-tuned": {"learning_rate": 1e-3, **SMALL},
}
#: Vectors that are learned from the spectrograms without labels.
VECTORS = "vectors"
MEASURES = {"classes": ("accuracy",), "mixtures": ("average_precision", "auc")}


@dataclass(frozen=True)
class Row:
    """A classifier, and the data that it reads; the folder of an encoder is below that of the task."""

    data: str
    config: Config

    @property
    def kind(self) -> str:
        """Name of the command."""
        return command_name(type(self.config))


FILTERS = {"small-rectangular": 16, "vertical": 32, "vertical-horizontal": 32}
FILTERS_ON_WAVEFORMS = {"sample-level": 16, "frame-level": 32, "frame-level-many": 32}

ROWS = {
    "svm on vectors": Row(VECTORS, audeep.SVMConfig(complexity="auto")),
    "mlp on vectors": Row(VECTORS, audeep.MLPConfig()),
    **{
        f"{front_end}, {back_end}": Row(
            "spectrograms",
            audeep.CNNConfig(front_end=front_end, back_end=back_end, num_filters=count, **SMALL),
        )
        for front_end, count in FILTERS.items()
        for back_end in ("average", "attention")
    },
    "gated-cnn": Row("spectrograms", audeep.GatedCNNConfig(**SMALL)),
    **{
        f"{model} encoder, {how}": Row(data, audeep.CNNConfig(encoder=Path(model, "logs"), **settings))
        for model, (data, _) in ENCODERS.items()
        for how, settings in FINE_TUNING.items()
    },
    **{
        front_end: Row("waveforms", audeep.CNNConfig(front_end=front_end, num_filters=count, **SMALL))
        for front_end, count in FILTERS_ON_WAVEFORMS.items()
    },
    # Its time, and the number of its weights, grow with that of the frames.
    "lstm": Row("coarse", audeep.LSTMConfig(**SMALL)),
}


def report(output: Path, *, seeds: Sequence[int] = SEEDS, num_epochs: int | None = None) -> None:
    """Evaluate all, and write numbers and a table; `num_epochs` of the networks are for a trial."""
    folder = output / ("supervised" if num_epochs is None else "supervised-trial")
    results: dict[str, dict[str, float]] = {}
    for task in MEASURES:
        prepare(folder / task, task, num_epochs)
        for name, row in ROWS.items():
            row = replace(row, config=adapted(row.config, folder / task, num_epochs))
            found = [evaluate(folder / task, name, row, seed) for seed in seeds]
            result = results.setdefault(name, {"weights": num_weights(folder / task, row)})
            for measure in MEASURES[task]:
                values = [100 * facts[measure] for facts in found]
                result[measure], result[f"{measure}_spread"] = float(np.mean(values)), float(np.std(values))
            result[f"{task}_seconds"] = float(np.mean([facts["seconds"] for facts in found]))
    (folder / "supervised.json").write_text(json.dumps(results, indent=1))
    table = as_markdown(results, seeds)
    (folder / "supervised.md").write_text(table, encoding="utf-8")
    print(f"{table}\nwrote supervised.md and supervised.json to {folder}")


def adapted(config: Config, folder: Path, num_epochs: int | None) -> Config:
    """Return the configuration for the folder of a task, and perhaps for a trial."""
    if not isinstance(config, TaggerConfig):
        return config
    return replace(
        config,
        encoder=config.encoder and folder / config.encoder,
        num_epochs=num_epochs or config.num_epochs,
    )


def prepare(folder: Path, task: str, num_epochs: int | None = None) -> None:
    """Make the data sets and the models of a task, unless they exist."""
    folder.mkdir(parents=True, exist_ok=True)
    recordings = Path(os.environ["AUDEEP_ESC10"])
    if task == "mixtures":
        recordings = folder / "recordings"
        if not (recordings / "metadata.csv").exists():
            write_mixtures(Path(os.environ["AUDEEP_ESC10"]), recordings)
    for name, options in DATA.items():
        make(folder / f"{name}.nc", f"preprocess --basedir {shlex.quote(str(recordings))} {options}")
    data, run = (shlex.quote(str(folder / name)) for name in ("spectrograms.nc", "dictionary"))
    if not (folder / "dictionary" / "logs" / "model.json").exists():
        audeep_command(f"dictionary train --input {data} --run-name {run} --seed 1")
    make(folder / f"{VECTORS}.nc", f"dictionary generate --input {data} --model-dir {run}/logs")
    epochs = f" --num-epochs {num_epochs}" if num_epochs else ""
    for name, (source, command) in ENCODERS.items():
        run = folder / name
        # Written at the end of training.
        if not (run / "learning-curve.png").exists():
            started = " --continue" if [*run.glob("logs/model-*.index")] else ""
            data, run = (shlex.quote(str(path)) for path in (folder / f"{source}.nc", run))
            audeep_command(f"{command} --input {data} --run-name {run} --seed 1{epochs}{started}")


def make(path: Path, command: str) -> None:
    """Run a command that writes a file, unless the file exists."""
    if not path.exists():
        audeep_command(f"{command} --output {shlex.quote(str(path))}")


def audeep_command(command: str) -> str:
    """Run a command of audeep, and return what it prints."""
    print(command, flush=True)
    result = subprocess.run([AUDEEP, *shlex.split(command)], capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"audeep {command}: {result.stderr}")
    return result.stdout


def evaluate(folder: Path, name: str, row: Row, seed: int) -> dict[str, float]:
    """Return the facts that the evaluation prints, and its processor time in seconds; they are kept."""
    path = folder / f"{name.replace(', ', '-').replace(' ', '-')}-{seed}.json"
    if not path.exists():
        values = {item: getattr(row.config, item.name) for item in fields(row.config)}
        options = " ".join(
            flag(item.name) if value is True else f"{flag(item.name)} {shlex.quote(default_text(value))}"
            for item, value in values.items()
            if value != item.default
        )
        command = f"{row.kind} evaluate --input {shlex.quote(str(folder / row.data))}.nc --cross-validate {options}"
        before = seconds_of_children()
        facts = json.loads(audeep_command(f"{command} --seed {seed} -f json"))
        path.write_text(json.dumps(facts | {"seconds": seconds_of_children() - before}))
    return json.loads(path.read_text())


def seconds_of_children() -> float:
    """Return the processor time of all commands that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def num_weights(folder: Path, row: Row) -> int:
    """Return the number of weights of a network with ten outputs; 0 of other classifiers."""
    if not isinstance(row.config, TaggerConfig):
        return 0
    from audeep.backend.taggers.encoder import read_encoder
    from audeep.backend.taggers.tagger import Tagger

    encoder = row.config.encoder and read_encoder(row.config.encoder)
    with audeep.load(folder / f"{row.data}.nc") as data:
        tagger = Tagger(row.config, data.feature_shape, 10, encoder=encoder)
    return sum(int(np.prod(weight.shape)) for weight in tagger.trainable_weights)


def as_markdown(results: Mapping[str, Mapping[str, float]], seeds: Sequence[int]) -> str:
    """Write the table."""
    columns = ("network", "weights", "accuracy", "spread", "seconds", "mAP", "spread", "mAUC", "spread")
    lines = [f"| {' | '.join(columns)} |\n|---|{'---:|' * (len(columns) - 1)}\n"]
    for name, row in results.items():
        scores = [row[key] for key in ("average_precision", "average_precision_spread", "auc", "auc_spread")]
        lines.append(
            f"| {name} | {row['weights']:,} | {row['accuracy']:.2f} | {row['accuracy_spread']:.2f} | "
            f"{row['classes_seconds']:.0f} | {' | '.join(f'{score:.2f}' for score in scores)} |\n"
        )
    note = (
        f"\nPercent, five folds; {len(seeds)} seeds, spread is their standard deviation; seconds of processor "
        "time to train and evaluate the five folds of ESC-10; mAP and mAUC of mixtures of two recordings; only "
        "trained weights are counted.\n"
    )
    return "".join(lines) + note
