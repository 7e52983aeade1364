"""Pooling over the steps of an encoder: the outputs at a step are its states after the steps so far."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.autoencoders.architectures import (
    FrequencyAutoencoderConfig,
    FrequencyTimeAutoencoderConfig,
    RecurrentGenerationConfig,
    TimeAutoencoderConfig,
)
from audeep.backend.autoencoders.autoencoder import Autoencoder
from audeep.backend.data.data_set import load
from audeep.backend.errors import OptionError
from audeep.backend.networks.windows import merge_time
from audeep.backend.training.architecture import Architecture
from audeep.backend.training.generation import generate
from tests.cli.conftest import (
    Run,
    run,  # noqa: F401
)
from tests.helpers.models import save_random_model, save_waves, waves
from tests.helpers.selection import long_except

WINDOWS = {"freq_window_width": 2, "freq_window_overlap": 1}
LAYERS, UNITS = 2, 3
#: Of each kind: a model, the steps of what its encoder reads, and the states of the encoder after some of them.
KINDS: dict[str, tuple[Architecture, int, Callable[[Autoencoder, tf.Tensor, int], tf.Tensor]]] = {
    "t-rae": (
        TimeAutoencoderConfig(num_layers=LAYERS, num_units=UNITS),
        9,
        lambda model, inputs, steps: model.encoder.encode(inputs[:, :steps])[1],
    ),
    "f-rae": (
        FrequencyAutoencoderConfig(num_layers=LAYERS, num_units=UNITS, **WINDOWS),
        5,
        lambda model, inputs, steps: model.encoder.encode(model.windows(merge_time(inputs))[:, :steps])[1],
    ),
    "ft-rae": (
        FrequencyTimeAutoencoderConfig(num_t_layers=LAYERS, num_t_units=UNITS, num_f_units=2, **WINDOWS),
        9,
        lambda model, inputs, steps: model.encoder_time.encode(model.encode_frames(inputs)[:, :steps])[1],
    ),
}
FORMULAS: dict[str, Callable[[np.ndarray], list[np.ndarray]]] = {
    "MEAN": lambda states: [states.mean(1)],
    "MEAN_STD": lambda states: [states.mean(1), states.std(1)],
    "MAX": lambda states: [states.max(1)],
    "STATISTICS": lambda states: [
        (states > 0).mean(1),
        np.maximum(states, 0).mean(1),
        states.max(1),
        states.std(1),
    ],
}


@pytest.mark.parametrize("kind", long_except(KINDS, "t-rae", "f-rae"))
def test_pooling_is_of_the_states_after_each_step(kind: str) -> None:
    config, steps, states_after = KINDS[kind]
    inputs = tf.constant(waves(count=4).features.values)
    model = config.make(inputs.shape[1:])
    # Shape (sequence, step, layer, unit).
    states = np.stack([states_after(model, inputs, step) for step in range(1, steps + 1)], axis=1)
    states = states.reshape(*states.shape[:2], LAYERS, UNITS)
    for pooling, formula in FORMULAS.items():
        for layers in ((1,), (1, 2), None) if pooling == "MEAN" else ((2,),):
            result = model.represent(inputs, RecurrentGenerationConfig(pooling=pooling, layers=layers))
            chosen = [states[:, :, layer - 1] for layer in layers or (1, 2)]
            expected = np.concatenate([part for states in chosen for part in formula(states)], axis=-1)
            if kind == "f-rae":
                expected = expected.reshape(4, 9, -1)
            np.testing.assert_allclose(result, expected, atol=1e-5)
    final = model.represent(inputs, RecurrentGenerationConfig())
    np.testing.assert_array_equal(final, model.encode(inputs))


def test_both_directions_of_a_layer_are_side_by_side() -> None:
    inputs = tf.constant(waves(count=4).features.values)
    model = TimeAutoencoderConfig(num_units=UNITS, bidirectional_encoder=True).make(inputs.shape[1:])
    pooled = model.represent(inputs, RecurrentGenerationConfig(pooling="MEAN"))
    [[forward, backward]], _ = model.encoder.encode(inputs)
    expected = np.concatenate([np.mean(forward, axis=1), np.mean(backward, axis=1)], axis=-1)
    np.testing.assert_allclose(pooled, expected, atol=1e-6)


def test_from_the_command_line(run: Run, tmp_path: Path) -> None:  # noqa: F811
    data, output = save_waves(tmp_path / "data.nc"), tmp_path / "out.nc"
    config = TimeAutoencoderConfig(num_layers=LAYERS, num_units=UNITS)
    logs = save_random_model(tmp_path / "logs", config, waves())
    line = ["-q", "t-rae", "generate", "--model-dir", logs, "--input", data, "--output", output]
    assert run(*line, "--pooling", "mean-std", "--layers", 2)[0] == 0
    result = load(output)
    assert result.feature_shape == (2 * UNITS,)
    assert json.loads(result.attrs["model"])["generation"] == {"pooling": "MEAN_STD", "layers": [2]}
    (expected,) = generate(logs, data, RecurrentGenerationConfig(pooling="mean-std", layers=[2], batch_size=5))
    np.testing.assert_allclose(result.features.values, expected.features.values, atol=1e-6)
    code, _, stderr = run(*line, "--pooling", "max", "--layers", 3)
    assert (code, stderr) == (2, "audeep: --layers: 3 is out of range; the encoder has 2 layers\n")
    code, _, stderr = run(*line, "--layers", 1)
    assert (code, stderr) == (2, "audeep: --layers requires a --pooling other than FINAL\n")


def test_layers_are_counted_from_one() -> None:
    with pytest.raises(OptionError, match="`layers`: must be at least 1, not 0"):
        RecurrentGenerationConfig(pooling="MAX", layers=[0])
