"""An autoencoder with another objective is one class: training and generation need not know of it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from audeep.backend.autoencoders.architectures import TimeAutoencoderConfig
from audeep.backend.autoencoders.time import TimeAutoencoder
from audeep.backend.data.data_set import load
from audeep.backend.options import option
from audeep.backend.training import checkpoints
from audeep.backend.training.architecture import ARCHITECTURES
from audeep.backend.training.config import GenerationConfig, Strategy, TrainingConfig
from audeep.backend.training.generation import generate
from audeep.backend.training.model import Sums, root_mean
from audeep.backend.training.session import train
from audeep.backend.training.step import make_optimizer, make_train_step
from tests.contracts.test_distribution import losses
from tests.helpers.devices import pretend_two_devices
from tests.helpers.models import save_waves, waves
from tests.helpers.zygote import Zygote


class Compact(TimeAutoencoder):
    """Keeps representations small: adds the mean of their squares to the loss."""

    def sums(self, outputs: Mapping[str, Any]) -> dict[str, keras.KerasTensor]:
        squares = ops.square(outputs["representation"])
        size = {"squares": ops.sum(squares), "numbers": ops.sum(ops.ones_like(squares))}
        return super().sums(outputs) | size

    def loss(self, sums: Sums) -> keras.KerasTensor:
        return super().loss(sums) + self.config.weight * sums["squares"] / ops.maximum(sums["numbers"], 1)


class CompactConfig(TimeAutoencoderConfig):
    """Architecture of a `Compact`."""

    kind: ClassVar[str] = "compact"
    model: ClassVar[str] = f"{__name__}:Compact"

    weight: float = option(0.5, help="of the second term")


NAME = f"{__name__}:CompactConfig"
ARCHITECTURE = CompactConfig(num_units=4, bidirectional_encoder=True, keep_prob=1)
#: Of the last of three batches, one of two devices gets nothing.
INSTANCES, TRAINING = 21, TrainingConfig(batch_size=10, num_epochs=3, strategy=Strategy.ONE)


def train_on_two_devices(paths: list[str]) -> int:
    """Train in a process of its own; `paths` are those of the data and of the run."""
    pretend_two_devices()
    ARCHITECTURES["compact"] = NAME
    train(*paths, ARCHITECTURE, replace(TRAINING, strategy=Strategy.MIRRORED), seed=1)
    return 0


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ARCHITECTURES, "compact", NAME)


@pytest.mark.long
@pytest.mark.usefixtures("registered")
def test_a_second_term(tmp_path: Path) -> None:
    data = save_waves(tmp_path / "data.nc", count=INSTANCES)
    logs = train(data, tmp_path / "run", ARCHITECTURE, TRAINING, seed=1)
    told = losses(logs)
    assert list(told) == list(range(1, 10))
    assert told[9] < told[1]
    (representations,) = generate(logs, data, GenerationConfig(), kind="compact")
    ((_, model),) = checkpoints.load_models(logs, None)
    assert isinstance(model, Compact)
    expected = model.encode(load(data).features.values)
    np.testing.assert_allclose(representations.features.values, expected, atol=1e-6)


@pytest.mark.long
@pytest.mark.usefixtures("registered")
def test_a_second_term_on_two_devices(server: Zygote, tmp_path: Path) -> None:
    data = save_waves(tmp_path / "data.nc", count=INSTANCES)
    told = losses(train(data, tmp_path / "one", ARCHITECTURE, TRAINING, seed=1))
    function = f"{__name__}:train_on_two_devices"
    code, printed = server.run(tmp_path, data, tmp_path / "two", function=function)
    assert code == 0, printed
    apart = losses(tmp_path / "two" / "logs")
    np.testing.assert_allclose(list(apart.values()), list(told.values()), atol=1e-4)


def test_the_step_follows_the_gradient_of_the_loss() -> None:
    model = ARCHITECTURE.make((9, 6))
    batch = tf.constant(waves().features.values)
    with tf.GradientTape() as tape:
        outputs = model(batch)
        error = outputs["targets"] - outputs["reconstruction"]
        loss = tf.sqrt(tf.reduce_mean(error**2)) + 0.5 * tf.reduce_mean(outputs["representation"] ** 2)
    expected = tape.gradient(loss, model.trainable_variables)
    optimizer = make_optimizer(model, 1e-3)
    step = make_train_step(
        model, optimizer, tf.distribute.get_strategy(), {"inputs": tf.TensorSpec((None, 9, 6), tf.float32)}
    )
    np.testing.assert_allclose(step({"inputs": batch}), loss, rtol=1e-6)
    # After one step, the first moment is a tenth of the gradient.
    for moment, gradient in zip(optimizer._momentums, expected, strict=True):
        np.testing.assert_allclose(moment * 10, gradient, atol=1e-6)


def test_nothing_to_learn_is_a_gradient_of_zero() -> None:
    total, count = tf.constant(0.0), tf.constant(0.0)
    with tf.GradientTape() as tape:
        tape.watch(total)
        loss = root_mean(total, count)
    assert (float(loss), float(tape.gradient(loss, total))) == (0, 0)
    assert np.isnan(root_mean(tf.constant(np.nan), tf.constant(1.0)))


@pytest.mark.usefixtures("registered")
def test_silence_is_not_learned_from() -> None:
    model = TimeAutoencoderConfig(num_units=4, mask_silence=True).make((9, 6))
    before = model.get_weights()
    optimizer = make_optimizer(model, 1e-3)
    step = make_train_step(
        model, optimizer, tf.distribute.get_strategy(), {"inputs": tf.TensorSpec((None, 9, 6), tf.float32)}
    )
    assert float(step({"inputs": -tf.ones((3, 9, 6))})) == 0
    for ours, theirs in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)
