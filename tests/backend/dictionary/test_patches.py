"""The sample that a dictionary is learned from."""

import numpy as np
import pytest

from audeep.backend.data.data_set import DataSet, from_columns
from audeep.backend.dictionary.config import KernelShape
from audeep.backend.dictionary.patches import sample
from audeep.backend.errors import DataError

SHAPES = [KernelShape.parse(text) for text in ("3x2", "2x3@2x1")]


def numbered(first: int, count: int) -> DataSet:
    """Make instances whose points are all different, and tell where they are: instance, frame, band."""
    instance, frame, band = np.ogrid[first : first + count, :6, :5]
    return from_columns(
        instance * 100 + frame * 10 + band, ["time", "freq"], filename=[str(n) for n in range(count)]
    )


@pytest.mark.parametrize("slab", [2**20, 1])
def test_patches_are_what_is_there(slab: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audeep.backend.data.features.SLAB_BYTES", slab)
    drawn = sample([numbered(0, 4), numbered(4, 3)], SHAPES, 30, seed=1)
    for shape, patches in zip(SHAPES, drawn.patches, strict=True):
        assert patches.shape == (30, shape.bands, shape.frames)
        # Each is its first point, and steps from there.
        steps = np.arange(shape.bands)[:, None] * shape.band_step + np.arange(shape.frames) * 10 * shape.frame_step
        np.testing.assert_array_equal(patches, patches[:, :1, :1] + steps)
        # From all instances, as evenly as possible.
        assert sorted(np.bincount((patches[:, 0, 0] // 100).astype(int))) == [4] * 5 + [5] * 2
    points = np.concatenate([numbered(0, 4).features.values.ravel(), numbered(4, 3).features.values.ravel()])
    assert drawn.mean == pytest.approx(points.mean())
    assert drawn.deviation == pytest.approx(points.std())


def test_no_patch_is_of_padding() -> None:
    lengths = np.array([6, 2, 4, 6, 3])
    data = numbered(0, 5).with_columns(length=lengths)
    data.features.values[1, 2:] = np.nan
    drawn = sample([data], SHAPES, 40, seed=1)
    for shape, patches in zip(SHAPES, drawn.patches, strict=True):
        _, span = shape.span
        instances, frames = np.divmod(patches[:, 0, 0] // 10, 10)
        assert (frames + span <= lengths[instances.astype(int)]).all()
        # All frames within a recording are used, evenly from the recordings that are long enough.
        assert {*frames} == {*range(6 - span + 1)}
        used = np.bincount(instances.astype(int), minlength=5)
        assert (used[lengths < span] == 0).all()
        assert np.ptp(used[lengths >= span]) <= 1
    points = np.concatenate([instance.ravel() for instance in data.instances()])
    assert drawn.mean == pytest.approx(points.mean())
    assert drawn.deviation == pytest.approx(points.std())
    with pytest.raises(
        DataError, match="`kernel_shapes`: a kernel spans 7 frames, but no recording has more than 6"
    ):
        sample([data], [KernelShape.parse("2x7")], 3, seed=1)


def test_more_instances_than_patches() -> None:
    drawn = sample([numbered(0, 40)], SHAPES, 10, seed=1)
    assert all(len(np.unique(patches[:, 0, 0] // 100)) == 10 for patches in drawn.patches)


def test_every_place_is_drawn() -> None:
    (patches,) = sample([numbered(0, 2)], SHAPES[:1], 500, seed=1).patches
    places = {divmod(int(point) % 100, 10) for point in patches[:, 0, 0]}
    assert places == {(frame, band) for frame in range(5) for band in range(3)}


def test_the_seed_decides() -> None:
    one, again, other = (sample([numbered(0, 9)], SHAPES, 20, seed=seed).patches[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()
