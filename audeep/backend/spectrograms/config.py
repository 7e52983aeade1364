"""Configuration of waveforms and spectrograms, and of their extraction."""

import enum
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Any

from audeep.backend.audio.channels import Channels
from audeep.backend.errors import OptionError
from audeep.backend.options import Config, choices, option

SECONDS: dict[str, Any] = {"unit": "seconds", "metavar": "SECONDS"}
DECIBELS: dict[str, Any] = {"unit": "dB", "metavar": "dB"}
#: Settings that say which part of a recording an instance is, and how long it is.
LENGTH_SETTINGS = ("fixed_length", "center_fixed", "chunk_length", "chunk_count", "keep_partial_chunks")


class OnError(enum.Enum):
    """What to do about recordings that cannot be used."""

    FAIL = "fail"
    SKIP = "skip"


class Reference(enum.Enum):
    """Reference level: what is at 0 dB."""

    PEAK = "peak"
    FULL_SCALE = "full-scale"


class Scale(enum.Enum):
    """What is scaled to the range from -1 to 1: each recording, the data set as a whole, or nothing."""

    RECORDING = "recording"
    DATA_SET = "data-set"
    NONE = "none"


class WaveformConfig(Config):
    """How a recording becomes a waveform, or several chunks of one: samples of one channel, at one rate.

    Examples
    --------
    >>> import audeep
    >>> config = audeep.WaveformConfig(sample_rate=16000, fixed_length=5)
    >>> config.channels
    <Channels.MEAN: 'mean'>
    """

    sample_rate: int | None = option(
        None,
        unit="Hz",
        metavar="HZ",
        at_least=1,
        at_most=10_000_000,
        help="resample recordings to this rate first; without it, all must have the same rate",
    )
    channels: int | Channels = option(
        Channels.MEAN,
        metavar="|".join([*choices(Channels), "NUMBER"]),
        at_least=0,
        help="what to use of several channels: their mean, the LEFT (first) or RIGHT (second) one, the difference "
        "of these two, or the channel with this number, from 0. EACH makes every channel an instance; the column "
        "channel tells them apart",
    )
    fixed_length: float | None = option(
        None,
        **SECONDS,
        above=0,
        help="trim each recording to this length, or pad it with silence, at its end (default: keep the length of "
        "each). With chunks, choose a length slightly longer than their total",
    )
    center_fixed: bool = option(False, help="with `fixed_length`: trim or pad equally at both ends")
    chunk_length: float | None = option(
        None,
        **SECONDS,
        above=0,
        help="cut each recording into chunks of this length; requires `chunk_count` or `keep_partial_chunks`. Each "
        "chunk becomes an instance; 'fuse chunks' joins those of a recording again, before or after learning",
    )
    chunk_count: int | None = option(
        None,
        metavar="COUNT",
        at_least=1,
        help="number of chunks per recording; requires `chunk_length`. Further chunks are dropped; a recording "
        "with too few is an error, unless `keep_partial_chunks` is set",
    )
    keep_partial_chunks: bool = option(
        False,
        help="with `chunk_length`: keep the last chunk of a recording although it is shorter. Recordings may then "
        "have different numbers of chunks, at most `chunk_count` if it is given",
    )

    def check(self) -> None:
        """Refuse contradictory options."""
        if self.keep_partial_chunks and self.chunk_length is None:
            raise OptionError("`keep_partial_chunks` requires `chunk_length`")
        if (self.chunk_length is None) != (self.chunk_count is None) and not self.keep_partial_chunks:
            raise OptionError("`chunk_length` and `chunk_count` must be given together")


def sample_rate_of(settings: Mapping[str, Any] | None) -> int | None:
    """Return the sample rate in Hz that the settings of waveforms in a file name; None if they name none."""
    # They may be anything.
    with suppress(OptionError, TypeError):
        return WaveformConfig(**settings or {}).sample_rate
    return None


