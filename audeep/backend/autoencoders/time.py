"""The time-recurrent autoencoder: a spectrogram is a sequence of frames."""

import logging

import keras
from keras import ops

from audeep.backend.autoencoders.base import Autoencoder
from audeep.backend.autoencoders.config import TimeAutoencoderConfig
from audeep.backend.autoencoders.decoder import Decoder
from audeep.backend.autoencoders.rnn import Recurrent, add_noise, delay

LOG = logging.getLogger(__name__)


class TimeAutoencoder(Autoencoder):
    """Reads the frames in order and writes them in reverse order.

    The final states of all encoder layers pass through a dense layer; its output is the representation
    and the initial state of the decoder. At each step the decoder sees the frame that it should have
    written at the step before.

    Parameters
    ----------
    config
        The architecture.
    features
        Size of a frame.

    References
    ----------
    Freitag et al., "auDeep: Unsupervised Learning of Representations from Audio with Deep Recurrent Neural
    Networks", JMLR 18(173), 2018, section 2.
    """

    config: TimeAutoencoderConfig

    def __init__(self, config: TimeAutoencoderConfig, features: int) -> None:
        super().__init__(config)
        stack = (config.cell, config.num_layers, config.num_units, config.keep_prob)
        self.encoder = Recurrent(*stack, bidirectional=config.bidirectional_encoder, name="encoder")
        self.decoder: Recurrent
        if config.bidirectional_decoder:
            self.decoder = Recurrent(*stack, bidirectional=True, name="decoder")
            if config.feed_previous_prob > 0:
                LOG.warning("`feed_previous_prob` has no effect on a bidirectional decoder")
        else:
            self.decoder = Decoder(
                *stack,
                bidirectional=False,
                features=features,
                feed_previous_prob=config.feed_previous_prob,
                name="decoder",
            )
        self.representation = keras.layers.Dense(self.decoder.state_size, activation="tanh")
        self.reconstruction = keras.layers.Dense(features, activation="tanh")
        self.seed = keras.random.SeedGenerator()

    def encode(self, inputs: keras.KerasTensor, *, training: bool = False) -> keras.KerasTensor:
        """Return representations, shape (batch, state size of the decoder)."""
        if training:
            inputs = add_noise(inputs, self.config.encoder_noise, self.seed)
        return self.representation(self.encoder.final_state(inputs, training=training))

    def targets(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return the frames in reverse order."""
        return ops.flip(inputs, axis=1)

    def reconstruct(
        self, inputs: keras.KerasTensor, targets: keras.KerasTensor, *, training: bool
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the representation, and the frames that the decoder makes of it."""
        representation = self.encode(inputs, training=training)
        outputs = self.decoder.outputs(delay(targets), representation, training=training)
        return representation, self.reconstruction(ops.concatenate(outputs, axis=-1))
