"""A picture of the kernels of a dictionary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from audeep.backend.dictionary.config import DictionaryConfig
from audeep.backend.errors import ModelError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Of each shape, so many kernels are drawn.
SHOWN = 24


def read_kernels(model_dir: Path | str) -> dict[str, np.ndarray]:
    """Read the kernels of a dictionary, those of each shape with shape (bands, frames, kernel).

    `ModelError` if there is no model in the folder, or one of another kind.
    """
    from audeep.backend.training import checkpoints
    from audeep.backend.training.description import ModelDescription

    folder = Path(model_dir)
    config = ModelDescription.read(folder).config
    if not isinstance(config, DictionaryConfig):
        raise ModelError(f"{folder} holds a model of {config.kind}, which has no kernels; expected a dictionary")
    ((_, model),) = checkpoints.load_models(folder, None)
    kernels = (np.asarray(variable) for variable in model.kernels)
    return dict(zip(config.kernel_shapes, kernels, strict=True))


def plot_kernels(figure: Figure, kernels: dict[str, np.ndarray]) -> None:
    """Draw the kernels of each shape side by side: frames from left to right, low bands below."""
    from matplotlib import colormaps

    # Gaps are grey, for white is zero.
    colours = colormaps["RdBu_r"].with_extremes(bad="0.75")
    heights = [len(part) for part in kernels.values()]
    rows = figure.subplots(len(kernels), squeeze=False, height_ratios=heights)[:, 0]
    for axes, (name, part) in zip(rows, kernels.items(), strict=True):
        part = np.moveaxis(part[:, :, :SHOWN], 2, 0)
        # Each as strong as the others, so that patterns are compared.
        part = part / np.abs(part).max(axis=(1, 2), keepdims=True)
        gap = np.full((len(part[0]), 1), np.nan)
        mosaic = np.concatenate([piece for kernel in part for piece in (gap, kernel)][1:], axis=1)
        axes.imshow(mosaic, cmap=colours, vmin=-1, vmax=1, origin="lower", interpolation="nearest")
        axes.set_anchor("W")
        axes.set_axis_off()
        axes.set_title(name, fontsize=9, loc="left")
    figure.suptitle("Kernels: bands upwards, frames to the right; red adds, blue subtracts", fontsize=11)
