"""What a trained network looks at: the filters of its first block, and its attention."""

import numpy as np
import tensorflow as tf

from audeep.backend.errors import OptionError
from audeep.backend.networks.back_ends import Attention
from audeep.backend.networks.front_ends import ConvolutionalFrontEnd
from audeep.backend.taggers.tagger import Tagger


def first_filters(tagger: Tagger) -> dict[str, np.ndarray]:
    """Return the filters of the first block by their shape, such as ``7 x 58``, frames by bands.

    They have shape (frames, bands, filter), or of networks that read waveforms (samples, filter), and apply to
    standardised features.
    """
    if not isinstance(tagger.front_end, ConvolutionalFrontEnd):
        raise OptionError(f"the first layer of {tagger.name} has no filters to draw")
    filters = {}
    for convolution in tagger.front_end.blocks[0].convolutions:
        steps, bands, _, _ = convolution.kernel.shape
        kernel = convolution.kernel.numpy()[:, :, 0]
        if len(tagger.feature_shape) == 1:
            filters[f"{steps}"] = kernel[:, 0]
        else:
            filters[f"{steps} x {bands}"] = kernel
    return filters


def attention(tagger: Tagger, instance: np.ndarray) -> np.ndarray:
    """Return how much each step of the network matters to it, shape (step,); the weights add up to 1.

    `instance` is the features of a recording without padding, shape (time, ...).
    """
    if not isinstance(tagger.back_end, Attention):
        raise OptionError("only networks with `back_end` ATTENTION weigh the steps of a recording")
    sequences, _ = tagger.sequences(tagger.standardised(tf.constant(instance[np.newaxis])))
    return tagger.back_end.attention(sequences)[0].numpy()
