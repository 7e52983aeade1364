"""Large data sets of random numbers."""

from pathlib import Path

import numpy as np

from audeep.backend.data import columns, storage
from audeep.backend.data.features import slab_size

CHUNKS, FOLDS, LABELS = 4, 10, 10


def save(path: Path, count: int, **sizes: int) -> Path:
    """Write `count` instances, four chunks a file, with labels and ten folds; `sizes` are those of the features."""
    files = np.arange(count) // CHUNKS
    labels = files % LABELS
    values = {
        "filename": [f"recordings/{file:06}.wav" for file in files],
        "chunk_nr": np.arange(count) % CHUNKS,
        "cv_folds": (files[:, None] // LABELS % FOLDS == np.arange(FOLDS)).astype(int),
        "label_nominal": [f"label {label}" for label in labels],
        "label_numeric": labels,
    }
    label_map = {f"label {label}": label for label in range(LABELS)}
    random = np.random.default_rng(0)
    shape = tuple(sizes.values())
    with storage.create(path, sizes, count) as writer:
        for start in range(0, count, size := slab_size(shape)):
            writer.append(random.uniform(-1, 1, (min(size, count - start), *shape)).astype(np.float32))
        writer.columns = columns.make(values, label_map=label_map)
    return path
