"""Small data for every command that writes."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from audeep import SpectrogramConfig, SVMConfig, TimeAutoencoderConfig, generate, preprocess, train_classifier
from audeep.backend.data.data_set import from_columns
from audeep.backend.exchange.export import export
from tests.cli.conftest import run  # noqa: F401
from tests.helpers.models import save_random_model, waves


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with input for every command but generate, and an untrained model."""
    folder = tmp_path_factory.mktemp("material")
    random = np.random.default_rng(0)
    for fold in (1, 2):
        for label in ("high", "low"):
            (folder / f"data/fold_{fold}/{label}").mkdir(parents=True)
            soundfile.write(folder / f"data/fold_{fold}/{label}/a.wav", random.uniform(-0.5, 0.5, 4000), 8000)
    spectrograms = waves()
    spectrograms.save(folder / "s.nc")
    vectors = random.normal(size=(24, 5)) + np.arange(24)[:, np.newaxis] % 3
    columns = {name: getattr(spectrograms, name) for name in ("label_nominal", "label_numeric", "cv_folds")}
    # Long, so that predictions take more than a kilobyte.
    files = [f"{'long' * 20} {index}.wav" for index in range(24)]
    from_columns(vectors, ["generated"], filename=files, **columns).save(folder / "v.nc")
    names, chunks = np.repeat(spectrograms.filename[:12], 2), np.arange(24) % 2
    from_columns(vectors, ["generated"], filename=names, chunk_nr=chunks).save(folder / "chunks.nc")
    export(folder / "v.nc", folder / "tables", "csv")
    settings = SpectrogramConfig(mel_spectrum=8, fixed_length=0.5)
    with preprocess(folder / "data", folder / "model" / "s.nc", settings) as recordings:
        logs = save_random_model(folder / "model" / "logs", TimeAutoencoderConfig(num_units=3), recordings)
        (generated,) = generate(logs, recordings)
        train_classifier(generated, SVMConfig(complexity=1), folder / "model" / "classifier", seed=1)
    return folder
