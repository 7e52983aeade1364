"""What is written into records comes out again, in an order that the seed decides."""

from pathlib import Path

import numpy as np
import pytest

from audeep.backend.errors import AudeepError
from audeep.backend.records import tfrecords
from tests.helpers.models import waves


def read(paths: list[Path], seed: int, batch_size: int = 5) -> list[np.ndarray]:
    data = waves()
    return [batch.numpy() for batch in tfrecords.batches(paths, data.feature_shape, batch_size, 48, seed)]


def test_round_trip(tmp_path: Path) -> None:
    data = waves()
    folder = tmp_path / "records"
    with tfrecords.written([data, data], folder) as paths:
        assert [path.parent for path in paths] == [folder, folder]
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


def test_deletes_records_after_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    with pytest.raises(KeyboardInterrupt), tfrecords.written([waves()], folder):
        raise KeyboardInterrupt
    assert not folder.exists()
    with pytest.raises(AudeepError, match="exists"), tfrecords.written([waves()], tmp_path):
        pass
