"""The training step."""

import numpy as np
import tensorflow as tf

from audeep.backend.autoencoders.architectures import TimeAutoencoderConfig
from audeep.backend.training.step import make_optimizer, make_train_step


def test_weight_decay_shrinks_kernels_alone() -> None:
    model = TimeAutoencoderConfig(num_units=4, mask_silence=True).make((9, 6))
    before = model.get_weights()
    optimizer = make_optimizer(model, learning_rate=0.5, weight_decay=0.1)
    step = make_train_step(
        model, optimizer, tf.distribute.get_strategy(), {"inputs": tf.TensorSpec((None, 9, 6), tf.float32)}
    )
    # Silence is masked, so that there is nothing to learn.
    step({"inputs": -tf.ones((3, 9, 6))})
    shrunk = {variable.name: variable.name.endswith("kernel") for variable in model.weights}
    assert shrunk == {"kernel": True, "recurrent_kernel": True, "bias": False}
    for variable, weight in zip(model.weights, before, strict=True):
        np.testing.assert_allclose(variable, 0.95 * weight if shrunk[variable.name] else weight, rtol=1e-6)
