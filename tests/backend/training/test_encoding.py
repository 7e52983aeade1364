"""Batches of encoding."""

import pytest

from audeep.backend.training.encoding import default_batch_size


@pytest.mark.parametrize(
    ("shape", "size"), [((9, 6), 500), ((124, 128), 66), ((1000, 1024), 1), ((10_000, 1024), 1)]
)
def test_batches_are_smaller_where_instances_are_large(shape: tuple[int, ...], size: int) -> None:
    assert default_batch_size(shape, 2**22) == size
