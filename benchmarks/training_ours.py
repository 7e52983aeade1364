"""Print the median seconds of our training step."""

import statistics
import time

import keras
import tensorflow as tf

from audeep.backend import runtime
from audeep.backend.autoencoders import registry
from audeep.backend.autoencoders.config import TimeAutoencoderConfig
from audeep.backend.autoencoders.training import CLIP, make_train_step
from benchmarks.training import BANDS, BATCH, FRAMES, STEPS, WARM_UP


def main() -> None:
    runtime.use_processors()
    config = TimeAutoencoderConfig(num_layers=2, num_units=256, bidirectional_decoder=True)
    model = registry.make(config, (FRAMES, BANDS))
    optimizer = keras.optimizers.Adam(1e-3, clipvalue=CLIP)
    optimizer.build(model.trainable_variables)
    step = make_train_step(model, optimizer, (FRAMES, BANDS))
    batch = tf.random.uniform((BATCH, FRAMES, BANDS), -1, 1)
    seconds = []
    for _ in range(WARM_UP + STEPS):
        start = time.perf_counter()
        float(step(batch))
        seconds.append(time.perf_counter() - start)
    print(statistics.median(seconds[WARM_UP:]))


if __name__ == "__main__":
    main()
