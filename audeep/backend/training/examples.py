"""Some instances of the data, for TensorBoard."""

from collections.abc import Sequence

import numpy as np

from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet, from_columns
from audeep.backend.data.vectors import lengths_of
from audeep.backend.training.buckets import usual


def choose_examples(data_sets: Sequence[DataSet], count: int, seed: int) -> DataSet:
    """Choose `count` instances at random, or all if there are fewer, and read them into memory.

    None of them is unusually long.
    """
    first, *_ = data_sets
    starts = np.cumsum([0, *map(len, data_sets)])
    every = lengths_of(data_sets)
    order = np.random.default_rng(seed).permutation(starts[-1])
    chosen = order[every[order] <= usual(every)][:count]
    numbers = np.searchsorted(starts, chosen, side="right") - 1
    places = [
        (data_sets[number], int(index - starts[number])) for number, index in zip(numbers, chosen, strict=True)
    ]
    lengths = every[chosen]
    # One by one, because a selection would also read everything between them.
    read = [
        data_set.source.read(index, index + 1, length)[0]
        for (data_set, index), length in zip(places, lengths, strict=True)
    ]
    features = np.full((len(read), lengths.max(), *first.feature_shape[1:]), first.padding, np.float32)
    for number, instance in enumerate(read):
        features[number, : len(instance)] = instance
    return from_columns(
        features,
        first.feature_dims,
        filename=[data_set.filename[index] for data_set, index in places],
        chunk_nr=[data_set.chunk_nr[index] for data_set, index in places],
        length=lengths,
        label_nominal=[data_set.label_nominal[index] for data_set, index in places],
        attrs={name: first.attrs[name] for name in first.attrs if name in (schema.SPECTROGRAMS, schema.PADDING)},
    )
