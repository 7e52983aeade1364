"""What TensorBoard shows of a training run beside the loss."""

from collections.abc import Callable

import tensorflow as tf
from keras import ops

from audeep.backend.autoencoders.base import Autoencoder

#: Instances whose representations are shown, and those of them whose reconstructions are. Few, because they
#: pass through the model after every epoch.
EXAMPLES, SHOWN = 16, 4


def make(model: Autoencoder, example: tf.Tensor) -> Callable[[tf.Variable], None]:
    """Return a function that writes the state of `model` at a training step.

    Parameters
    ----------
    model
        The autoencoder.
    example
        Instances whose representation is shown as a histogram, shape (batch, time, features); of the first
        ones, the target is shown as an image, above it its reconstruction.
    """
    run = tf.function(lambda inputs: model(inputs, training=False))

    def write(step: tf.Variable) -> None:
        result = run(example)
        tf.summary.histogram("representation", result["representation"], step=step)
        # Targets are the input with axes reversed; reversing once more shows it as it was.
        shown = [model.targets(result[name][:SHOWN]) for name in ("targets", "reconstruction")]
        images = ops.concatenate(shown, axis=-1)
        # From (batch, time, both spectrograms) in [-1, 1] to (batch, height, width, grey) in [0, 1], low
        # frequencies below.
        pictures = ops.flip(ops.transpose((images + 1) / 2, (0, 2, 1)), axis=1)[..., None]
        tf.summary.image("reconstruction above target", pictures, step=step, max_outputs=SHOWN)

    return write
