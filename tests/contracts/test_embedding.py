"""What holds for the vectors of every kind of model, however its input is given."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from audeep import DataSet, SpectrogramConfig, generate, load_model, preprocess
from audeep.backend.embedding.model import EmbeddingModel
from audeep.backend.training.architecture import ARCHITECTURES, architecture_class
from tests.cli.conftest import (
    Run,
    run,  # noqa: F401
)
from tests.contracts.test_models import SMALL
from tests.helpers.models import save_random_model
from tests.helpers.selection import long_except

#: Spectrograms of 9 frames and 6 bands.
SETTINGS = {"mel_spectrum": 6, "fixed_length": 0.2, "sample_rate": 8000}
CLOSE = {"rtol": 1e-6, "atol": 1e-6}


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Write recordings of various lengths, two of them in stereo, one with another sample rate."""
    folder, random = tmp_path_factory.mktemp("recordings"), np.random.default_rng(0)
    for number in range(7):
        shape = (1000 + 300 * number, 2) if number in (2, 5) else (1000 + 300 * number,)
        rate = 11025 if number == 3 else 8000
        soundfile.write(folder / f"{number}.wav", random.normal(0, 0.2, shape), rate, subtype="FLOAT")
    return sorted(folder.iterdir())


# The tests of `backend/embedding` are of a time-recurrent autoencoder.
@pytest.fixture(scope="module", params=long_except(ARCHITECTURES, "f-rae", "dictionary", "contrastive"))
def embedding(
    request: pytest.FixtureRequest, recordings: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, EmbeddingModel, DataSet]:
    """Make a model of each kind: its folder, the model, and the spectrograms of the recordings."""
    folder = tmp_path_factory.mktemp("model")
    settings = SETTINGS | {
        name: value
        for name, value in architecture_class(request.param).wanted_spectrograms.items()
        if name in ("reference", "scale")
    }
    data = preprocess(
        recordings[0].parent, folder / "s.nc", SpectrogramConfig(**settings), parser="NoMetadataParser"
    )
    assert data.feature_shape == (9, 6)
    logs = save_random_model(folder / "logs", SMALL[request.param], data)
    return logs, load_model(logs), data


def test_numbers_are_the_same_however_a_recording_is_given(
    embedding: tuple[Path, EmbeddingModel, DataSet], recordings: list[Path]
) -> None:
    logs, model, data = embedding
    [expected] = generate(logs, data)
    vectors = expected.features.values
    assert len(np.unique(vectors.reshape(7, -1).round(3), axis=0)) == 7
    np.testing.assert_allclose(model.embed(data), vectors, **CLOSE)
    np.testing.assert_allclose(model.embed(recordings), vectors, **CLOSE)
    assert model.shape == expected.feature_shape
    assert model.size == expected.feature_shape[-1]
    for path, vector in zip(recordings, vectors, strict=True):
        samples, rate = soundfile.read(path)
        np.testing.assert_allclose(model.embed(path), vector, **CLOSE)
        np.testing.assert_allclose(model.embed(str(path)), vector, **CLOSE)
        np.testing.assert_allclose(model.embed(samples, rate), vector, **CLOSE)
    several = [soundfile.read(recordings[number])[0] for number in (2, 0)]
    np.testing.assert_allclose(model.embed(several, sample_rate=8000), vectors[[2, 0]], **CLOSE)
    small = load_model(logs, batch_size=2)
    np.testing.assert_allclose(small.embed(recordings), vectors, **CLOSE)


def test_and_on_the_command_line(
    embedding: tuple[Path, EmbeddingModel, DataSet],
    recordings: list[Path],
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    logs, model, _ = embedding
    code, stdout, _ = run("-q", "embed", "--model-dir", logs, *recordings)
    header, *rows = csv.reader(io.StringIO(stdout))
    assert code == 0
    assert header == ["filename", *(f"feature_{number}" for number in range(np.prod(model.shape)))]
    assert [name for name, *_ in rows] == list(map(str, recordings))
    printed = np.array([row[1:] for row in rows], float).reshape(-1, *model.shape)
    np.testing.assert_allclose(printed, model.embed(recordings), **CLOSE)


def test_windows_are_excerpts(embedding: tuple[Path, EmbeddingModel, DataSet], tmp_path: Path) -> None:
    _, model, _ = embedding
    samples = np.random.default_rng(1).normal(0, 0.2, (5000, 2)).astype(np.float32)
    soundfile.write(tmp_path / "x.wav", samples, 8000, subtype="FLOAT")
    times, vectors = model.embed_windows(tmp_path / "x.wav", window=0.15, hop=0.1)
    # The last one, from 4000 to 5200, is not complete.
    np.testing.assert_allclose(times, np.arange(6) / 10)
    for time, vector in zip(times, vectors, strict=True):
        start = round(8000 * time)
        np.testing.assert_allclose(vector, model.embed(samples[start : start + 1200], 8000), **CLOSE)
    # Without a window, that of training; of an array as of a file; resampled as a whole.
    times, vectors = model.embed_windows(samples, 11025, hop=0.1)
    resampled = soxr.resample(samples, 11025, 8000)
    expected = [resampled[start : start + 1600] for start in range(0, 3200, 800)]
    np.testing.assert_allclose(times, [0, 0.1, 0.2, 0.3])
    np.testing.assert_allclose(vectors, model.embed(expected, 8000), **CLOSE)


def test_blocks_of_any_size_make_the_same_stream(embedding: tuple[Path, EmbeddingModel, DataSet]) -> None:
    _, model, _ = embedding
    samples = np.random.default_rng(1).normal(0, 0.2, 5000).astype(np.float32)
    times, vectors = model.embed_windows(samples, 11025, hop=0.07)
    stream = model.stream(11025, hop=0.07, jobs=1)
    parts = [stream.push(block) for block in np.split(samples, [0, 1, 700, 3000, 3001, 4990])]
    assert sum(len(starts) for starts, _ in parts) > 1
    parts.append(stream.finish())
    np.testing.assert_array_equal(np.concatenate([starts for starts, _ in parts]), times)
    np.testing.assert_allclose(np.concatenate([part for _, part in parts]), vectors, **CLOSE)


def test_the_encoder_is_a_model_of_keras(embedding: tuple[Path, EmbeddingModel, DataSet]) -> None:
    _, model, data = embedding
    np.testing.assert_allclose(model.encoder(data.features.values), model.embed(data), **CLOSE)


def test_a_model_tells_what_it_is(embedding: tuple[Path, EmbeddingModel, DataSet]) -> None:
    logs, model, data = embedding
    [representations] = generate(logs, data)
    assert model.models == representations.models == [json.loads(representations.attrs["model"])]
    assert (model.sample_rate, model.window) == (8000, 0.2)
    assert [settings.to_dict() for settings in model.spectrograms] == [data.spectrograms]
    assert repr(model).startswith(f"<EmbeddingModel {model.models[0]['kind']}: ")