class SpectrogramConfig(WaveformConfig):
    """How a recording becomes a spectrogram, or several chunks of one.

    Lengths are in seconds, levels in decibels relative to the `reference`.

    Examples
    --------
    >>> import audeep
    >>> config = audeep.SpectrogramConfig(mel_spectrum=128, fixed_length=5)
    >>> config.clip_below is None, config.channels
    (True, <Channels.MEAN: 'mean'>)
    """

    window_width: float = option(0.04, **SECONDS, above=0, help="width of the analysis windows")
    window_overlap: float = option(
        0.02, **SECONDS, at_least=0, help="overlap of consecutive windows, below their width"
    )
    mel_spectrum: int | None = option(
        None, metavar="BANDS", at_least=1, help="number of mel bands (default: keep all Fourier bins)"
    )
    clip_above: float | None = option(
        None, **DECIBELS, help="clip levels above this value; `reference` defines 0 dB"
    )
    clip_below: float | None = option(
        None,
        **DECIBELS,
        below=0,
        help="clip levels below this value, which removes background noise; `reference` defines 0 dB. With PEAK, "
        "-45 to -60 is a good start",
    )
    reference: Reference = option(
        Reference.PEAK,
        help="what is at 0 dB: PEAK, the loudest point of each recording, which makes all recordings equally loud; "
        "FULL-SCALE, a sine at full scale, which keeps loudness, with a floor at -100 dB",
    )
    scale: Scale = option(
        Scale.RECORDING,
        help="RECORDING scales the levels of each recording, or of each chunk, to the range from -1 to 1, which "
        "the recurrent autoencoders need; DATA-SET scales all recordings in the same way, which keeps the "
        "differences between them; NONE keeps decibels",
    )
    scale_range: tuple[float, ...] | None = option(
        None,
        **DECIBELS,
        help="with `scale` DATA-SET: the two levels that become -1 and 1 (default: the lowest and the highest of "
        "the data set). For new recordings, use those of the training data, which 'inspect netcdf' shows",
    )

    def check(self) -> None:
        """Refuse contradictory options."""
        super().check()
        width = f"`window_width` ({self.window_width:g} s)"
        if self.window_overlap >= self.window_width:
            raise OptionError(f"`window_overlap` ({self.window_overlap:g} s) must be below {width}")
        for name in ("chunk_length", "fixed_length"):
            length = getattr(self, name)
            if length is not None and length < self.window_width:
                raise OptionError(f"`{name}` ({length:g} s) must be at least {width}")
        low, high = self.clip_below, self.clip_above
        if low is not None and high is not None and high <= low:
            raise OptionError(f"`clip_above` ({high:g} dB) must be above `clip_below` ({low:g} dB)")
        if self.scale_range is not None:
            if self.scale is not Scale.DATA_SET:
                raise OptionError("`scale_range` requires `scale` DATA-SET")
            if len(self.scale_range) != 2 or self.scale_range[0] >= self.scale_range[1]:
                raise OptionError("`scale_range` must be two levels, the lower one first")

    @property
    def unknown(self) -> list[str]:
        """Settings without which a single recording cannot be treated like others, and that are found in those."""
        lacks_range = self.scale is Scale.DATA_SET and self.scale_range is None
        return ["sample_rate"] * (self.sample_rate is None) + ["scale_range"] * lacks_range


def waveform_config(given: Mapping[str, Any]) -> WaveformConfig:
    """Make the configuration of waveforms from options that were given; refuse those of spectrograms."""
    own = {item.name for item in fields(WaveformConfig)}
    if others := [f"`{name}`" for name in given if name not in own]:
        raise OptionError(f"`waveform` writes no spectrograms; it cannot be used together with {', '.join(others)}")
    return WaveformConfig(**given)


class ExtractionConfig(Config):
    """How the spectrograms or waveforms of many recordings are extracted.

    `jobs` and `scheduler` do not change the result.

    Examples
    --------
    >>> import audeep
    >>> audeep.ExtractionConfig(on_error="skip", jobs=2).on_error
    <OnError.SKIP: 'skip'>
    """

    on_error: OnError = option(
        OnError.FAIL,
        help="what to do about recordings that are damaged, empty or too short: FAIL stops with an error, before "
        "anything is extracted if a header reveals it; SKIP leaves them out, and lists them at the end and in the "
        "data set",
    )
    jobs: int | None = option(
        None,
        metavar="N",
        at_least=1,
        help="number of recordings, or parts of one, to process in parallel (default: one per CPU core)",
    )
    scheduler: str | None = option(
        None,
        metavar="ADDRESS",
        help="work on a Dask cluster instead of this machine. On each of its machines, auDeep must be installed "
        "with its extra dask (pip install '.[dask]' in a copy of the source code), and the recordings must be "
        "readable under the same path. Run 'dask scheduler' on one machine; it prints ADDRESS, such as "
        "tcp://192.168.0.1:8786. Then run 'dask worker ADDRESS' on each machine that takes part",
    )

    def check(self) -> None:
        """Refuse contradictory options."""
        if self.jobs is not None and self.scheduler is not None:
            raise OptionError("`jobs` cannot be used together with `scheduler`, which works on a cluster")


class PreviewConfig(Config):
    """Which recording to show instead of extracting all."""

    pretend: int | None = option(
        None,
        metavar="INDEX",
        at_least=0,
        help="instead of writing a data set, show the spectrogram of the recording at this index (from 0) and a "
        "histogram of its levels, or its waveform, in a window or with `plot` in a file",
    )
