"""Random changes of training data that keep its content.

Spectrograms have shape (batch, time, bands), and what happens to each is drawn independently. If they differ in
length, ``lengths`` has shape (batch,), int32; else it is None.
"""

import tensorflow as tf


def uniform(spectrograms: tf.Tensor, seed: tf.Tensor, low: float | tf.Tensor, high: float | tf.Tensor) -> tf.Tensor:
    """Draw a random number for each spectrogram, shape (batch, 1, 1); the bounds may have this shape as well."""
    return tf.random.stateless_uniform((tf.shape(spectrograms)[0], 1, 1), seed, low, high)


def mask(
    spectrograms: tf.Tensor,
    largest: float | tf.Tensor,
    axis: int,
    seed: tf.Tensor,
    size: int | tf.Tensor | None = None,
) -> tf.Tensor:
    """Draw a range along an axis for each spectrogram, of 0 to `largest` steps but not all; True within it.

    `size` is the number of steps, by default all of the axis; it may differ, as may `largest`: shape (batch, 1, 1),
    float32.
    """
    widths, places = tf.unstack(tf.random.split(seed, 2))
    if size is None:
        size = spectrograms.shape[axis]
    smallest = tf.minimum if tf.is_tensor(size) else min
    # Integers from 0 to `largest`, all equally likely.
    width = tf.floor(uniform(spectrograms, widths, 0, smallest(largest, size - 1) + 1))
    first = tf.floor(uniform(spectrograms, places, 0, 1) * (size - width + 1))
    steps = tf.range(tf.shape(spectrograms)[axis])
    steps = tf.reshape(tf.cast(steps, tf.float32), [-1 if axis == dim else 1 for dim in range(3)])
    return (steps >= first) & (steps < first + width)


def spec_augment(
    spectrograms: tf.Tensor,
    share_of_bands: float,
    share_of_frames: float,
    seed: tf.Tensor,
    lengths: tf.Tensor | None = None,
    value: float | tf.Tensor = 0.0,
) -> tf.Tensor:
    """Set a range of bands, and one of frames, of up to these shares to a value, or to that of each band.

    References
    ----------
    Park et al., "SpecAugment: A Simple Data Augmentation Method for Automatic Speech Recognition",
    Interspeech 2019.
    """
    for_bands, for_frames = tf.unstack(tf.random.split(seed, 2))
    bands = spectrograms.shape[2]
    size = spectrograms.shape[1] if lengths is None else tf.cast(lengths, tf.float32)[:, None, None]
    largest = int(share_of_frames * size) if lengths is None else tf.floor(share_of_frames * size)
    hidden = mask(spectrograms, int(share_of_bands * bands), 2, for_bands)
    hidden |= mask(spectrograms, largest, 1, for_frames, size)
    return tf.where(hidden, value, spectrograms)


def mixup(parts: list[tf.Tensor], concentration: float, seed: tf.Tensor) -> list[tf.Tensor]:
    """Mix each instance with the one before it in the batch.

    Parameters
    ----------
    parts
        Features, targets and whatever else there is of each instance, all of shape (batch, ...).
    concentration
        Both parameters of the Beta distribution that the weight of an instance is drawn from; the larger weight is
        its own.
    seed
        Seed of the weights, shape (2,).

    References
    ----------
    Zhang et al., "mixup: Beyond Empirical Risk Minimization", ICLR 2018.
    """
    draws = [
        tf.random.stateless_gamma(tf.shape(parts[0])[:1], half, concentration)
        for half in tf.unstack(tf.random.split(seed, 2))
    ]
    total = draws[0] + draws[1]
    # With a small parameter, both draws may underflow to 0; the larger weight is nearly 1 then.
    weight = tf.where(total > 1e-30, tf.maximum(*draws) / total, 1.0)
    mixed = []
    for part in parts:
        own = tf.reshape(weight, [-1] + [1] * (len(part.shape) - 1))
        mixed.append(own * part + (1 - own) * tf.roll(part, 1, axis=0))
    return mixed
