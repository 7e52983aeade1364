"""Configuration of reconstructions."""

from audeep.backend.options import option
from audeep.backend.training.config import StepConfig


class ReconstructionConfig(StepConfig):
    """How spectrograms are reconstructed.

    Examples
    --------
    >>> import audeep
    >>> audeep.ReconstructionConfig(free_running=True).step is None
    True
    """

    free_running: bool = option(
        False,
        help="reconstruct from the vector alone: each step of the decoder reads its own previous output. By "
        "default it reads the true previous step, as in training, which gives much better reconstructions. Not "
        "possible with the bidirectional decoder of t-rae",
    )


class ReportConfig(ReconstructionConfig):
    """Which reconstructions to draw, and whether to make them audible."""

    instances: tuple[int, ...] | None = option(
        None,
        metavar="INDEX",
        at_least=0,
        help="indices of the instances to draw, from 0 (default: the ten with the largest errors)",
    )
    audio: bool = option(
        False,
        help="also turn the spectrograms that are drawn, and their reconstructions, into sound (WAV). Both are "
        "estimates, without phase and without what was clipped. A recording that was scaled by itself is taken to "
        "reach from `clip_below` (or -80 dB) to 0 dB, so that all come out about equally loud",
    )
