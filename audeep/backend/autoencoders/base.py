"""What all autoencoders share."""

from abc import ABC, abstractmethod
from typing import Any

import keras
from keras import ops

from audeep.backend.options import Config


class Autoencoder(keras.Model, ABC):
    """An encoder that makes a representation, and a decoder that makes the input of it again.

    Parameters
    ----------
    config
        The architecture.

    Attributes
    ----------
    config
        The architecture.
    """

    config: Config

    def __init__(self, config: Config) -> None:
        super().__init__(name=config.kind)  # type: ignore[attr-defined]
        self.config = config
        self.mask_silence: bool = getattr(config, "mask_silence", False)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make all weights; `input_shape` is (batch, time, features)."""
        self.call(ops.zeros((1, *input_shape[1:])))
        self.built = True

    @abstractmethod
    def encode(self, inputs: keras.KerasTensor, *, training: bool = False) -> keras.KerasTensor:
        """Return the representation of each instance.

        Parameters
        ----------
        inputs
            Shape (batch, time, features).
        training
            Whether dropout and noise are on.
        """

    @abstractmethod
    def targets(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return what the decoder is to make of `inputs`: the same, with axes reversed."""

    @abstractmethod
    def reconstruct(
        self, inputs: keras.KerasTensor, targets: keras.KerasTensor, *, training: bool
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the representation of `inputs`, and the reconstruction in the shape and order of `targets`."""

    def call(self, inputs: keras.KerasTensor, training: bool = False) -> dict[str, Any]:
        """Return ``representation``, ``targets`` and ``reconstruction`` of `inputs`."""
        targets = self.targets(inputs)
        representation, reconstruction = self.reconstruct(inputs, targets, training=training)
        return {"representation": representation, "targets": targets, "reconstruction": reconstruction}

    def squared_error(
        self, targets: keras.KerasTensor, reconstruction: keras.KerasTensor
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the sum of squared errors over a batch, and how many points count; silent ones if not masked."""
        error = ops.square(targets - reconstruction)
        counts = ops.cast(targets > -1, error.dtype) if self.mask_silence else ops.ones_like(error)
        return ops.sum(error * counts), ops.sum(counts)


def root_mean(total: keras.KerasTensor, count: keras.KerasTensor) -> keras.KerasTensor:
    """Return the root mean squared error, the loss, of what `squared_error` says; zero if no point counts."""
    return ops.sqrt(total / ops.maximum(count, 1))
