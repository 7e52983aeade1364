"""Validation, early stopping, and what training leaves for people: what holds for every kind of model."""

import logging
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

from audeep import describe_model
from audeep.backend.atomic import LOCK
from audeep.backend.autoencoders.architectures import TimeAutoencoderConfig
from audeep.backend.data.data_set import load
from audeep.backend.errors import ModelError
from audeep.backend.training import checkpoints, history, records, report, session
from audeep.backend.training.architecture import ARCHITECTURES, Architecture, architecture_class
from audeep.backend.training.config import TrainingConfig
from audeep.backend.training.generation import generate
from audeep.backend.training.history import Epoch
from audeep.backend.training.session import train
from audeep.backend.training.validation import make_validation, set_aside
from tests.contracts.test_autoencoders import variables
from tests.contracts.test_models import SMALL
from tests.helpers.models import save_random_model, save_waves, waves
from tests.helpers.selection import long_except

#: Kinds that go through the training loop; what their models draw at random differs.
TRAINED: dict[str, Architecture] = {
    kind: SMALL[kind] for kind in ARCHITECTURES if architecture_class(kind).training
}
TRAINED["t-rae"] = TimeAutoencoderConfig(num_units=3, keep_prob=0.5, encoder_noise=0.2, feed_previous_prob=0.5)
#: Of 26 instances, five are set aside.
INSTANCES, TRAINING = 26, TrainingConfig(batch_size=7, num_epochs=2, validation_fraction=0.2)
TINY = TimeAutoencoderConfig(num_units=2)


#: An architecture, the data, and the folder of the models.
Validated = tuple[Architecture, Path, Path]


def by_default(*kinds: str) -> pytest.MarkDecorator:
    """Run a test of validated models for some kinds; for the others, it takes too long for every change."""
    return pytest.mark.parametrize("validated", long_except(TRAINED, *kinds), indirect=True)


@pytest.fixture(scope="module")
def validated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Validated:
    """Train with validation."""
    folder = tmp_path_factory.mktemp("validated")
    data = save_waves(folder / "data.nc", count=INSTANCES)
    return TRAINED[request.param], data, train(data, folder / "run", TRAINED[request.param], TRAINING, seed=3)


# A kind that leaves out incomplete batches.
@by_default("contrastive")
def test_the_validation_loss_is_that_of_the_saved_model(validated: Validated) -> None:
    _, data, logs = validated
    _, aside = set_aside([load(data)], TRAINING, seed=3)
    assert len(aside[0]) == 5
    found = history.read(logs)
    assert [(epoch.epoch, epoch.step) for epoch in found] == [(1, 3), (2, 6)]
    with records.written(aside, None, seed=3) as paths:
        for epoch, (_, model) in zip(found, checkpoints.load_models(logs, [3, 6]), strict=True):
            expected = make_validation(model, paths, 5, 7)()
            assert epoch.validation_loss == pytest.approx(expected, rel=1e-5)
    events = EventAccumulator(str(next(logs.glob("events.*"))), size_guidance={"tensors": 0})
    events.Reload()
    assert [event.step for event in events.Tensors("validation_loss")] == [3, 6]


@pytest.mark.long
@by_default()
def test_training_is_that_on_the_other_recordings_alone(validated: Validated, tmp_path: Path) -> None:
    architecture, data, logs = validated
    rest, _ = set_aside([load(data)], TRAINING, seed=3)
    alone = train(rest, tmp_path, architecture, replace(TRAINING, validation_fraction=None), seed=3)
    assert variables(logs, 6) == variables(alone, 6)


@pytest.mark.long
@by_default()
def test_continues_as_if_never_stopped(validated: Validated, tmp_path: Path) -> None:
    architecture, data, whole = validated
    logs = shutil.copytree(whole, tmp_path / "run" / "logs")
    for checkpoint in logs.glob("model-6.*"):
        checkpoint.unlink()
    # The losses of the second epoch are there already, as if killed before its checkpoint.
    train(data, tmp_path / "run", architecture, replace(TRAINING, resume=True))
    assert variables(whole, 6) == variables(logs, 6)
    assert history.read(whole) == history.read(logs)


@by_default("contrastive")
def test_refuses_to_continue_with_recordings_that_would_be_set_aside_anew(
    validated: Validated, tmp_path: Path
) -> None:
    architecture, data, logs = validated
    run = shutil.copytree(logs, tmp_path / "run" / "logs").parent
    longer = replace(TRAINING, resume=True, num_epochs=3)
    with load(data) as same:
        parts = [same.select(slice(13, None)), same.select(slice(13))]
        with pytest.raises(ModelError, match="`resume` needs the same recordings as before, in the same order"):
            train(parts, run, architecture, longer)


def scripted(monkeypatch: pytest.MonkeyPatch, losses: Iterable[float]) -> None:
    """Let validation find these losses, one after the other."""
    values = iter(losses)
    monkeypatch.setattr(session, "make_validation", lambda *_: lambda: next(values))


