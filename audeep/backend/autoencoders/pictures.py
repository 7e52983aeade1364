"""Pictures for TensorBoard: instances above their reconstructions."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from audeep.backend.spectrograms.plotting import COLOURS, short_name
from audeep.backend.spectrograms.scales import Scales

#: Size of a picture in inches, and dots per inch; narrow because TensorBoard shows it 350 pixels wide.
SIZE, DPI = (4.4, 4.0), 80
#: Maximum number of characters of the name above it.
MAX_NAME = 50


class Comparison:
    """Draws instances above their reconstructions.

    Axes are drawn only once, and each picture on top of them: 10 ms per picture instead of 200.

    Parameters
    ----------
    feature_shape
        Frames and bands.
    scales
        Scales of time and frequency.
    """

    def __init__(self, feature_shape: Sequence[int], scales: Scales) -> None:
        # Not via pyplot, which would keep the figure.
        figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
        self.canvas = FigureCanvasAgg(figure)
        self.axes = figure.subplots(2, 1, sharex=True)
        look: dict[str, Any] = {"origin": "lower", "aspect": "auto", "interpolation": "nearest", "animated": True}
        empty, extent = np.zeros(feature_shape).T, scales.extent(feature_shape)
        self.images = [
            axes.imshow(empty, extent=extent, cmap=COLOURS, vmin=-1, vmax=1, **look) for axes in self.axes
        ]
        for axes, title in zip(self.axes, ("original", "reconstruction"), strict=True):
            axes.set_title(title, fontsize=9)
            scales.label(axes)
            axes.label_outer()
        figure.colorbar(self.images[1], ax=self.axes, label="level, scaled", pad=0.02)
        # File names are not formulas.
        self.title = figure.suptitle(" ", fontsize=9, parse_math=False, animated=True)
        self.canvas.draw()
        self.background = self.canvas.copy_from_bbox(figure.bbox)

    def draw(self, original: np.ndarray, reconstruction: np.ndarray, name: str) -> np.ndarray:
        """Draw features in [-1, 1], both of shape (frames, bands), below the name of the instance.

        Returns
        -------
        numpy.ndarray
            Red, green and blue, shape (height, width, 3), uint8.
        """
        self.canvas.restore_region(self.background)
        for axes, image, features in zip(self.axes, self.images, (original, reconstruction), strict=True):
            image.set_data(features.T)
            axes.draw_artist(image)
            for spine in axes.spines.values():
                axes.draw_artist(spine)
        self.title.set_text(short_name(name, MAX_NAME))
        # A name may have characters that no font has.
        with warnings.catch_warnings(action="ignore"):
            self.title.draw(self.canvas.get_renderer())
        return np.asarray(self.canvas.buffer_rgba())[..., :3].copy()
