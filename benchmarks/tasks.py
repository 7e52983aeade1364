"""Sets of labels, and continuous targets: how well an SVM learns them from vectors that were learned without.

Mixtures: each is the sum of two recordings of ESC-10, whose folder the environment variable AUDEEP_ESC10 names.
They are of the same fold and have different classes, and one is up to 6 dB softer. Intervals are percentiles over
bootstrap samples of the mixtures of each fold.

Sweeps: harmonic tones whose pitch, from 100 to 1600 Hz, rises or falls by up to one octave a second, with noise.
The SVM is compared with scikit-learn's ridge regression on the same vectors and folds.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from sklearn.linear_model import RidgeCV
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import audeep
from audeep.backend.classifiers.held_out import predict_held_out
from audeep.backend.classifiers.measurement import measured
from audeep.backend.classifiers.measures import REGRESSION_MEASURES, SET_MEASURES, measure

COUNT, FOLDS, SEED = 400, 5, 1
#: Number of bootstrap samples.
SAMPLES = 1000
RATE, SECONDS = 16000, 1.0
CLASSIFIER, REGRESSOR = audeep.SVMConfig(complexity=1e-3), audeep.SVMConfig(complexity=1e-2)
SETTINGS = {
    "window_width": 0.046,
    "window_overlap": 0.026,
    "mel_spectrum": 64,
    "reference": "FULL_SCALE",
    "scale": "NONE",
}


def report(output: Path) -> None:
    """Run both, print the tables, and write them."""
    output.mkdir(parents=True, exist_ok=True)
    tables = {"mixtures": mixtures(output), "sweeps": sweeps(output)}
    for name, table in tables.items():
        print(f"\n{name}\n{table.round(3).to_string()}")
        table.to_csv(output / f"{name}.csv")


def vectors(folder: Path, fixed_length: float, **columns: object) -> audeep.DataSet:
    """Learn vectors from a folder of recordings with a dictionary."""
    settings = audeep.SpectrogramConfig(**SETTINGS, fixed_length=fixed_length)
    spectrograms = audeep.preprocess(
        folder, folder / "spectrograms.nc", settings, parser=audeep.ParserConfig(**columns)
    )
    logs = audeep.train(spectrograms, folder / "run", audeep.DictionaryConfig(), seed=SEED)
    (found,) = audeep.generate(logs, spectrograms)
    return found


def mixtures(output: Path) -> pd.DataFrame:
    """Return how well the SVM finds the labels of mixtures; see `measure_sets`."""
    folder = output / "mixtures"
    write_mixtures(Path(os.environ["AUDEEP_ESC10"]), folder)
    table, by_label = measure_sets(vectors(folder, 5), CLASSIFIER)
    by_label.to_csv(output / "mixtures-by-label.csv")
    return table


def measure_sets(
    data_set: audeep.DataSet, classifier: audeep.SVMConfig, num_samples: int = SAMPLES
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Evaluate a classifier on sets of labels, with intervals from bootstrap samples.

    Returns the mean of each measure over labels and folds, with 95 % intervals and the value by chance, and the
    measures of each label.
    """
    config, task = audeep.EvaluationConfig(cross_validate=True), audeep.Task.MULTI_LABEL
    (outcomes,), names = predict_held_out(data_set, classifier, config, np.random.SeedSequence(SEED), task=task)
    result = measured([outcomes], names, task)
    same = {
        "average_precision": np.mean([average_precision_score(item.true, item.predicted) for item in outcomes]),
        "auc": np.mean([roc_auc_score(item.true, item.predicted) for item in outcomes]),
    }
    random, samples = np.random.default_rng(SEED), []
    for _ in range(num_samples):
        folds = []
        for item in outcomes:
            drawn = random.integers(len(item.true), size=len(item.true))
            folds.append(measure(SET_MEASURES, item.true[drawn], item.predicted[drawn]).mean())
        samples.append(pd.DataFrame(folds).mean())
    low, high = (bound.to_dict() for _, bound in pd.DataFrame(samples).quantile([0.025, 0.975]).iterrows())
    chance = {"average_precision": data_set.labels.mean(), "auc": 0.5}
    table = pd.DataFrame({"mean": result.means, "scikit-learn": same, "low": low, "high": high, "chance": chance})
    return table, result.by_name


