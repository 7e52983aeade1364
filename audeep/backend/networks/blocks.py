"""Blocks of convolutions over images, shape (batch, time, bands, channels), which may differ in length."""

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from audeep.backend.networks.convolutional import BatchNormalization, pool_within
from audeep.backend.networks.lengths import pad, pooled

#: Shape of a batch of images; None where a size may be any.
Shape = tuple[int | None, ...]


class VerticalConv2D(keras.layers.Conv2D):
    """Filters along frequency: at each frame, the largest output over all their positions.

    They span some of the bands, and so describe a timbre wherever it is in frequency. Time is padded with zeros.

    Each position is a filter over all bands here, zero where the position has none. That is more to multiply, but
    TensorFlow's convolutions of few channels and large filters are slow: with the many shapes of
    `vertical_horizontal`, a training step took five times as long.
    """

    def __init__(self, filters: int, frames: int, bands: int, **keywords: Any) -> None:
        super().__init__(filters, (frames, bands), **keywords)

    def call(self, images: keras.KerasTensor) -> keras.KerasTensor:
        """Return the outputs, shape (batch, time, 1, filters)."""
        bands = images.shape[2]
        outputs = ops.conv(images[..., 0], at_all_positions(self.kernel[:, :, 0], bands), padding="same")
        shape = (*ops.shape(outputs)[:2], bands - self.kernel_size[1] + 1, self.filters)
        outputs = ops.max(ops.reshape(outputs, shape), axis=2, keepdims=True)
        return outputs if self.bias is None else outputs + self.bias

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the outputs."""
        return (*shape[:2], 1, self.filters)


def at_all_positions(kernels: keras.KerasTensor, bands: int) -> keras.KerasTensor:
    """Turn filters over some bands, shape (frames, height, filter), into filters over all of them.

    Returns those of all positions, from low to high, with zeros around them; shape (frames, `bands`,
    positions * filters).

    >>> at_all_positions(ops.reshape([1, 2], (1, 2, 1)), bands=4)[0].numpy().T.tolist()
    [[1, 2, 0, 0], [0, 1, 2, 0], [0, 0, 1, 2]]
    """
    frames, height, count = kernels.shape
    positions = bands - height + 1
    # In rows of one band less than a copy has, each copy begins one band later than the one before.
    copies = ops.tile(ops.pad(kernels, [[0, 0], [0, bands + 1 - height], [0, 0]]), (1, positions, 1))
    shifted = ops.reshape(copies[:, : positions * bands], (frames, positions, bands, count))
    return ops.reshape(ops.transpose(shifted, (0, 2, 1, 3)), (frames, bands, positions * count))


class HorizontalConv2D(keras.layers.Conv2D):
    """Filters along time over the mean of all bands: rhythm and envelope."""

    def __init__(self, filters: int, frames: int, **keywords: Any) -> None:
        super().__init__(filters, (frames, 1), padding="same", **keywords)

    def call(self, images: keras.KerasTensor) -> keras.KerasTensor:
        """Return the outputs, shape (batch, time, 1, filters)."""
        return super().call(ops.mean(images, axis=2, keepdims=True))

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the outputs."""
        return (*shape[:2], 1, self.filters)


class FramingConv2D(keras.layers.Conv2D):
    """Filters over the frames of waveforms: of `length` samples, and a frame begins at every `stride`-th sample.

    The last frames are filled up with zeros.
    """

    def __init__(self, filters: int, length: int, stride: int, **keywords: Any) -> None:
        super().__init__(filters, (length, 1), strides=(stride, 1), **keywords)

    def call(self, images: keras.KerasTensor) -> keras.KerasTensor:
        """Return the outputs, shape (batch, frame, 1, filters)."""
        length, stride = self.kernel_size[0], self.strides[0]
        # Hops side by side, instead of samples: a filter spans some of them.
        hops = divided(length, stride)
        kernel = ops.pad(self.kernel[:, 0, 0], [[0, hops * stride - length], [0, 0]])
        samples = ops.shape(images)[1]
        frames = -(-samples // stride)
        padded = ops.pad(images[:, :, 0, 0], [[0, 0], [0, (frames + hops - 1) * stride - samples]])
        outputs = ops.conv(
            ops.reshape(padded, (-1, frames + hops - 1, stride)),
            ops.reshape(kernel, (hops, stride, -1)),
            padding="valid",
        )[:, :, None]
        return outputs if self.bias is None else outputs + self.bias

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the outputs."""
        return (shape[0], divided(shape[1], self.strides[0]), 1, self.filters)


def divided(size: int | None, divisor: int) -> int | None:
    """Divide a size, if it is known, and round up."""
    return None if size is None else math.ceil(size / divisor)


class Block(keras.layers.Layer):
    """Convolutions side by side, maximum pooling, batch normalisation, rectification.

    Pooling comes before the normalisation, which makes training faster. Up to the length of an image, the output
    does not depend on the padding, and beyond it, is zero; so must be the input.

    Parameters
    ----------
    convolutions
        Layers that keep the number of frames, or divide it by the same stride.
    pool
        Number of frames, and of bands, of which the largest value is taken.
    normalize
        Normalise by the batch.
    """

    def __init__(
        self,
        convolutions: Sequence[keras.layers.Conv2D],
        pool: tuple[int, int],
        *,
        normalize: bool,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        self.convolutions, self.pool = list(convolutions), pool
        self.normalization = BatchNormalization() if normalize else None
        self.stride: int = self.convolutions[0].strides[0]

    @property
    def reduction(self) -> int:
        """What the number of frames is divided by."""
        return self.stride * self.pool[0]

    def build(self, shape: Shape) -> None:
        """Create the weights; `shape` is that of the images."""
        for convolution in self.convolutions:
            convolution.build(shape)
        if self.normalization:
            self.normalization.build(self.compute_output_shape(shape))

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the output."""
        outputs = [convolution.compute_output_shape(shape) for convolution in self.convolutions]
        batch, time, bands, _ = outputs[0]
        frames, height = self.pool
        assert bands is not None
        return (batch, divided(time, frames), math.ceil(bands / height), sum(output[-1] or 0 for output in outputs))

    def call(
        self, images: keras.KerasTensor, lengths: keras.KerasTensor | None = None, training: bool = False
    ) -> keras.KerasTensor:
        """Return the output; `lengths` of the images have shape (batch,)."""
        outputs = [convolution(images) for convolution in self.convolutions]
        images = outputs[0] if len(outputs) == 1 else ops.concatenate(outputs, axis=-1)
        images, lengths = pool_within(images, self.pool, pooled(lengths, self.stride))
        if self.normalization:
            images = self.normalization(images, training=training, lengths=lengths)
        images = ops.relu(images)
        return images if lengths is None else pad(images, lengths)
