"""What holds for models of recordings of any length, wherever a model can be used."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import tensorflow as tf

from audeep import DataSet, SpectrogramConfig, describe_model, generate, hear, load_model, preprocess
from audeep.backend.autoencoders.architectures import RecurrentArchitecture, TimeAutoencoderConfig
from audeep.backend.autoencoders.reconstruction import reconstruct, reconstruction_errors
from audeep.backend.autoencoders.report import report_reconstructions
from audeep.backend.data.data_set import from_columns, load
from audeep.backend.deployment.config import ModelFormat
from audeep.backend.deployment.export import LOADERS, export_model
from audeep.backend.embedding.model import EmbeddingModel
from audeep.backend.errors import AudioError, ModelError, OptionError
from audeep.backend.training import checkpoints, records
from audeep.backend.training.architecture import ARCHITECTURES, architecture_class
from audeep.backend.training.session import train
from audeep.backend.training.validation import make_validation
from tests.cli.conftest import (
    Run,
    run,  # noqa: F401
)
from tests.contracts.test_models import SMALL
from tests.helpers.models import save_random_model
from tests.helpers.selection import long_except

#: Spectrograms of 4 to 12 frames and 6 bands.
SETTINGS = {"mel_spectrum": 6, "sample_rate": 8000, "window_width": 0.04, "window_overlap": 0.02}
SAMPLES = [900, 2100, 1300, 1700]
CLOSE = {"rtol": 1e-5, "atol": 1e-5}
#: Those that give a vector for each recording.
VECTORS = [kind for kind in ARCHITECTURES if kind != "f-rae"]
AUTOENCODERS = [kind for kind in ARCHITECTURES if isinstance(SMALL[kind], RecurrentArchitecture)]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Write recordings of various lengths."""
    folder, random = tmp_path_factory.mktemp("recordings"), np.random.default_rng(0)
    for number, samples in enumerate(SAMPLES):
        soundfile.write(folder / f"{number}.wav", random.normal(0, 0.2, samples), 8000, subtype="FLOAT")
    return sorted(folder.iterdir())


def model_of(kind: str, recordings: list[Path], folder: Path, **settings: Any) -> tuple[Path, DataSet]:
    """Write a model with random weights, and the spectrograms of the recordings."""
    wanted = architecture_class(kind).wanted_spectrograms
    chosen = {name: value for name, value in wanted.items() if name in ("reference", "scale")}
    config = SpectrogramConfig(**(SETTINGS | chosen | settings))
    data = preprocess(recordings[0].parent, folder / "s.nc", config, parser="NoMetadataParser")
    assert data.lengths is not None
    return save_random_model(folder / "logs", SMALL[kind], data), data


@pytest.mark.parametrize("kind", long_except(VECTORS, "t-rae", "contrastive"))
def test_recordings_become_the_vectors_of_their_spectrograms(
    kind: str, recordings: list[Path], tmp_path: Path
) -> None:
    logs, data = model_of(kind, recordings, tmp_path)
    [expected] = generate(logs, data)
    vectors = expected.features.values
    assert len(np.unique(vectors.round(3), axis=0)) == len(SAMPLES)
    for model in (load_model(logs), load_model(logs, batch_size=3)):
        assert (model.shape, model.window) == (vectors.shape[1:], None)
        np.testing.assert_allclose(model.embed(recordings), vectors, **CLOSE)
        np.testing.assert_allclose(model.embed(data), vectors, **CLOSE)
    for path, vector in zip(recordings, vectors, strict=True):
        np.testing.assert_allclose(model.embed(path), vector, **CLOSE)
    check_windows(model)
    with pytest.raises(AudioError, match="is too short"):
        model.embed(np.zeros(100), 8000)


def check_windows(model: EmbeddingModel) -> None:
    """Check that windows may have any length, and are excerpts, the last of them padded with silence."""
    samples = np.random.default_rng(1).normal(0, 0.2, 3000).astype(np.float32)
    times, vectors = model.embed_windows(samples, 8000, window=0.15, hop=0.1)
    np.testing.assert_allclose(times, [0, 0.1, 0.2, 0.3])
    excerpts = [samples[start : start + 1200] for start in (0, 800, 1600)]
    excerpts.append(np.pad(samples[2400:], (0, 600)))
    np.testing.assert_allclose(vectors, model.embed(excerpts, 8000), **CLOSE)
    with pytest.raises(OptionError, match=r"`window` is needed, because .* takes recordings of any length"):
        model.embed_windows(samples, 8000)
    with pytest.raises(OptionError, match=r"`window` must be at least 0\.04 s"):
        model.embed_windows(samples, 8000, window=0.03)


def test_a_vector_for_each_frame_is_left_to_generate(recordings: list[Path], tmp_path: Path) -> None:
    logs, data = model_of("f-rae", recordings, tmp_path)
    with pytest.raises(ModelError, match="gives a vector for each frame; use 'audeep f-rae generate'"):
        load_model(logs)
    [vectors] = generate(logs, data)
    assert vectors.lengths is not None
    assert describe_model(logs)["vector_dimensions"] == {
        "generated_0": None,
        "generated_1": vectors.feature_shape[-1],
    }


def test_partial_chunks_count_as_much_as_whole_ones(recordings: list[Path], tmp_path: Path) -> None:
    logs, data = model_of("t-rae", recordings, tmp_path, chunk_length=0.1, keep_partial_chunks=True)
    [vectors] = generate(logs, data)
    expected = [vectors.features.values[data.filename == path.name].mean(axis=0) for path in recordings]
    np.testing.assert_allclose(load_model(logs).embed(recordings), expected, **CLOSE)


