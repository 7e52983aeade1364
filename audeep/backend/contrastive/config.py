"""Configuration of the contrastive network, its views and its training."""

from typing import ClassVar

from audeep.backend.errors import OptionError
from audeep.backend.options import Config, option
from audeep.backend.training.architecture import DETAILED, Architecture
from audeep.backend.training.config import Schedule, TrainingConfig


class ViewConfig(Architecture):
    """How a random view of a spectrogram is made: a crop, changed in ways that keep its content."""

    min_crop: int = option(50, unit="frames", metavar="FRAMES", at_least=1, help="length of the shortest crops")
    max_crop: int = option(
        100,
        unit="frames",
        metavar="FRAMES",
        at_least=1,
        help="length of the longest crops, at most that of the spectrograms; each crop contains a random frame "
        "that is not silent",
    )
    view_frames: int = option(
        80, unit="frames", metavar="FRAMES", at_least=1, help="length to which every crop is stretched or shrunk"
    )
    min_height: float = option(
        0.7,
        metavar="FACTOR",
        above=0,
        help="smallest height of a crop before it is resized, as a multiple of the number of frequency bands: "
        "below 1, bands are cut off; above 1, those at the edge are repeated",
    )
    max_height: float = option(1.2, metavar="FACTOR", above=0, help="largest height of a crop; see `min_height`")
    max_mix: float = option(
        0.4,
        metavar="WEIGHT",
        at_least=0,
        below=1,
        help="mix in another recording with at most this share of the power; 0 disables mixing",
    )
    max_gain: float = option(
        6.0, unit="dB", metavar="dB", at_least=0, help="make views louder or quieter by at most this much"
    )
    max_masked_bands: int = option(
        11, unit="bands", metavar="BANDS", at_least=0, help="mask at most this many neighbouring frequency bands"
    )
    max_masked_frames: int = option(
        15, unit="frames", metavar="FRAMES", at_least=0, help="mask at most this many neighbouring frames"
    )
    decibels_per_unit: float = option(
        1.0,
        unit="dB",
        metavar="dB",
        above=0,
        help="level difference that corresponds to a difference of 1 in the features: 1 for spectrograms in "
        "decibels; for those scaled to [-1, 1], half their range, such as 30 after `clip_below` -60",
    )

    def check(self) -> None:
        """Refuse ranges whose minimum exceeds the maximum."""
        for what in ("crop", "height"):
            low, high = getattr(self, f"min_{what}"), getattr(self, f"max_{what}")
            if low > high:
                raise OptionError(f"`min_{what}` ({low:g}) must be at most `max_{what}` ({high:g})")


class ViewPlotConfig(Config):
    """Which views to draw."""

    instance: int = option(0, metavar="INDEX", at_least=0, help="index of the instance whose views to draw, from 0")


class ContrastiveTrainingConfig(
    TrainingConfig,
    batch_size=100,
    num_epochs=40,
    learning_rate=5e-3,
    weight_decay=1e-4,
    learning_rate_schedule=Schedule.ONE_CYCLE,
):
    """How a contrastive network is trained.

    Examples
    --------
    >>> import audeep
    >>> config = audeep.ContrastiveTrainingConfig(num_epochs=80)
    >>> config.batch_size, config.learning_rate_schedule
    (100, <Schedule.ONE_CYCLE: 'one-cycle'>)
    """


class ContrastiveConfig(ViewConfig):
    """Architecture of a contrastive network.

    Examples
    --------
    >>> import audeep
    >>> audeep.ContrastiveConfig(max_gain=3, max_mix=0).kind
    'contrastive'
    """

    kind: ClassVar[str] = "contrastive"
    model: ClassVar[str] = "audeep.backend.contrastive.model:ContrastiveNetwork"
    training: ClassVar[type[TrainingConfig] | None] = ContrastiveTrainingConfig
    wanted_spectrograms = DETAILED

    channels: tuple[int, ...] = option(
        (32, 48, 64, 96),
        metavar="KERNELS",
        at_least=1,
        help="number of kernels in each block of the network, at least two blocks; the representation uses all but "
        "the last",
    )
    first_kernel: int = option(
        7, metavar="SIZE", at_least=2, help="size of the kernels of the first block, in frames and in bands"
    )
    num_bands: int = option(
        4,
        metavar="GROUPS",
        at_least=1,
        help="number of groups of neighbouring frequency bands, each described separately",
    )
    hidden_size: int = option(
        256, metavar="UNITS", at_least=1, help="number of units in the dense layer between network and projection"
    )
    projection_size: int = option(
        64, metavar="UNITS", at_least=1, help="size of the projections that are compared in training"
    )
    temperature: float = option(
        0.1,
        metavar="T",
        above=0,
        help="temperature of the loss: the lower, the more weight the most similar recordings have",
    )

    def check(self) -> None:
        """Refuse a network that leaves nothing for the representation."""
        super().check()
        if len(self.channels) < 2:
            raise OptionError(f"`channels` must have at least two blocks, got {len(self.channels)}")
