"""Our models, given the weights of the original's, compute what these computed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from audeep.backend.autoencoders.architectures import (
    FrequencyAutoencoderConfig,
    FrequencyTimeAutoencoderConfig,
    TimeAutoencoderConfig,
)
from audeep.backend.autoencoders.autoencoder import Autoencoder
from audeep.backend.autoencoders.frequency import FrequencyAutoencoder
from audeep.backend.autoencoders.frequency_time import FrequencyTimeAutoencoder
from audeep.backend.autoencoders.time import TimeAutoencoder
from audeep.backend.networks.decoder import Decoder
from audeep.backend.networks.recurrent import Recurrent
from tests.helpers.golden import GOLDEN
from tests.helpers.models import set_dense, set_recurrent

#: Frames and bands of the inputs in the golden files.
FEATURE_SHAPE = (9, 20)


def models(kind: str) -> Any:
    """List the golden files of a kind of model."""
    paths = sorted((GOLDEN / "models").glob(f"{kind}_*.npz"))
    assert paths
    return pytest.mark.parametrize("path", paths, ids=[path.stem for path in paths])


def options(path: Path) -> dict[str, Any]:
    """Read what the name of a file tells: cell, directions, feedback."""
    _, cell, directions, feedback = path.stem.split("_")
    return {
        "cell": cell,
        "encoder": directions[0] == "b",
        "decoder": directions[2] == "b",
        "feedback": int(feedback[-1]),
    }


def assert_agrees(model: Autoencoder, path: Path) -> None:
    """Give a model the golden weights and compare what it computes."""
    with np.load(path) as file:
        golden: Mapping[str, np.ndarray] = dict(file)
    assert golden["inputs"].shape[1:] == model.feature_shape
    model.build(golden["inputs"].shape)
    for name in {key.split("/")[0] for key in golden if "/" in key}:
        part = getattr(model, name)
        (set_recurrent if isinstance(part, Recurrent) else set_dense)(part, golden, name)
    result = model(golden["inputs"])
    np.testing.assert_allclose(result["representation"], golden["representation"], atol=1e-5)
    np.testing.assert_allclose(result["reconstruction"], golden["reconstruction"], atol=1e-5)
    loss = model.loss(model.sums(result))
    np.testing.assert_allclose(loss, golden["loss"], atol=1e-5)


@models("t-rae")
def test_time(path: Path) -> None:
    known = options(path)
    config = TimeAutoencoderConfig(
        num_layers=2,
        num_units=5,
        bidirectional_encoder=known["encoder"],
        bidirectional_decoder=known["decoder"],
        feed_previous_prob=known["feedback"],
        cell=known["cell"],
    )
    model = TimeAutoencoder(config, FEATURE_SHAPE)
    # The decoder of the golden models is larger than their encoder.
    stack = (config.cell, 2, 6, 1.0)
    if known["decoder"]:
        model.decoder = Recurrent(*stack, bidirectional=True, name="decoder")
    else:
        feedback = {"features": 20, "feed_previous_prob": known["feedback"]}
        model.decoder = Decoder(*stack, bidirectional=False, name="decoder", **feedback)
    model.representation = keras.layers.Dense(model.decoder.state_size, activation="tanh")
    assert_agrees(model, path)


@models("f-rae")
def test_frequency(path: Path) -> None:
    known = options(path)
    config = FrequencyAutoencoderConfig(
        freq_window_width=8,
        freq_window_overlap=4,
        num_layers=1,
        num_units=5,
        bidirectional_encoder=known["encoder"],
        bidirectional_decoder=known["decoder"],
        feed_previous_prob=known["feedback"],
        cell=known["cell"],
    )
    assert_agrees(FrequencyAutoencoder(config, FEATURE_SHAPE), path)


@models("ft-rae")
def test_frequency_time(path: Path) -> None:
    known = options(path)
    config = FrequencyTimeAutoencoderConfig(
        freq_window_width=8,
        freq_window_overlap=4,
        num_f_layers=1,
        num_f_units=4,
        num_t_layers=2,
        num_t_units=5,
        bidirectional_f_encoder=known["encoder"],
        bidirectional_t_encoder=known["encoder"],
        bidirectional_f_decoder=known["decoder"],
        bidirectional_t_decoder=known["decoder"],
        f_feed_previous_prob=known["feedback"],
        t_feed_previous_prob=known["feedback"],
        cell=known["cell"],
    )
    assert_agrees(FrequencyTimeAutoencoder(config, FEATURE_SHAPE), path)
