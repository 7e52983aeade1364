"""Batches of instances of similar length: which there are, and what is in them."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from audeep.backend.training import records
from audeep.backend.training.buckets import UNUSUAL, make_buckets, usual
from audeep.testing import make_data_set

BANDS = 2
LENGTHS = np.random.default_rng(0).integers(10, 60, 100).tolist()


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=300), st.integers(1, 40))
def test_buckets_have_room_for_all_within_the_limits(lengths: list[int], batch_size: int) -> None:
    buckets = make_buckets(np.array(lengths), batch_size)
    borders = [0, *(bucket.longest for bucket in buckets)]
    assert borders == sorted({*borders})
    assert borders[-1] == max(lengths)
    for bucket, low, high in zip(buckets, borders, borders[1:], strict=False):
        held = sum(low < length <= high for length in lengths)
        assert bucket.num_batches == -(-held // bucket.batch_size)
        assert 1 <= bucket.batch_size <= batch_size
        assert bucket.batch_size == 1 or (
            bucket.batch_size * bucket.longest <= UNUSUAL * batch_size * np.median(lengths)
        )


def test_a_long_recording_is_alone() -> None:
    *_, last = make_buckets(np.array([250] * 2000 + [30_000]), 64)
    assert (last.longest, last.batch_size, last.num_batches) == (30_000, 1, 1)
    assert len(make_buckets(np.array([250] * 2000), 64)) == 1


def read(paths: list[Path], seed: int, **keywords: object) -> list[tuple[np.ndarray, np.ndarray]]:
    shape, lengths = (None, BANDS), np.array(LENGTHS)
    return [
        (batch["inputs"].numpy(), batch["lengths"].numpy())
        for batch in records.batches(paths, shape, 8, [seed], lengths=lengths, **keywords)
    ]


def test_batches_hold_every_instance_once(tmp_path: Path) -> None:
    data_set = make_data_set(len(LENGTHS), time=60, freq=BANDS, lengths=LENGTHS)
    with records.written([data_set], tmp_path / "records", seed=0) as paths:
        batches, again, other = (read(paths, seed) for seed in (1, 1, 2))
        mixed = read(paths, 1, drop_remainder=True)
    assert len(batches) == sum(bucket.num_batches for bucket in make_buckets(np.array(LENGTHS), 8))
    found = [row[:length].tobytes() for rows, own in batches for row, length in zip(rows, own, strict=True)]
    assert sorted(found) == sorted(instance.tobytes() for instance in data_set.instances())
    for rows, own in batches:
        assert rows.shape == (len(own), own.max(), BANDS)
        assert all((row[length:] == 0).all() for row, length in zip(rows, own, strict=True))
    for (ours, _), (theirs, _) in zip(batches, again, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert [own.tolist() for _, own in batches] != [own.tolist() for _, own in other]

    def padding(batches: list[tuple[np.ndarray, np.ndarray]]) -> float:
        return 1 - sum(own.sum() for _, own in batches) / sum(len(own) * own.max() for _, own in batches)

    # Instances that are to be dropped must not be chosen by length.
    assert [len(own) for _, own in mixed] == [8] * 12
    assert padding(batches) < padding(mixed) / 2


def test_mixed_batches_hold_a_part_of_long_instances(tmp_path: Path) -> None:
    lengths = np.array([10] * 20 + [1000])
    data_set = make_data_set(21, time=1000, freq=1, lengths=lengths.tolist())
    long = data_set.features.values[-1, :, 0].tolist()
    firsts = []
    with records.written([data_set], None, seed=0) as paths:
        for batch in records.batches(paths, (None, 1), 21, [1, 2, 1], drop_remainder=True, lengths=lengths):
            own = batch["lengths"].numpy()
            assert sorted(own) == [10] * 20 + [usual(lengths)] == [10] * 20 + [40]
            part = batch["inputs"].numpy()[own.argmax(), :, 0].tolist()
            firsts.append(long.index(part[0]))
            assert part == long[firsts[-1] : firsts[-1] + 40]
    assert firsts[0] == firsts[2] != firsts[1]


@pytest.mark.parametrize("devices", [2, 16])
def test_a_batch_is_divided_among_devices(tmp_path: Path, devices: int) -> None:
    data_set = make_data_set(len(LENGTHS), time=60, freq=BANDS, lengths=LENGTHS)
    context = tf.distribute.InputContext(1, 0, devices)
    with records.written([data_set], None, seed=0) as paths:
        whole, fed = read(paths, 1), read(paths, 1, context=context)
    for number, (_, lengths) in enumerate(whole):
        parts = fed[number * devices : (number + 1) * devices]
        np.testing.assert_array_equal(np.concatenate([own for _, own in parts]), lengths)
        assert all(rows.shape == (len(own), max([1, *own]), BANDS) for rows, own in parts)
