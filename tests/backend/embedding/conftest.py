"""Recordings, and models for them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from audeep import DataSet, SpectrogramConfig, TimeAutoencoderConfig, preprocess
from audeep.backend.training.architecture import Architecture
from tests.cli.conftest import run  # noqa: F401
from tests.helpers.models import save_random_model

#: Writes a model for recordings with these settings; returns its folder and their spectrograms.
MakeModel = Callable[..., tuple[Path, DataSet]]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a folder of five recordings of 0.2 s at 8 kHz, one of them in a folder of its own."""
    folder, random = tmp_path_factory.mktemp("recordings"), np.random.default_rng(0)
    (folder / "sub").mkdir()
    for name in ("a.wav", "b.flac", "c.wav", "d.wav", "sub/e.wav"):
        soundfile.write(folder / name, random.uniform(-0.5, 0.5, 1600), 8000)
    return folder


@pytest.fixture(scope="session")
def make_model(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> MakeModel:
    def make(architecture: Architecture | None = None, *, seed: int = 0, **settings: Any) -> tuple[Path, DataSet]:
        place = tmp_path_factory.mktemp("model")
        config = SpectrogramConfig(**({"mel_spectrum": 6} | settings))
        data = preprocess(folder, place / "s.nc", config, parser="NoMetadataParser")
        architecture = architecture or TimeAutoencoderConfig(num_units=3)
        return save_random_model(place / "logs", architecture, data, seed), data

    return make


@pytest.fixture(scope="session")
def logs(make_model: MakeModel) -> Path:
    """Write a model of recordings of 0.2 s."""
    return make_model(fixed_length=0.2)[0]
