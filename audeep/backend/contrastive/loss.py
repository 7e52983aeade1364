"""The contrastive loss, and measures of the collapse of projections.

Projections have shape (instance, size); rows `n` of two such arrays belong to two views of the same instance.
"""

import keras
import tensorflow as tf
from keras import ops


def nt_xent(first: keras.KerasTensor, second: keras.KerasTensor, temperature: float) -> keras.KerasTensor:
    """Return the normalised, temperature-scaled cross entropy of each view, shape (2 * instance,).

    Each view must identify the other view of its instance among all other views, by the cosine similarity of their
    projections divided by the temperature.

    References
    ----------
    Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations", ICML 2020, equation 1.
    """
    views = ops.normalize(ops.concatenate([first, second]), axis=-1)
    others = ops.roll(views, ops.shape(first)[0], axis=0)
    similarity = ops.matmul(views, ops.transpose(views)) / temperature
    # No view is compared with itself.
    similarity = tf.linalg.set_diag(similarity, ops.full_like(similarity[:, 0], -float("inf")))
    return ops.logsumexp(similarity, axis=1) - ops.sum(views * others, axis=-1) / temperature


def alignment(first: keras.KerasTensor, second: keras.KerasTensor) -> keras.KerasTensor:
    """Return the mean squared distance between the two views of an instance on the unit sphere; 0 is best.

    References
    ----------
    Wang and Isola, "Understanding Contrastive Representation Learning through Alignment and Uniformity on the
    Hypersphere", ICML 2020; also of `uniformity`.
    """
    apart = ops.normalize(first, axis=-1) - ops.normalize(second, axis=-1)
    return ops.mean(ops.sum(ops.square(apart), axis=-1))


def uniformity(projections: keras.KerasTensor) -> keras.KerasTensor:
    """Return how evenly projections cover the unit sphere: 0 if all are the same, down to about -4."""
    points = ops.normalize(projections, axis=-1)
    squared_distances = 2 - 2 * ops.matmul(points, ops.transpose(points))
    count = ops.cast(ops.shape(points)[0], points.dtype)
    # Without pairs of a point with itself, each of which adds 1.
    pairs = ops.sum(ops.exp(-2 * squared_distances)) - count
    return ops.log(pairs / (count * (count - 1)))
