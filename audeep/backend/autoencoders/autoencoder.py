"""Base class of the autoencoders."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from audeep.backend.autoencoders.architectures import RecurrentGenerationConfig
from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import DataError, OptionError
from audeep.backend.networks.lengths import mask, pad, reverse
from audeep.backend.networks.pooling import Pooling
from audeep.backend.networks.statistics import pool
from audeep.backend.networks.windows import split_time
from audeep.backend.training.architecture import Architecture
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.model import Model, StepEncoder, Sums, root_mean

#: Number of reconstructions drawn for TensorBoard.
SHOWN = 4


class Autoencoder(Model, StepEncoder):
    """An encoder that computes a representation, and a decoder that reconstructs the input from it.

    Instances must have shape (time, bands); otherwise raises a `DataError`.
    """

    takes_lengths = True
    #: Axes of the input that are reversed in the targets of the decoder.
    reversed_axes: ClassVar[tuple[int, ...]]
    #: Whether every frame has its own representation.
    keeps_time: ClassVar[bool] = False

    def __init__(self, config: Architecture, feature_shape: tuple[int | None, ...]) -> None:
        if len(feature_shape) != 2:
            raise DataError(
                f"an autoencoder needs instances with two dimensions, time and features; got {len(feature_shape)}"
            )
        super().__init__(config, feature_shape)
        _, bands = feature_shape
        assert bands is not None
        self.bands = bands
        self.mask_silence: bool = getattr(config, "mask_silence", False)

    @abstractmethod
    def encode(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> keras.KerasTensor:
        """Return the representation of each instance; `inputs` have shape (batch, time, bands)."""

    @abstractmethod
    def read(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> tuple[list[list[keras.KerasTensor]], keras.KerasTensor]:
        """Return the outputs of each encoder layer and direction, and the final states of the encoder.

        Layers are from the lowest to the highest. Outputs have shape (sequence, step, units); a sequence is an
        instance, or a frame of one if the representation keeps time.
        """

    def sequences(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> list[keras.KerasTensor]:
        """Return the outputs of each encoder layer, of both directions side by side, as `read` orders them."""
        layers, _ = self.read(inputs, lengths, training=training)
        return [ops.concatenate(directions, axis=-1) for directions in layers]

    def encode_steps(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> tuple[keras.KerasTensor, keras.KerasTensor | None]:
        """Return the outputs of the highest encoder layer, or the representation of each frame if it keeps time."""
        if self.keeps_time:
            return self.encode(inputs, lengths, training=training), lengths
        return self.sequences(inputs, lengths, training=training)[-1], lengths

    def represent(
        self, inputs: keras.KerasTensor, config: GenerationConfig, lengths: keras.KerasTensor | None = None
    ) -> keras.KerasTensor:
        """Return the representation of each instance, or its pooled sequences."""
        assert isinstance(config, RecurrentGenerationConfig)
        if config.pooling is Pooling.FINAL:
            return self.encode(inputs, lengths)
        sequences = self.sequences(inputs, lengths)
        layers = config.layers or range(1, len(sequences) + 1)
        if max(layers) > len(sequences):
            raise OptionError(f"`layers`: {max(layers)} is out of range; the encoder has {len(sequences)} layers")
        # If time is kept, a sequence is a frame, which has no padding.
        within = None if lengths is None or self.keeps_time else mask(inputs, lengths)
        pooled = ops.concatenate([pool(sequences[layer - 1], config.pooling, within) for layer in layers], axis=-1)
        return self.of_frames(pooled, inputs, lengths) if self.keeps_time else pooled

    def of_frames(
        self, values: keras.KerasTensor, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None
    ) -> keras.KerasTensor:
        """Return values of all frames, shape (batch * time, ...), by instance, with zeros as padding."""
        by_instance = split_time(values, like=inputs)
        return by_instance if lengths is None else pad(by_instance, lengths)

    @abstractmethod
    def reconstruct(
        self,
        inputs: keras.KerasTensor,
        targets: keras.KerasTensor,
        lengths: keras.KerasTensor | None = None,
        *,
        training: bool,
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the representation of `inputs`, and the reconstruction in the shape and order of `targets`."""

    def targets(self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None) -> keras.KerasTensor:
        """Return the targets of the decoder: `inputs` with axes reversed, and the padding still at the end."""
        for axis in self.reversed_axes:
            inputs = reverse(inputs, lengths) if axis == 1 else ops.flip(inputs, axis=axis)
        return inputs

    def call(
        self, inputs: keras.KerasTensor, training: bool = False, lengths: keras.KerasTensor | None = None
    ) -> dict[str, Any]:
        """Return ``representation``, ``targets`` and ``reconstruction`` of `inputs`, and their ``lengths``."""
        targets = self.targets(inputs, lengths)
        representation, reconstruction = self.reconstruct(inputs, targets, lengths, training=training)
        outputs = {"representation": representation, "targets": targets, "reconstruction": reconstruction}
        return outputs if lengths is None else outputs | {"lengths": lengths}

    def sums(self, outputs: Mapping[str, Any]) -> dict[str, keras.KerasTensor]:
        """Return the squared error, and the number of points that count.

        Padding does not count, nor do silent points if they are masked.
        """
        targets = outputs["targets"]
        error = ops.square(targets - outputs["reconstruction"])
        counts = ops.cast(targets > -1, error.dtype) if self.mask_silence else ops.ones_like(error)
        if "lengths" in outputs:
            counts = pad(counts, outputs["lengths"])
        return {"squared_error": ops.sum(error * counts), "points": ops.sum(counts)}

    def loss(self, sums: Sums) -> keras.KerasTensor:
        """Return the root mean squared error."""
        return root_mean(sums["squared_error"], sums["points"])

    def summaries(self, examples: DataSet) -> Callable[[tf.Variable], None]:
        """Return what writes a histogram of representations, and pictures of instances above reconstructions."""
        # Deferred, because only training draws.
        from audeep.backend.autoencoders.pictures import Comparison
        from audeep.backend.spectrograms.scales import Scales

        call = tf.function(self.__call__)
        inputs = examples.features.values
        lengths = None if examples.lengths is None else tf.constant(examples.lengths, tf.int32)
        scales = Scales.of(examples.feature_dims, examples.feature_shape, examples.spectrograms)
        comparison = Comparison(examples.feature_shape, scales)
        names = examples.instance_names()

        def write(step: tf.Variable) -> None:
            outputs = call(inputs, lengths=lengths)
            tf.summary.histogram("representation", outputs["representation"], step=step)
            # In the order of the targets, which are the input with axes reversed; reversed once more, in its own.
            reconstructions = outputs["reconstruction"][:SHOWN]
            if lengths is None:
                reconstructions = self.targets(reconstructions).numpy()
            else:
                padded = pad(reconstructions, lengths[:SHOWN], examples.padding)
                reconstructions = self.targets(padded, lengths[:SHOWN]).numpy()
            pictures = [comparison.draw(*row) for row in zip(inputs, reconstructions, names, strict=False)]
            tf.summary.image("reconstruction", np.stack(pictures), step=step, max_outputs=SHOWN)

        return write