def write_mixtures(esc10: Path, folder: Path, count: int = COUNT) -> None:
    """Write mixtures of two recordings, and the table of their labels."""
    random = np.random.default_rng(SEED)
    recordings = esc10_recordings(esc10)
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number in range(count):
        fold = recordings[recordings["fold"] == number % FOLDS]
        first = fold.sample(1, random_state=random).iloc[0]
        second = fold[fold["label"] != first["label"]].sample(1, random_state=random).iloc[0]
        parts, gain = [_read(one["path"]) for one in (first, second)], 10 ** (-random.uniform(0, 6) / 20)
        mixed = np.zeros(max(map(len, parts)))
        for part, factor in zip(parts, (1, gain), strict=True):
            mixed[: len(part)] += factor * part
        name = f"{number:03}.wav"
        soundfile.write(folder / name, 0.5 * mixed / max(1, np.abs(mixed).max()), 44100)
        rows.append((name, f"{first['label']};{second['label']}", fold.iloc[0]["fold"]))
    pd.DataFrame(rows, columns=["path", "labels", "fold"]).to_csv(folder / "metadata.csv", index=False)


def esc10_recordings(esc10: Path) -> pd.DataFrame:
    """Return path, label and fold of each recording of ESC-10."""
    from audeep.backend.parsers import ESCParser

    found = ESCParser(esc10).parse()
    return pd.DataFrame(
        [(item.path, item.label_nominal, list(item.cv_folds).index(audeep.Split.VALID)) for item in found],
        columns=["path", "label", "fold"],
    )


def _read(path: Path) -> np.ndarray:
    """Read a recording in mono, with a root mean square of 0.1."""
    samples = soundfile.read(path, always_2d=True)[0].mean(axis=1)
    return 0.1 * samples / max(1e-9, np.sqrt(np.mean(samples**2)))


def sweeps(output: Path) -> pd.DataFrame:
    """Return each measure of each target, of the SVM and of ridge regression."""
    folder = output / "sweeps"
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, (samples, pitch, rate) in enumerate(tones()):
        soundfile.write(folder / f"{number:03}.wav", samples, RATE)
        rows.append((f"{number:03}.wav", pitch, rate, number % FOLDS))
    table = pd.DataFrame(rows, columns=["path", "pitch", "rate", "fold"])
    table.to_csv(folder / "metadata.csv", index=False)
    data_set = vectors(folder, SECONDS, target=["pitch", "rate"])
    result = audeep.evaluate(data_set, REGRESSOR, audeep.EvaluationConfig(cross_validate=True), seed=SEED)
    return pd.concat({"SVM": result.by_name, "ridge": ridge(data_set)}).swaplevel().sort_index()


def tones() -> Iterator[tuple[np.ndarray, float, float]]:
    """Yield samples, the pitch in the middle in octaves above 100 Hz, and its rise in octaves a second."""
    random = np.random.default_rng(SEED)
    time = np.arange(round(SECONDS * RATE)) / RATE
    for _ in range(COUNT):
        pitch, rate = random.uniform(0, 4), random.uniform(-1, 1)
        frequency = 100 * 2 ** (pitch + rate * (time - SECONDS / 2))
        phase = 2 * np.pi * np.cumsum(frequency) / RATE + random.uniform(0, 2 * np.pi)
        harmonics = [
            random.uniform(0, 1) / order * np.sin(order * phase) * (order * frequency < RATE / 2)
            for order in range(1, 6)
        ]
        tone = 10 ** random.uniform(-1.5, -0.5) * np.sum(harmonics, axis=0)
        yield tone + random.normal(0, 0.01, len(time)), pitch, rate


def ridge(data_set: audeep.DataSet) -> pd.DataFrame:
    """Return the measures of ridge regression, which chooses its own strength, averaged over the folds."""
    features, folds = data_set.features.values, []
    for sides in data_set.cv_folds.T:
        train, valid = sides == audeep.Split.TRAIN, sides == audeep.Split.VALID
        model = make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 6, 9))).fit(
            features[train], data_set.targets[train]
        )
        folds.append(measure(REGRESSION_MEASURES, data_set.targets[valid], model.predict(features[valid])))
    return pd.concat(folds).groupby(level=0).mean().set_axis(data_set.target_names)
