"""The steps from samples to a spectrogram, each a pure function of arrays.

Time comes before frequency in every spectrogram: its shape is (frames, bands).
"""

import functools

import numpy as np
import scipy.fft

from audeep.backend.spectrograms.config import Channels


def fuse_channels(samples: np.ndarray, channels: Channels) -> np.ndarray:
    """Make one channel of several.

    Parameters
    ----------
    samples
        Shape (samples, channels).
    channels
        Which one; LEFT and RIGHT are the first and second channel, DIFF is their difference.

    Returns
    -------
    numpy.ndarray
        Shape (samples,). A recording with one channel stays as it is.

    Examples
    --------
    >>> fuse_channels(np.array([[1.0, 3.0]]), Channels.MEAN)
    array([2.])
    """
    if samples.shape[1] == 1:
        return samples[:, 0]
    match channels:
        case Channels.MEAN:
            return samples.mean(axis=1)
        case Channels.LEFT:
            return samples[:, 0]
        case Channels.RIGHT:
            return samples[:, 1]
        case Channels.DIFF:
            return samples[:, 0] - samples[:, 1]


def fix_length(samples: np.ndarray, length: int, *, center: bool = False) -> np.ndarray:
    """Cut a recording or add silence, so that it has `length` samples.

    Parameters
    ----------
    samples
        Shape (samples, ...).
    length
        Number of samples wanted.
    center
        Cut or add at both ends alike, not at the end alone.

    Examples
    --------
    >>> fix_length(np.array([1, 2, 3]), 5, center=True)
    array([0, 1, 2, 3, 0])
    """
    missing = length - len(samples)
    before = abs(missing) // 2 if center else 0
    if missing <= 0:
        return samples[before : before + length]
    padding = [(before, missing - before)] + [(0, 0)] * (samples.ndim - 1)
    return np.pad(samples, padding)


def pre_emphasise(samples: np.ndarray, coefficient: float = 0.95) -> np.ndarray:
    """Lift high frequencies: ``y[t] = x[t] - coefficient * x[t - 1]``."""
    emphasised = samples.copy()
    emphasised[1:] -= coefficient * samples[:-1]
    return emphasised


def power_spectrogram(samples: np.ndarray, width: int, hop: int) -> np.ndarray:
    """Take the power spectrum of overlapping windows; a rest that fills no window is dropped.

    Parameters
    ----------
    samples
        Shape (samples,).
    width
        Width of the (periodic Hann) window, in samples.
    hop
        Samples from the start of one window to that of the next.

    Returns
    -------
    numpy.ndarray
        Shape (1 + (samples - width) // hop, width // 2 + 1). The mean of each window is removed first.
    """
    frames = np.lib.stride_tricks.sliding_window_view(samples, width)[::hop]
    frames = frames - frames.mean(axis=1, keepdims=True)
    frames *= hann(width)
    spectrum = scipy.fft.rfft(frames, axis=1)
    power = np.square(spectrum.real)
    power += np.square(spectrum.imag)
    return power


@functools.lru_cache(maxsize=8)
def hann(width: int) -> np.ndarray:
    """Return the periodic Hann window, float32, shape (width,)."""
    return np.hanning(width + 1)[:-1].astype(np.float32)


@functools.lru_cache(maxsize=8)
def mel_filters(sample_rate: int, width: int, bands: int) -> np.ndarray:
    """Return triangular filters of height 1, spaced evenly on the HTK mel scale from 0 to Nyquist.

    The edges of each triangle are rounded down to bins of the Fourier transform, as the original does;
    `librosa.filters.mel` leaves them between the bins, which gives other values in narrow bands.

    Parameters
    ----------
    sample_rate
        In Hz.
    width
        Width of the windows, in samples.
    bands
        Number of mel bands.

    Returns
    -------
    numpy.ndarray
        Shape (bands, width // 2 + 1), float32. A band so narrow that no bin falls into it is zero.
    """
    mel = np.linspace(0, 2595 * np.log10(1 + sample_rate / 2 / 700), bands + 2)
    edges = np.floor((width + 1) / sample_rate * 700 * (10 ** (mel / 2595) - 1))
    low, peak, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bins = np.arange(width // 2 + 1)
    rising = (bins - low) / np.maximum(peak - low, 1)
    falling = (high - bins) / np.maximum(high - peak, 1)
    return np.where(bins < peak, rising, falling).clip(min=0).astype(np.float32)


def to_decibels(power: np.ndarray) -> np.ndarray:
    """Convert power to decibels relative to the largest value; zeros become the smallest other value.

    A spectrogram of nothing but zeros stays at 0 dB everywhere.
    """
    peak = power.max()
    if peak == 0:
        return np.zeros_like(power)
    if (floor := power.min()) == 0:
        floor = power[power > 0].min()
    # Not of the quotient, which may be too small for a number.
    return 10 * (np.log10(np.maximum(power, floor)) - np.log10(peak))


def clip(decibels: np.ndarray, low: float | None, high: float | None) -> np.ndarray:
    """Set levels below `low` and above `high` to these; None leaves a side open."""
    return decibels.clip(-np.inf if low is None else low, np.inf if high is None else high)


def split_chunks(spectrogram: np.ndarray, frames: int, count: int) -> np.ndarray:
    """Cut the first `count` chunks of `frames` frames; shape (count, frames, bands)."""
    return spectrogram[: frames * count].reshape(count, frames, spectrogram.shape[1])


def scale(chunks: np.ndarray) -> np.ndarray:
    """Scale every chunk linearly to [-1, 1]; a flat one becomes zeros.

    Parameters
    ----------
    chunks
        Shape (chunks, frames, bands).
    """
    low = chunks.min(axis=(1, 2), keepdims=True)
    span = chunks.max(axis=(1, 2), keepdims=True) - low
    scaled = 2 * (chunks - low) / np.where(span == 0, 1, span) - 1
    return np.where(span == 0, 0, scaled)
