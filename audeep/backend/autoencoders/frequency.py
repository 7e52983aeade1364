"""The frequency-recurrent autoencoder: reads a frame as a sequence of windows of frequency bands."""

import keras
from keras import ops

from audeep.backend.autoencoders.architectures import FrequencyAutoencoderConfig
from audeep.backend.autoencoders.autoencoder import Autoencoder
from audeep.backend.networks.decoder import Decoder
from audeep.backend.networks.recurrent import Recurrent, add_noise, delay
from audeep.backend.networks.windows import Windows, merge_time, side_by_side, split_time


class FrequencyAutoencoder(Autoencoder):
    """Reads the windows of each frame from low to high, and writes the frame from high to low.

    Every frame is a separate example, so that the representation keeps the time axis. The decoder works as in
    the `TimeAutoencoder`; its outputs for all windows of a frame are concatenated, and a dense layer turns them
    into the frame.
    """

    config: FrequencyAutoencoderConfig
    reversed_axes = (2,)
    keeps_time = True

    def __init__(self, config: FrequencyAutoencoderConfig, feature_shape: tuple[int | None, ...]) -> None:
        super().__init__(config, feature_shape)
        self.windows = Windows(config.freq_window_width, config.freq_window_overlap, self.bands)
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
        self.reconstruction = keras.layers.Dense(self.bands, activation="tanh")
        self.seed = keras.random.SeedGenerator()

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create all weights; `input_shape` is (batch, time, bands)."""
        windows = (None, self.windows.count, self.windows.width)
        self.encoder.build(windows)
        self.representation.build((None, self.encoder.state_size))
        self.decoder.build(windows)
        self.reconstruction.build((None, self.windows.count * self.decoder.output_size))

    def encode(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> keras.KerasTensor:
        """Return representations, shape (batch, time, state size of the decoder)."""
        _, state = self.read(inputs, training=training)
        return self.of_frames(self.representation(state), inputs, lengths)

    def read(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> tuple[list[list[keras.KerasTensor]], keras.KerasTensor]:
        """Return the outputs of each layer and direction of the encoder, and its final states, for each frame."""
        windows = self.windows(merge_time(inputs))
        if training:
            windows = add_noise(windows, self.config.encoder_noise, self.seed)
        return self.encoder.encode(windows, training=training)

    @property
    def step_layers(self) -> list[keras.layers.Layer]:
        """The layers up to the representation."""
        return [self.encoder, self.representation]

    @property
    def step_size(self) -> int:
        """Size of the vector of a frame."""
        return self.decoder.state_size

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
        windows = ops.flip(self.windows(merge_time(inputs)), axis=1)
        outputs = self.decoder.decode(delay(windows), merge_time(representation), training=training)
        return representation, split_time(self.reconstruction(side_by_side(outputs)), like=targets)
