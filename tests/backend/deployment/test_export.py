"""Exported models compute what the originals compute, or there is no file."""

import importlib.util
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from audeep.backend.autoencoders.architectures import TimeAutoencoderConfig
from audeep.backend.data.data_set import DataSet
from audeep.backend.data.features import InMemory
from audeep.backend.deployment import export
from audeep.backend.deployment.config import ModelFormat
from audeep.backend.deployment.export import export_model
from audeep.backend.errors import AudeepError, ModelError, OptionError
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.training.generation import generate
from audeep.cli.deployment import formatted
from tests.cli.conftest import (
    Run,
    run,  # noqa: F401
)
from tests.contracts.test_models import SMALL
from tests.helpers.models import waves
from tests.helpers.saved_models import save_model
from tests.helpers.selection import long_except

#: Settings that give the shape of `waves`, 9 frames of 6 bands.
SETTINGS = SpectrogramConfig(
    window_width=0.04, window_overlap=0.02, mel_spectrum=6, fixed_length=0.2, sample_rate=4000
)
ENDINGS = {"keras": "m.keras", "savedmodel": "m", "onnx": "m.onnx"}


@pytest.fixture(scope="module")
def data() -> DataSet:
    data_set = waves()
    data_set.attrs["spectrograms"] = json.dumps(SETTINGS.to_dict())
    return data_set


