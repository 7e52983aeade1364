"""Networks that learn from labels, for the training loop."""

import pkgutil
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Self

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from audeep.backend.networks.augmentation import mixup, spec_augment
from audeep.backend.networks.lengths import pad
from audeep.backend.networks.losses import Losses, squared_errors
from audeep.backend.taggers.config import CNNConfig, TaggerConfig
from audeep.backend.taggers.encoder import PretrainedEncoder
from audeep.backend.training.description import ModelDescription
from audeep.backend.training.model import Sums, Trainable


class Layers(NamedTuple):
    """The three parts of a tagger."""

    #: From instances, shape (batch, time, ...), to sequences, shape (batch, time, channels), and their lengths.
    #: None if an encoder does that alone.
    front_end: keras.layers.Layer | None
    #: From sequences, and their lengths, to vectors, shape (batch, size).
    back_end: keras.layers.Layer
    #: From vectors to outputs, shape (batch, output).
    output: keras.layers.Layer

    @classmethod
    def of(cls, front_end: keras.layers.Layer | None, back_end: keras.layers.Layer, num_outputs: int) -> Self:
        """Return the parts with a dense output layer."""
        return cls(front_end, back_end, keras.layers.Dense(num_outputs, name="output"))


class Tagger(Trainable):
    """A network that learns from labels: a front-end, a back-end, and an output layer.

    Features are standardised, by their mean and standard deviation in the training data; those for the encoder of a
    model are not, since it expects what it was trained on. In training, instances are mixed, and parts of them are
    hidden.

    Parameters
    ----------
    config
        The configuration.
    shape
        Shape of the longest instance.
    num_outputs
        Number of outputs: one for each class, label or target.
    differ_in_length
        Whether instances differ in length.
    losses
        Returns the loss of each instance.
    encoder
        Description of the model with whose encoder it begins, if any; the weights of the encoder are untrained.
    """

    # The first block computes about thirty values from each.
    batch_bytes: ClassVar[int] = 2**20

    def __init__(
        self,
        config: TaggerConfig,
        shape: Sequence[int],
        num_outputs: int,
        *,
        differ_in_length: bool = False,
        losses: Losses = squared_errors,
        encoder: ModelDescription | None = None,
    ) -> None:
        super().__init__(name=config.kind)
        self.config, self.losses_of, self.num_outputs = config, losses, num_outputs
        self.feature_shape = (None if differ_in_length else shape[0], *shape[1:])
        self.max_gradient = config.max_gradient
        self.encoder = None if encoder is None else PretrainedEncoder(encoder, frozen=config.freeze)
        normalizes = self.encoder is not None or (isinstance(config, CNNConfig) and config.normalize)
        # An empty batch cannot be normalised, and a device may have none of the last instances.
        self.min_instances = int(normalizes and tf.distribute.get_strategy().num_replicas_in_sync > 1)
        sequence_shape = shape if self.encoder is None else self.encoder.compute_output_shape((None, *shape))[1:]
        self.front_end, self.back_end, self.output_layer = pkgutil.resolve_name(config.layers)(
            config, sequence_shape, num_outputs
        )
        self.dropout = keras.layers.Dropout(1 - config.keep_prob)
        self.seed = keras.random.SeedGenerator()
        self.build((None, *shape))

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights; `input_shape` is (batch, time, ...)."""
        self.mean = self.add_weight(shape=input_shape[2:], initializer="zeros", trainable=False, name="mean")
        self.scale = self.add_weight(shape=input_shape[2:], initializer="ones", trainable=False, name="scale")
        shape = input_shape
        for layer in self.front_layers:
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
        self.back_end.build(shape)
        self.output_layer.build(self.back_end.compute_output_shape(shape))
        self.built = True

    @property
    def front_layers(self) -> list[keras.layers.Layer]:
        """What comes before the back-end: an encoder, a front-end, or both."""
        return [layer for layer in (self.encoder, self.front_end) if layer is not None]

    def standardise(self, mean: np.ndarray, deviation: np.ndarray) -> None:
        """Set what features are standardised by, shape (bands,), or () if instances are one-dimensional."""
        self.mean.assign(mean)
        self.scale.assign(1 / deviation)

    def standardised(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Standardise features, unless they are for an encoder."""
        return (inputs - self.mean) * self.scale if self.encoder is None else inputs

    @property
    def filling(self) -> float | tf.Tensor:
        """What padding and hidden parts of standardised features are replaced by, the mean of the training data."""
        return 0.0 if self.encoder is None else tf.convert_to_tensor(self.mean)

    def sequences(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> tuple[keras.KerasTensor, keras.KerasTensor | None]:
        """Return what the back-end reads: sequences, shape (batch, time, channels), and their lengths."""
        for layer in self.front_layers:
            inputs, lengths = layer(inputs, lengths, training=training)
        return inputs, lengths

    def call(
        self,
        inputs: keras.KerasTensor,
        training: bool = False,
        lengths: keras.KerasTensor | None = None,
        targets: keras.KerasTensor | None = None,
    ) -> dict[str, Any]:
        """Return ``outputs``, shape (batch, output), and the ``targets`` that they should be."""
        inputs = self.standardised(inputs)
        if lengths is not None:
            inputs = pad(inputs, lengths, self.filling)
        if training:
            inputs, targets = self.augmented(inputs, targets, lengths)
        sequences, lengths = self.sequences(inputs, lengths, training=training)
        vectors = self.back_end(sequences, lengths, training=training)
        return {"outputs": self.output_layer(self.dropout(vectors, training=training)), "targets": targets}

    def augmented(
        self, inputs: tf.Tensor, targets: tf.Tensor, lengths: tf.Tensor | None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Return mixed instances with parts hidden, and their targets; each step and each device draws anew."""
        context = tf.distribute.get_replica_context()
        seed = tf.random.fold_in(self.seed.next(), context.replica_id_in_sync_group)
        mixing, hiding = tf.unstack(tf.random.split(seed, 2))
        if self.config.mixup:
            inputs, targets = mixup([inputs, targets], self.config.mixup, mixing)
            if lengths is not None:
                # The other may be longer.
                inputs = pad(inputs, lengths, self.filling)
        if len(inputs.shape) == 3:
            shares = (self.config.mask_bands, self.config.mask_frames)
            inputs = spec_augment(inputs, *shares, hiding, lengths, self.filling)
        return inputs, targets

    def sums(self, outputs: Mapping[str, Any]) -> dict[str, keras.KerasTensor]:
        """Return the total loss of all instances, and their number."""
        losses = self.losses_of(outputs["targets"], outputs["outputs"])
        return {"loss": ops.sum(losses), "instances": ops.sum(ops.ones_like(losses))}

    def loss(self, sums: Sums) -> keras.KerasTensor:
        """Return the mean loss of an instance."""
        return sums["loss"] / ops.maximum(sums["instances"], 1)
