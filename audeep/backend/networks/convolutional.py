"""Convolutional networks over spectrograms, whose tensors have shape (batch, time, bands, channels)."""

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from audeep.backend.networks.lengths import mask, pad, pooled

#: Weight of the statistics so far in their moving average, once there have been enough batches.
MOMENTUM = 0.9
EPSILON = 1e-3
#: Frames and bands of which a block keeps the largest.
POOL = (2, 2)


class ZeroMeanConv2D(keras.layers.Conv2D):
    """A convolution whose kernels have mean zero, so that a change of level alone leaves its output as it is.

    It takes images of a single channel, pads them with zeros, and has no biases.
    """

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Subtract the mean over time and bands from each kernel, and convolve."""
        kernel = self.kernel - ops.mean(self.kernel, axis=(0, 1), keepdims=True)
        return convolve(ops.squeeze(inputs, -1), ops.swapaxes(ops.squeeze(kernel, 2), 0, 1))

    def stock(self) -> tuple[keras.Layer, list[np.ndarray]]:
        """Return a new layer of Keras, for files that load without auDeep, and its weights."""
        layer = keras.layers.Conv2D(
            self.filters, self.kernel_size, padding=self.padding, use_bias=False, name=self.name
        )
        (kernel,) = self.get_weights()
        return layer, [kernel - kernel.mean(axis=(0, 1), keepdims=True)]


class BatchNormalization(keras.layers.Layer):
    """Batch normalisation over all axes but the last, by TensorFlow's fused kernel.

    That of Keras takes twice as long on a processor. Each device normalises by its own part of a batch; the moving
    averages, by which the trained network normalises, are those of all devices.

    Parameters
    ----------
    affine
        Learn a scale and an offset for each channel.
    """

    def __init__(self, *, affine: bool = True, name: str | None = None) -> None:
        super().__init__(name=name)
        self.affine = affine

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights; `input_shape` ends with the number of channels."""
        channels = input_shape[-1:]
        self.scale, self.offset = ops.ones(channels), ops.zeros(channels)
        if self.affine:
            self.scale = self.add_weight(shape=channels, initializer="ones", name="scale")
            self.offset = self.add_weight(shape=channels, initializer="zeros", name="offset")
        self.mean = self.add_weight(shape=channels, initializer="zeros", trainable=False, name="mean")
        self.variance = self.add_weight(shape=channels, initializer="ones", trainable=False, name="variance")
        self.batches = self.add_weight(shape=(), initializer="zeros", trainable=False, name="batches")

    def call(
        self, inputs: keras.KerasTensor, training: bool = False, lengths: keras.KerasTensor | None = None
    ) -> keras.KerasTensor:
        """Normalise by the batch in training, unless frozen, else by the moving averages.

        Beyond their `lengths`, shape (batch,), instances do not count.
        """
        if not (training and self.trainable):
            return self._normalized(inputs, self.mean, self.variance)
        if lengths is not None:
            within = ops.cast(mask(inputs, lengths), inputs.dtype)[:, :, None, None]
            mean, variance = tf.nn.weighted_moments(inputs, [0, 1, 2], within)
            self._update([mean, variance])
            return self._normalized(inputs, mean, variance)
        # The kernel wants four axes.
        images = inputs[:, None, None] if len(inputs.shape) == 2 else inputs
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            images, tf.convert_to_tensor(self.scale), tf.convert_to_tensor(self.offset), epsilon=EPSILON
        )
        self._update([mean, variance])
        return ops.reshape(outputs, ops.shape(inputs))

    def _normalized(
        self, inputs: keras.KerasTensor, mean: keras.KerasTensor, variance: keras.KerasTensor
    ) -> keras.KerasTensor:
        scale = self.scale * ops.rsqrt(variance + EPSILON)
        return inputs * scale + (self.offset - mean * scale)

    def stock(self) -> tuple[keras.Layer, list[np.ndarray]]:
        """Return a new layer of Keras, for files that load without auDeep, and its weights."""
        layer = keras.layers.BatchNormalization(
            epsilon=EPSILON, center=self.affine, scale=self.affine, trainable=self.trainable, name=self.name
        )
        affine = [self.scale, self.offset] if self.affine else []
        return layer, [np.asarray(weight) for weight in (*affine, self.mean, self.variance)]

    def _update(self, statistics: Sequence[tf.Tensor]) -> None:
        """Move the averages towards the statistics of a batch; at first they are plain means over all batches."""
        context = tf.distribute.get_replica_context()
        if context.num_replicas_in_sync > 1:
            statistics = context.all_reduce(tf.distribute.ReduceOp.MEAN, list(statistics))
        momentum = ops.minimum(MOMENTUM, self.batches / (self.batches + 1))
        for average, value in zip((self.mean, self.variance), statistics, strict=True):
            average.assign(momentum * average + (1 - momentum) * value)
        self.batches.assign(self.batches + 1)


