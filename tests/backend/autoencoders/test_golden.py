"""Our models, given the weights of the original's, compute what these computed."""

import keras
import numpy as np
import pytest

from audeep.backend.autoencoders.config import Cell, TimeAutoencoderConfig
from audeep.backend.autoencoders.rnn import Recurrent
from audeep.backend.autoencoders.time import TimeAutoencoder
from tests.helpers.golden import GOLDEN
from tests.helpers.models import set_dense, set_recurrent


@pytest.mark.parametrize("path", sorted((GOLDEN / "models").glob("t-rae_*.npz")), ids=lambda path: path.stem)
def test_time(path) -> None:
    _, cell, directions, feedback = path.stem.split("_")
    config = TimeAutoencoderConfig(
        num_layers=2,
        num_units=5,
        bidirectional_encoder=directions[0] == "b",
        bidirectional_decoder=directions[2] == "b",
        feed_previous_prob=int(feedback[-1]),
        cell=Cell[cell.upper()],
    )
    with np.load(path) as file:
        golden = dict(file)
    model = TimeAutoencoder(config, features=20)
    # The decoder of the golden models is larger than their encoder.
    model.decoder = Recurrent(config.cell, 2, 6, 1.0, bidirectional=config.bidirectional_decoder, name="decoder")
    model.representation = keras.layers.Dense(model.decoder.state_size, activation="tanh")
    model.build((None, 9, 20))
    set_recurrent(model.encoder, golden, "encoder")
    set_recurrent(model.decoder, golden, "decoder")
    set_dense(model.representation, golden, "representation")
    set_dense(model.reconstruction, golden, "reconstruction")
    if not config.bidirectional_decoder:
        set_dense(model.output_projection, golden, "decoder/output_projection/forward")
    result = model(golden["inputs"])
    np.testing.assert_allclose(result["representation"], golden["representation"], atol=1e-5)
    np.testing.assert_allclose(result["reconstruction"], golden["reconstruction"], atol=1e-5)
    loss = model.loss_of(result["targets"], result["reconstruction"])
    np.testing.assert_allclose(loss, golden["loss"], atol=1e-5)
