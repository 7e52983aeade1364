"""Architecture of the contrastive network, and how views are made."""

from typing import ClassVar

from audeep.backend.errors import OptionError
from audeep.backend.options import Config, option
from audeep.backend.training.architecture import DETAILED, Architecture
from audeep.backend.training.config import Schedule, TrainingConfig


class ViewConfig(Architecture):
    """How a random view of a spectrogram is made: a crop of it, changed in ways that leave its content."""

    min_crop: int = option(50, unit="frames", metavar="FRAMES", at_least=1, help="length of the shortest crops")
    max_crop: int = option(
        100,
        unit="frames",
        metavar="FRAMES",
        at_least=1,
        help="length of the longest crops; at most that of the spectrograms. Each crop contains a random frame "
        "that is not silent",
    )
    view_frames: int = option(
        80, unit="frames", metavar="FRAMES", at_least=1, help="length to which every crop is stretched or shrunk"
    )
    min_height: float = option(
        0.7,
        metavar="FACTOR",
        above=0,
        help="smallest height of a crop, as a multiple of the frequency bands, to which it is then resized: below "
        "1, bands are cut off; above 1, those at the edge are repeated",
    )
    max_height: float = option(1.2, metavar="FACTOR", above=0, help="largest height of a crop; see `min_height`")
    max_mix: float = option(
        0.4,
        metavar="WEIGHT",
        at_least=0,
        below=1,
        help="mix in another recording, with at most this share of the power; 0 mixes nothing in",
    )
    max_gain: float = option(
        6.0, unit="dB", metavar="dB", at_least=0, help="make views louder or softer by at most so much"
    )
    max_masked_bands: int = option(
        11, unit="bands", metavar="BANDS", at_least=0, help="hide at most so many neighbouring frequency bands"
    )
    max_masked_frames: int = option(
        15, unit="frames", metavar="FRAMES", at_least=0, help="hide at most so many neighbouring frames"
    )
    decibels_per_unit: float = option(
        1.0,
        unit="dB",
        metavar="dB",
        above=0,
        help="difference in level for which a difference of 1 in the features stands: 1 for spectrograms in "
        "decibels; for those scaled to [-1, 1], half their range, such as 30 after `clip_below` -60",
    )

    def check(self) -> None:
        """Refuse ranges that are upside down."""
        for what in ("crop", "height"):
            low, high = getattr(self, f"min_{what}"), getattr(self, f"max_{what}")
            if low > high:
                raise OptionError(f"`min_{what}` ({low:g}) must be at most `max_{what}` ({high:g})")


class ViewPlotConfig(Config):
    """Which views are drawn."""

    instance: int = option(
        0, metavar="INDEX", at_least=0, help="draw views of the instance at this index (from 0) of the data set"
    )


class ContrastiveTrainingConfig(
    TrainingConfig,
    batch_size=100,
    num_epochs=40,
    learning_rate=2e-3,
    weight_decay=1e-4,
    schedule=Schedule.ONE_CYCLE,
):
    """How a contrastive network is trained.

    Examples
    --------
    >>> import audeep
    >>> config = audeep.ContrastiveTrainingConfig(num_epochs=80)
    >>> config.batch_size, config.schedule
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
        help="number of kernels in each block of the network, two blocks or more; the representation is made of "
        "all but the last",
    )
    first_kernel: int = option(
        7, metavar="SIZE", at_least=2, help="size of the kernels of the first block, in frames and in bands"
    )
    num_bands: int = option(
        4,
        metavar="GROUPS",
        at_least=1,
        help="groups of neighbouring frequency bands, each of which the representation describes by itself",
    )
    hidden_size: int = option(
        256, metavar="UNITS", at_least=1, help="units in the dense layer between network and projection"
    )
    projection_size: int = option(
        64, metavar="UNITS", at_least=1, help="size of the projections by which views are compared in training"
    )
    temperature: float = option(
        0.1,
        metavar="T",
        above=0,
        help="temperature of the loss: the lower, the more the most similar of the other recordings count",
    )

    def check(self) -> None:
        """Refuse a network that leaves nothing for the representation."""
        super().check()
        if len(self.channels) < 2:
            raise OptionError(f"`channels` needs two blocks or more, not {len(self.channels)}")
