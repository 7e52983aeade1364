"""The table of losses."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audeep.backend.errors import ModelError
from audeep.backend.training import history
from audeep.backend.training.history import Epoch

finite = st.floats(allow_nan=False, allow_infinity=False)
epochs = st.lists(
    st.builds(Epoch, st.integers(1, 10**6), st.integers(1, 10**12), finite, st.none() | finite), max_size=5
)


@given(epochs)
def test_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, written: list[Epoch]) -> None:
    folder = tmp_path_factory.mktemp("logs")
    history.write(folder, written)
    assert history.read(folder) == written


def test_is_a_table_for_other_programs(tmp_path: Path) -> None:
    assert history.read(tmp_path) == []
    history.write(tmp_path, [Epoch(1, 7, 0.5), Epoch(2, 14, 0.25, 0.75)])
    assert (tmp_path / "losses.csv").read_text() == "epoch,step,loss,validation_loss\n1,7,0.5,\n2,14,0.25,0.75\n"


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        b"epoch,step,loss,validation_loss\n1,7\n",
        b"epoch,step,loss,validation_loss\n1,7,x,\n",
        b"\xff",
    ],
)
def test_a_damaged_table(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "losses.csv").write_bytes(content + b"\n")
    with pytest.raises(ModelError, match=r"losses\.csv is damaged: "):
        history.read(tmp_path)


def losses(*values: float | None) -> list[Epoch]:
    return [Epoch(number, 10 * number, 1.0, value) for number, value in enumerate(values, start=1)]


@pytest.mark.parametrize(
    ("validated", "best", "since"),
    [
        ((0.5, 0.4, 0.6, 0.4), 2, 2),
        ((0.5, float("nan"), float("inf")), 1, 2),
        ((None, None, 0.7), 3, 0),
        ((None, None), None, 0),
        ((None, 0.5, 0.6), 2, 1),
        ((float("nan"), float("nan")), None, 2),
        ((), None, 0),
    ],
)
def test_the_best_epoch_is_the_first_with_the_lowest_validation_loss(
    validated: tuple[float | None, ...], best: int | None, since: int
) -> None:
    found = history.best(losses(*validated))
    assert (found and found.epoch) == best
    assert history.epochs_since_best(losses(*validated)) == since