def test_scenes_are_taken_whole_and_timestamps_have_a_second(recordings: list[Path], tmp_path: Path) -> None:
    logs, _ = model_of("t-rae", recordings, tmp_path, sample_rate=16000)
    model = hear.load_model(str(logs))
    sounds = np.random.default_rng(1).normal(0, 0.2, (2, 3200)).astype(np.float32)
    np.testing.assert_allclose(hear.get_scene_embeddings(sounds, model), model.embedding.embed([*sounds], 16000))
    vectors, times = hear.get_timestamp_embeddings(sounds, model)
    assert times.numpy().tolist() == 2 * [[0, 50, 100, 150, 200]]
    excerpt = np.pad(sounds[1], (8000, 16000))[800:16800]
    np.testing.assert_allclose(vectors[1, 1], model.embedding.embed(excerpt, 16000), **CLOSE)


@pytest.mark.parametrize(
    ("kind", "format"),
    [
        ("f-rae", "onnx"),
        *(pytest.param(kind, "keras", marks=pytest.mark.long) for kind in ARCHITECTURES),
    ],
)
def test_exported_models_take_any_length(kind: str, format: str, recordings: list[Path], tmp_path: Path) -> None:
    if format == "onnx":
        pytest.importorskip("tf2onnx")
    logs, data = model_of(kind, recordings, tmp_path)
    [vectors] = generate(logs, data)
    path = tmp_path / f"encoder.{format}"
    facts = export_model(logs, path, {"format": format})
    assert facts["input_shape"] == [None, None, 6]
    exported = LOADERS[ModelFormat[format.upper()]](path)
    for spectrogram, vector in zip(data.instances(), vectors.instances(), strict=True):
        np.testing.assert_allclose(exported(spectrogram[np.newaxis])[0], vector, **CLOSE)
    with pytest.raises(ModelError, match="`from_audio`: the model was trained on recordings of different lengths"):
        export_model(logs, tmp_path / "samples.keras", {"from_audio": True})


@pytest.mark.parametrize("kind", long_except(AUTOENCODERS, "f-rae"))
def test_reconstructions_are_as_long_as_the_recordings(kind: str, recordings: list[Path], tmp_path: Path) -> None:
    logs, data = model_of(kind, recordings, tmp_path)
    reconstruct(logs, data).save(tmp_path / "r.nc")
    ((_, model),) = checkpoints.load_models(logs, None)
    with load(tmp_path / "r.nc") as reconstruction:
        assert reconstruction.lengths is not None
        assert reconstruction.lengths.tolist() == data.lengths.tolist()  # type: ignore[union-attr]
        errors = reconstruction_errors(data, reconstruction)
    # Two are enough, since eager recurrent layers are slow.
    for spectrogram, error in [*zip(data.instances(), errors, strict=True)][:2]:
        outputs = model(tf.constant(spectrogram[np.newaxis]))
        assert error == pytest.approx(float(model.loss(model.sums(outputs))), abs=1e-5)
    table = report_reconstructions(logs, data, tmp_path / "report", {"instances": [0, 1]})
    np.testing.assert_allclose(table.sort_values("index")["error"], errors, atol=1e-6)


@pytest.mark.parametrize("kind", ["t-rae", "contrastive"])
def test_the_validation_loss_is_that_of_all_instances(kind: str, recordings: list[Path], tmp_path: Path) -> None:
    _, data = model_of(kind, recordings, tmp_path)
    assert data.lengths is not None
    model = SMALL[kind].make((None, 6))
    with records.written([data], None, seed=1) as paths:
        validate = make_validation(model, paths, len(data), len(data), data.lengths)
        together, again = validate(), validate()
        assert together == again
        if kind == "t-rae":
            outputs = model(tf.constant(data.features.values), lengths=tf.constant(data.lengths, tf.int32))
            assert together == pytest.approx(float(model.loss(model.sums(outputs))), rel=1e-5)


@pytest.mark.long
def test_training_leaves_the_same_report(recordings: list[Path], run: Run, tmp_path: Path) -> None:  # noqa: F811
    _, data = model_of("t-rae", recordings, tmp_path)
    config = {"num_epochs": 2, "validation_fraction": 0.25, "early_stopping": 5}
    logs = train(data, tmp_path / "run", TimeAutoencoderConfig(num_units=2), config, seed=1)
    facts = describe_model(logs)
    assert facts["feature_dimensions"] == {"time": None, "freq": 6}
    assert facts["vector_dimensions"] == {"generated": 2}
    assert facts["validation_loss"] > 0
    assert "time (any) x freq (6)" in (logs.parent / "README.md").read_text()
    assert (logs / "projector" / "spectrograms.png").exists()
    _, out, _ = run("inspect", "model", "--model-dir", logs)
    assert "time: any" in out
    code, _, err = run("embed", "--model-dir", logs, "--hop", "0.1", *recordings)
    assert code == 2
    assert "--window is needed" in err


def test_what_is_beyond_the_length_does_not_count(tmp_path: Path) -> None:
    features = np.random.default_rng(1).uniform(-1, 1, (3, 7, 6))
    data = from_columns(features, ["time", "freq"], filename=["a", "b", "c"], length=[7, 3, 5])
    changed = features.copy()
    changed[1, 3:], changed[2, 5:] = 0.5, -0.2
    other = from_columns(changed, ["time", "freq"], filename=["a", "b", "c"], length=[7, 3, 5])
    logs = save_random_model(tmp_path / "logs", TimeAutoencoderConfig(num_units=3), data)
    ours, theirs = (reconstruction_errors(item, reconstruct(logs, item)) for item in (data, other))
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
