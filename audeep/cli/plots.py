"""Pictures into a file, or into a window where there is a screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from audeep.backend.errors import OptionError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@contextmanager
def figure(path: Path | None) -> Iterator[Figure]:
    """Yield a figure to draw on; write it to `path` afterwards, or show it in a window without one.

    Raises
    ------
    OptionError
        If the format is unknown, or there is neither a file nor a screen.
    """
    from matplotlib import figure as figures

    if path is None:
        from matplotlib import pyplot

        if pyplot.get_backend().lower() == "agg":
            raise OptionError("there is no screen to open a window on; --plot FILE writes the picture to a file")
        yield pyplot.figure(layout="constrained", figsize=(9, 7))
        pyplot.show()
        pyplot.close("all")
        return
    picture = figures.Figure(layout="constrained", figsize=(9, 7))
    formats = picture.canvas.get_supported_filetypes()
    if path.suffix.lstrip(".").lower() not in formats:
        raise OptionError(f"--plot: {path} must end in one of .{', .'.join(sorted(formats))}")
    from audeep.backend.atomic import replacing

    with replacing(path) as temporary:
        yield picture
        picture.savefig(temporary, dpi=150)
