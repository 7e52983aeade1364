"""Plot of two views of a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from audeep.backend.contrastive.config import ViewConfig
from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import DataError, OptionError
from audeep.backend.seeds import root_seed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Number of recordings from which one is drawn to mix in.
OTHERS = 15


def draw_views(
    data_set: DataSet, config: ViewConfig, instance: int = 0, seed: int | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a spectrogram, shape (time, bands), and two random views of it, shape (`view_frames`, bands).

    `DataError` if instances do not have two dimensions, `OptionError` if the instance does not exist.
    """
    from audeep.backend.contrastive.views import make_views

    if len(data_set.feature_shape) != 2:
        raise DataError(
            f"{data_set.name}: expected instances with two dimensions, got {len(data_set.feature_shape)}"
        )
    if instance >= len(data_set):
        raise OptionError(f"`instance` must be below {len(data_set)}, the number of instances, got {instance}")
    random = np.random.default_rng(root_seed(seed))
    others = np.delete(np.arange(len(data_set)), instance)
    chosen = [instance, *random.permutation(others)[:OTHERS]]
    selected = data_set.select(np.array(chosen))
    spectrograms = np.asarray(selected.features.values)
    lengths = None if selected.lengths is None else selected.lengths.astype(np.int32)
    first, second = (make_views(spectrograms, config, random.integers(2**31, size=2), lengths)[0] for _ in range(2))
    length = None if lengths is None else lengths[0]
    return spectrograms[0, :length], np.asarray(first), np.asarray(second)


def plot_views(
    figure: Figure, spectrogram: np.ndarray, first: np.ndarray, second: np.ndarray, name: str, label: str
) -> None:
    """Plot a spectrogram above two views of it, with the same colour scale, which gets the `label`."""
    colours = {"vmin": spectrogram.min(), "vmax": spectrogram.max(), "aspect": "auto", "origin": "lower"}
    places = figure.subplot_mosaic([["recording", "recording"], ["first", "second"]])
    pictures = {"recording": spectrogram, "first": first, "second": second}
    titles = {"recording": name, "first": "one view", "second": "another view"}
    for key, axes in places.items():
        image = axes.imshow(pictures[key].T, interpolation="nearest", cmap="magma", **colours)
        axes.set(title=titles[key], xlabel="frame")
        axes.set_ylabel("band" if key != "second" else "")
    figure.colorbar(image, ax=[*places.values()], label=label)
