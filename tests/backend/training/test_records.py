"""What is written into records comes out again, in an order that the seed decides."""

import tempfile
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.data.data_set import from_columns
from audeep.backend.data.features import Selected
from audeep.backend.errors import AudeepError
from audeep.backend.training import records
from audeep.testing import make_data_set
from tests.helpers.models import waves


def read(paths: list[Path], seed: int, batch_size: int = 5) -> list[np.ndarray]:
    data = waves()
    return [batch["inputs"].numpy() for batch in records.batches(paths, data.feature_shape, batch_size, [seed])]


def test_round_trip(tmp_path: Path) -> None:
    data = waves()
    folder = tmp_path / "records"
    with records.written([data, data], folder, seed=0) as paths:
        assert [path.parents[1] for path in paths] == [folder]
        batches = read(paths, seed=1)
        assert [len(batch) for batch in batches] == [5] * 9 + [3]
        seen = np.concatenate(batches)
        expected = np.repeat(data.features.values, 2, axis=0)
        np.testing.assert_array_equal(
            np.sort(seen.reshape(48, -1), axis=0), np.sort(expected.reshape(48, -1), axis=0)
        )
        again, other = np.concatenate(read(paths, seed=1)), np.concatenate(read(paths, seed=2))
    np.testing.assert_array_equal(seen, again)
    assert (seen != other).any()
    assert not folder.exists()


def test_epochs_do_not_depend_on_those_before(tmp_path: Path) -> None:
    data = waves()
    with records.written([data], None, seed=0) as paths:
        both = [batch["inputs"].numpy() for batch in records.batches(paths, data.feature_shape, 5, [1, 2])]
        apart = read(paths, seed=1) + read(paths, seed=2)
    assert [len(batch) for batch in both] == [5, 5, 5, 5, 4] * 2
    for batch, expected in zip(both, apart, strict=True):
        np.testing.assert_array_equal(batch, expected)


def test_data_that_are_not_held_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = from_columns(np.arange(64)[:, None], ["generated"], filename=[f"{number}.wav" for number in range(64)])
    monkeypatch.setattr(records, "held", lambda shape: 8)
    with records.written([data], None, seed=0) as paths:
        assert len(paths) == 8
        place, again, other = (
            np.concatenate([batch["inputs"][:, 0] for batch in records.batches(paths, (1,), 5, [seed])])
            for seed in (1, 1, 2)
        )
    np.testing.assert_array_equal(place, again)
    assert (place != other).any()
    assert sorted(place) == list(range(64))
    # Far from where it stood in the file, whatever the file's own order is: a third of its length on average.
    assert np.mean(np.abs(place - np.arange(64))) > 64 / 5


@pytest.mark.parametrize(("devices", "pipelines"), [(2, 1), (4, 2), (3, 3)])
def test_parts_of_a_batch_for_several_devices(tmp_path: Path, devices: int, pipelines: int) -> None:
    data = waves(count=23)
    contexts = [tf.distribute.InputContext(pipelines, index, devices) for index in range(pipelines)]
    with records.written([data], None, seed=0) as paths:
        whole = read(paths, seed=1, batch_size=10)
        fed = [list(records.batches(paths, data.feature_shape, 10, [1], context)) for context in contexts]
    own = devices // pipelines
    for number, batch in enumerate(whole):
        pieces = [piece["inputs"] for parts in fed for piece in parts[number * own : (number + 1) * own]]
        assert max(map(len, pieces)) - min(map(len, pieces)) <= 1
        np.testing.assert_array_equal(np.concatenate(pieces), batch)


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("whole", [False, True])
def test_targets_travel_with_their_instances(padded: bool, whole: bool) -> None:
    lengths = np.array([3, 9, 4, 40] * 5) if padded else np.full(20, 9)
    time = np.arange(lengths.max())
    # The first value of each step names the instance, so that a part of it does, too.
    features = np.stack(np.broadcast_arrays(np.arange(20)[:, np.newaxis], time), axis=-1).astype(np.float32)
    names = [f"{number}.wav" for number in range(20)]
    data = from_columns(features, ["time", "freq"], filename=names, length=lengths)
    targets = np.stack([np.arange(20) / 3, -np.arange(20)], axis=1)
    shape = (None if padded else 9, 2)
    keywords = {"num_targets": 2, "drop_remainder": whole, "lengths": lengths if padded else None}
    seen = []
    with records.written([data], None, seed=0, targets=targets) as paths:
        for batch in records.batches(paths, shape, 4, [1], **keywords):
            numbers = batch["inputs"].numpy()[:, 0, 0].astype(int)
            np.testing.assert_array_equal(batch["targets"], targets[numbers].astype(np.float32))
            for row, number in zip(range(len(numbers)), numbers, strict=True):
                length = int(batch["lengths"][row]) if padded else 9
                # Of mixed batches, unusually long instances are cut.
                assert length == lengths[number] or (whole and length == 26)
                steps = batch["inputs"].numpy()[row, :length, 1]
                np.testing.assert_array_equal(np.diff(steps), 1)
            seen += numbers.tolist()
    assert sorted(seen) == list(range(20))


def test_deletes_records_after_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    with pytest.raises(KeyboardInterrupt), records.written([waves()], folder, seed=0):
        raise KeyboardInterrupt
    assert not folder.exists()
    (tmp_path / "x").touch()
    with pytest.raises(AudeepError, match="exists"), records.written([waves()], tmp_path, seed=0):
        pass


def test_scattered_instances_take_no_space_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = Mock(wraps=tempfile.TemporaryFile)
    monkeypatch.setattr(tempfile, "TemporaryFile", temporary)
    monkeypatch.setattr("audeep.backend.data.features.SLAB_BYTES", 2 * 4)
    data = make_data_set(24, generated=1)
    scattered = data.with_features(Selected(data.source, np.arange(24).reshape(2, 12).T.ravel()), ["generated"])
    with records.written([scattered], tmp_path / "records", seed=0) as paths:
        pass
    temporary.assert_called_once_with(dir=paths[0].parent)
