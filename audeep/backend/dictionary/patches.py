"""Random samples of patches from all spectrograms, drawn in one pass over data sets of any size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from audeep.backend.data.data_set import DataSet
from audeep.backend.data.vectors import finite_instances, finite_slabs, lengths_of
from audeep.backend.dictionary.config import KernelShape
from audeep.backend.errors import DataError
from audeep.backend.log import progress_bar


@dataclass(frozen=True)
class Sample:
    """Sample of the training data of a dictionary.

    Parameters
    ----------
    mean, deviation
        Mean and standard deviation of all points of all spectrograms.
    patches
        For each shape, unchanged patches of the spectrograms, shape (patch, bands, frames).
    """

    mean: float
    deviation: float
    patches: list[np.ndarray]


def sample(data_sets: Sequence[DataSet], shapes: Sequence[KernelShape], count: int, seed: int) -> Sample:
    """Draw `count` patches of each shape, as evenly as possible from all instances, which are (time, bands).

    If they differ in length, each shape is drawn from those that are long enough.
    """
    total = sum(map(len, data_sets))
    _, bands = data_sets[0].feature_shape
    lengths = lengths_of(data_sets)
    random = np.random.default_rng(seed)
    places = [_draw(random, shape, count, lengths, bands) for shape in shapes]
    patches = [np.empty((count, shape.bands, shape.frames), np.float32) for shape in shapes]
    # Welford's algorithm, slab by slab, which is numerically stable.
    points, mean, squares, first = 0, 0.0, 0.0, 0
    for slab in _slabs(data_sets, total):
        difference = slab.mean(dtype=np.float64) - mean
        share = slab.size / (points + slab.size)
        squares += slab.var(dtype=np.float64) * slab.size + difference**2 * points * share
        mean += difference * share
        points += slab.size
        for shape, (instances, starts, lowest), drawn in zip(shapes, places, patches, strict=True):
            here = slice(*np.searchsorted(instances, (first, first + len(slab))))
            frames = starts[here, None] + np.arange(shape.frames) * shape.frame_step
            rows = lowest[here, None] + np.arange(shape.bands) * shape.band_step
            drawn[here] = slab[instances[here, None, None] - first, frames[:, None, :], rows[:, :, None]]
        first += len(slab)
    return Sample(mean, float(np.sqrt(squares / points)), patches)


def _slabs(data_sets: Sequence[DataSet], total: int) -> Iterator[np.ndarray]:
    """Iterate over consecutive instances of the same length, without padding, shape (instance, time, bands)."""
    with progress_bar(total=total, what="read patches", unit="instance") as bar:
        for data_set in data_sets:
            if data_set.lengths is None:
                slabs = finite_slabs(data_set)
            else:
                slabs = (instance[np.newaxis] for instance in finite_instances(data_set))
            for slab in slabs:
                yield slab
                bar.update(len(slab))


def _draw(
    random: np.random.Generator, shape: KernelShape, count: int, lengths: np.ndarray, bands: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw positions of patches: their instances, in ascending order, first frames and lowest bands."""
    span_bands, span_frames = shape.span
    enough = np.flatnonzero(lengths >= span_frames)
    if not enough.size:
        raise DataError(
            f"`kernel_shapes`: a kernel spans {span_frames} frames, but no recording has more than {lengths.max()}"
        )
    each, more = divmod(count, len(enough))
    instances = np.concatenate([np.repeat(enough, each), enough[random.choice(len(enough), more, replace=False)]])
    instances = np.sort(instances)
    room = lengths[instances] - span_frames + 1
    # Numbers are drawn in another way, one by one, if their ranges differ.
    starts = random.integers(room[0] if (room == room[0]).all() else room, size=count)
    return instances, starts, random.integers(bands - span_bands + 1, size=count)
