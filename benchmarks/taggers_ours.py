"""Print the median seconds of a training step of our network that learns from labels, without augmentation."""

import sys

import tensorflow as tf

from audeep.backend import runtime
from audeep.backend.networks.losses import class_entropies
from audeep.backend.taggers.config import CNNConfig, GatedCNNConfig, TaggerConfig
from audeep.backend.taggers.tagger import Tagger
from audeep.backend.training.step import make_optimizer, make_train_step
from benchmarks.training import CLASSES, SPECTROGRAMS, WEIGHTS, median_seconds

CONFIGS: dict[str, TaggerConfig] = {
    config.kind: config(mixup=0, mask_bands=0, mask_frames=0) for config in (CNNConfig, GatedCNNConfig)
}


def main() -> None:
    config = CONFIGS[sys.argv[1]]
    runtime.use_processors(config.directions)
    count, *shape = SPECTROGRAMS
    tagger = Tagger(config, shape, CLASSES, losses=class_entropies)
    assert sum(weight.shape.num_elements() for weight in tagger.trainable_weights) == WEIGHTS[config.kind]
    optimizer = make_optimizer(tagger, 1e-3, config.weight_decay)
    batch = {
        "inputs": tf.random.normal(SPECTROGRAMS),
        "targets": tf.one_hot(tf.range(count) % CLASSES, CLASSES),
    }
    spec = {name: tf.TensorSpec((None, *value.shape[1:])) for name, value in batch.items()}
    step = make_train_step(tagger, optimizer, tf.distribute.get_strategy(), spec)
    print(median_seconds(lambda: step(batch).numpy()))


if __name__ == "__main__":
    main()
