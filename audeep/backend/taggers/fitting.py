"""Training of networks that learn from labels, and their outputs."""

from audeep.backend import runtime  # before TensorFlow

# isort: split
from contextlib import ExitStack
from functools import partial

import numpy as np
import tensorflow as tf
from sklearn.preprocessing import StandardScaler

from audeep.backend.data.data_set import DataSet
from audeep.backend.data.vectors import finite_instances, lengths_of
from audeep.backend.networks.losses import Losses
from audeep.backend.taggers.config import TaggerConfig
from audeep.backend.taggers.encoder import read_encoder
from audeep.backend.taggers.resuming import resumable, training_facts
from audeep.backend.taggers.tagger import Tagger
from audeep.backend.training import distribution, records
from audeep.backend.training.config import CheckpointConfig
from audeep.backend.training.encoding import Encoded, batch_limits, signature, takes_any_length
from audeep.backend.training.loop import Loop, seeded


def fit(
    config: TaggerConfig,
    data_set: DataSet,
    targets: np.ndarray,
    losses: Losses,
    seed: int,
    checkpoints: CheckpointConfig | None = None,
    *,
    verbose: bool = False,
) -> Tagger:
    """Train a tagger, reproducibly for a given seed; `targets` have shape (instance, output).

    If `verbose`, log the loss of each epoch.
    """
    runtime.use_processors(config.directions)
    strategy = distribution.make(config.strategy)
    with ExitStack() as stack:
        stack.enter_context(distribution.explaining_failures(strategy))
        [seed] = distribution.from_chief(strategy, [seed])
        stack.enter_context(seeded(seed))
        lengths = data_set.lengths
        make = partial(
            Tagger,
            config,
            data_set.feature_shape,
            targets.shape[1],
            differ_in_length=lengths is not None,
            losses=losses,
            encoder=None if config.encoder is None else read_encoder(config.encoder),
        )
        loop = Loop(make, config, strategy, seed, len(data_set), lengths, targets.shape[1])
        loop.model.standardise(*moments(data_set))
        if loop.model.encoder is not None and config.encoder is not None:
            loop.model.encoder.load(config.encoder)
        facts = partial(training_facts, config, data_set, targets, losses, seed)
        with resumable(loop, CheckpointConfig.of(checkpoints), facts) as save:

            def end_epoch(loss: float) -> dict[str, str]:
                save(loss)
                if verbose:
                    loop.log_epoch(loss)
                return {}

            if not loop.finished:
                with records.written([data_set], None, seed, targets) as paths:
                    loop.run(paths, end_epoch)
    return loop.model


def moments(data_set: DataSet) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and standard deviation over all steps, shape (bands,), or () without bands; never 0."""
    scaler = StandardScaler()
    shape = data_set.feature_shape[1:]
    for instance in finite_instances(data_set):
        scaler.partial_fit(instance.reshape(len(instance), -1).astype(np.float64))
    return scaler.mean_.reshape(shape), scaler.scale_.reshape(shape)


def predict(tagger: Tagger, data_set: DataSet) -> np.ndarray:
    """Return the outputs of a trained tagger, shape (instance, output).

    If its `feature_shape` has no number of steps, instances may differ in length.
    """

    def compute(inputs: tf.Tensor, lengths: tf.Tensor | None = None) -> tf.Tensor:
        return tagger(inputs, lengths=lengths)["outputs"]

    encode = tf.function(compute, input_signature=signature(tagger), autograph=False)
    limits = batch_limits(tagger, None, data_set.feature_shape)
    lengths = lengths_of([data_set]) if takes_any_length(tagger) else None
    return Encoded(data_set, encode, (tagger.num_outputs,), limits, lengths=lengths).read(0, len(data_set))
