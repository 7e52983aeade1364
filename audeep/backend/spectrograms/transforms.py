"""The steps from samples to a spectrogram, each a pure function of arrays.

Spectrograms have shape (frames, bands).
"""

import functools

import numpy as np
import scipy.fft

#: Lowest power relative to the reference, unless that is the largest value.
FLOOR = 1e-10
#: Number of frames transformed at a time, or up to twice as many at the end, so that a long recording takes little
#: memory.
FRAMES = 1024
#: Coefficient of the filter that boosts high frequencies.
PREEMPHASIS = 0.95


def preemphasis(samples: np.ndarray, coef: float = PREEMPHASIS) -> np.ndarray:
    """Boost high frequencies: ``y[t] = x[t] - coef * x[t - 1]``.

    Parameters
    ----------
    samples
        Shape (samples,).
    coef
        Coefficient of the filter.

    Returns
    -------
    numpy.ndarray
        Shape (samples,). The first sample stays as it is.

    Examples
    --------
    >>> preemphasis(np.array([2.0, 2.0]))
    array([2. , 0.1])
    """
    emphasized = samples.copy()
    emphasized[1:] -= coef * samples[:-1]
    return emphasized


def power_spectrogram(
    samples: np.ndarray, win_length: int, hop_length: int, filters: np.ndarray | None = None
) -> np.ndarray:
    """Compute the power spectrum of overlapping frames; an incomplete frame at the end is dropped.

    Parameters
    ----------
    samples
        Shape (samples,).
    win_length
        Length of a frame and of its periodic Hann window, in samples.
    hop_length
        Samples from the start of one frame to the start of the next.
    filters
        Weights of the Fourier bins in each band, such as `mel_filters`, shape (bands, win_length // 2 + 1); by
        default, each bin is a band.

    Returns
    -------
    numpy.ndarray
        Shape (1 + (samples - win_length) // hop_length, bands). The mean of each frame is removed first.

    Examples
    --------
    >>> power_spectrogram(np.zeros(100), win_length=40, hop_length=20).shape
    (4, 21)
    """
    frames = np.lib.stride_tricks.sliding_window_view(samples, win_length)[::hop_length]
    window = hann(win_length)
    # The last part takes the rest: matrix products of a few frames round differently.
    pieces = np.split(frames, range(FRAMES, len(frames) - FRAMES + 1, FRAMES))
    parts = (_power(piece, window) for piece in pieces)
    return np.concatenate([part if filters is None else part @ filters.T for part in parts])


