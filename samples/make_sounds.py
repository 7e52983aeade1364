"""Generate a small data set of synthetic sounds: four clearly different classes, in four folds.

python samples/make_sounds.py FOLDER
"""

import sys
from pathlib import Path

import numpy as np
import soundfile

RATE = 16000
SECONDS = 2.0
FOLDS, PER_FOLD = 4, 6


def chirp(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    """Glide up two and a half octaves, twice."""
    start = rng.uniform(200, 400)
    position = time % 1.0
    return np.sin(2 * np.pi * start * position * (1 + 2 * position))


def clicks(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    """Tick a few times a second."""
    every = rng.uniform(0.2, 0.4)
    return np.exp(-200 * (time % every)) * np.sin(2 * np.pi * 2500 * time)


def hum(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    """Hold a low tone with harmonics."""
    pitch = rng.uniform(80, 160)
    return sum(np.sin(2 * np.pi * pitch * k * time + rng.uniform(0, 6)) / k for k in range(1, 8))


def waves(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    """Let noise swell and fade."""
    swell = 0.5 - 0.5 * np.cos(2 * np.pi * rng.uniform(0.8, 1.2) * time)
    return swell * rng.normal(size=time.size)


def main(folder: Path) -> None:
    """Write the sounds as ``fold_N/class/number.wav``."""
    rng = np.random.default_rng(0)
    time = np.arange(int(RATE * SECONDS)) / RATE
    for fold in range(1, FOLDS + 1):
        for sound in (chirp, clicks, hum, waves):
            target = folder / f"fold_{fold}" / sound.__name__
            target.mkdir(parents=True, exist_ok=True)
            for number in range(PER_FOLD):
                samples = sound(rng, time)
                samples = samples / np.abs(samples).max() + 0.02 * rng.normal(size=time.size)
                soundfile.write(target / f"{number}.wav", 0.5 * samples, RATE)
    print(f"wrote {FOLDS * 4 * PER_FOLD} recordings to {folder}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
