"""Loaded models: what they take, what they refuse, and several side by side."""

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from threadpoolctl import threadpool_info, threadpool_limits

from audeep import (
    AudeepError,
    DictionaryConfig,
    FrequencyAutoencoderConfig,
    TimeAutoencoderConfig,
    fuse,
    fuse_chunks,
    generate,
    load_model,
    reconstruct,
)
from audeep.backend.errors import AudioError, ModelError, OptionError
from audeep.testing import make_data_set
from tests.backend.embedding.conftest import MakeModel
from tests.helpers.audio import write_unusable
from tests.helpers.models import save_random_model

NOISE = np.random.default_rng(0).uniform(-0.5, 0.5, 1600)


@pytest.fixture(scope="module")
def sequences(make_model: MakeModel) -> Path:
    """Write a model that gives a vector for each frame."""
    architecture = FrequencyAutoencoderConfig(num_units=2, freq_window_width=3, freq_window_overlap=1)
    return make_model(architecture, fixed_length=0.2)[0]


def test_several_models_are_side_by_side(folder: Path, logs: Path, make_model: MakeModel) -> None:
    architecture = DictionaryConfig(num_kernels=2, kernel_shapes=["3x3"], num_bands=1)
    other, data = make_model(architecture, fixed_length=0.1, sample_rate=11025)
    both, one, two = load_model([logs, other]), load_model(logs), load_model([other])
    paths = sorted(folder.glob("*.*"))
    expected = np.concatenate([one.embed(paths), two.embed(paths)], axis=1)
    np.testing.assert_allclose(both.embed(paths), expected, rtol=1e-6, atol=1e-6)
    assert (both.size, both.sample_rate, both.window) == (one.size + two.size, 11025, 0.1)
    assert both.models == one.models + two.models
    assert repr(both) == f"<EmbeddingModel t-rae + dictionary: a recording becomes {both.size} values>"
    with pytest.raises(OptionError, match="there are 2 models; load only the one that you want to use"):
        _ = both.encoder
    # Both have windows of 0.1 s, and their own sample rates.
    times, vectors = both.embed_windows(NOISE, 8000, hop=0.03)
    for model, part in ((one, vectors[:, : one.size]), (two, vectors[:, one.size :])):
        starts, alone = model.embed_windows(NOISE, 8000, window=0.1, hop=0.03)
        np.testing.assert_array_equal(starts, times)
        np.testing.assert_allclose(part, alone, rtol=1e-6, atol=1e-6)
    # Spectrograms of different settings are of one of the models alone.
    with pytest.raises(ModelError, match="was trained on spectrograms with"):
        both.embed(data)


def test_several_models_are_fused_data_sets(make_model: MakeModel) -> None:
    (first, data), (second, _) = (make_model(fixed_length=0.2, seed=seed) for seed in (0, 1))
    fused = fuse([generate(folder, data)[0] for folder in (first, second)])
    both = load_model([first, second])
    assert fused.models == both.models
    np.testing.assert_allclose(both.embed(data), fused.features.values, rtol=1e-6, atol=1e-6)


def test_sequences_stay_sequences(folder: Path, sequences: Path, logs: Path) -> None:
    model = load_model(sequences)
    assert (model.shape, model.size) == ((9, 2), 2)
    assert model.embed(folder / "a.wav").shape == (9, 2)
    assert model.embed([folder / "a.wav", folder / "b.flac"]).shape == (2, 9, 2)
    assert model.embed_windows(NOISE, 8000, hop=0.1)[1].shape == (1, 9, 2)
    with pytest.raises(
        ModelError, match="gives a sequence of vectors for each recording, which cannot be put beside"
    ):
        load_model([logs, sequences])


def test_chunks_are_averaged(folder: Path, make_model: MakeModel) -> None:
    logs, data = make_model(chunk_length=0.08, chunk_count=2)
    model = load_model(logs)
    chunks = model.embed(data)
    assert (len(data), chunks.shape, model.window) == (10, (10, 3), 0.18)
    expected = chunks.reshape(5, 2, 3).mean(axis=1)
    paths = [folder / name for name in data.filename[::2]]
    np.testing.assert_allclose(model.embed(paths), expected, rtol=1e-6, atol=1e-6)
    # A window of all chunks, without what follows them.
    _, vectors = model.embed_windows(paths[0], hop=1)
    np.testing.assert_allclose(vectors, expected[:1], rtol=1e-6, atol=1e-6)


def test_channels_are_averaged(make_model: MakeModel) -> None:
    model = load_model(make_model(fixed_length=0.2, channels="EACH")[0])
    other = np.random.default_rng(1).uniform(-0.5, 0.5, 1600)
    each = model.embed([NOISE, other], 8000)
    assert np.abs(each[0] - each[1]).max() > 1e-3
    both = model.embed(np.column_stack([NOISE, other]), 8000)
    np.testing.assert_allclose(both, each.mean(axis=0), rtol=1e-6, atol=1e-6)


