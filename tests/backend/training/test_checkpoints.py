"""Model folders: what is refused, and in which words."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from audeep.backend.autoencoders.architectures import TimeAutoencoderConfig
from audeep.backend.errors import AudeepError, ModelError
from audeep.backend.training.checkpoints import checkpoint_steps, load_models
from audeep.backend.training.description import ModelDescription, differences

DESCRIPTION = ModelDescription(
    "t-rae", TimeAutoencoderConfig(num_units=2).to_dict(), ["time", "freq"], [3, 2], training={"seed": 1}
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a model that nobody trained, at step 1."""
    folder = tmp_path_factory.mktemp("model")
    DESCRIPTION.write(folder)
    tf.train.Checkpoint(model=DESCRIPTION.make()).write(str(folder / "model-1"))
    return folder


@pytest.fixture
def folder(model: Path, tmp_path: Path) -> Path:
    """Copy the model, so that it can be damaged."""
    return Path(shutil.copytree(model, tmp_path / "logs"))


def describe(folder: Path, **changes: Any) -> None:
    """Write another description into a model folder."""
    (folder / "model.json").write_text(json.dumps(asdict(DESCRIPTION) | changes))


def architecture(**changes: Any) -> dict[str, Any]:
    return {"architecture": DESCRIPTION.architecture | changes}


def test_a_description_is_read_as_it_was_written(folder: Path) -> None:
    assert ModelDescription.read(folder) == DESCRIPTION


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"kind": ["t-rae"]}, "kind has the wrong type"),
        ({"kind": "x-rae"}, "unknown kind of model 'x-rae'"),
        ({"kind": "f-rae"}, "invalid architecture: .*mask_silence"),
        ({"feature_shape": "3, 2"}, "feature_shape has the wrong type"),
        (
            {"feature_shape": [3, -2]},
            r"features with the dimensions \['time', 'freq'\] cannot have the shape \[3, -2\]",
        ),
        ({"feature_shape": [3, 2.0]}, r"cannot have the shape \[3, 2.0\]"),
        ({"feature_shape": [3, True]}, r"cannot have the shape \[3, True\]"),
        ({"feature_shape": [6]}, r"cannot have the shape \[6\]"),
        ({"feature_dims": None}, "feature_dims has the wrong type"),
        ({"spectrograms": "-60"}, "spectrograms has the wrong type"),
        ({"versions": 3}, "versions has the wrong type"),
        ({"training": []}, "training has the wrong type"),
        ({"something": "else"}, "unexpected keyword argument 'something'"),
        ({"architecture": None}, "architecture has the wrong type"),
        (
            architecture(num_units="many"),
            "invalid architecture: `num_units`: 'many' is not a whole number",
        ),
        (architecture(num_units=-1), "`num_units`: must be at least 1, not -1"),
        (architecture(num_units=[3]), r"`num_units`: \[3\] is not a whole number"),
        (architecture(cell={}), "`cell`: {} is not one of GRU, LSTM"),
        (architecture(keep_prob=float("nan")), "`keep_prob`: "),
        (architecture(depth=3), "unexpected keyword argument 'depth'"),
    ],
)
def test_a_wrong_description(folder: Path, changes: dict[str, Any], problem: str) -> None:
    describe(folder, **changes)
    with pytest.raises(ModelError, match=rf"logs/model\.json is damaged: .*{problem}"):
        ModelDescription.read(folder)


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"kind"', b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'"\\ud800"']
)
def test_a_description_that_is_none(folder: Path, content: bytes) -> None:
    (folder / "model.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"logs/model\.json is damaged: "):
        ModelDescription.read(folder)


def test_what_a_description_may_leave_out(folder: Path) -> None:
    kept = ("kind", "architecture", "feature_dims", "feature_shape")
    (folder / "model.json").write_text(json.dumps({name: getattr(DESCRIPTION, name) for name in kept}))
    assert ModelDescription.read(folder).config == DESCRIPTION.config


def test_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no folder .*none"):
        ModelDescription.read(tmp_path / "none")
    with pytest.raises(ModelError, match=r"contains no model: model\.json not found"):
        ModelDescription.read(tmp_path)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    # Among the weights, which stand first.
    content[3] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["model-1.index", "model-1.data-00000-of-00001"])
@pytest.mark.parametrize(
    "damage", [cut, flip, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"garbage" * 1000)]
)
def test_a_damaged_checkpoint(folder: Path, name: str, damage: Callable[[Path], object]) -> None:
    damage(folder / name)
    with pytest.raises(ModelError, match=r"checkpoint .*model-1 is damaged or of a different model: ") as caught:
        load_models(folder, None)
    assert len(str(caught.value).splitlines()) == 1


def test_a_missing_part_of_a_checkpoint(folder: Path) -> None:
    (folder / "model-1.data-00000-of-00001").unlink()
    with pytest.raises(ModelError, match=r"damaged or of a different model: .*model-1\.data.*No such file"):
        load_models(folder, None)
    (folder / "model-1.index").unlink()
    with pytest.raises(ModelError, match="logs contains no checkpoints yet"):
        load_models(folder, None)


def test_a_step_that_is_not_there(folder: Path) -> None:
    for name in ("model-20.index", "model-3.index", "model-x.index", "model-\N{ARABIC-INDIC DIGIT ONE}.index"):
        (folder / name).touch()
    assert checkpoint_steps(folder) == [1, 3, 20]
    with pytest.raises(ModelError, match="logs has no model of step 2; available steps: 1, 3, 20"):
        load_models(folder, [1, 2])


def test_a_checkpoint_of_another_architecture(folder: Path) -> None:
    describe(folder, **architecture(num_units=3))
    with pytest.raises(ModelError, match=r"model-1 is damaged or of a different model: .*shape"):
        load_models(folder, None)


def test_a_model_that_is_too_large(folder: Path) -> None:
    describe(folder, **architecture(num_units=10**30))
    with pytest.raises(ModelError, match=r"cannot make a t-rae model for instances of shape \[3, 2\]: "):
        load_models(folder, None)


def test_differences_are_those_alone() -> None:
    before = {"clip_below": -60, "mel_spectrum": 128, "channels": "MEAN", "resample": None}
    assert differences(before, before | {"clip_below": -45}) == "clip_below was -60 and is -45"
    # What is not told is not set.
    assert differences(before, {"clip_below": -60, "mel_spectrum": 128, "channels": "MEAN"}) == ""


@pytest.mark.parametrize("training", [{}, {"seed": None}, {"seed": "1"}, {"seed": -1}, {"seed": 2**32}])
def test_continuing_needs_a_seed(folder: Path, training: dict[str, Any]) -> None:
    describe(folder, training=training)
    with pytest.raises(AudeepError, match=r"`resume` needs the seed of the training, which model\.json does not"):
        DESCRIPTION.resuming(ModelDescription.read(folder))
