"""Random views of spectrograms: pure functions of the spectrograms and a seed, shape (2,), int64.

Spectrograms have shape (batch, time, bands), and each view is drawn independently. If they differ in length,
``lengths`` has shape (batch,), int32; else it is None.
"""

import math

import tensorflow as tf

from audeep.backend.contrastive.config import ViewConfig
from audeep.backend.networks.augmentation import mask, uniform
from audeep.backend.networks.lengths import pad


def make_views(
    spectrograms: tf.Tensor, config: ViewConfig, seed: tf.Tensor, lengths: tf.Tensor | None = None
) -> tf.Tensor:
    """Make a random view of each spectrogram, shape (batch, `view_frames`, bands).

    A crop in time and frequency is resized, another recording of the batch is mixed in, the level is changed, and a
    range of bands and one of frames are masked.

    References
    ----------
    Saeed et al., "Contrastive learning of general-purpose audio representations", ICASSP 2021 (crops); Niizumi et
    al., "BYOL for Audio", IJCNN 2021 (mixing, resizing); Park et al., "SpecAugment", Interspeech 2019 (masks).
    """
    crops, others, partner, mixing, gain, bands, frames = tf.unstack(tf.random.split(seed, 7))
    views = crop(spectrograms, config, crops, lengths)
    if config.max_mix:
        # The other recording is never the recording itself, unless it is the only one.
        count = tf.shape(spectrograms)[0]
        shift = tf.random.stateless_uniform((), partner, 1, tf.maximum(count, 2), tf.int32)
        rolled = None if lengths is None else tf.roll(lengths, shift, axis=0)
        other = crop(tf.roll(spectrograms, shift, axis=0), config, others, rolled)
        views = mix(views, other, uniform(views, mixing, 0, config.max_mix), config.decibels_per_unit)
    views += uniform(views, gain, -config.max_gain, config.max_gain) / config.decibels_per_unit
    mean = tf.reduce_mean(views, axis=(1, 2), keepdims=True)
    hidden = mask(views, config.max_masked_bands, 2, bands) | mask(views, config.max_masked_frames, 1, frames)
    return tf.where(hidden, mean, views)


def crop(
    spectrograms: tf.Tensor, config: ViewConfig, seed: tf.Tensor, lengths: tf.Tensor | None = None
) -> tf.Tensor:
    """Crop each spectrogram to a range of frames and one of bands, and resize it.

    The frames are around one that is not silent, and never padding. A crop may extend beyond the bands of the
    spectrogram, where those at the edge are repeated.
    """
    sizes, places, heights, offsets = tf.unstack(tf.random.split(seed, 4))
    _, frames, bands = spectrograms.shape
    if lengths is None:
        shortest, longest = min(config.min_crop, frames), min(config.max_crop, frames)
    else:
        frames = tf.cast(lengths, tf.float32)[:, None]
        shortest, longest = (tf.minimum(frames, size)[..., None] for size in (config.min_crop, config.max_crop))
    length = uniform(spectrograms, sizes, shortest, longest)[..., 0]
    place = tf.cast(active_frame(spectrograms, places, lengths)[:, None], tf.float32)
    first = tf.clip_by_value(place + 0.5 - length / 2, 0, frames - length)
    height = bands * uniform(spectrograms, heights, config.min_height, config.max_height)[..., 0]
    low = (bands - height) * uniform(spectrograms, offsets, 0, 1)[..., 0]
    in_time = resample(spectrograms, first, length, config.view_frames, lengths)
    return tf.transpose(resample(tf.transpose(in_time, (0, 2, 1)), low, height, bands), (0, 2, 1))


def active_frame(spectrograms: tf.Tensor, seed: tf.Tensor, lengths: tf.Tensor | None = None) -> tf.Tensor:
    """Draw a frame of each spectrogram, shape (batch,), that is not silent: one above the lowest value."""
    within = spectrograms if lengths is None else pad(spectrograms, lengths, tf.float32.max)
    active = tf.reduce_max(spectrograms, axis=2) > tf.reduce_min(within, axis=(1, 2))[:, None]
    lots = tf.random.stateless_uniform(tf.shape(active), seed)
    # If all are silent, any will do.
    lots = tf.where(active, lots + 1, lots)
    return tf.argmax(lots if lengths is None else pad(lots, lengths, -1), axis=1)


def resample(
    spectrograms: tf.Tensor, first: tf.Tensor, length: tf.Tensor, points: int, lengths: tf.Tensor | None = None
) -> tf.Tensor:
    """Interpolate along axis 1 at the centres of `points` equal parts of the range [first, first + length).

    The centre of step ``n`` is at ``n + 0.5``; `first` and `length` have shape (batch, 1), the result has shape
    (batch, points, ...).
    """
    last = spectrograms.shape[1] - 1 if lengths is None else lengths[:, None] - 1
    positions = first + length * (tf.range(points, dtype=tf.float32) + 0.5) / points - 0.5
    positions = tf.clip_by_value(positions, 0, tf.cast(last, tf.float32))
    below = tf.cast(positions, tf.int32)
    weight = (positions - tf.cast(below, tf.float32))[..., None]
    before = tf.gather(spectrograms, below, batch_dims=1)
    behind = tf.gather(spectrograms, tf.minimum(below + 1, last), batch_dims=1)
    return before + weight * (behind - before)


def mix(views: tf.Tensor, others: tf.Tensor, weight: tf.Tensor, decibels: float) -> tf.Tensor:
    """Mix in other views with a share `weight` of the power; `decibels` is the level of a difference of 1.

    The others are first scaled to the loudness of the views: they may be a hundred thousand times as loud.
    """
    scale = math.log(10) / 10 * decibels
    own, other = scale * views, scale * others
    level, other_level = (tf.reduce_logsumexp(part, axis=(1, 2), keepdims=True) for part in (own, other))
    parts = [own + tf.math.log1p(-weight), other + level - other_level + tf.math.log(weight)]
    return tf.reduce_logsumexp(tf.stack(parts), axis=0) / scale
