"""Preview: the spectrogram or waveform of a single recording, for choosing parameters."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from audeep.backend.audio.channels import Channels
from audeep.backend.audio.names import printable
from audeep.backend.audio.reading import read_samples
from audeep.backend.errors import AudioError, OptionError
from audeep.backend.parsers.columns import collect
from audeep.backend.parsers.config import ParserConfig
from audeep.backend.parsers.registry import find
from audeep.backend.spectrograms.config import WaveformConfig
from audeep.backend.spectrograms.extractor import Extractor, make_extractor
from audeep.backend.spectrograms.plotting import describe_settings, plot_spectrogram, plot_waveform, short_name
from audeep.backend.spectrograms.waveforms import WaveformExtractor

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Characters per line of the settings in the title.
SETTINGS_WIDTH, NO_BREAK = 100, "\N{NO-BREAK SPACE}"


def preview(
    basedir: Path, index: int, config: WaveformConfig, *, parser: str | ParserConfig
) -> tuple[str, np.ndarray, WaveformExtractor]:
    """Extract the spectrogram or waveform of one recording in a folder, by its index in the order of the parser.

    Returns the name of the recording; its spectrogram, shape (frames, bands), in dB, or its waveform, shape
    (samples,), before scaling and cutting into chunks; and the extractor.
    """
    recordings, columns = collect(find(parser, basedir))
    if not 0 <= index < len(recordings):
        raise OptionError(f"`pretend`: there is no recording {index}; indices are 0 to {len(recordings) - 1}")
    recording = recordings[index]
    # EACH has as many instances as channels; the first shows what to choose.
    channel = 0 if recording.channel is None and config.channels is Channels.EACH else recording.channel
    try:
        samples, rate = read_samples(recording)
        extractor = make_extractor(config, config.sample_rate or rate).using(channel)
        extractor.shape(len(samples), rate)
        whole = extractor.whole(samples, rate)
    except AudioError as error:
        raise AudioError(f"{printable(recording.path)} {error}") from None
    return str(columns["filename"].values[index]), whole, extractor


def plot_preview(figure: Figure, filename: str, features: np.ndarray, extractor: WaveformExtractor) -> None:
    """Plot the results of `preview`: a spectrogram above a histogram of its levels, or a waveform."""
    # Break lines between settings, not within them.
    settings = [fact.replace(" ", NO_BREAK) for fact in describe_settings(extractor.config, extractor.sample_rate)]
    lines = "\n".join(wrap(", ".join(settings), SETTINGS_WIDTH))
    if isinstance(extractor, Extractor):
        frames, bands = features.shape
        title = f"{short_name(filename)}: {frames} windows x {bands} bands\n{lines}"
        _plot_levels(figure, features, extractor, title)
    else:
        axes = figure.subplots()
        plot_waveform(axes, features, extractor)
        axes.set_title(f"{short_name(filename)}: {len(features)} samples\n{lines}", fontsize=10)


def _plot_levels(figure: Figure, decibels: np.ndarray, extractor: Extractor, title: str) -> None:
    """Plot a spectrogram, shape (frames, bands), above a histogram of its levels."""
    above, below = figure.subplots(2, 1, height_ratios=[2, 1])
    config = extractor.config
    mesh = plot_spectrogram(above, decibels, extractor)
    above.set_title(title, fontsize=10)
    hidden = config.clip_below is None and decibels.min() < mesh.norm.vmin
    figure.colorbar(mesh, ax=above, label="level (dB)", extend="min" if hidden else "neither")
    below.hist(decibels.ravel(), bins=100)
    below.set(xlabel="level (dB)", ylabel="points of the spectrogram", yscale="log")
    # The default tick labels are formulas, but math text is off, because names in the data are not formulas.
    below.yaxis.set_major_formatter("{x:g}")
    below.yaxis.set_minor_formatter("")
    if config.clip_below is None:
        note = "background noise shows as a hill"
    else:
        percent = 100 * np.mean(decibels <= config.clip_below)
        note = f"{percent:.0f} % of the points are clipped to {config.clip_below:g} dB"
    below.set_title(f"How often each level occurs: {note}", fontsize=10)