@pytest.fixture(scope="module")
def logs(data: DataSet, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("models")
    made: dict[str, Path] = {}

    def of(kind: str) -> Path:
        if kind not in made:
            made[kind] = save_model(folder / kind, SMALL[kind], data)
        return made[kind]

    return of


def require(format: str) -> None:
    if format == "onnx" and not all(map(importlib.util.find_spec, export.ONNX_PACKAGES)):
        pytest.skip("the packages of the extra onnx are not installed")


#: The contract of functional models saves every kind for Keras.
CASES = [
    ("t-rae", "keras"),
    ("dictionary", "savedmodel"),
    ("f-rae", "onnx"),
    ("contrastive", "onnx"),
    *(pytest.param(kind, "onnx", marks=pytest.mark.long) for kind in ("t-rae", "ft-rae", "dictionary")),
]


@pytest.mark.parametrize(("kind", "format"), CASES)
def test_computes_what_the_original_computes(
    kind: str, format: str, logs: Callable[[str], Path], data: DataSet, tmp_path: Path
) -> None:
    require(format)
    path = tmp_path / "new" / ENDINGS[format]
    facts = export_model(logs(kind), path, {"format": format})
    (expected,) = generate(logs(kind), data)
    assert facts["input_shape"] == [None, 9, 6]
    assert facts["output_shape"] == [None, *expected.feature_shape]
    assert facts["largest_difference"] < 1e-4
    # Batches of any size.
    inputs, outputs = data.features.values, expected.features.values
    exported = export.LOADERS[ModelFormat[format.upper()]](path)
    np.testing.assert_allclose(exported(inputs), outputs, atol=1e-4)
    np.testing.assert_allclose(exported(inputs[:1]), outputs[:1], atol=1e-4)
    assert [item.name for item in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("format", long_except(ENDINGS, "onnx"))
def test_from_audio(format: str, logs: Callable[[str], Path], data: DataSet, tmp_path: Path) -> None:
    require(format)
    path = tmp_path / ENDINGS[format]
    facts = export_model(logs("t-rae"), path, {"format": format, "from_audio": True})
    assert (facts["input"], facts["input_shape"], facts["sample_rate"]) == ("samples", [None, 800], 4000)
    samples = np.random.default_rng(3).normal(0, 0.1, (5, 800)).astype(np.float32)
    extractor = Extractor(SETTINGS, 4000)
    spectrograms = np.concatenate([extractor(item[:, None], 4000) for item in samples])
    extracted = data.select(slice(5)).with_features(InMemory(spectrograms), data.feature_dims)
    (expected,) = generate(logs("t-rae"), extracted)
    exported = export.LOADERS[ModelFormat[format.upper()]](path)
    np.testing.assert_allclose(exported(samples), expected.features.values, atol=1e-4)


@pytest.mark.long
def test_steps_and_pooling_choose(data: DataSet, tmp_path: Path) -> None:
    architecture = TimeAutoencoderConfig(num_layers=2, num_units=3)
    folder = save_model(tmp_path / "logs", architecture, data)
    save_model(folder, architecture, data, step=2)
    for step in (1, 2):
        choice: dict[str, Any] = {"pooling": "mean-std", "layers": [2]}
        facts = export_model(folder, tmp_path / "m.keras", {"step": step}, choice)
        assert facts["step"] == step
        (expected,) = generate(folder, data, choice | {"steps": [step]})
        actual = keras.saving.load_model(tmp_path / "m.keras")(data.features.values)
        np.testing.assert_allclose(actual, expected.features.values, atol=1e-5)
    with pytest.raises(ModelError, match="has no model of step 3; available steps: 1, 2"):
        export_model(folder, tmp_path / "m.keras", {"step": 3})


@pytest.mark.parametrize("format", long_except(["keras", "savedmodel"], "keras"))
@pytest.mark.parametrize("wrong", [1.0, np.nan])
def test_a_wrong_export_is_deleted(
    format: str, wrong: float, logs: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = export.LOADERS[ModelFormat[format.upper()]]
    monkeypatch.setitem(
        export.LOADERS, ModelFormat[format.upper()], lambda path: lambda batch: load(path)(batch) + wrong
    )
    with pytest.raises(ModelError, match=r"exported model is wrong and was deleted; .* differs .* by (1|nan)"):
        export_model(logs("t-rae"), tmp_path / ENDINGS[format], {"format": format})
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (None, "has no spectrogram settings, because the model was not trained on the output of preprocess"),
        ({"sample_rate": None}, "is damaged: spectrograms: sample_rate is missing"),
        ({"scale": "DATA_SET"}, "is damaged: spectrograms: scale_range is missing"),
    ],
)
def test_samples_need_the_settings_of_the_spectrograms(
    changes: dict[str, Any] | None, problem: str, tmp_path: Path
) -> None:
    data = waves()
    if changes is not None:
        data.attrs["spectrograms"] = json.dumps(SETTINGS.to_dict() | changes)
    logs = save_model(tmp_path / "logs", TimeAutoencoderConfig(num_units=3), data)
    with pytest.raises(ModelError, match=problem):
        export_model(logs, tmp_path / "m.keras", {"from_audio": True})


def test_output_that_cannot_be(
    logs: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OptionError, match=r"`output`: .*m\.h5 must end in \.keras"):
        export_model(logs("t-rae"), tmp_path / "m.h5")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").touch()
    with pytest.raises(AudeepError, match="folder exists already; remove it, or choose another name"):
        export_model(logs("t-rae"), tmp_path / "folder", {"format": "savedmodel"})
    monkeypatch.setattr(export, "ONNX_PACKAGES", ("missing_package",))
    with pytest.raises(OptionError, match=r"needs the packages missing_package: pip install '\.\[onnx\]'"):
        export_model(logs("t-rae"), tmp_path / "m.onnx", {"format": "onnx"})


def test_from_the_command_line(run: Run, logs: Callable[[str], Path], tmp_path: Path) -> None:  # noqa: F811
    command = ("export-model", "--model-dir", logs("t-rae"), "--output", tmp_path / "m.keras")
    code, out, err = run(*command, "--from-audio", "--pooling", "MEAN-STD")
    assert code == 0
    assert re.findall(r"\| (input shape|output shape|sample rate) .* (batch x 800|batch x 6|4000) \|", out)
    assert f"wrote {tmp_path / 'm.keras'}; on random inputs, it differs from the original by at most" in err
    assert formatted([None, None, 6]) == "batch x any x 6"
    code, out, _ = run("-q", *command, "-f", "json")
    facts = json.loads(out)
    assert (code, facts["format"]) == (0, "KERAS")
    assert (facts["input_shape"], facts["output_shape"]) == ([None, 9, 6], [None, 3])
    assert 0 <= facts["largest_difference"] < 1e-4
    command = ("export-model", "--model-dir", logs("dictionary"), "--output", tmp_path / "d.keras")
    code, _, err = run(*command, "--pooling", "MEAN")
    assert code == 2
    assert "--pooling" in err
    assert [path.name for path in tmp_path.iterdir()] == ["m.keras"]
