"""Reconstructions, their errors, and the report on them."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
import tensorflow as tf

from audeep.backend.autoencoders import report
from audeep.backend.autoencoders.architectures import RecurrentArchitecture, TimeAutoencoderConfig
from audeep.backend.autoencoders.config import ReconstructionConfig
from audeep.backend.autoencoders.reconstruction import reconstruct, reconstruction_errors, run_freely
from audeep.backend.data.data_set import DataSet
from audeep.backend.data.features import InMemory
from audeep.backend.errors import DataError, ModelError, OptionError
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.training.architecture import ARCHITECTURES
from audeep.backend.training.checkpoints import load_models
from audeep.testing import make_data_set
from tests.cli.conftest import (
    Run,
    run,  # noqa: F401
)
from tests.contracts.test_models import SMALL
from tests.helpers.models import waves
from tests.helpers.saved_models import save_model
from tests.helpers.selection import long_except

SETTINGS = SpectrogramConfig(
    window_width=0.04, window_overlap=0.02, mel_spectrum=6, fixed_length=0.2, sample_rate=4000, clip_below=-60
)
AUTOENCODERS = [kind for kind in ARCHITECTURES if isinstance(SMALL[kind], RecurrentArchitecture)]
every_autoencoder = pytest.mark.parametrize("kind", long_except(AUTOENCODERS, "f-rae", "ft-rae"))


@pytest.fixture
def data() -> DataSet:
    data_set = waves()
    data_set.attrs["spectrograms"] = json.dumps(SETTINGS.to_dict())
    return data_set


@every_autoencoder
def test_errors_are_those_that_training_minimises(kind: str, data: DataSet, tmp_path: Path) -> None:
    logs = save_model(tmp_path, SMALL[kind], data)
    reconstruction = reconstruct(logs, data)
    assert reconstruction.source.shape == data.source.shape
    assert reconstruction.feature_dims == data.feature_dims
    assert reconstruction.filename.tolist() == data.filename.tolist()
    errors = reconstruction_errors(data, reconstruction)
    ((_, model),) = load_models(logs, None)
    for index in (0, 5):
        outputs = model(tf.constant(data.features.values[index : index + 1]))
        assert errors[index] == pytest.approx(float(model.loss(model.sums(outputs))), abs=1e-5)


@every_autoencoder
def test_frames_and_bands_are_in_the_order_of_the_input(kind: str, data: DataSet, tmp_path: Path) -> None:
    logs = save_model(tmp_path, SMALL[kind], data)
    ((_, model),) = load_models(logs, None)
    # The decoder reads the true previous step. Of a change of one point, only steps next to it can tell.
    changed = data.features.values[:1].copy()
    changed[0, 4, 3] += 0.5
    # The vector stays the same.
    for layer in (model.representation,):
        layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
    tf.train.Checkpoint(model=model).write(str(logs / "model-2"))
    before = reconstruct(logs, data.select(slice(1)), {"step": 2}).features.values[0]
    after = reconstruct(
        logs, data.select(slice(1)).with_features(InMemory(changed), data.feature_dims), {"step": 2}
    ).features.values[0]
    frames = np.flatnonzero(np.abs(after - before).max(axis=1) > 1e-7)
    if kind == "f-rae":
        assert frames.tolist() == [4]
    else:
        # Time runs backwards in the decoder.
        assert frames.size
        assert frames.max() <= 4


@every_autoencoder
def test_free_running_depends_on_the_vector_alone(kind: str, data: DataSet, tmp_path: Path) -> None:
    ((_, model),) = load_models(save_model(tmp_path, SMALL[kind], data), None)
    model.representation.set_weights([np.zeros_like(weight) for weight in model.representation.get_weights()])
    inputs = tf.constant(data.features.values)
    forced = model(inputs)["reconstruction"].numpy()
    assert np.ptp(forced, axis=0).max() > 1e-3
    run_freely(model)
    free = model(inputs)["reconstruction"].numpy()
    assert np.ptp(free, axis=0).max() < 1e-6


def test_free_running_with_a_bidirectional_decoder(data: DataSet, tmp_path: Path) -> None:
    architecture = TimeAutoencoderConfig(num_units=3, bidirectional_decoder=True)
    logs = save_model(tmp_path, architecture, data)
    assert reconstruct(logs, data).features.shape == data.features.shape
    with pytest.raises(OptionError, match="`free_running` is not possible with the bidirectional decoder"):
        reconstruct(logs, data, ReconstructionConfig(free_running=True))


@pytest.mark.parametrize("kind", [kind for kind in ARCHITECTURES if kind not in AUTOENCODERS])
def test_other_kinds_reconstruct_nothing(kind: str, data: DataSet, tmp_path: Path) -> None:
    logs = save_model(tmp_path, SMALL[kind], data)
    with pytest.raises(ModelError, match=f"contains a {kind} model, which reconstructs nothing; expected"):
        reconstruct(logs, data)


def test_data_that_do_not_fit(data: DataSet, tmp_path: Path) -> None:
    logs = save_model(tmp_path, SMALL["t-rae"], data)
    with pytest.raises(ModelError, match="trained on instances of shape"):
        reconstruct(logs, waves(bands=7))
    with pytest.raises(
        DataError, match=r"the reconstructions have shape \(24, 9, 6\); those in .* have \(3, 9, 6\)"
    ):
        reconstruction_errors(data.select(slice(3)), reconstruct(logs, data))


def test_the_report(run: Run, data: DataSet, tmp_path: Path) -> None:  # noqa: F811
    features = data.features.values.copy()
    # Unlike all others.
    features[7] = np.random.default_rng(0).choice([-1, 1], features[7].shape)
    odd = data.with_features(InMemory(features), data.feature_dims)
    odd = odd.with_columns(filename=np.array([f"a b/{name}" for name in data.filename], object))
    odd.save(tmp_path / "s.nc")
    logs = save_model(tmp_path / "logs", SMALL["t-rae"], odd)
    command = ("reconstruct", "--model-dir", logs, "--input", tmp_path / "s.nc", "--output", tmp_path / "out")
    code, out, _ = run(*command, "--instances", 7, 12, "--audio", "--seed", 1, "-f", "json")
    assert code == 0
    rows = json.loads(out)
    assert [row["index"] for row in rows[:1]] == [7]
    assert rows == sorted(rows, key=lambda row: -row["error"])
    table = pd.read_csv(tmp_path / "out" / "errors.csv")
    assert table["filename"].tolist() == [row["filename"] for row in rows]
    np.testing.assert_allclose(
        table["error"], reconstruction_errors(odd, reconstruct(logs, odd))[table["index"]], rtol=1e-5
    )
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "07-007.original.wav", "07-007.png", "07-007.reconstruction.wav",
        "12-012.original.wav", "12-012.png", "12-012.reconstruction.wav", "errors.csv",
    ]  # fmt: skip
    for path in (tmp_path / "out").glob("*.wav"):
        samples, rate = soundfile.read(path)
        # Frames are 80 samples apart.
        assert (len(samples), rate) == (8 * 80, 4000)
        assert 1e-4 < np.sqrt(np.mean(samples**2)) < 1


def test_the_report_shows_the_largest_errors(
    run: Run,  # noqa: F811
    data: DataSet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(report, "SHOWN", 2)
    data = data.with_columns(channel=np.arange(24) % 2)
    data.save(tmp_path / "s.nc")
    logs = save_model(tmp_path / "logs", SMALL["t-rae"], data)
    command = ("reconstruct", "--model-dir", logs, "--input", tmp_path / "s.nc", "--output", tmp_path / "out")
    code, out, _ = run(*command)
    assert code == 0
    assert "largest errors of 24 instances" in out
    headings = next(line for line in out.splitlines() if "recording" in line)
    assert re.findall(r"\w+", headings) == ["instance", "recording", "channel", "chunk", "label", "error"]
    table = pd.read_csv(tmp_path / "out" / "errors.csv")
    assert {int(path.name[:2]) for path in (tmp_path / "out").glob("*.png")} == {*table["index"][:2]}
    np.testing.assert_array_equal(table["channel"], table["index"] % 2)
    # One file is whole.
    some = data.with_columns(channel=[None, *data.channel[1:]])
    assert {*report.table_of(some, np.zeros(24))["channel"]} == {None, 0, 1}
    code, _, err = run(*command, "--instances", 24)
    assert code == 2
    assert "--instances: 24 is out of range" in err


def test_no_sound_without_settings(data: DataSet, tmp_path: Path, run: Run) -> None:  # noqa: F811
    data.attrs["spectrograms"] = json.dumps(replace(SETTINGS, sample_rate=None).to_dict())
    data.save(tmp_path / "s.nc")
    logs = save_model(tmp_path / "logs", SMALL["t-rae"], data)
    command = ("reconstruct", "--model-dir", logs, "--input", tmp_path / "s.nc", "--output", tmp_path / "out")
    code, _, err = run(*command, "--audio")
    assert code == 1
    assert "lack their sample rate, without which there is no sound" in err
    make_data_set(4, generated=3).save(tmp_path / "vectors.nc")
    code, _, err = run(*command, "--audio", "--input", tmp_path / "vectors.nc")
    assert code == 1
    assert "was trained on instances of shape" in err
    assert not (tmp_path / "out").exists()
