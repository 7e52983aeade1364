"""Data sets for tests: arbitrary ones, and what makes two of them equal."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from audeep.backend.data import schema
from audeep.backend.data.data_set import DataSet, from_columns

#: What breaks tables: separators, quotes, line breaks, comments, escapes, other scripts, missing values.
AWKWARD = [",", '"', "'", "\n", "\r\n", "\r", "\t", " ", "%", "\\", "{", "}", "?", "@DATA", "ä", "水", "\u2028"]

# netCDF ends a text at the character 0, and no encoding has lone surrogates.
texts = st.lists(
    st.sampled_from(AWKWARD) | st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    min_size=1,
    max_size=6,
).map("".join)

#: Names of labels and targets.
names = texts.filter(lambda text: text == text.strip())


def lists_of(values: st.SearchStrategy, count: int) -> st.SearchStrategy[list]:
    return st.lists(values, min_size=count, max_size=count)


@st.composite
def data_sets(draw: st.DrawFn, exportable: bool = False) -> DataSet:
    """Draw a data set; an exportable one has all of its instances in partitions and folds, or none."""
    channels = draw(st.sampled_from([st.none(), st.none(), st.integers(0, 2), st.none() | st.integers(0, 2)]))
    keys = draw(st.lists(st.tuples(texts, st.integers(0, 3), channels), min_size=1, max_size=8, unique=True))
    count = len(keys)
    dims = draw(st.dictionaries(st.sampled_from(["time", "freq", "generated"]), st.integers(1, 3), min_size=1))
    num_folds = draw(st.integers(0, 3))
    split = st.sampled_from([0, 1] if exportable else [0, 1, np.nan])
    row = st.lists(split, min_size=num_folds, max_size=num_folds)
    if exportable and num_folds:
        row = row.filter(any)
    named = {
        "labels": draw(st.dictionaries(names, lists_of(st.sampled_from([0, 1, np.nan]), count), max_size=2)),
        "targets": draw(st.dictionaries(names, lists_of(st.floats(), count), max_size=2)),
    }
    numbers = draw(st.none() | st.dictionaries(texts, st.integers(-5, 5), min_size=1, max_size=4))
    labels = draw(st.lists(st.sampled_from([None, *(numbers or ())]), min_size=count, max_size=count))
    features = draw(arrays(np.float32, (count, *dims.values()), elements=st.floats(width=32)))
    longest = next(iter(dims.values()))
    lengths = draw(st.none() | st.lists(st.integers(1, longest), min_size=count, max_size=count))
    if len(dims) == 1 or lengths is None or min(lengths) == longest:
        lengths = None
    for instance, length in zip(features, lengths or (), strict=False):
        instance[length:] = -1
    partitioned = draw(st.booleans())
    partition = st.sampled_from([0, 1, 2] if exportable else [0, 1, 2, np.nan])
    return from_columns(
        features,
        list(dims),
        filename=[name for name, _, _ in keys],
        chunk_nr=[chunk for _, chunk, _ in keys],
        channel=[channel for _, _, channel in keys],
        cv_folds=np.reshape([draw(row) for _ in keys], (count, num_folds)),
        partition=[draw(partition) for _ in keys] if partitioned else None,
        label_nominal=labels,
        label_numeric=[None if label is None else numbers[label] for label in labels] if numbers else None,
        length=lengths,
        label_map=numbers if numbers and draw(st.booleans()) else None,
        **{name: values for name, values in named.items() if values},
        attrs=draw(st.dictionaries(st.sampled_from(["comment", "history"]), texts)),
    )


def in_order(data_set: DataSet) -> DataSet:
    """Sort instances by file name, chunk and channel."""
    return data_set.select(np.lexsort((data_set.channel, data_set.chunk_nr, data_set.filename.astype(str))))


def assert_equal(actual: DataSet, expected: DataSet) -> None:
    """Compare everything that a data set holds, types included."""
    assert actual.feature_dims == expected.feature_dims
    assert actual.features.dtype == np.float32
    np.testing.assert_array_equal(actual.features.values, expected.features.values)
    for name in schema.COLUMNS:
        ours, theirs = actual[name], expected[name]
        assert ours.dtype == theirs.dtype, name
        np.testing.assert_array_equal(ours, theirs, err_msg=name)
    assert actual.label_map == expected.label_map
    ours_only = ("audeep_version", "feature_dims", "label_map", "padding")
    assert {k: v for k, v in actual.attrs.items() if k not in ours_only} == {
        k: v for k, v in expected.attrs.items() if k not in ours_only
    }
