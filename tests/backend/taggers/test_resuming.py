"""Training that was interrupted continues as if it had never stopped."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import audeep
from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import AudeepError, ModelError, OptionError
from audeep.backend.taggers.config import TaggerConfig
from audeep.backend.training.loop import Loop
from audeep.testing import make_data_set

SMALL = {"num_epochs": 3, "batch_size": 4}
CONFIG = audeep.CNNConfig(**SMALL, num_blocks=1, num_filters=2, learning_rate_schedule="CONSTANT")
CONFIGS: list[TaggerConfig] = [
    CONFIG,
    audeep.CNNConfig(**SMALL, num_blocks=1, num_filters=2, num_units=3, back_end="RECURRENT"),
    audeep.LSTMConfig(**SMALL, num_units=[3], dense_units=[3]),
    audeep.GatedCNNConfig(**SMALL, num_filters=2, num_units=3),
]


def data(**changes: Any) -> DataSet:
    sizes = {"time": 6, "freq": 3, "lengths": [6, 4]}
    return make_data_set(10, labels=["a", "b"], **sizes | changes)


def train(folder: Path, config: TaggerConfig = CONFIG, **options: Any) -> list[np.ndarray]:
    """Train on the data, with checkpoints in the folder, and return the weights of the network."""
    options = {"data_set": data(), "seed": 1, "resume": False, "task": None} | options
    pipeline = audeep.train_classifier(
        options["data_set"],
        config,
        folder.parent / "network",
        {"task": options["task"]},
        checkpoints={"checkpoint_dir": folder, "resume": options["resume"]},
        seed=options["seed"],
    )
    return pipeline[-1].weights_


def interrupt(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Let the training loop be interrupted once, in a step."""

    def checked(loop: Loop, loss: float) -> float:
        if int(loop.step) + 1 == at:
            monkeypatch.undo()
            raise KeyboardInterrupt
        return loss

    monkeypatch.setattr(Loop, "checked", checked)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


@pytest.mark.parametrize(
    "config",
    [CONFIG, *(pytest.param(config, marks=pytest.mark.long) for config in CONFIGS[1:])],
    ids=lambda config: config.kind,
)
def test_continues_as_if_never_stopped(
    config: TaggerConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "audeep")
    whole = audeep.train_classifier(data(), config, tmp_path / "network", seed=1)[-1].weights_
    folder = tmp_path / "checkpoints"
    # An epoch has 3 steps: in the third epoch.
    interrupt(monkeypatch, at=8)
    with pytest.raises(KeyboardInterrupt):
        train(folder, config)
    assert files(folder) == {"training.json", "losses.csv", "model-6.index", "model-6.data-00000-of-00001"}
    caplog.clear()
    for ours, theirs in zip(train(folder, config, resume=True), whole, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    first, second = caplog.messages
    assert first == "continuing from epoch 2, step 6"
    assert second.startswith("epoch 3 of 3: loss ")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained") / "checkpoints"
    train(folder, audeep.CNNConfig(**vars(CONFIG) | {"num_epochs": 2}))
    return folder


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch_size": 3}, "the same options as before in .*checkpoints: batch_size was 4 and is 3"),
        ({"back_end": "MAX", "mixup": 0}, "back_end was AVERAGE and is MAX, mixup was 0.2 and is 0.0"),
        ({"learning_rate_schedule": "ONE_CYCLE"}, "learning_rate_schedule was CONSTANT and is ONE_CYCLE, num_epo"),
    ],
)
def test_refuses_other_options(changes: dict[str, Any], message: str, trained: Path) -> None:
    with pytest.raises(ModelError, match=f"`resume` needs .*{message}"):
        train(trained, audeep.CNNConfig(**vars(CONFIG) | changes), resume=True)


def test_refuses_other_data_and_another_seed(trained: Path) -> None:
    louder = data()
    louder.features[7, 2, 1] += 1
    swapped = data().with_columns(label_nominal=data().label_nominal[::-1])
    for other in (louder, swapped, data().select(np.arange(9)), data(lengths=[6, 5]), data(freq=2)):
        with pytest.raises(ModelError, match=r"`resume` needs the same data as before in .*checkpoints"):
            train(trained, data_set=other, resume=True)
    with pytest.raises(ModelError, match=r"`resume` needs the same seed as before in .*checkpoints"):
        train(trained, seed=2, resume=True)
    # The same targets, but each label for itself.
    sets = data().with_columns(labels=pd.get_dummies(data().label_nominal, dtype=int))
    with pytest.raises(ModelError, match=r"same options .*: loss was class_entropies and is cross_entropies"):
        train(trained, data_set=sets, task="MULTI_LABEL", resume=True)


def test_a_finished_training_is_not_repeated(trained: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "audeep")
    train(trained, audeep.CNNConfig(**vars(CONFIG) | {"num_epochs": 2}), resume=True)
    assert caplog.messages == ["continuing from epoch 2, step 6"]
    with pytest.raises(ModelError, match=r"already contains models; .* use a different `checkpoint_dir`"):
        train(trained)


def test_refuses_fewer_epochs_than_are_done(trained: Path) -> None:
    with pytest.raises(ModelError, match="checkpoints has done 2 epochs, more than `num_epochs` 1"):
        train(trained, audeep.CNNConfig(**vars(CONFIG) | {"num_epochs": 1}), resume=True)


def test_what_cannot_continue(tmp_path: Path, trained: Path) -> None:
    with pytest.raises(ModelError, match="checkpoints contains no checkpoint to continue from; omit `resume`"):
        train(tmp_path / "checkpoints", resume=True)
    with pytest.raises(OptionError, match="`resume` requires `checkpoint_dir`"):
        audeep.CheckpointConfig(resume=True)
    with pytest.raises(OptionError, match="`checkpoint_dir` requires `seed`"):
        train(tmp_path / "checkpoints", seed=None)
    vectors, svm = make_data_set(8, labels=["a", "b"], generated=4), audeep.SVMConfig(complexity=1)
    with pytest.raises(OptionError, match="svm does not support `checkpoint_dir`"):
        train(tmp_path / "checkpoints", svm, data_set=vectors)
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "model-4.index").touch()
    for content in ("[", "3"):
        (damaged / "training.json").write_text(content)
        with pytest.raises(AudeepError, match=r"training.json is damaged: "):
            train(damaged, resume=True)
    assert not (tmp_path / "network").exists()
