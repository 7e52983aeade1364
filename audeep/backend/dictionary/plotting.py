"""Plot of the kernels of a dictionary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from audeep.backend.dictionary.config import DictionaryConfig
from audeep.backend.errors import ModelError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Most kernels of each shape that are drawn.
SHOWN = 24


def read_kernels(model_dir: Path | str) -> dict[str, np.ndarray]:
    """Read the kernels of a dictionary by shape, each array (bands, frames, kernel).

    `ModelError` if the folder contains no model, or one of a different kind.
    """
    from audeep.backend.training import checkpoints
    from audeep.backend.training.description import ModelDescription

    folder = Path(model_dir)
    config = ModelDescription.read(folder).config
    if not isinstance(config, DictionaryConfig):
        raise ModelError(f"{folder} contains a {config.kind} model, which has no kernels; expected a dictionary")
    ((_, model),) = checkpoints.load_models(folder, None)
    kernels = (np.asarray(variable) for variable in model.kernels)
    return dict(zip(config.kernel_shapes, kernels, strict=True))


def plot_kernels(figure: Figure, kernels: dict[str, np.ndarray]) -> None:
    """Plot the kernels of each shape side by side, with frames from left to right and low bands at the bottom."""
    from matplotlib import colormaps

    # Gaps are grey, because white is zero.
    colours = colormaps["RdBu_r"].with_extremes(bad="0.75")
    heights = [len(part) for part in kernels.values()]
    rows = figure.subplots(len(kernels), squeeze=False, height_ratios=heights)[:, 0]
    for axes, (name, part) in zip(rows, kernels.items(), strict=True):
        part = np.moveaxis(part[:, :, :SHOWN], 2, 0)
        # Scale all to the same maximum, so that their patterns can be compared.
        part = part / np.abs(part).max(axis=(1, 2), keepdims=True)
        gap = np.full((len(part[0]), 1), np.nan)
        mosaic = np.concatenate([piece for kernel in part for piece in (gap, kernel)][1:], axis=1)
        axes.imshow(mosaic, cmap=colours, vmin=-1, vmax=1, origin="lower", interpolation="nearest")
        axes.set_anchor("W")
        axes.set_axis_off()
        axes.set_title(name, fontsize=9, loc="left")
    figure.suptitle("Kernels: bands upwards, frames to the right; red adds, blue subtracts", fontsize=11)