def _power(frames: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Return the power spectrum of frames, shape (frames, win_length)."""
    frames = frames - frames.mean(axis=1, keepdims=True)
    frames *= window
    spectrum = scipy.fft.rfft(frames, axis=1)
    power = np.square(spectrum.real)
    power += np.square(spectrum.imag)
    return power


def hann(win_length: int) -> np.ndarray:
    """Return the periodic Hann window, shape (win_length,), float32."""
    return np.hanning(win_length + 1)[:-1].astype(np.float32)


@functools.lru_cache(maxsize=8)
def mel_filters(sample_rate: int, win_length: int, bands: int) -> np.ndarray:
    """Return triangular filters of height 1, spaced evenly on the HTK mel scale from 0 to Nyquist.

    The edges of each triangle are rounded down to Fourier bins, as in the original; `librosa.filters.mel` leaves
    them between bins, which gives different values in narrow bands.

    Parameters
    ----------
    sample_rate
        In Hz.
    win_length
        Length of a frame, in samples.
    bands
        Number of mel bands.

    Returns
    -------
    numpy.ndarray
        Shape (bands, win_length // 2 + 1), float32. Filters of bands too narrow to contain a bin are zero.

    Examples
    --------
    >>> mel_filters(8000, win_length=320, bands=40).shape
    (40, 161)
    """
    edges = mel_edges(sample_rate, win_length, bands)
    low, peak, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bins = np.arange(win_length // 2 + 1)
    rising = (bins - low) / np.maximum(peak - low, 1)
    falling = (high - bins) / np.maximum(high - peak, 1)
    return np.where(bins < peak, rising, falling).clip(min=0).astype(np.float32)


def mel_edges(sample_rate: int, win_length: int, bands: int) -> np.ndarray:
    """Return the edges of the triangles of `mel_filters` as Fourier bins, shape (bands + 2,).

    Band `b` rises from edge `b`, peaks at edge `b + 1` and falls to edge `b + 2`.
    """
    mel = np.linspace(0, 2595 * np.log10(1 + sample_rate / 2 / 700), bands + 2)
    return np.floor((win_length + 1) / sample_rate * 700 * (10 ** (mel / 2595) - 1))


def full_scale_power(win_length: int, *, in_bands: bool) -> float:
    """Return the power of a sine of amplitude 1 in a `power_spectrogram`.

    Parameters
    ----------
    win_length
        Length of a frame, in samples.
    in_bands
        Whether bins are summed to bands: the window spreads a sine over three bins, which together have 1.5 times
        the power of the largest one.

    Examples
    --------
    >>> samples = np.sin(2 * np.pi * np.arange(800) * 5 / 80)
    >>> float((power_spectrogram(samples, 80, 40) / full_scale_power(80, in_bands=False)).max().round(6))
    1.0
    """
    # Half the sum of the Hann window, squared; or half of the sum of its squares, times half the length.
    return 3 * win_length**2 / 32 if in_bands else win_length**2 / 16


def power_to_db(power: np.ndarray, reference: float | None = None) -> np.ndarray:
    """Convert power to decibels.

    Parameters
    ----------
    power
        Shape (frames, bands).
    reference
        Power of 0 dB; values below 1e-10 of it become -100 dB. By default it is the largest value, and zeros are
        replaced by the smallest other value; a spectrogram of zeros is then 0 dB everywhere.

    Returns
    -------
    numpy.ndarray
        Shape (frames, bands), in dB.

    Examples
    --------
    >>> power_to_db(np.array([[10.0, 1.0], [0.1, 0.0]]))
    array([[  0., -10.],
           [-20., -20.]])
    >>> power_to_db(np.array([[10.0, 1.0], [0.1, 0.0]]), reference=1)
    array([[  10.,    0.],
           [ -10., -100.]])
    """
    if reference is not None:
        return 10 * np.log10(np.maximum(power / reference, FLOOR))
    peak = power.max()
    if peak == 0:
        return np.zeros_like(power)
    if (floor := power.min()) == 0:
        floor = power[power > 0].min()
    # Not the logarithm of the quotient, which may underflow.
    return 10 * (np.log10(np.maximum(power, floor)) - np.log10(peak))


def clip(decibels: np.ndarray, low: float | None, high: float | None) -> np.ndarray:
    """Clip levels to the range from `low` to `high`; None leaves a side open."""
    return decibels.clip(-np.inf if low is None else low, np.inf if high is None else high)


def scale(chunks: np.ndarray, low: float | None = None, high: float | None = None) -> np.ndarray:
    """Scale chunks linearly such that the levels `low` and `high` become -1 and 1.

    By default these are the extremes of each chunk; a flat chunk becomes zeros.

    Parameters
    ----------
    chunks
        Shape (chunks, frames, bands).
    low, high
        Levels, in dB, the same for all chunks.

    Examples
    --------
    >>> scale(np.array([[[-20.0, 0.0]], [[-10.0, -5.0]]])).tolist()
    [[[-1.0, 1.0]], [[-1.0, 1.0]]]
    >>> scale(np.array([[[-20.0, 0.0]], [[-10.0, -5.0]]]), -20, 0).tolist()
    [[[-1.0, 1.0]], [[0.0, 0.5]]]
    """
    lowest = chunks.min(axis=(1, 2), keepdims=True) if low is None else chunks.dtype.type(low)
    highest = chunks.max(axis=(1, 2), keepdims=True) if high is None else chunks.dtype.type(high)
    span = highest - lowest
    scaled = 2 * (chunks - lowest) / np.where(span == 0, 1, span) - 1
    return np.where(span == 0, 0, scaled)
