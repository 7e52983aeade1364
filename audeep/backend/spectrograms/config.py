"""How spectrograms are made."""

import enum

from audeep.backend.errors import OptionError
from audeep.backend.options import Config, configuration, option

#: What to do about recordings that cannot be used: stop, or go on without them. The first is the default.
ON_ERROR = ("fail", "skip")


class Channels(enum.Enum):
    """What becomes of recordings with two channels."""

    MEAN = "mean"
    LEFT = "left"
    RIGHT = "right"
    DIFF = "diff"


@configuration
class SpectrogramConfig(Config):
    """How a recording becomes one spectrogram, or several chunks of one.

    Lengths are in seconds, levels in decibels below the loudest point of the recording.
    """

    window_width: float = option(
        0.04, unit="seconds", metavar="SECONDS", above=0, help="width of the windows in which the spectrum is taken"
    )
    window_overlap: float = option(
        0.02,
        unit="seconds",
        metavar="SECONDS",
        at_least=0,
        help="overlap of consecutive windows; less than their width",
    )
    mel_spectrum: int | None = option(
        None,
        metavar="BANDS",
        at_least=1,
        help="number of mel frequency bands. Without it, the power spectrum is kept in full: one value per "
        "bin of the Fourier transform",
    )
    chunk_length: float | None = option(
        None,
        unit="seconds",
        metavar="SECONDS",
        above=0,
        help="cut every recording into chunks of this length; needs `chunk_count`. Every chunk becomes an "
        "instance, and 'fuse chunks' joins those of a file again, before or after learning",
    )
    clip_above: float | None = option(
        None, unit="dB", metavar="dB", help="set levels above this one to it; the loudest point is at 0 dB"
    )
    clip_below: float | None = option(
        None,
        unit="dB",
        metavar="dB",
        below=0,
        help="set levels below this one to it, which removes background noise; the loudest point is at 0 dB, "
        "so that a good start is between -45 and -60",
    )
    chunk_count: int | None = option(
        None,
        metavar="COUNT",
        at_least=1,
        help="number of chunks of each recording; needs `chunk_length`. Further chunks are dropped; a "
        "recording with too few is an error",
    )
    channels: Channels = option(
        Channels.MEAN,
        help="what to do with two channels: their mean, the left or right one, or their difference",
    )
    fixed_length: float | None = option(
        None,
        unit="seconds",
        metavar="SECONDS",
        above=0,
        help="give every recording this length, by cutting it at the end or adding silence there. With "
        "chunks, choose it a little longer than their total length",
    )
    center_fixed: bool = option(
        False, help="with `fixed_length`: cut, or add silence, at the beginning and the end alike"
    )
    sample_rate: int | None = option(
        None,
        unit="Hz",
        metavar="HZ",
        at_least=1,
        at_most=10_000_000,
        help="resample recordings to this rate first. Without it, all must have the same rate",
    )

    def check(self) -> None:
        """Refuse options that contradict each other."""
        if self.window_overlap >= self.window_width:
            raise OptionError(
                f"`window_overlap` ({self.window_overlap:g} s) must be below `window_width` "
                f"({self.window_width:g} s)"
            )
        if (self.chunk_length is None) != (self.chunk_count is None):
            raise OptionError("`chunk_length` and `chunk_count` must be given together")
        if self.chunk_length is not None and self.chunk_length < self.window_width:
            raise OptionError(
                f"`chunk_length` ({self.chunk_length:g} s) must be at least `window_width` "
                f"({self.window_width:g} s)"
            )
        if self.fixed_length is not None and self.fixed_length < self.window_width:
            raise OptionError(
                f"`fixed_length` ({self.fixed_length:g} s) must be at least `window_width` "
                f"({self.window_width:g} s)"
            )
        if None not in (self.clip_above, self.clip_below) and self.clip_above <= self.clip_below:  # type: ignore[operator]
            raise OptionError(
                f"`clip_above` ({self.clip_above:g} dB) must be above `clip_below` ({self.clip_below:g} dB)"
            )
