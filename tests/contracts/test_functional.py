"""What holds for every kind of model as a functional model of Keras."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.autoencoders.architectures import RecurrentGenerationConfig, TimeAutoencoderConfig
from audeep.backend.training.architecture import ARCHITECTURES, Architecture
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.functional import as_keras, stand_alone
from audeep.backend.training.model import Encoder, Fitted
from tests.contracts.test_models import SMALL
from tests.helpers.models import waves

DATA = waves(count=8)
INPUTS = tf.constant(DATA.features.values)
#: A model of each kind, and generation settings.
CASES: dict[str, tuple[Architecture, GenerationConfig | None]] = {
    **{kind: (config, None) for kind, config in SMALL.items()},
    "LSTM, both directions": (
        TimeAutoencoderConfig(num_layers=2, num_units=3, cell="LSTM", bidirectional_encoder=True),
        None,
    ),
    **{
        f"{kind}, {pooling}": (SMALL[kind], RecurrentGenerationConfig(pooling=pooling))
        for kind, pooling in (("t-rae", "mean-std"), ("f-rae", "statistics"), ("ft-rae", "max"))
    },
}


def test_every_kind_is_tried() -> None:
    assert ARCHITECTURES.keys() <= CASES.keys()


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[Encoder, GenerationConfig, keras.Model]:
    """Make a model, and turn it into one of Keras."""
    architecture, config = CASES[request.param]
    keras.utils.set_random_seed(1)
    encoder = architecture.make(DATA.feature_shape)
    if isinstance(encoder, Fitted):
        encoder.fit([DATA], seed=1)
    elif architecture.kind == "contrastive":
        # Otherwise the normalisation would do nothing.
        for _ in range(3):
            encoder.project(INPUTS, training=True)
    config = architecture.generation_config(config)
    return encoder, config, as_keras(encoder, config)


def test_computes_the_representations(case: tuple[Encoder, GenerationConfig, keras.Model]) -> None:
    encoder, config, model = case
    expected = encoder.represent(INPUTS, config)
    assert model.output_shape == (None, *expected.shape[1:])
    np.testing.assert_allclose(model(INPUTS), expected, atol=1e-5)
    np.testing.assert_allclose(model(INPUTS[:1]), expected[:1], atol=1e-5)


def test_gradients_reach_the_weights_of_the_encoder(
    case: tuple[Encoder, GenerationConfig, keras.Model],
) -> None:
    encoder, _, model = case
    silence = tf.fill((1, *DATA.feature_shape), -1.0)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(model(tf.concat([INPUTS, silence], 0), training=True)))
    own = {id(weight) for weight in encoder.weights}
    assert {id(weight) for weight in model.trainable_variables} <= own
    assert bool(model.trainable_variables) != isinstance(encoder, Fitted)
    gradients = tape.gradient(loss, [weight.value for weight in model.trainable_variables])
    assert all(np.isfinite(gradient).all() for gradient in gradients)
    assert all(np.abs(gradient).max() > 0 for gradient in gradients)


def test_fine_tuning_keeps_the_normalisation(case: tuple[Encoder, GenerationConfig, keras.Model]) -> None:
    _, _, original = case
    # A copy, because the other tests need the encoder as it is.
    model = stand_alone(original)
    classifier = keras.Sequential([model, keras.layers.Flatten(), keras.layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    classifier.compile("sgd", loss, run_eagerly=True)
    frozen = [weight.numpy() for weight in model.non_trainable_weights]
    before = [weight.numpy() for weight in model.trainable_weights]
    history = classifier.fit(INPUTS, DATA.label_numeric, epochs=1, verbose=0)
    assert np.isfinite(history.history["loss"][0])
    after = [weight.numpy() for weight in model.non_trainable_weights]
    assert all(map(np.array_equal, after, frozen))
    assert not any(map(np.array_equal, (weight.numpy() for weight in model.trainable_weights), before))


# Of Keras 3.15 with NumPy 2.
@pytest.mark.filterwarnings("ignore:__array__ implementation")
def test_a_saved_copy_needs_only_keras(case: tuple[Encoder, GenerationConfig, keras.Model], tmp_path: Path) -> None:
    _, _, model = case
    path = tmp_path / "model.keras"
    stand_alone(model).save(path)
    with zipfile.ZipFile(path) as archive:
        described = json.loads(archive.read("config.json"))
    modules = {part.get("module") or "keras" for part in parts(described)}
    assert {module.partition(".")[0] for module in modules} <= {"keras", "builtins"}
    assert not [part["registered_name"] for part in parts(described) if ">" in (part.get("registered_name") or "")]
    np.testing.assert_allclose(keras.saving.load_model(path)(INPUTS), model(INPUTS), atol=1e-5)


def parts(described: Any) -> Iterator[dict[str, Any]]:
    """Find all objects in a configuration."""
    if isinstance(described, dict):
        yield described
        described = list(described.values())
    if isinstance(described, list):
        for part in described:
            yield from parts(part)
