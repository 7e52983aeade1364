"""Layers of convolutional networks: a front-end and a back-end."""

from collections.abc import Sequence

from audeep.backend.networks.back_ends import BACK_ENDS
from audeep.backend.networks.front_ends import FRONT_ENDS, ConvolutionalFrontEnd
from audeep.backend.taggers.config import CNNConfig
from audeep.backend.taggers.tagger import Layers


def layers(config: CNNConfig, shape: Sequence[int], num_outputs: int) -> Layers:
    """Return the layers for instances of this shape, that of the longest."""
    size = config.window_size if config.front_end.reads_waveforms else shape[1]
    blocks = FRONT_ENDS[config.front_end](size, config.filters, normalize=config.normalize)
    front_end = ConvolutionalFrontEnd(blocks)
    _, steps, _ = front_end.compute_output_shape((None, *shape))
    assert steps
    return Layers.of(front_end, BACK_ENDS[config.back_end](steps, config.num_units, config.normalize), num_outputs)