class ConvolutionalNetwork(keras.layers.Layer):
    """Blocks of convolution, maximum pooling by 2 in time and bands, batch normalisation, and rectification.

    Pooling comes before the normalisation: after it, a training step takes half as long again. The kernels of the
    first block have mean zero; none has a bias, which the normalisation would undo.

    Parameters
    ----------
    channels
        Number of kernels of each block.
    first_kernel
        Size of the kernels of the first block, in frames and bands; those of the others have size 3.
    """

    def __init__(self, channels: Sequence[int], first_kernel: int, name: str = "network") -> None:
        super().__init__(name=name)
        self.channels = tuple(channels)
        keywords = {"padding": "same", "use_bias": False, "kernel_initializer": "he_normal"}
        # Each is an attribute of its own, since TensorFlow's checkpoints do not look into lists of layers.
        for index, count in enumerate(self.channels):
            convolution = ZeroMeanConv2D if index == 0 else keras.layers.Conv2D
            size = first_kernel if index == 0 else 3
            setattr(self, f"convolution_{index}", convolution(count, size, **keywords))
            setattr(self, f"normalization_{index}", BatchNormalization())

    @property
    def blocks(self) -> list[tuple[keras.layers.Conv2D, BatchNormalization]]:
        """Convolution and normalisation of each block."""
        return [
            (getattr(self, f"convolution_{index}"), getattr(self, f"normalization_{index}"))
            for index in range(len(self.channels))
        ]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights; `input_shape` is (batch, time, bands, channels)."""
        for convolution, normalization in self.blocks:
            convolution.build(input_shape)
            input_shape = (*input_shape[:-1], convolution.filters)
            normalization.build(input_shape)

    def call(
        self, images: keras.KerasTensor, training: bool = False, lengths: keras.KerasTensor | None = None
    ) -> keras.KerasTensor:
        """Return the output of the last block, shape (batch, time, bands, channels).

        Up to `lengths`, shape (batch,), which each block halves, it does not depend on the padding.
        """
        for convolution, normalization in self.blocks:
            images, lengths = pool_within(convolved(convolution, images, lengths), POOL, lengths)
            images = ops.relu(normalization(images, training=training, lengths=lengths))
        return images

    def responses(
        self, images: keras.KerasTensor, blocks: int, lengths: keras.KerasTensor | None = None
    ) -> list[keras.KerasTensor]:
        """Return the convolutions of the first `blocks` blocks, normalised but neither pooled nor rectified.

        Up to `lengths`, shape (batch,), and half of them, rounded up, in each further block, they do not depend on
        the padding.
        """
        responses = []
        for convolution, normalization in self.blocks[:blocks]:
            response = convolved(convolution, images, lengths)
            responses.append(normalization(response))
            images, lengths = pool_within(response, POOL, lengths)
            images = ops.relu(normalization(images))
        return responses


def convolve(
    spectrograms: keras.KerasTensor, kernels: keras.KerasTensor, steps: tuple[int, int] = (1, 1)
) -> keras.KerasTensor:
    """Convolve spectrograms, shape (batch, time, bands), with kernels, (bands, frames, kernel), with zero padding.

    The points that a kernel reads are `steps` bands and frames apart. The result has shape
    (batch, time, bands, kernel).

    The frames that a kernel reads become channels, each a copy of the spectrogram: with a single channel,
    TensorFlow takes 1.4 to 2 times as long, measured on two cores.
    """
    sizes = kernels.shape[:2]
    spans = [1 + (size - 1) * step for size, step in zip(sizes, steps, strict=True)]
    pad_bands, pad_frames = ([(span - 1) // 2, span // 2] for span in spans)
    padded = ops.pad(spectrograms, [[0, 0], pad_frames, pad_bands])
    time = ops.shape(spectrograms)[1]
    starts = range(0, spans[1], steps[1])
    shifted = ops.stack([padded[:, start : start + time] for start in starts], axis=-1)
    return tf.nn.conv2d(shifted, kernels[None], strides=1, padding="VALID", dilations=(1, steps[0]))


def convolved(
    convolution: keras.layers.Conv2D, images: keras.KerasTensor, lengths: keras.KerasTensor | None
) -> keras.KerasTensor:
    """Convolve images, whose padding becomes zeros, with which the convolution itself pads."""
    return convolution(images if lengths is None else pad(images, lengths))


def pool_within(
    images: keras.KerasTensor, pool: tuple[int, int], lengths: keras.KerasTensor | None
) -> tuple[keras.KerasTensor, keras.KerasTensor | None]:
    """Take the largest of each `pool` frames and bands within `lengths`; return the new lengths as well.

    The padding becomes zeros.
    """
    if lengths is None:
        return max_pool(images, pool), None
    images, lengths = max_pool(pad(images, lengths, images.dtype.min), pool), pooled(lengths, pool[0])
    # The lowest number of all would make the variance infinite.
    return pad(images, lengths), lengths


def max_pool(images: keras.KerasTensor, pool: tuple[int, int]) -> keras.KerasTensor:
    """Take the largest of each `pool` frames and bands, counted from the first; the last may be fewer."""
    # What Keras calls "same" begins earlier if the last are fewer, but with 2 or 1, it cannot.
    if max(pool) > 2:
        margins = [[0, 0], *[[0, size - 1] for size in pool], [0, 0]]
        return ops.max_pool(ops.pad(images, margins, constant_values=images.dtype.min), pool)
    return ops.max_pool(images, pool, padding="same") if max(pool) > 1 else images
