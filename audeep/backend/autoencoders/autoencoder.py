"""What all autoencoders share."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import DataError
from audeep.backend.training.architecture import Architecture
from audeep.backend.training.model import Model, Sums, root_mean

#: Of the instances that TensorBoard is shown, how many reconstructions are drawn.
SHOWN = 4


class Autoencoder(Model):
    """An encoder that makes a representation, and a decoder that makes the input of it again.

    Instances have shape (time, bands); for any other, a `DataError` is raised.
    """

    #: Axes of the input that are reversed in what the decoder is to write.
    reversed_axes: ClassVar[tuple[int, ...]]

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

    def summaries(self, examples: DataSet) -> Callable[[tf.Variable], None]:
        """Return what writes a histogram of representations, and pictures of instances above reconstructions."""
        # Deferred, because only training draws.
        from audeep.backend.autoencoders.pictures import Comparison
        from audeep.backend.spectrograms.scales import Scales

        call = tf.function(self.__call__)
        inputs = examples.features.values
        scales = Scales.of(examples.feature_dims, examples.feature_shape, examples.spectrograms)
        comparison = Comparison(examples.feature_shape, scales)
        has_chunks = examples.chunk_nr.any()
        names = [
            examples.instance_name(index) if has_chunks else name for index, name in enumerate(examples.filename)
        ]

        def write(step: tf.Variable) -> None:
            outputs = call(inputs)
            tf.summary.histogram("representation", outputs["representation"], step=step)
            # In the order of the targets, which are the input with axes reversed; reversed once more, in its own.
            reconstructions = self.targets(outputs["reconstruction"][:SHOWN]).numpy()
            pictures = [comparison.draw(*row) for row in zip(inputs, reconstructions, names, strict=False)]
            tf.summary.image("reconstruction", np.stack(pictures), step=step, max_outputs=SHOWN)

        return write
