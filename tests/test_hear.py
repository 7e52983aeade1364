"""HEAR's common interface."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import tensorflow as tf

from audeep import FrequencyAutoencoderConfig, SpectrogramConfig, TimeAutoencoderConfig, hear, preprocess
from audeep.backend.errors import AudioError, ModelError
from audeep.backend.training.architecture import Architecture
from tests.helpers.models import save_random_model

RATES = [16000, *(pytest.param(rate, marks=pytest.mark.long) for rate in (22050, 44100, 48000))]
NOISE = np.random.default_rng(0).uniform(-1, 1, (2, 40_000)).astype(np.float32)


def make(folder: Path, rate: int, architecture: Architecture | None = None) -> Path:
    """Write a model of recordings of half a second."""
    (folder / "data").mkdir()
    soundfile.write(folder / "data/a.wav", NOISE[0, : rate // 2], rate)
    config = SpectrogramConfig(mel_spectrum=8, fixed_length=0.5)
    data = preprocess(folder / "data", folder / "s.nc", config, parser="NoMetadataParser")
    return save_random_model(folder / "logs", architecture or TimeAutoencoderConfig(num_units=4), data)


@pytest.mark.parametrize("rate", RATES)
def test_shapes_types_and_times(rate: int, tmp_path: Path) -> None:
    model = hear.load_model(str(make(tmp_path, rate)))
    assert isinstance(model, tf.Module)
    assert (model.sample_rate, model.scene_embedding_size, model.timestamp_embedding_size) == (rate, 4, 4)
    for seconds in (0.13, 0.5, 1.07):
        audio = tf.random.stateless_uniform((2, int(seconds * rate)), (1, 2), -1, 1)
        embeddings, timestamps = hear.get_timestamp_embeddings(audio, model)
        scenes = hear.get_scene_embeddings(audio, model)
        assert [item.dtype for item in (embeddings, timestamps, scenes)] == [tf.float32] * 3
        # Every 50 ms, from the start to the end.
        count = 1 + int(seconds * 20)
        np.testing.assert_array_equal(timestamps, [50.0 * np.arange(count)] * 2)
        assert embeddings.shape == (2, count, 4)
        assert scenes.shape == (2, 4)
        assert np.abs(scenes[0] - scenes[1]).max() > 1e-6


def test_embeddings_are_those_of_excerpts(tmp_path: Path) -> None:
    model = hear.load_model(str(make(tmp_path, 16000)))
    embed, sounds = model.embedding.embed, NOISE[:, :18000]
    embeddings, timestamps = hear.get_timestamp_embeddings(sounds, model)
    assert timestamps[0, 10] == 500
    np.testing.assert_allclose(embeddings[1, 10], embed(sounds[1, 4000:12000], 16000), atol=1e-6)
    np.testing.assert_allclose(embeddings[1, 0], embed(np.pad(sounds[1, :4000], (4000, 0)), 16000), atol=1e-6)
    scenes = hear.get_scene_embeddings(sounds, model)
    excerpts = [sounds[0, start : start + 8000] for start in (0, 5000, 10000)]
    np.testing.assert_allclose(scenes[0], embed(excerpts, 16000).mean(axis=0), atol=1e-6)
    short = hear.get_scene_embeddings(sounds[:, :3000], model)
    np.testing.assert_allclose(short[1], embed(sounds[1, :3000], 16000), atol=1e-6)


def test_sequences_are_averaged(tmp_path: Path) -> None:
    architecture = FrequencyAutoencoderConfig(num_units=3, freq_window_width=4, freq_window_overlap=2)
    model = hear.load_model(str(make(tmp_path, 16000, architecture)))
    scene = hear.get_scene_embeddings(NOISE[:, :8000], model)
    np.testing.assert_allclose(scene[0], model.embedding.embed(NOISE[0, :8000], 16000).mean(axis=0), atol=1e-6)


def test_what_hear_cannot_use(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="at 8000 Hz; HEAR expects one of 16000, 22050, 44100, 48000"):
        hear.load_model(str(make(tmp_path, 8000)))
    model = hear.Model(hear.load_embedding_model(tmp_path / "logs"))
    with pytest.raises(AudioError, match=r"`audio` has the shape \(3,\); expected \(sounds, samples\)"):
        hear.get_scene_embeddings(np.zeros(3), model)
    with pytest.raises(AudioError, match="`audio` contains NaN"):
        hear.get_scene_embeddings(np.full((1, 4000), np.nan), model)


@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("hearvalidator") is None, reason="hearvalidator is not installed")
def test_the_validator_is_content(tmp_path: Path) -> None:
    # In a process of its own, because it imports PyTorch.
    command = [sys.executable, "-m", "hearvalidator.validate", "audeep.hear", "--model", make(tmp_path, 16000)]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    )
    assert result.stdout.endswith("Looks good!\n"), result.stderr
