"""What a trained convolutional network looks at: the filters of its first block, and its attention."""

import math
from collections import defaultdict

import numpy as np
import tensorflow as tf

from audeep.backend.errors import ModelError
from audeep.backend.networks.blocks import HorizontalConv2D
from audeep.backend.taggers.tagger import Tagger


def first_filters(tagger: Tagger) -> dict[str, np.ndarray]:
    """Return the filters of the first block by their shape.

    That is ``7 x 58``, frames by bands; ``32 x mean of all bands`` of horizontal filters; or ``512 samples``. The
    filters have shape (frames, bands, filter), or of networks that read waveforms (samples, filter), and apply to
    standardised features. `ModelError` if the network has the encoder of a model in place of a front-end.
    """
    if tagger.front_end is None:
        raise ModelError("the network begins with the encoder of a model, and has no filters of its own to draw")
    filters = defaultdict(list)
    for convolution in tagger.front_end.blocks[0].convolutions:
        steps, bands, _, _ = convolution.kernel.shape
        kernel = convolution.kernel.numpy()[:, :, 0]
        if len(tagger.feature_shape) == 1:
            filters[f"{steps} samples"].append(kernel[:, 0])
        else:
            height = "mean of all bands" if isinstance(convolution, HorizontalConv2D) else bands
            filters[f"{steps} x {height}"].append(kernel)
    # Shapes that are shares of the bands, or multiples of the window, may coincide.
    return {shape: np.concatenate(kernels, axis=-1) for shape, kernels in filters.items()}


def attention(tagger: Tagger, instance: np.ndarray) -> tuple[np.ndarray, int]:
    """Return how much each step of a network with attention matters, and the frames, or samples, in a step.

    `instance` is the features of a recording without padding, shape (time, ...). The weights have shape (step,) and
    add up to 1; the last step may have fewer frames than the others.
    """
    sequences, _ = tagger.sequences(tagger.standardised(tf.constant(instance[np.newaxis])))
    frames = math.prod(layer.reduction for layer in tagger.front_layers)
    return tagger.back_end.attention(sequences)[0].numpy(), frames
