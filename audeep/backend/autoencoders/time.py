"""The time-recurrent autoencoder: reads a spectrogram as a sequence of frames."""

import keras

from audeep.backend.autoencoders.architectures import TimeAutoencoderConfig
from audeep.backend.autoencoders.autoencoder import Autoencoder
from audeep.backend.log import LOG
from audeep.backend.networks.decoder import Decoder
from audeep.backend.networks.recurrent import Recurrent, add_noise, delay


class TimeAutoencoder(Autoencoder):
    """Reads the frames in order and writes them in reverse order.

    The final states of all encoder layers pass through a dense layer, whose output is the representation and the
    initial state of the decoder. At each step, the decoder reads the expected frame of the previous step.

    References
    ----------
    Freitag et al., "auDeep: Unsupervised Learning of Representations from Audio with Deep Recurrent Neural
    Networks", JMLR 18(173), 2018, section 2.
    """

    config: TimeAutoencoderConfig
    reversed_axes = (1,)

    def __init__(self, config: TimeAutoencoderConfig, feature_shape: tuple[int | None, ...]) -> None:
        super().__init__(config, feature_shape)
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
                features=self.bands,
                feed_previous_prob=config.feed_previous_prob,
                name="decoder",
            )
        self.representation = keras.layers.Dense(self.decoder.state_size, activation="tanh")
        self.reconstruction = keras.layers.Dense(self.bands, activation="tanh")
        self.seed = keras.random.SeedGenerator()

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create all weights; `input_shape` is (batch, time, bands)."""
        self.encoder.build(input_shape)
        self.representation.build((None, self.encoder.state_size))
        self.decoder.build(input_shape)
        self.reconstruction.build((*input_shape[:-1], self.decoder.output_size))

    def encode(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> keras.KerasTensor:
        """Return representations, shape (batch, state size of the decoder)."""
        _, state = self.read(inputs, lengths, training=training)
        return self.representation(state)

    def read(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> tuple[list[list[keras.KerasTensor]], keras.KerasTensor]:
        """Return the outputs of each layer and direction of the encoder, and its final states."""
        if training:
            inputs = add_noise(inputs, self.config.encoder_noise, self.seed)
        return self.encoder.encode(inputs, lengths, training=training)

    @property
    def step_layers(self) -> list[keras.layers.Layer]:
        """The encoder."""
        return [self.encoder]

    @property
    def step_size(self) -> int:
        """Size of the vector of a frame."""
        return self.encoder.output_size

    def reconstruct(
        self,
        inputs: keras.KerasTensor,
        targets: keras.KerasTensor,
        lengths: keras.KerasTensor | None = None,
        *,
        training: bool,
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the representation, and the frames that the decoder reconstructs from it."""
        representation = self.encode(inputs, lengths, training=training)
        outputs = self.decoder.decode(delay(targets), representation, lengths, training=training)
        return representation, self.reconstruction(outputs)
