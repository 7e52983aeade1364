"""Front-ends: from spectrograms, or waveforms, to sequences of vectors.

References
----------
Pons et al., "End-to-end learning for music audio tagging at scale", ISMIR 2018 (vertical and horizontal filters);
Choi et al., "Automatic tagging using deep convolutional neural networks", ISMIR 2016 (small rectangular filters);
Lee et al., "Sample-level deep convolutional neural networks for music auto-tagging using raw waveforms", SMC 2017;
Dieleman and Schrauwen, "End-to-end learning for music audio", ICASSP 2014 (filters of one frame length).
"""

import math
from collections.abc import Callable, Sequence

import keras
from keras import ops

from audeep.backend.networks.blocks import Block, FramingConv2D, HorizontalConv2D, Shape, VerticalConv2D
from audeep.backend.networks.lengths import pooled
from audeep.backend.networks.parts import LENGTHS, MANY_SHAPES, MULTIPLES, ONE_SHAPE, FrontEnd

INITIALIZER = "he_normal"


class ConvolutionalFrontEnd(keras.layers.Layer):
    """Blocks of convolutions, one after the other.

    Parameters
    ----------
    blocks
        The blocks.
    """

    def __init__(self, blocks: Sequence[Block], name: str = "front_end") -> None:
        super().__init__(name=name)
        self.blocks = list(blocks)

    @property
    def reduction(self) -> int:
        """What the number of steps is divided by."""
        return math.prod(block.reduction for block in self.blocks)

    def build(self, shape: Shape) -> None:
        """Create the weights; `shape` is (batch, time, bands), or of waveforms (batch, time)."""
        shape = as_images(shape)
        for block in self.blocks:
            block.build(shape)
            shape = block.compute_output_shape(shape)

    def compute_output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the sequences, (batch, time, channels)."""
        shape = as_images(shape)
        for block in self.blocks:
            shape = block.compute_output_shape(shape)
        batch, time, bands, channels = shape
        assert bands is not None
        assert channels is not None
        return (batch, time, bands * channels)

    def call(
        self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None, training: bool = False
    ) -> tuple[keras.KerasTensor, keras.KerasTensor | None]:
        """Return sequences, shape (batch, time, channels), and their lengths, if `inputs` have any."""
        images = inputs[..., None] if len(inputs.shape) == 3 else inputs[..., None, None]
        for block in self.blocks:
            images = block(images, lengths, training=training)
            lengths = pooled(lengths, block.reduction)
        shape = ops.shape(images)
        return ops.reshape(images, (shape[0], shape[1], images.shape[2] * images.shape[3])), lengths


def as_images(shape: Shape) -> Shape:
    """Return the shape of images, (batch, time, bands, channels), for that of spectrograms or waveforms."""
    batch, time, *bands = shape
    return (batch, time, *(bands or [1]), 1)


def small_rectangular(bands: int, filters: Sequence[int], *, normalize: bool) -> list[Block]:
    """Return blocks of 3 x 3 filters that halve time and bands, as in VGG; they assume nothing about sound."""
    return [
        Block([convolution(count, (3, 3), normalize)], (2, 2), normalize=normalize, name=f"block_{number}")
        for number, count in enumerate(filters)
    ]


def vertical(bands: int, filters: Sequence[int], *, normalize: bool) -> list[Block]:
    """Return a block of filters that span most bands, and further blocks along time."""
    share, frames = ONE_SHAPE
    first = VerticalConv2D(filters[0], frames, math.ceil(share * bands), **keywords(normalize))
    return [Block([first], (2, 1), normalize=normalize, name="block_0"), *along_time(filters, normalize)]


def vertical_horizontal(bands: int, filters: Sequence[int], *, normalize: bool) -> list[Block]:
    """Return a block of vertical and horizontal filters of many shapes, and further blocks along time."""
    counts = divided_evenly(filters[0], FrontEnd.VERTICAL_HORIZONTAL.num_shapes)
    tall, long = counts[: len(MANY_SHAPES)], counts[len(MANY_SHAPES) :]
    first = [
        *(
            VerticalConv2D(number, frames, math.ceil(share * bands), **keywords(normalize))
            for number, (share, frames) in zip(tall, MANY_SHAPES, strict=True)
        ),
        *(
            HorizontalConv2D(number, frames, **keywords(normalize))
            for number, frames in zip(long, LENGTHS, strict=True)
        ),
    ]
    return [Block(first, (2, 1), normalize=normalize, name="block_0"), *along_time(filters, normalize)]


def sample_level(window: int, filters: Sequence[int], *, normalize: bool) -> list[Block]:
    """Return blocks of filters over 3 samples, or steps, that divide their number by 3; they assume nothing."""
    first = FramingConv2D(filters[0], 3, 3, **keywords(normalize))
    return [Block([first], (1, 1), normalize=normalize, name="block_0"), *along_time(filters, normalize, 3)]


def frame_level(window: int, filters: Sequence[int], *, normalize: bool) -> list[Block]:
    """Return a block of filters over windows, which overlap by half, and further blocks along time."""
    first = FramingConv2D(filters[0], window, max(1, window // 2), **keywords(normalize))
    return [Block([first], (2, 1), normalize=normalize, name="block_0"), *along_time(filters, normalize)]


def frame_level_many(window: int, filters: Sequence[int], *, normalize: bool) -> list[Block]:
    """Return a block of filters of many lengths, from half the window to four windows, and blocks along time."""
    first = [
        FramingConv2D(count, math.ceil(multiple * window), max(1, window // 2), **keywords(normalize))
        for count, multiple in zip(divided_evenly(filters[0], len(MULTIPLES)), MULTIPLES, strict=True)
    ]
    return [Block(first, (2, 1), normalize=normalize, name="block_0"), *along_time(filters, normalize)]


def divided_evenly(count: int, shapes: int) -> list[int]:
    """Divide a number of filters among shapes.

    >>> divided_evenly(11, 4)
    [3, 3, 3, 2]
    """
    each, more = divmod(count, shapes)
    return [each + (number < more) for number in range(shapes)]


def along_time(filters: Sequence[int], normalize: bool, pool: int = 2) -> list[Block]:
    """Return the blocks after the first: filters over 3 steps of all channels."""
    return [
        Block([convolution(count, (3, 1), normalize)], (pool, 1), normalize=normalize, name=f"block_{number}")
        for number, count in enumerate(filters[1:], start=1)
    ]


def convolution(filters: int, size: tuple[int, int], normalize: bool) -> keras.layers.Conv2D:
    """Return a convolution that keeps the numbers of frames and bands."""
    return keras.layers.Conv2D(filters, size, padding="same", **keywords(normalize))


def keywords(normalize: bool) -> dict[str, object]:
    """Return what all convolutions share; batch normalisation makes a bias superfluous."""
    return {"use_bias": not normalize, "kernel_initializer": INITIALIZER}


#: Makes the blocks of each front-end from the number of bands of spectrograms, or the samples in a window of
#: waveforms; from the number of filters of each block; and from whether to normalise over the batch.
FRONT_ENDS: dict[FrontEnd, Callable[..., list[Block]]] = {
    FrontEnd.SMALL_RECTANGULAR: small_rectangular,
    FrontEnd.VERTICAL: vertical,
    FrontEnd.VERTICAL_HORIZONTAL: vertical_horizontal,
    FrontEnd.SAMPLE_LEVEL: sample_level,
    FrontEnd.FRAME_LEVEL: frame_level,
    FrontEnd.FRAME_LEVEL_MANY: frame_level_many,
}
