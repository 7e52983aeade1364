"""Plots of spectrograms and waveforms, with time in seconds and frequency in Hz."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from audeep.backend.audio.names import printable
from audeep.backend.spectrograms.config import Reference, SpectrogramConfig, WaveformConfig
from audeep.backend.spectrograms.extractor import Extractor
from audeep.backend.spectrograms.scales import frequency_borders
from audeep.backend.spectrograms.waveforms import WaveformExtractor

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable

#: Colours of levels, and of a waveform.
COLOURS, INK = "magma", "#0072B2"
#: Range of levels shown unless they are clipped, in dB below the loudest point.
RANGE = 80
#: Most frames drawn, as many as a screen can show; longer recordings show the maximum of neighbouring frames.
MAX_FRAMES = 2000


def plot_spectrogram(axes: Axes, decibels: np.ndarray, extractor: Extractor) -> ScalarMappable:
    """Plot a spectrogram of `extractor`, shape (frames, bands), in dB; dashed lines separate its chunks."""
    # Imported late, because only plots need it.
    from librosa.display import specshow

    config, rate = extractor.config, extractor.sample_rate
    frames, _ = decibels.shape
    pooled = -(-frames // MAX_FRAMES)
    starts = np.arange(0, frames, pooled)
    seconds = extractor.hop_length / rate
    top = 0 if config.reference is Reference.PEAK else float(decibels.max())
    mesh = specshow(
        np.maximum.reduceat(decibels, starts).T,
        x_coords=np.array([*starts, frames]) * seconds,
        y_coords=frequency_borders(rate, extractor.win_length, config.mel_spectrum),
        x_axis="s",
        y_axis="linear" if config.mel_spectrum is None else "mel",
        ax=axes,
        cmap=COLOURS,
        vmin=top - RANGE if config.clip_below is None else config.clip_below,
        vmax=top if config.clip_above is None else config.clip_above,
    )
    axes.set(xlabel="time (s)", ylabel="frequency (Hz)")
    _mark_chunks(axes, frames, extractor, "white")
    return mesh


def plot_waveform(axes: Axes, samples: np.ndarray, extractor: WaveformExtractor) -> None:
    """Plot a waveform, shape (samples,); dashed lines separate its chunks."""
    from librosa.display import waveshow

    waveshow(samples, sr=extractor.sample_rate, axis="s", ax=axes, color=INK)
    axes.set(xlabel="time (s)", ylabel="amplitude")
    axes.margins(x=0)
    _mark_chunks(axes, len(samples), extractor, "black")


def _mark_chunks(axes: Axes, frames: int, extractor: WaveformExtractor, colour: str) -> None:
    """Separate the chunks of a recording by dashed lines, and fade what is dropped."""
    if extractor.chunk_frames is None:
        return
    seconds = extractor.hop_length / extractor.sample_rate
    count = extractor.config.chunk_count or -(-frames // extractor.chunk_frames)
    ends = np.arange(1, count + 1) * extractor.chunk_frames
    for end in ends[ends < frames]:
        axes.axvline(end * seconds, color=colour, linestyle="--", linewidth=1)
    if ends[-1] < frames:
        axes.axvspan(ends[-1] * seconds, frames * seconds, facecolor="white", alpha=0.6, linewidth=0, zorder=2)
        axes.text(ends[-1] * seconds, 0.98, " dropped", va="top", transform=axes.get_xaxis_transform())


def describe_settings(config: WaveformConfig, sample_rate: int) -> list[str]:
    """Describe the settings of a spectrogram or a waveform, for a title.

    >>> describe_settings(SpectrogramConfig(mel_spectrum=64), 16000)
    ['16000 Hz', 'windows of 0.04 s overlapping by 0.02 s', '64 mel bands']
    """
    spectrogram = config if isinstance(config, SpectrogramConfig) else None
    facts = [f"{sample_rate} Hz"]
    if spectrogram:
        bands = spectrogram.mel_spectrum
        facts += [
            f"windows of {spectrogram.window_width:g} s overlapping by {spectrogram.window_overlap:g} s",
            "all Fourier bins" if bands is None else f"{bands} mel bands",
        ]
    if config.fixed_length is not None:
        facts.append(f"fixed length {config.fixed_length:g} s")
    if config.chunk_length is not None:
        count = "" if config.chunk_count is None else f"{config.chunk_count} "
        at_most = "at most " if count and config.keep_partial_chunks else ""
        facts.append(f"{at_most}{count}chunks of {config.chunk_length:g} s")
    if spectrogram:
        if spectrogram.reference is Reference.FULL_SCALE:
            facts.append("0 dB is full scale")
        for side, level in (("below", spectrogram.clip_below), ("above", spectrogram.clip_above)):
            if level is not None:
                facts.append(f"clipped {side} {level:g} dB")
    return facts


def short_name(filename: str, length: int = 70) -> str:
    """Return the name of a recording on one line, with its start cut off if it is longer than `length`.

    >>> short_name("a/folder/of/dogs.wav", 8)
    '...dogs.wav'
    """
    name = printable(Path(filename))
    return name if len(name) <= length else f"...{name[-length:]}"