def test_chunks_that_were_joined_before_training(folder: Path, make_model: MakeModel, tmp_path: Path) -> None:
    _, data = make_model(chunk_length=0.08, chunk_count=2)
    joined = fuse_chunks(data, {"dimension": "time"}).in_memory()
    logs = save_random_model(tmp_path, TimeAutoencoderConfig(num_units=3), joined)
    model = load_model(logs)
    paths = [folder / name for name in joined.filename]
    np.testing.assert_allclose(model.embed(paths), model.embed(joined), rtol=1e-6, atol=1e-6)


def test_without_a_fixed_length_recordings_are_as_long_as_in_training(folder: Path, make_model: MakeModel) -> None:
    logs, data = make_model()
    model = load_model(logs)
    assert model.window == 0.2
    np.testing.assert_allclose(model.embed([folder / name for name in data.filename]), model.embed(data), atol=1e-6)
    with pytest.raises(AudioError, match=r"recording 1 gives spectrograms of 19 windows x 6 bands, .* 0\.2 s long"):
        model.embed([NOISE, np.tile(NOISE, 2)], 8000)
    for window in (0.1, 0.3):
        with pytest.raises(OptionError, match=f"`window` must be 0.2 s, .*, not {window} s"):
            model.stream(8000, window=window)
    times, vectors = model.embed_windows(np.tile(NOISE, 3)[:4000], 8000, hop=0.2)
    np.testing.assert_allclose(times, [0, 0.2, 0.4])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-6)
    # Padded at its end.
    expected = model.embed(np.concatenate([NOISE[:800], np.zeros(800)]), 8000)
    np.testing.assert_allclose(vectors[2], expected, atol=1e-6)


def test_longer_windows_than_the_model_hears_are_refused(logs: Path) -> None:
    with pytest.raises(OptionError, match=r"`window` must be at most 0\.2 s, .*logs was trained on, not 0\.3 s"):
        load_model(logs).embed_windows(NOISE, 8000, window=0.3)


def test_a_recording_of_another_length_is_padded_where_preprocess_does_it(make_model: MakeModel) -> None:
    logs, _ = make_model(fixed_length=0.2, center_fixed=True)
    model, half = load_model(logs), NOISE[:800]
    expected = model.embed(np.concatenate([np.zeros(400), half, np.zeros(400)]), 8000)
    np.testing.assert_allclose(model.embed(half, 8000), expected, atol=1e-6)
    np.testing.assert_allclose(model.embed_windows(half, 8000)[1][0], expected, atol=1e-6)


def test_what_cannot_be_read_is_named(folder: Path, logs: Path, tmp_path: Path) -> None:
    model = load_model(logs)
    for name, reason in write_unusable(tmp_path).items():
        path = tmp_path / name
        with pytest.raises(AudioError) as error:
            model.embed([folder / "a.wav", path])
        assert str(error.value).startswith(f"{path} {reason}")
        with pytest.raises(AudioError) as error:
            model.embed_windows(path)
        assert str(error.value).startswith(f"{path} {reason}")


