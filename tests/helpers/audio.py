"""Synthetic recordings."""

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
