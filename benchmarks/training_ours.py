"""Print the median seconds of our training step, or of its forward pass, or of encoding alone."""

import json
import sys

import tensorflow as tf

from audeep.backend import runtime
from audeep.backend.autoencoders import architectures  # noqa: F401
from audeep.backend.training.architecture import architecture_class
from audeep.backend.training.step import make_optimizer, make_train_step
from benchmarks.training import BANDS, BATCH, FRAMES, median_seconds


def main() -> None:
    what, kind, architecture = sys.argv[1:]
    config = architecture_class(kind)(**json.loads(architecture))
    runtime.use_processors(config.directions)
    model = config.make((FRAMES, BANDS))
    optimizer = make_optimizer(model, 1e-3)
    spec = tf.TensorSpec((None, FRAMES, BANDS), tf.float32)
    batch = tf.random.uniform((BATCH, FRAMES, BANDS), -1, 1)
    step = make_train_step(model, optimizer, tf.distribute.get_strategy(), {"inputs": spec})
    run = {
        "step": lambda batch: step({"inputs": batch}),
        "forward": tf.function(lambda batch: model(batch, training=True)["reconstruction"], input_signature=[spec]),
        "encode": tf.function(lambda batch: model.encode(batch), input_signature=[spec]),
    }[what]
    print(median_seconds(lambda: run(batch).numpy()))


if __name__ == "__main__":
    main()
