"""Some instances of the data, for TensorBoard."""

from collections.abc import Sequence

import numpy as np

from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet, from_columns


def choose_examples(data_sets: Sequence[DataSet], count: int, seed: int) -> DataSet:
    """Choose `count` instances at random, or all if there are fewer, and read them into memory."""
    first, *_ = data_sets
    starts = np.cumsum([0, *map(len, data_sets)])
    chosen = np.random.default_rng(seed).permutation(starts[-1])[:count]
    numbers = np.searchsorted(starts, chosen, side="right") - 1
    places = [
        (data_sets[number], int(index - starts[number])) for number, index in zip(numbers, chosen, strict=True)
    ]
    return from_columns(
        # One by one, because a selection would also read everything between them.
        np.concatenate([data_set.source.read(index, index + 1) for data_set, index in places]),
        first.feature_dims,
        filename=[data_set.filename[index] for data_set, index in places],
        chunk_nr=[data_set.chunk_nr[index] for data_set, index in places],
        label_nominal=[data_set.label_nominal[index] for data_set, index in places],
        attrs={name: first.attrs[name] for name in first.attrs if name == schema.SPECTROGRAMS},
    )
