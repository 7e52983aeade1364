"""Synthetic recordings."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import soundfile

#: Formats whose extension does not name them.
FORMATS = {".aif": "AIFF", ".aifc": "AIFF", ".oga": "OGG", ".opus": "OGG"}


def write_audio(path: Path, *, seconds: float = 0.1, sample_rate: int = 8000, channels: int = 1) -> Path:
    """Write a sine of 440 Hz in the format that the extension names; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    samples = np.repeat(0.5 * np.sin(2 * np.pi * 440 * time)[:, np.newaxis], channels, axis=1)
    subtype = "OPUS" if path.suffix.lower() == ".opus" else None
    soundfile.write(path, samples, sample_rate, subtype, format=FORMATS.get(path.suffix.lower()))
    return path


def write_tree(root: Path, files: Iterable[str], texts: Mapping[str, str] | None = None) -> Path:
    """Write recordings and text files at paths relative to `root`, in the given order."""
    root.mkdir(parents=True, exist_ok=True)
    for name in files:
        write_audio(root / name)
    for name, text in (texts or {}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def write_noise(path: Path, *, seconds: float = 2, subtype: str | None = None) -> bytes:
    """Write noise at 8 kHz, which fills several pages of an Ogg file, and return the content of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, round(8000 * seconds))
    soundfile.write(path, samples, 8000, subtype, format=FORMATS.get(path.suffix.lower()))
    return path.read_bytes()


def write_unusable(folder: Path) -> dict[str, str]:
    """Write recordings that cannot be used, each for another reason.

    Returns
    -------
    dict
        What is said of each, by its file name.
    """
    wav, aiff, au, flac, ogg, opus, mp3 = (
        write_noise(folder / f"whole{suffix}")
        for suffix in (".wav", ".aiff", ".au", ".flac", ".ogg", ".opus", ".mp3")
    )
    for path in folder.glob("whole.*"):
        path.unlink()
    unusable = {
        "empty.wav": (b"", "is empty"),
        "empty.mp3": (b"", "is empty"),
        "text.wav": (b"this is no sound\n" * 100, "cannot be read: Format not recognised"),
        "text.mp3": (b"this is no sound\n" * 100, "cannot be read: Format not recognised"),
        "no samples.wav": (wav[:40] + bytes(4), "has no samples"),
        "open.flac": (
            flac[:21] + bytes([flac[21] & 0xF0, 0, 0, 0, 0]) + flac[26:],
            "has a header without the length",
        ),
        "cut.wav": (wav[:-100], "is truncated after 15950 samples"),
        "cut.aiff": (aiff[:-100], "is truncated after 15950 samples"),
        "cut.au": (au[:-100], "is truncated after 15950 samples"),
        "cut.flac": (flac[:-100], "cannot be read: Error : flac decoder lost sync"),
        "hole.flac": (flac[:9000] + bytes(999) + flac[9999:], "cannot be read: Error : flac decoder lost sync"),
        "cut.ogg": (ogg[:-100], "is truncated after"),
        "cut.opus": (opus[:-1], "is truncated after"),
        "cut.mp3": (mp3[: len(mp3) // 2], "is truncated after"),
    }
    for name, (content, _) in unusable.items():
        (folder / name).write_bytes(content)
    messages = {name: message for name, (_, message) in unusable.items()}
    for name, value in (("nan.wav", np.nan), ("infinite.wav", -np.inf), ("large.wav", 1e30)):
        soundfile.write(folder / name, np.insert(np.zeros(8000), 7999, value), 8000, subtype="FLOAT")
        messages[name] = "contains NaN, or samples of magnitude 1e+12 or more"
    (folder / "dangling.wav").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.wav")
    return messages | {
        "dangling.wav": "cannot be read: No such file or directory",
        "pipe.wav": "is not a regular file",
    }


def ramp(samples: int, channels: int = 1) -> np.ndarray:
    """Return samples that are all different, shape (samples, channels), and exact in 16 bits."""
    return (np.arange(samples * channels).reshape(-1, channels) % 2**15 / 2**15).astype(np.float32)


def write_ramps(folder: Path, sample_rate: int) -> Path:
    """Write two folds of two recordings, of 400, 500, 600 and 700 samples, and return the folder."""
    for number in range(4):
        path = folder / f"fold_{number // 2 + 1}/{'ab'[number % 2]}/{number}.wav"
        path.parent.mkdir(parents=True)
        soundfile.write(path, ramp(400 + 100 * number), sample_rate)
    return folder
