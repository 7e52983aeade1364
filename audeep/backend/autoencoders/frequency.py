"""The frequency-recurrent autoencoder: a frame is a sequence of windows of frequency bands."""

import keras
from keras import ops

from audeep.backend.autoencoders.base import Autoencoder
from audeep.backend.autoencoders.config import FrequencyAutoencoderConfig
from audeep.backend.autoencoders.decoder import Decoder
from audeep.backend.autoencoders.rnn import Recurrent, add_noise, delay
from audeep.backend.autoencoders.windows import Windows, merge_time, split_time


class FrequencyAutoencoder(Autoencoder):
    """Reads the windows of each frame from low to high, and writes the frame from high to low.

    Every frame is an example of its own, so that the representation keeps time. The decoder works as that
    of the `TimeAutoencoder`; its outputs for all windows of a frame, side by side, pass through a dense
    layer that gives the frame.

    Parameters
    ----------
    config
        The architecture.
    features
        Size of a frame.
    """

    config: FrequencyAutoencoderConfig

    def __init__(self, config: FrequencyAutoencoderConfig, features: int) -> None:
        super().__init__(config)
        self.windows = Windows(config, features)
        stack = (config.cell, config.num_layers, config.num_units, config.keep_prob)
        self.encoder = Recurrent(*stack, bidirectional=config.bidirectional_encoder, name="encoder")
        self.decoder = Decoder(
            *stack,
            bidirectional=config.bidirectional_decoder,
            features=self.windows.width,
            feed_previous_prob=config.feed_previous_prob,
            name="decoder",
        )
        self.representation = keras.layers.Dense(self.decoder.state_size, activation="tanh")
        self.reconstruction = keras.layers.Dense(features, activation="tanh")
        self.seed = keras.random.SeedGenerator()

    def encode(self, inputs: keras.KerasTensor, *, training: bool = False) -> keras.KerasTensor:
        """Return representations, shape (batch, time, state size of the decoder)."""
        windows = self.windows(merge_time(inputs))
        if training:
            windows = add_noise(windows, self.config.encoder_noise, self.seed)
        states = self.encoder.final_state(windows, training=training)
        return split_time(self.representation(states), like=inputs)

    def targets(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return the frames with their frequencies reversed."""
        return ops.flip(inputs, axis=2)

    def reconstruct(
        self, inputs: keras.KerasTensor, targets: keras.KerasTensor, *, training: bool
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the representation, and the frames that the decoder makes of it."""
        representation = self.encode(inputs, training=training)
        windows = ops.flip(self.windows(merge_time(inputs)), axis=1)
        outputs = self.decoder.outputs(delay(windows), merge_time(representation), training=training)
        return representation, split_time(self.reconstruction(side_by_side(outputs)), like=targets)


def side_by_side(outputs: list[keras.KerasTensor]) -> keras.KerasTensor:
    """Put all outputs of a frame into one vector.

    Parameters
    ----------
    outputs
        Of each direction, shape (frames, windows, width).

    Returns
    -------
    tensor
        Shape (frames, windows * directions * width).
    """
    joined = ops.concatenate(outputs, axis=-1)
    return ops.reshape(joined, (-1, joined.shape[1] * joined.shape[2]))
