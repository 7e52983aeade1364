"""What a user sees who gives a command a file that is damaged, or none of ours."""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import keras
import pytest
import tensorflow as tf
import xarray as xr

from audeep.backend.autoencoders.architectures import TimeAutoencoderConfig
from audeep.backend.training.description import ModelDescription
from tests.cli.conftest import Run
from tests.helpers.models import save_waves

#: All commands that read a data set, the option that names it last.
COMMANDS = [
    "inspect netcdf --input",
    "validate --input",
    "modify --add-cv-setup 2 --output out --input",
    "fuse --output out --input good.nc",
    "fuse chunks --output out --input",
    "upsample --output out --input",
    "export --format csv --output out --input",
    "svm evaluate --cross-validate --complexity 1 --input",
    "mlp evaluate --cross-validate --input",
    "svm predict --complexity 1 --output out --eval-input good.nc --train-input",
    "svm predict --complexity 1 --output out --train-input good.nc --eval-input",
    "mlp predict --output out --train-input good.nc --eval-input",
    "visualize tsne --plot out.png --input",
    "t-rae train --run-name out --input",
    "f-rae train --run-name out --input good.nc",
    "ft-rae generate --model-dir none --output out --input",
]


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def contradicting_itself(path: Path) -> None:
    data = xr.load_dataset(path, engine="h5netcdf")
    data.attrs["feature_dims"] = '["freq", "time"]'
    data.to_netcdf(path)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("damage", [cut_off, contradicting_itself])
def test_one_line_names_the_file(
    run: Run, damage: Callable[[Path], None], command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save_waves(tmp_path / "good.nc", count=4)
    damage(save_waves(tmp_path / "bad.nc", count=4))
    code, stdout, stderr = run(*command.split(), "bad.nc")
    assert (code, stdout) == (1, "")
    assert stderr.startswith("audeep: bad.nc")
    assert "unexpected" not in stderr
    assert stderr.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"good.nc", "bad.nc"}


def test_a_model_that_does_not_fit_its_checkpoint(run: Run, tmp_path: Path) -> None:
    """TensorFlow would warn of every variable, later, when it forgets the model."""
    description = ModelDescription("t-rae", TimeAutoencoderConfig(num_units=2).to_dict(), ["time", "freq"], [9, 6])
    description.write(tmp_path)
    model = description.make()
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    tf.train.Checkpoint(model=model, optimizer=optimizer).write(str(tmp_path / "model-1"))
    options = (
        "--model-dir",
        tmp_path,
        "--input",
        save_waves(tmp_path / "data.nc"),
        "--output",
        tmp_path / "out.nc",
    )
    assert run("t-rae", "generate", *options)[0] == 0
    architecture = description.architecture | {"num_units": 3}
    (tmp_path / "model.json").write_text(json.dumps(asdict(description) | {"architecture": architecture}))
    code, stdout, stderr = run("t-rae", "generate", *options)
    assert not logging.getLogger("tensorflow").isEnabledFor(logging.WARNING)
    assert (code, stdout) == (1, "")
    assert f"checkpoint {tmp_path / 'model-1'} is damaged or of a different model: " in stderr
    assert stderr.count("\n") == 1
