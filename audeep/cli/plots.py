"""Figures, written to a file or shown in a window."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audeep.backend.errors import OptionError
from audeep.backend.log import LOG

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LAYOUT: dict[str, Any] = {"layout": "constrained", "figsize": (9, 7)}


@contextmanager
def figure(path: Path | None, name: str = "plot") -> Iterator[Figure]:
    """Yield a figure to draw on; then write it to `path`, or show it in a window if `path` is None.

    `name` is the parameter that gave the path.
    """
    from matplotlib import figure as figures
    from matplotlib import rc_context

    # Names in the data are not formulas, and may contain characters missing from the fonts.
    with rc_context({"text.parse_math": False}), warnings.catch_warnings(action="ignore"):
        if path is None:
            from matplotlib import pyplot

            if pyplot.get_backend().lower() == "agg":
                raise OptionError("there is no display to open a window on; --plot FILE writes the plot to a file")
            yield pyplot.figure(**LAYOUT)
            pyplot.show()
            pyplot.close("all")
            return
        picture = figures.Figure(**LAYOUT)
        # PGF needs LaTeX.
        formats = picture.canvas.get_supported_filetypes().keys() - {"pgf"}
        if path.suffix.lstrip(".").lower() not in formats:
            raise OptionError(f"`{name}`: {path} must end in one of .{', .'.join(sorted(formats))}")
        from audeep.backend.atomic import replacing

        with replacing(path) as temporary:
            yield picture
            picture.savefig(temporary, dpi=150)
        LOG.info("wrote %s", path)
