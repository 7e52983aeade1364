"""Model of a dictionary of spectro-temporal kernels."""

import math
from collections.abc import Iterable, Sequence

import keras
import numpy as np
from keras import ops

from audeep.backend.data.data_set import DataSet
from audeep.backend.dictionary import kernels
from audeep.backend.dictionary.config import DictionaryConfig, KernelShape
from audeep.backend.dictionary.patches import sample
from audeep.backend.errors import DataError
from audeep.backend.networks.convolutional import convolve
from audeep.backend.networks.lengths import mask, pad
from audeep.backend.networks.statistics import average_groups, over_time
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.model import Fitted, require_matrices


class Dictionary(Fitted):
    """Describes how often, how strongly and where on the frequency axis each kernel occurs in a spectrogram.

    The spectrogram, standardised with the mean and standard deviation of the training data, is convolved with each
    kernel; four statistics over time are computed for each band of the result, and averaged within groups of bands.

    References
    ----------
    Coates and Ng, "Learning Feature Representations with K-Means", 2012. Salamon and Bello, "Unsupervised Feature
    Learning for Urban Sound Classification", 2015. Dempster et al., "ROCKET: Exceptionally fast and accurate time
    series classification using random convolutional kernels", 2020, for the share of positive values.
    """

    config: DictionaryConfig
    takes_lengths = True
    # The output for each of dozens of kernels is as large as the input.
    batch_bytes = 2**19

    def __init__(self, config: DictionaryConfig, feature_shape: tuple[int | None, ...]) -> None:
        bands, time = require_matrices("a dictionary", feature_shape), feature_shape[0]
        for text, shape in zip(config.kernel_shapes, config.shapes, strict=True):
            # If recordings differ in length, those that are long enough provide the patches.
            if shape.span[0] > bands or (time is not None and shape.span[1] > time):
                raise DataError(
                    f"`kernel_shapes`: {text} spans {shape.span[0]} bands x {shape.span[1]} frames, but the "
                    f"spectrograms have {bands} x {time or 'different numbers of'}"
                )
        if config.num_bands > bands:
            raise DataError(f"`num_bands` is {config.num_bands}, but the spectrograms have only {bands} bands")
        super().__init__(config, feature_shape)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create all weights; `input_shape` is (batch, time, bands)."""

        def weight(name: str, shape: tuple[int, ...]) -> keras.Variable:
            return self.add_weight(shape, "zeros", trainable=False, name=name)

        self.mean, self.deviation = weight("mean", ()), weight("deviation", ())
        for index, shape in enumerate(self.config.shapes):
            size = (shape.bands, shape.frames, self.config.kernels_of(shape))
            setattr(self, f"kernels_{index}", weight(f"kernels_{index}", size))

    @property
    def kernels(self) -> list[keras.Variable]:
        """Kernels of each shape, (bands, frames, kernel)."""
        return [getattr(self, f"kernels_{index}") for index in range(len(self.config.kernel_shapes))]

    def fit(self, data_sets: Sequence[DataSet], seed: int) -> None:
        """Learn the kernels from a random sample of patches."""
        drawn = sample(data_sets, self.config.shapes, self.config.patches, seed)
        if drawn.deviation == 0:
            raise DataError(f"all spectrograms in {data_sets[0].name} are flat; there is nothing to learn")
        self.mean.assign(drawn.mean)
        self.deviation.assign(drawn.deviation)
        for index, (variable, patches) in enumerate(zip(self.kernels, drawn.patches, strict=True)):
            rows = patches.reshape(len(patches), -1) / drawn.deviation
            random = np.random.default_rng((seed, index))
            try:
                learned = kernels.learn(self.config.kernels, rows, variable.shape[-1], random)
            except ValueError as error:
                shape = self.config.kernel_shapes[index]
                raise DataError(f"`kernel_shapes`: {shape}: {error}; more `patches` may help") from error
            variable.assign(learned.T.reshape(variable.shape))

    def encode(self, inputs: keras.KerasTensor, lengths: keras.KerasTensor | None = None) -> keras.KerasTensor:
        """Return representations, shape (batch, groups of bands * kernels * statistics)."""
        standardised = (inputs - self.mean) / self.deviation
        within = None
        if lengths is not None:
            within = mask(inputs, lengths)
            # As the convolution itself pads.
            standardised = pad(standardised, lengths)
        responses = (
            convolve(standardised, variable, (shape.band_step, shape.frame_step))
            for shape, variable in zip(self.config.shapes, self.kernels, strict=True)
        )
        return self.describe(responses, within)

    def describe(
        self, responses: Iterable[keras.KerasTensor], within: keras.KerasTensor | None = None
    ) -> keras.KerasTensor:
        """Return the representation, from the responses of the kernels of each shape; `within` is a mask."""
        statistics = [average_groups(over_time(response, within), self.config.num_bands) for response in responses]
        joined = ops.concatenate(statistics, axis=2)
        return ops.reshape(joined, (-1, math.prod(joined.shape[1:])))

    def functional(self, inputs: keras.KerasTensor, config: GenerationConfig) -> keras.KerasTensor:
        """Return symbolic representations; the kernels are copied to layers of Keras, and frozen."""
        deviation = float(self.deviation)
        standardised = keras.layers.Rescaling(1 / deviation, -float(self.mean) / deviation)(inputs)
        images = ops.expand_dims(standardised, -1)
        return self.describe(
            kernel_layer(np.asarray(variable), shape)(images)
            for shape, variable in zip(self.config.shapes, self.kernels, strict=True)
        )


def kernel_layer(kernels: np.ndarray, shape: KernelShape) -> keras.layers.Conv2D:
    """Return the layer of Keras that does what `convolve` does, for images of shape (batch, time, bands, 1)."""
    layer = keras.layers.Conv2D(
        kernels.shape[-1],
        (shape.frames, shape.bands),
        dilation_rate=(shape.frame_step, shape.band_step),
        padding="same",
        use_bias=False,
        trainable=False,
    )
    layer.build((None, None, None, 1))
    layer.set_weights([kernels.swapaxes(0, 1)[:, :, None]])
    return layer
