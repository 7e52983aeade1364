"""Layers of convolutional networks: a front-end and a back-end."""

from collections.abc import Sequence

from audeep.backend.networks.back_ends import BACK_ENDS
from audeep.backend.networks.front_ends import FRONT_ENDS, ConvolutionalFrontEnd
from audeep.backend.taggers.config import CNNConfig
from audeep.backend.taggers.tagger import Layers


def layers(config: CNNConfig, shape: Sequence[int], num_outputs: int) -> Layers:
    """Return the layers for instances, or sequences of an encoder, of this shape, that of the longest."""
    front_end, steps = None, shape[0]
    if config.encoder is None:
        size = config.window_size if config.front_end.reads_waveforms else shape[1]
        blocks = FRONT_ENDS[config.front_end](size, config.filters, normalize=config.normalize)
        front_end = ConvolutionalFrontEnd(blocks)
        steps = front_end.compute_output_shape((None, *shape))[1] or 0
    back_end = BACK_ENDS[config.back_end](steps, config.num_units, config.normalize)
    return Layers.of(front_end, back_end, num_outputs)
