"""The frequency-time-recurrent autoencoder: reads along the frequencies of each frame, then along time."""

import keras

from audeep.backend.autoencoders.architectures import FrequencyTimeAutoencoderConfig
from audeep.backend.autoencoders.autoencoder import Autoencoder
from audeep.backend.networks.decoder import Decoder
from audeep.backend.networks.lengths import reverse
from audeep.backend.networks.recurrent import Recurrent, add_noise, delay
from audeep.backend.networks.windows import Windows, merge_time, side_by_side, split_time


class FrequencyTimeAutoencoder(Autoencoder):
    """A frequency encoder and decoder around a time encoder and decoder, trained together.

    The time encoder reads the final states of the frequency encoder for each frame, and the time decoder writes
    them in reverse order. From each output of the time decoder, the frequency decoder writes a frame.
    """

    config: FrequencyTimeAutoencoderConfig
    reversed_axes = (1, 2)

    def __init__(self, config: FrequencyTimeAutoencoderConfig, feature_shape: tuple[int | None, ...]) -> None:
        super().__init__(config, feature_shape)
        self.windows = Windows(config.freq_window_width, config.freq_window_overlap, self.bands)
        in_frequency = (config.cell, config.num_f_layers, config.num_f_units, config.keep_prob)
        in_time = (config.cell, config.num_t_layers, config.num_t_units, config.keep_prob)
        self.encoder_frequency = Recurrent(
            *in_frequency, bidirectional=config.bidirectional_f_encoder, name="encoder_frequency"
        )
        self.encoder_time = Recurrent(*in_time, bidirectional=config.bidirectional_t_encoder, name="encoder_time")
        self.decoder_time = Decoder(
            *in_time,
            bidirectional=config.bidirectional_t_decoder,
            features=self.encoder_frequency.state_size,
            feed_previous_prob=config.t_feed_previous_prob,
            name="decoder_time",
        )
        self.decoder_frequency = Decoder(
            *in_frequency,
            bidirectional=config.bidirectional_f_decoder,
            features=self.windows.width,
            feed_previous_prob=config.f_feed_previous_prob,
            name="decoder_frequency",
        )
        self.representation = keras.layers.Dense(self.decoder_time.state_size, activation="tanh")
        self.decoder_frequency_initial_state = keras.layers.Dense(
            self.decoder_frequency.state_size, activation="tanh"
        )
        self.reconstruction = keras.layers.Dense(self.bands, activation="tanh")
        self.seed = keras.random.SeedGenerator()

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create all weights; `input_shape` is (batch, time, bands)."""
        windows = (None, self.windows.count, self.windows.width)
        frames = (*input_shape[:-1], self.encoder_frequency.state_size)
        self.encoder_frequency.build(windows)
        self.encoder_time.build(frames)
        self.representation.build((None, self.encoder_time.state_size))
        self.decoder_time.build(frames)
        self.decoder_frequency_initial_state.build((None, self.decoder_time.output_size))
        self.decoder_frequency.build(windows)
        self.reconstruction.build((None, self.windows.count * self.decoder_frequency.output_size))

    def encode_frames(self, inputs: keras.KerasTensor, *, training: bool = False) -> keras.KerasTensor:
        """Return the states of the frequency encoder, shape (batch, time, its state size)."""
        windows = self.windows(merge_time(inputs))
        if training:
            windows = add_noise(windows, self.config.f_encoder_noise, self.seed)
        _, state = self.encoder_frequency.encode(windows, training=training)
        return split_time(state, like=inputs)

    def encode_time(
        self, frames: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> keras.KerasTensor:
        """Return representations, shape (batch, state size), from the states of the frequency encoder."""
        _, state = self.read_frames(frames, lengths, training=training)
        return self.representation(state)

    def encode(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> keras.KerasTensor:
        """Return representations, shape (batch, state size of the time decoder)."""
        return self.encode_time(self.encode_frames(inputs, training=training), lengths, training=training)

    def read(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> tuple[list[list[keras.KerasTensor]], keras.KerasTensor]:
        """Return the outputs of each layer and direction of the time encoder, and its final states."""
        return self.read_frames(self.encode_frames(inputs, training=training), lengths, training=training)

    def read_frames(
        self, frames: keras.KerasTensor, lengths: keras.KerasTensor | None, *, training: bool
    ) -> tuple[list[list[keras.KerasTensor]], keras.KerasTensor]:
        """Return the same from the states of the frequency encoder."""
        if training:
            frames = add_noise(frames, self.config.t_encoder_noise, self.seed)
        return self.encoder_time.encode(frames, lengths, training=training)

    @property
    def step_layers(self) -> list[keras.layers.Layer]:
        """Both encoders."""
        return [self.encoder_frequency, self.encoder_time]

    @property
    def step_size(self) -> int:
        """Size of the vector of a frame."""
        return self.encoder_time.output_size

    def reconstruct(
        self,
        inputs: keras.KerasTensor,
        targets: keras.KerasTensor,
        lengths: keras.KerasTensor | None = None,
        *,
        training: bool,
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the representation, and the frames that both decoders reconstruct from it."""
        frames = self.encode_frames(inputs, training=training)
        representation = self.encode_time(frames, lengths, training=training)
        expected = delay(reverse(frames, lengths))
        in_time = self.decoder_time.decode(expected, representation, lengths, training=training)
        initial = self.decoder_frequency_initial_state(merge_time(in_time))
        windows = self.windows(merge_time(targets))
        outputs = self.decoder_frequency.decode(delay(windows), initial, training=training)
        return representation, split_time(self.reconstruction(side_by_side(outputs)), like=targets)
