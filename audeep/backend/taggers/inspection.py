"""What a trained convolutional network looks at: the filters of its first block, and its attention."""

import math

import numpy as np
import tensorflow as tf

from audeep.backend.taggers.tagger import Tagger


def first_filters(tagger: Tagger) -> dict[str, np.ndarray]:
    """Return the filters of the first block by their shape: ``7 x 58``, frames by bands, or ``512 samples``.

    They have shape (frames, bands, filter), or of networks that read waveforms (samples, filter), and apply to
    standardised features.
    """
    filters = {}
    for convolution in tagger.front_end.blocks[0].convolutions:
        steps, bands, _, _ = convolution.kernel.shape
        kernel = convolution.kernel.numpy()[:, :, 0]
        if len(tagger.feature_shape) == 1:
            filters[f"{steps} samples"] = kernel[:, 0]
        else:
            filters[f"{steps} x {bands}"] = kernel
    return filters


def attention(tagger: Tagger, instance: np.ndarray) -> tuple[np.ndarray, int]:
    """Return how much each step of a network with attention matters, and the frames, or samples, in a step.

    `instance` is the features of a recording without padding, shape (time, ...). The weights have shape (step,) and
    add up to 1; the last step may have fewer frames than the others.
    """
    sequences, _ = tagger.front_end(tagger.standardised(tf.constant(instance[np.newaxis])))
    frames = math.prod(block.reduction for block in tagger.front_end.blocks)
    return tagger.back_end.attention(sequences)[0].numpy(), frames
