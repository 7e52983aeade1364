"""The frequency-time-recurrent autoencoder: along the frequencies of each frame, then along the frames."""

import keras
from keras import ops

from audeep.backend.autoencoders.base import Autoencoder
from audeep.backend.autoencoders.config import FrequencyTimeAutoencoderConfig
from audeep.backend.autoencoders.decoder import Decoder
from audeep.backend.autoencoders.frequency import side_by_side
from audeep.backend.autoencoders.rnn import Recurrent, add_noise, delay
from audeep.backend.autoencoders.windows import Windows, merge_time, split_time


class FrequencyTimeAutoencoder(Autoencoder):
    """A frequency encoder and decoder around a time encoder and decoder, trained together.

    The final states of the frequency encoder in each frame are what the time encoder reads, and what the
    time decoder has to write in reverse order. From each output of the time decoder, the frequency decoder
    writes a frame.

    Parameters
    ----------
    config
        The architecture.
    features
        Size of a frame.
    """

    config: FrequencyTimeAutoencoderConfig

    def __init__(self, config: FrequencyTimeAutoencoderConfig, features: int) -> None:
        super().__init__(config)
        self.windows = Windows(config, features)
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
        self.reconstruction = keras.layers.Dense(features, activation="tanh")
        self.seed = keras.random.SeedGenerator()

    def encode_frames(self, inputs: keras.KerasTensor, *, training: bool = False) -> keras.KerasTensor:
        """Return the states of the frequency encoder, shape (batch, time, its state size)."""
        windows = self.windows(merge_time(inputs))
        if training:
            windows = add_noise(windows, self.config.f_encoder_noise, self.seed)
        return split_time(self.encoder_frequency.final_state(windows, training=training), like=inputs)

    def encode_time(self, frames: keras.KerasTensor, *, training: bool = False) -> keras.KerasTensor:
        """Return representations of the states of the frequency encoder, shape (batch, state size)."""
        if training:
            frames = add_noise(frames, self.config.t_encoder_noise, self.seed)
        return self.representation(self.encoder_time.final_state(frames, training=training))

    def encode(self, inputs: keras.KerasTensor, *, training: bool = False) -> keras.KerasTensor:
        """Return representations, shape (batch, state size of the time decoder)."""
        return self.encode_time(self.encode_frames(inputs, training=training), training=training)

    def targets(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return the frames in reverse order, and with their frequencies reversed."""
        return ops.flip(inputs, axis=(1, 2))

    def reconstruct(
        self, inputs: keras.KerasTensor, targets: keras.KerasTensor, *, training: bool
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the representation, and the frames that both decoders make of it."""
        frames = self.encode_frames(inputs, training=training)
        representation = self.encode_time(frames, training=training)
        return representation, self.decode(representation, frames, targets, training=training)

    def decode(
        self,
        representation: keras.KerasTensor,
        frames: keras.KerasTensor,
        targets: keras.KerasTensor,
        *,
        training: bool = False,
    ) -> keras.KerasTensor:
        """Return reconstructed frames in the order of `targets`; `frames` are the states of each frame."""
        in_time = self.decoder_time.outputs(delay(ops.flip(frames, axis=1)), representation, training=training)
        initial = self.decoder_frequency_initial_state(merge_time(ops.concatenate(in_time, axis=-1)))
        windows = self.windows(merge_time(targets))
        outputs = self.decoder_frequency.outputs(delay(windows), initial, training=training)
        return split_time(self.reconstruction(side_by_side(outputs)), like=targets)