def test_an_error_leaves_no_limit_on_threads(folder: Path, logs: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.wav").touch()
    with threadpool_limits(2):
        before = threadpool_info()
        # The error is kept, and with it all that its traceback refers to.
        with pytest.raises(AudioError) as error:
            load_model(logs, batch_size=1).embed([tmp_path / "bad.wav", *[folder / "a.wav"] * 3])
        assert threadpool_info() == before
    del error


@pytest.mark.parametrize(
    ("data", "sample_rate", "problem"),
    [
        (NOISE, None, "`sample_rate` is required for samples in an array"),
        (NOISE, 0, "`sample_rate`: must be at least 1 and at most 10000000, not 0"),
        ("a.wav", 8000, "`sample_rate` is only for samples in an array; audio files have their own"),
        ([1.0, 2.0], 8000, "expected paths or arrays of recordings, got float"),
        (
            (NOISE * 9).astype(np.int16),
            8000,
            r"recording 0 has samples of type int16; expected floats in \[-1, 1\]",
        ),
        (np.zeros(0), 8000, "recording 0 has no samples$"),
        (np.zeros((2, 1600)), 8000, r"\(2, 1600\); .* \(samples, channels\): transpose it, or give .* as a list"),
        (np.zeros((2, 2, 2)), 8000, r"has the shape \(2, 2, 2\)"),
        (np.full(1600, np.nan), 8000, "contains NaN, or samples of magnitude"),
        (np.full(1600, 1e300), 8000, "contains NaN, or samples of magnitude"),
    ],
)
def test_what_is_no_recording(data: Any, sample_rate: int | None, problem: str, logs: Path) -> None:
    model = load_model(logs)
    with pytest.raises(AudeepError, match=problem):
        model.embed(data, sample_rate)


def test_reconstructions_are_those_of_the_model(make_model: MakeModel) -> None:
    logs, data = make_model(fixed_length=0.2)
    expected = reconstruct(logs, data).features.values
    np.testing.assert_allclose(load_model(logs).reconstruct(data).features.values, expected, atol=1e-6)


def test_none_is_an_empty_matrix(logs: Path) -> None:
    assert load_model(logs).embed([]).shape == (0, 3)
    times, vectors = load_model(logs).stream(8000).finish()
    assert (times.shape, vectors.shape) == ((0,), (0, 3))


def test_options_of_generation(logs: Path, tmp_path: Path) -> None:
    model = load_model(logs, step=1, pooling="mean-std", layers=[1])
    assert model.size == 6
    assert model.models[0]["generation"] == {"pooling": "MEAN_STD", "layers": [1]}
    for options, problem in (
        ({"pool": "mean"}, "a t-rae model has no parameter `pool`; did you mean `pooling`"),
        ({"steps": 1}, "`steps`: expected a single `step`"),
        ({"scheduler": "tcp://here:8786"}, "`scheduler` is an argument of `embed`, not of `load_model`"),
        ({"layers": [1]}, "`layers` requires a `pooling` other than FINAL"),
        ({"pooling": "max", "layers": [2]}, "`layers`: 2 is out of range"),
    ):
        with pytest.raises(OptionError, match=problem):
            load_model(logs, **options)
    with pytest.raises(ModelError, match="no model of step 2; available steps: 1"):
        load_model(logs, step=2)
    with pytest.raises(OptionError, match="`model_dir`: expected at least one model folder"):
        load_model([])
    with pytest.raises(ModelError, match="there is no folder"):
        load_model(tmp_path / "none")


def test_a_model_of_other_data_takes_data_sets_alone(tmp_path: Path) -> None:
    data = make_data_set(4, time=3, freq=2)
    model = load_model(save_random_model(tmp_path, TimeAutoencoderConfig(num_units=3), data))
    assert model.embed(data).shape == (4, 3)
    with pytest.raises(
        ModelError, match=r"model\.json has no spectrogram settings, because the model was not trained"
    ):
        model.embed(NOISE, 8000)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"mel_spectrum": "many"}, "is damaged: spectrograms: `mel_spectrum`: 'many' is not a whole number"),
        ({"sample_rate": None}, "is damaged: spectrograms: sample_rate is missing"),
        ({"scale": "DATA_SET"}, "is damaged: spectrograms: scale_range is missing"),
    ],
)
def test_settings_that_are_damaged(changes: dict[str, Any], problem: str, make_model: MakeModel) -> None:
    logs, _ = make_model(fixed_length=0.2)
    description = json.loads((logs / "model.json").read_text())
    description["spectrograms"] |= changes
    (logs / "model.json").write_text(json.dumps(description))
    with pytest.raises(ModelError, match=problem):
        load_model(logs).embed(NOISE, 8000)


def test_a_stream_that_changes_its_mind(logs: Path) -> None:
    stream = load_model(logs).stream(8000)
    stream.push(NOISE.tolist())
    with pytest.raises(AudioError, match="has blocks of 1 and of 2 channels"):
        stream.push(np.zeros((1, 2)))
    stream.finish()
    with pytest.raises(OptionError, match="the stream is finished"):
        stream.push(NOISE)
    with pytest.raises(OptionError, match="the stream is finished"):
        stream.finish()
    with pytest.raises(OptionError, match="`sample_rate`: 'fast' is not a whole number"):
        load_model(logs).stream("fast")  # type: ignore[arg-type]


def test_no_jobs(logs: Path) -> None:
    model = load_model(logs)
    for embed in (model.embed, model.embed_windows):
        with pytest.raises(OptionError, match="`jobs`: must be at least 1, not 0"):
            embed(NOISE, 8000, jobs=0)


def test_a_long_recording_is_not_read_whole(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("audeep.backend.embedding.samples.BLOCK_VALUES", 1000)
    monkeypatch.setattr("audeep.backend.embedding.samples.read_samples", None)
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, (10_000, 2))
    soundfile.write(tmp_path / "x.wav", samples, 11025, subtype="FLOAT")
    model, held = load_model(logs), []
    push = type(model.stream(8000)).push

    def watched(stream: Any, block: np.ndarray) -> Any:
        result = push(stream, block)
        held.extend(len(resampled.samples) for resampled in stream._resampled)
        return result

    monkeypatch.setattr("audeep.backend.embedding.stream.Stream.push", watched)
    with caplog.at_level(logging.WARNING, "audeep"):
        times, vectors = model.embed_windows(tmp_path / "x.wav", hop=0.05)
    assert len(held) == 20
    # No more than a window and a block.
    assert max(held) < 1600 + 500
    expected, same = model.embed_windows(samples, 11025, hop=0.05)
    np.testing.assert_array_equal(times, expected)
    np.testing.assert_allclose(vectors, same, atol=1e-6)
    assert not caplog.records