@pytest.mark.long
def test_stops_early_and_uses_the_best_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "audeep")
    scripted(monkeypatch, [3, 2, 2.5, 2, 1.5, 1.6, 1.7, 1.8])
    config = replace(TRAINING, num_epochs=9, early_stopping=2, checkpoints_to_keep=1)
    logs = train(waves(count=INSTANCES), tmp_path, TINY, config, seed=3)
    assert "the validation loss has not fallen for 2 epochs" in caplog.text
    # The best one is kept beside the latest.
    assert checkpoints.checkpoint_steps(logs) == [6, 12]
    assert checkpoints.best_epoch(logs) == history.read(logs)[1]
    caplog.clear()
    (vectors,) = generate(logs, waves())
    assert "using the model of step 6, which has the lowest validation loss: 2.0000" in caplog.text
    assert vectors.model is not None
    assert vectors.model["step"] == 6
    (latest,) = generate(logs, waves(), {"steps": [12]})
    assert np.abs(latest.features.values - vectors.features.values).max() > 0

    caplog.clear()
    train(waves(count=INSTANCES), tmp_path, TINY, replace(config, resume=True))
    assert "4 epochs and `early_stopping` is 2: nothing to do" in caplog.text
    # With more patience it goes on where it was: after two epochs without a lower loss.
    train(waves(count=INSTANCES), tmp_path, TINY, replace(config, early_stopping=3, resume=True))
    assert [epoch.validation_loss for epoch in history.read(logs)] == [3, 2, 2.5, 2, 1.5, 1.6, 1.7, 1.8]
    assert checkpoints.checkpoint_steps(logs) == [15, 24]
    assert describe_model(logs)["default_step"] == 15


@pytest.mark.long
def test_an_interrupted_training_leaves_no_report_until_it_is_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = history.write

    def interrupt(folder: Path, epochs: list[Epoch]) -> None:
        if len(epochs) == 2:
            raise KeyboardInterrupt
        write(folder, epochs)

    with monkeypatch.context() as patch:
        patch.setattr(history, "write", interrupt)
        with pytest.raises(KeyboardInterrupt):
            train(waves(), tmp_path, TINY, TrainingConfig(num_epochs=3), seed=3)
    assert {path.name for path in tmp_path.iterdir()} == {"logs"}
    config = TrainingConfig(num_epochs=3, resume=True)
    logs = train(waves(), tmp_path, TINY, config)
    assert [epoch.epoch for epoch in history.read(logs)] == [1, 2, 3]
    assert {path.name for path in tmp_path.iterdir()} == {"logs", "README.md", "learning-curve.png"}
    assert {path.name.split(".")[0] for path in logs.iterdir() if path.name != LOCK} == {
        "model", "events", "losses", "projector", "projector_config", "model-1", "model-2", "model-3"
    }  # fmt: skip
    # There is nothing left to train, but a report to write.
    before = (tmp_path / "README.md").read_text()
    (tmp_path / "README.md").unlink()
    train(waves(), tmp_path, TINY, config)
    assert (tmp_path / "README.md").read_text() == before


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        line.getMessage() for line in caplog.records if (line.name, line.levelno) == ("audeep", logging.WARNING)
    ]


@pytest.mark.long
def test_warns_when_nothing_is_learned(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    data = waves()
    data.features[:] = data.features[0]
    architecture = TimeAutoencoderConfig(num_units=4, keep_prob=1)
    train(data, tmp_path, architecture, TrainingConfig(num_epochs=5, learning_rate=1e-12), seed=3)
    slow, alike = warnings(caplog)
    assert slow.startswith("the loss has not fallen: it was ")
    assert alike.startswith("the vectors of different recordings are nearly the same")


def test_does_not_warn_of_progress(caplog: pytest.LogCaptureFixture) -> None:
    report.warn([Epoch(number, number, 1 / number, None) for number in range(1, 6)], np.eye(8))
    assert warnings(caplog) == []


def test_damaged_losses(tmp_path: Path) -> None:
    logs = save_random_model(tmp_path / "logs", TINY, waves())
    (logs / "losses.csv").write_text("epoch\nx\n")
    with pytest.raises(ModelError, match=r"losses\.csv is damaged"):
        generate(logs, waves())


@by_default("t-rae", "contrastive")
def test_hyperparameters_in_tensorboard(validated: Validated) -> None:
    architecture, _, logs = validated
    events = EventAccumulator(str(next(logs.glob("events.*"))))
    events.Reload()
    start = events.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    settings = HParamsPluginData.FromString(start).session_start_info.hparams
    assert settings["kind"].string_value == architecture.kind
    assert settings["seed"].number_value == 3
    assert settings["validation_fraction"].number_value == 0.2
    assert {*architecture.to_dict()} <= {*settings}
