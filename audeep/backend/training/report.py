"""What training leaves for people: warnings if it went wrong, a projector, the learning curve and a model card."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from audeep.backend.data.data_set import DataSet
from audeep.backend.data.vectors import lengths_of
from audeep.backend.log import LOG
from audeep.backend.training import checkpoints, health, history
from audeep.backend.training.buckets import usual
from audeep.backend.training.card import write_card
from audeep.backend.training.curve import write_curve
from audeep.backend.training.description import ModelDescription
from audeep.backend.training.examples import choose_examples
from audeep.backend.training.generation import encoded
from audeep.backend.training.projector import write_projector
from audeep.backend.training.summary import facts

#: Most instances whose vectors are computed, and the most memory for their features, in bytes.
MAX_INSTANCES, MAX_BYTES = 1000, 2**27


def report(logs: Path, data_sets: Sequence[DataSet]) -> None:
    """Write the report on a finished training into the folder of the run and its subfolder `logs`.

    It is about the model that generation uses by default.
    """
    epochs, seed = history.read(logs), ModelDescription.read(logs).training["seed"]
    ((_, model),) = checkpoints.load_models(logs, None)
    sample = choose_examples(data_sets, most_instances(data_sets), seed)
    result = encoded(sample, model, model.config.generation_config(None), {})
    # A representation that keeps time has a vector for each frame.
    vectors = np.stack([vector.reshape(-1, vector.shape[-1]).mean(axis=0) for vector in result.instances()])
    warn(epochs, vectors)
    if epochs:
        write_projector(logs, sample, vectors)
        write_curve(logs.parent, epochs)
    write_card(logs.parent, facts(logs, model, result.feature_sizes))


def most_instances(data_sets: Sequence[DataSet]) -> int:
    """Return the number of instances whose vectors are computed; those chosen are not unusually long."""
    _, *sizes = data_sets[0].feature_shape
    lengths = lengths_of(data_sets)
    instance_bytes = 4 * int(np.prod([min(lengths.max(), usual(lengths)), *sizes], dtype=np.int64))
    return max(1, min(MAX_INSTANCES, MAX_BYTES // max(1, instance_bytes)))


def warn(epochs: Sequence[history.Epoch], vectors: np.ndarray) -> None:
    """Warn if the loss has not fallen, or if the vectors of different instances are alike."""
    if health.has_not_fallen([epoch.loss for epoch in epochs]):
        LOG.warning(
            "the loss has not fallen: it was %.4f in the first epoch, and never 1 %% lower in %d epochs; try "
            "another `learning_rate`, or look at the data",
            epochs[0].loss,
            len(epochs),
        )
    if health.have_collapsed(vectors):
        LOG.warning(
            "the vectors of different recordings are nearly the same, so the model has learned nothing that tells "
            "them apart; try another `learning_rate`, or look at the data"
        )
