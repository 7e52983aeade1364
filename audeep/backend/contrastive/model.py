"""Contrastive network, which learns to distinguish recordings from random views of them."""

import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import keras
import tensorflow as tf
from keras import ops

from audeep.backend.contrastive.config import ContrastiveConfig
from audeep.backend.contrastive.loss import alignment, nt_xent, uniformity
from audeep.backend.contrastive.views import make_views
from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import DataError
from audeep.backend.networks.convolutional import POOL, BatchNormalization, ConvolutionalNetwork
from audeep.backend.networks.lengths import mask, pooled
from audeep.backend.networks.statistics import average_groups, over_time
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.health import effective_rank
from audeep.backend.training.model import Model, StepEncoder, Sums, require_matrices

#: Number of the instances shown in TensorBoard that are drawn.
SHOWN = 4


class ContrastiveNetwork(Model, StepEncoder):
    """Convolutional network whose projections are similar for two views of a recording, and different otherwise.

    The representation describes the responses of each kernel over the whole recording; the layers of the projection
    are only used in training. Instances have shape (time, bands); any other raises a `DataError`.

    References
    ----------
    Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations", ICML 2020.
    """

    config: ContrastiveConfig
    takes_lengths = True
    # The first block computes about thirty values from each, in several copies.
    batch_bytes: ClassVar[int] = 2**20
    examples: ClassVar[int] = 32
    min_instances = 2

    def __init__(self, config: ContrastiveConfig, feature_shape: tuple[int | None, ...]) -> None:
        bands = require_matrices("a contrastive network", feature_shape)
        # Each block halves the bands, rounded up.
        fewest = -(-bands // 2 ** (len(config.channels) - 2))
        if fewest < config.num_bands:
            raise DataError(
                f"`num_bands` is {config.num_bands}, but of {bands} frequency bands, the second to last "
                f"block has only {fewest}"
            )
        super().__init__(config, feature_shape)
        self.bands = bands
        self.input_normalization = BatchNormalization(affine=False)
        self.network = ConvolutionalNetwork(config.channels, config.first_kernel)
        self.hidden = keras.layers.Dense(config.hidden_size, use_bias=False)
        self.hidden_normalization = BatchNormalization()
        self.projection = keras.layers.Dense(config.projection_size)
        self.seed = keras.random.SeedGenerator()

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create all weights; `input_shape` is (batch, time, bands)."""
        self.input_normalization.build((*input_shape, 1))
        self.network.build((*input_shape, 1))
        self.hidden.build((None, 2 * self.step_size))
        self.hidden_normalization.build((None, self.config.hidden_size))
        self.projection.build((None, self.config.hidden_size))

    def encode(self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None) -> keras.KerasTensor:
        """Return representations, shape (batch, number of kernels of all blocks but the last * `num_bands` * 4).

        They are statistics over time of the responses of these blocks before rectification, averaged in groups of
        bands.
        """
        images = self.input_normalization(ops.expand_dims(inputs, -1))
        statistics = []
        for response in self.network.responses(images, len(self.config.channels) - 1, lengths):
            within = None if lengths is None else mask(response, lengths)
            # Shape (batch, groups of bands, channels, statistics).
            statistics.append(average_groups(over_time(response, within), self.config.num_bands))
            lengths = pooled(lengths, POOL[0])
        return ops.concatenate([ops.reshape(part, (-1, _size(part))) for part in statistics], axis=-1)

    @property
    def step_layers(self) -> list[keras.layers.Layer]:
        """The layers below the projection."""
        return [self.input_normalization, self.network]

    @property
    def step_size(self) -> int:
        """Number of outputs of the last block for a step; each block halves the bands, rounded up."""
        return -(-self.bands // self.step_frames) * self.config.channels[-1]

    @property
    def step_frames(self) -> int:
        """Number of frames in a step, which each block halves."""
        return 2 ** len(self.config.channels)

    def encode_steps(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, *, training: bool = False
    ) -> tuple[keras.KerasTensor, keras.KerasTensor | None]:
        """Return the outputs of the last block, all bands of a step side by side."""
        images = self.input_normalization(ops.expand_dims(inputs, -1), training=training, lengths=lengths)
        images = self.network(images, training=training, lengths=lengths)
        batch, steps, *_ = ops.shape(images)
        return ops.reshape(images, (batch, steps, self.step_size)), pooled(lengths, self.step_frames)

    def functional(self, inputs: keras.KerasTensor, config: GenerationConfig) -> keras.KerasTensor:
        """Return symbolic representations; the normalisation is frozen, since a block normalises two tensors."""
        for normalization in (self.input_normalization, *(layer for _, layer in self.network.blocks)):
            normalization.trainable = False
        return self.represent(inputs, config)

    def project(self, views: keras.KerasTensor, *, training: bool = False) -> keras.KerasTensor:
        """Return the projections of views, shape (batch, `projection_size`)."""
        images = self.input_normalization(views[..., None], training=training)
        images = self.network(images, training=training)
        pooled = ops.concatenate([ops.mean(images, axis=1), ops.max(images, axis=1)], axis=-1)
        hidden = self.hidden(ops.reshape(pooled, (-1, _size(pooled))))
        return self.projection(ops.relu(self.hidden_normalization(hidden, training=training)))

    def views(
        self, inputs: keras.KerasTensor, seed: tf.Tensor, lengths: keras.KerasTensor | None = None
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return two views of each instance, shape (batch, `view_frames`, bands)."""
        first, second = (
            make_views(inputs, self.config, part, lengths) for part in tf.unstack(tf.random.split(seed, 2))
        )
        return first, second

    def call(
        self, inputs: keras.KerasTensor, training: bool = False, lengths: keras.KerasTensor | None = None
    ) -> dict[str, Any]:
        """Return the projections of two views of each instance: ``first`` and ``second``.

        In training, each step and each device draws different views.
        """
        seed = tf.zeros(2, tf.int64)
        if training:
            context = tf.distribute.get_replica_context()
            seed = tf.random.fold_in(self.seed.next(), context.replica_id_in_sync_group)
        # Both pass through the network at once, and are normalised together.
        views = ops.concatenate(self.views(inputs, seed, lengths))
        first, second = ops.split(self.project(views, training=training), 2)
        return {"first": first, "second": second}

    def sums(self, outputs: Mapping[str, Any]) -> dict[str, keras.KerasTensor]:
        """Return the total loss of all views, contrasted with those on the same device, and their number."""
        losses = nt_xent(outputs["first"], outputs["second"], self.config.temperature)
        return {"contrastive": ops.sum(losses), "views": ops.sum(ops.ones_like(losses))}

    def loss(self, sums: Sums) -> keras.KerasTensor:
        """Return the mean loss per view."""
        return sums["contrastive"] / ops.maximum(sums["views"], 1)

    def summaries(self, examples: DataSet) -> Callable[[tf.Variable], None]:
        """Return a function that writes images and measures of collapse, of the same views each time."""
        lengths = None if examples.lengths is None else tf.constant(examples.lengths, tf.int32)
        views = self.views(examples.features.values, tf.zeros(2, tf.int64), lengths)
        project = tf.function(self.project)

        def write(step: tf.Variable) -> None:
            first, second = map(project, views)
            tf.summary.scalar("alignment", alignment(first, second), step=step)
            tf.summary.scalar("uniformity", uniformity(first), step=step)
            tf.summary.scalar("effective rank", effective_rank(first), step=step)
            tf.summary.image("two views of a recording", pictures(*views), step=step, max_outputs=SHOWN)

        return write


def pictures(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
    """Draw pairs of views one above the other, low frequencies at the bottom, as images from 0 to 1.

    The result has shape (batch, height, width, 1).
    """
    both = ops.concatenate([first[:SHOWN], second[:SHOWN]], axis=-1)
    low, high = (reduce(both, axis=(1, 2), keepdims=True) for reduce in (ops.min, ops.max))
    shares = (both - low) / ops.maximum(high - low, keras.config.epsilon())
    return ops.flip(ops.transpose(shares, (0, 2, 1)), axis=1)[..., None]


def _size(values: keras.KerasTensor) -> int:
    """Return the number of values of an instance."""
    return math.prod(values.shape[1:])
