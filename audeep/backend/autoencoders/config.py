"""Hyperparameters of the autoencoders and of their training."""

import enum
from dataclasses import dataclass
from typing import ClassVar

from audeep.backend.options import Config, option


class Cell(enum.Enum):
    """Kind of recurrent cell."""

    GRU = "GRU"
    LSTM = "LSTM"


_NOISE = "zero each {step} that the {encoder} reads with probability P, against overfitting"
_FEEDBACK = (
    "at each step, show the {decoder} with probability P what it wrote itself at the step before, "
    "instead of what was expected there"
)


@dataclass(frozen=True)
class TimeAutoencoderConfig(Config):
    """Architecture of a time-recurrent autoencoder."""

    #: Name of the autoencoder on the command line and in ``model.json``.
    kind: ClassVar[str] = "t-rae"

    num_layers: int = option(
        1, metavar="LAYERS", at_least=1, help="recurrent layers in the encoder, and as many in the decoder"
    )
    num_units: int = option(16, metavar="UNITS", at_least=1, help="cells in each recurrent layer")
    bidirectional_encoder: bool = option(
        False, help="let a second encoder read the spectrogram backwards; makes the representation larger"
    )
    bidirectional_decoder: bool = option(
        False, help="let a second decoder write the spectrogram backwards; doubles the representation"
    )
    keep_prob: float = option(
        0.8,
        metavar="P",
        above=0,
        at_most=1,
        help="keep each activation with probability P while training, that is, dropout of 1 - P",
    )
    encoder_noise: float = option(
        0.0, metavar="P", at_least=0, at_most=1, help=_NOISE.format(step="time step", encoder="encoder")
    )
    feed_previous_prob: float = option(
        0.0,
        metavar="P",
        at_least=0,
        at_most=1,
        help=_FEEDBACK.format(decoder="decoder") + "; has no effect on a bidirectional decoder",
    )
    cell: Cell = option(Cell.GRU, help="kind of recurrent cell")
    mask_silence: bool = option(
        False, help="do not count errors at points of the spectrogram that are silent, that is, equal to -1"
    )


@dataclass(frozen=True)
class TrainingConfig(Config):
    """How an autoencoder is trained."""

    batch_size: int = option(
        64, metavar="SIZE", at_least=1, help="instances that are looked at in one training step"
    )
    num_epochs: int = option(
        10,
        metavar="EPOCHS",
        at_least=1,
        help="how often the whole data set is looked at, epochs before --continue included",
    )
    learning_rate: float = option(1e-3, metavar="RATE", above=0, help="step size of the Adam optimiser")
    checkpoints_to_keep: int | None = option(
        None,
        metavar="N",
        at_least=1,
        help="keep the models of the last N epochs only; without it, the model of every epoch is kept",
    )


@dataclass(frozen=True)
class GenerationConfig(Config):
    """How representations are generated."""

    batch_size: int = option(
        500, metavar="SIZE", at_least=1, help="instances that are encoded at the same time; takes memory only"
    )
