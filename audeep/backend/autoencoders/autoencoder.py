"""What all autoencoders share."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import keras
import tensorflow as tf
from keras import ops

from audeep.backend.autoencoders.architectures import RecurrentGenerationConfig
from audeep.backend.errors import DataError, OptionError
from audeep.backend.networks.pooling import Pooling
from audeep.backend.networks.statistics import pool
from audeep.backend.networks.windows import split_time
from audeep.backend.training.architecture import Architecture
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.model import Model, Sums, root_mean

#: Of the instances that TensorBoard is shown, how many reconstructions are drawn.
SHOWN = 4


class Autoencoder(Model):
    """An encoder that makes a representation, and a decoder that makes the input of it again.

    Instances have shape (time, bands); for any other, a `DataError` is raised.
    """

    #: Axes of the input that are reversed in what the decoder is to write.
    reversed_axes: ClassVar[tuple[int, ...]]
    #: Whether every frame has a representation of its own.
    keeps_time: ClassVar[bool] = False

    def __init__(self, config: Architecture, feature_shape: tuple[int, ...]) -> None:
        if len(feature_shape) != 2:
            raise DataError(
                "an autoencoder reads instances of two dimensions, time and features; these have "
                f"{len(feature_shape)}"
            )
        super().__init__(config, feature_shape)
        self.bands = feature_shape[-1]
        self.mask_silence: bool = getattr(config, "mask_silence", False)

    @abstractmethod
    def encode(self, inputs: keras.KerasTensor, *, training: bool = False) -> keras.KerasTensor:
        """Return the representation of each instance; `inputs` have shape (batch, time, bands)."""

    @abstractmethod
    def sequences(self, inputs: keras.KerasTensor) -> list[keras.KerasTensor]:
        """Return the outputs of each encoder layer, from the lowest to the highest, shape (sequence, step, units).

        A sequence is an instance, or a frame of one if the representation keeps time.
        """

    def represent(self, inputs: keras.KerasTensor, config: GenerationConfig) -> keras.KerasTensor:
        """Return the representation of each instance, or its pooled sequences."""
        assert isinstance(config, RecurrentGenerationConfig)
        if config.pooling is Pooling.FINAL:
            return self.encode(inputs)
        sequences = self.sequences(inputs)
        layers = config.layers or range(1, len(sequences) + 1)
        if max(layers) > len(sequences):
            raise OptionError(f"`layers`: there is no layer {max(layers)}; the encoder has {len(sequences)}")
        pooled = ops.concatenate([pool(sequences[layer - 1], config.pooling) for layer in layers], axis=-1)
        return split_time(pooled, like=inputs) if self.keeps_time else pooled

    @abstractmethod
    def reconstruct(
        self, inputs: keras.KerasTensor, targets: keras.KerasTensor, *, training: bool
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the representation of `inputs`, and the reconstruction in the shape and order of `targets`."""

    def targets(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return what the decoder is to make of `inputs`: the same, with axes reversed."""
        return ops.flip(inputs, axis=self.reversed_axes)

    def call(self, inputs: keras.KerasTensor, training: bool = False) -> dict[str, Any]:
        """Return ``representation``, ``targets`` and ``reconstruction`` of `inputs`."""
        targets = self.targets(inputs)
        representation, reconstruction = self.reconstruct(inputs, targets, training=training)
        return {"representation": representation, "targets": targets, "reconstruction": reconstruction}

    def sums(self, outputs: Mapping[str, Any]) -> dict[str, keras.KerasTensor]:
        """Return the squared error, and how many points count; silent ones do not if they are masked."""
        targets = outputs["targets"]
        error = ops.square(targets - outputs["reconstruction"])
        counts = ops.cast(targets > -1, error.dtype) if self.mask_silence else ops.ones_like(error)
        return {"squared_error": ops.sum(error * counts), "points": ops.sum(counts)}

    def loss(self, sums: Sums) -> keras.KerasTensor:
        """Return the root mean squared error."""
        return root_mean(sums["squared_error"], sums["points"])

    def write_summaries(self, inputs: keras.KerasTensor, step: tf.Variable) -> None:
        """Write a histogram of representations, and images of targets below their reconstructions."""
        outputs = self(inputs)
        tf.summary.histogram("representation", outputs["representation"], step=step)
        # Targets are the input with axes reversed; reversing once more shows it as it was.
        shown = [self.targets(outputs[name][:SHOWN]) for name in ("targets", "reconstruction")]
        images = ops.concatenate(shown, axis=-1)
        # From (batch, time, both spectrograms) in [-1, 1] to (batch, height, width, grey) in [0, 1], low
        # frequencies below.
        pictures = ops.flip(ops.transpose((images + 1) / 2, (0, 2, 1)), axis=1)[..., None]
        tf.summary.image("reconstruction above target", pictures, step=step, max_outputs=SHOWN)
