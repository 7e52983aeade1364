"""Features in another order."""

from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audeep.backend.data import features as module
from audeep.backend.data.data_set import DataSet, from_columns, load
from audeep.backend.data.features import Selected, Stored
from audeep.backend.errors import DataError


def numbered(count: int) -> DataSet:
    """Make a data set whose features tell the index of the instance."""
    features = np.arange(count)[:, np.newaxis] * np.ones(2)
    return from_columns(features, ["generated"], filename=[str(number) for number in range(count)])


@given(st.integers(1, 60), st.integers(1, 7), st.data())
@settings(max_examples=40, deadline=None)
def test_any_order(count: int, size: int, data: st.DataObject) -> None:
    order = np.array(data.draw(st.lists(st.integers(0, count - 1), max_size=80)), np.int64)
    slabs = list(Selected(numbered(count).source, order).slabs(size))
    assert all(len(slab) == size for slab in slabs[:-1])
    assert [row for slab in slabs for row in slab.tolist()] == [[number, number] for number in order]


@pytest.mark.parametrize(("distance", "detours"), [(1, 0), (5, 1)])
def test_only_scattered_instances_take_a_detour(
    distance: int, detours: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = numbered(100).source
    detour = Mock(wraps=Selected._by_way_of_a_file)
    monkeypatch.setattr(Selected, "_by_way_of_a_file", lambda self, *rest: detour(self, *rest))
    order = np.arange(100).reshape(-1, distance, order="F").ravel()
    rows = np.concatenate(list(Selected(source, order).slabs(10, tmp_path)))
    assert rows[:, 0].tolist() == order.tolist()
    assert detour.call_count == detours
    assert not list(tmp_path.iterdir())


def test_no_more_than_some_slabs_are_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbered(100).save(tmp_path / "data.nc")
    monkeypatch.setattr(module, "SLAB_BYTES", 10 * 8)
    read = []
    original = Stored.read

    def counted(self: Stored, start: int, stop: int, steps: int | None = None) -> np.ndarray:
        read.append(stop - start)
        return original(self, start, stop, steps)

    monkeypatch.setattr(Stored, "read", counted)
    with load(tmp_path / "data.nc") as data_set:
        for order in (np.arange(100), np.arange(100)[::-1], np.random.default_rng(0).permutation(100)):
            rows = np.concatenate(list(data_set.select(order).slabs(folder=tmp_path)))
            assert rows[:, 0].tolist() == order.tolist()
    assert max(read) <= 10


def test_damage_leaves_nothing_behind(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).random((400, 300))
    from_columns(noise, ["generated"], filename=[str(number) for number in range(400)]).save(tmp_path / "data.nc")
    content = bytearray((tmp_path / "data.nc").read_bytes())
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "data.nc").write_bytes(content)
    order = np.random.default_rng(0).permutation(400)
    with load(tmp_path / "data.nc") as data_set, pytest.raises(DataError, match="is damaged"):
        data_set.select(order).save(tmp_path / "copy.nc")
    assert [path.name for path in tmp_path.iterdir()] == ["data.nc"]
