"""Validation: instances that are set aside, and the loss on them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import tensorflow as tf

from audeep.backend.data.chunks import Files
from audeep.backend.data.data_set import DataSet, Split
from audeep.backend.errors import DataError
from audeep.backend.training import records
from audeep.backend.training.config import TrainingConfig
from audeep.backend.training.model import Model
from audeep.backend.training.step import sums_of

#: Distinguishes the draw of the recordings from all else that is drawn with the seed of the training.
SPAWN_KEY = (1,)


def set_aside(
    data_sets: Sequence[DataSet], config: TrainingConfig, seed: int
) -> tuple[list[DataSet], list[DataSet]]:
    """Return the instances to train on, and those set aside for validation, if any.

    All chunks of a recording are on the same side, also if it is in several data sets.
    """
    if config.validation_fraction is not None:
        aside = draw(data_sets, config.validation_fraction, seed)
    elif config.validation_partitions is not None:
        aside = [np.isin(data_set.partition, config.validation_partitions) for data_set in data_sets]
    elif config.validation_fold is not None:
        aside = [held_out(data_set, config.validation_fold) for data_set in data_sets]
    else:
        return list(data_sets), []
    rest, chosen = (
        [data_set.select(mask) for data_set, mask in zip(data_sets, masks, strict=True) if mask.any()]
        for masks in ([~mask for mask in aside], aside)
    )
    name = data_sets[0].name
    if not chosen:
        if config.validation_partitions is None:
            raise DataError(f"{name}: no instances are in the validation split of fold {config.validation_fold}")
        wanted = " or ".join(partition.name for partition in config.validation_partitions)
        raise DataError(f"{name}: no instances are in the partition {wanted}, so that none validate the model")
    if not rest:
        raise DataError(f"{name}: all instances are set aside for validation; none are left to train on")
    return rest, chosen


def draw(data_sets: Sequence[DataSet], fraction: float, seed: int) -> list[np.ndarray]:
    """Draw about this fraction of the recordings, at least one; return whether each instance is drawn."""
    files = Files.of(np.concatenate([data_set.filename for data_set in data_sets]))
    if len(files) < 2:
        raise DataError(
            f"{data_sets[0].name}: `validation_fraction` needs at least two recordings, got {len(files)}"
        )
    count = int(np.clip(round(fraction * len(files)), 1, len(files) - 1))
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=SPAWN_KEY))
    mask = np.isin(files.of_instance, random.permutation(len(files))[:count])
    return np.split(mask, np.cumsum([len(data_set) for data_set in data_sets])[:-1])


def held_out(data_set: DataSet, fold: int) -> np.ndarray:
    """Return whether each instance is in the validation split of a fold, counted from 1."""
    if fold > data_set.num_folds:
        raise DataError(f"{data_set.name} has {data_set.num_folds} cross-validation folds, no fold {fold}")
    return data_set.cv_folds[:, fold - 1] == Split.VALID


def make_validation(
    model: Model, paths: Sequence[Path], count: int, batch_size: int, lengths: np.ndarray | None = None
) -> Callable[[], float]:
    """Return a function that computes the loss of a model on `count` records, with `lengths` if they differ.

    It is that of all instances together, without dropout or noise. Models that cannot use an incomplete batch leave
    it out, as in training. Nothing is random: the loss is the same whenever the weights are.
    """
    if count < (fewest := model.min_instances):
        raise DataError(f"a {model.name} model needs at least {fewest} instances for validation, got {count}")
    batches = records.batches(
        paths,
        model.feature_shape,
        min(batch_size, count),
        seeds=[0],
        drop_remainder=fewest > 0,
        lengths=lengths,
    )
    compiled = tf.function(
        partial(sums_of, model, training=False), input_signature=[batches.element_spec], autograph=False
    )

    def loss() -> float:
        totals: dict[str, float] = defaultdict(float)
        with fixed_seeds(model):
            for batch in batches:
                for name, value in compiled(batch).items():
                    totals[name] += float(value)
        return float(model.loss({name: tf.constant(total, tf.float32) for name, total in totals.items()}))

    return loss


@contextmanager
def fixed_seeds(model: Model) -> Iterator[None]:
    """Fix what a model draws outside training too, such as feedback; afterwards, training goes on as without it."""
    states = [item.value for item in model.non_trainable_variables if item.name == "seed_generator_state"]
    before = [tf.identity(state) for state in states]
    for state in states:
        state.assign(tf.zeros_like(state))
    try:
        yield
    finally:
        for state, value in zip(states, before, strict=True):
            state.assign(value)
