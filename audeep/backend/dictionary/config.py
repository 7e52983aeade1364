"""Configuration of a dictionary of spectro-temporal kernels."""

import enum
import re
from dataclasses import dataclass
from typing import ClassVar, Self

from audeep.backend.errors import OptionError
from audeep.backend.options import option
from audeep.backend.training.architecture import DETAILED, Architecture
from audeep.backend.training.config import TrainingConfig


class Kernels(enum.Enum):
    """How kernels are obtained."""

    PCA = "pca"
    K_MEANS = "k-means"
    RANDOM = "random"


@dataclass(frozen=True)
class KernelShape:
    """Size of a kernel, and the distance between the points that it reads, along frequency and time.

    Examples
    --------
    >>> KernelShape.parse("3x9@1x2")
    KernelShape(bands=3, frames=9, band_step=1, frame_step=2)
    >>> KernelShape.parse("7x7@2").span
    (13, 13)
    """

    bands: int
    frames: int
    band_step: int = 1
    frame_step: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse ``3x9``, ``3x9@2`` or ``3x9@1x2``: bands x frames, and after @ the distance between points."""
        match = re.fullmatch(r"([1-9]\d?)x([1-9]\d?)(?:@([1-9]\d?)(?:x([1-9]\d?))?)?", text, re.ASCII)
        if match is None or match[1] == match[2] == "1":
            raise OptionError(
                f"`kernel_shapes`: expected bands x frames such as 3x9, with more than one point, optionally with "
                f"the distance between points as in 3x9@2 or 3x9@1x2, got {text!r:.40}"
            )
        bands, frames, band_step, frame_step = match.groups(default="")
        return cls(int(bands), int(frames), int(band_step or 1), int(frame_step or band_step or 1))

    @property
    def size(self) -> int:
        """Number of points."""
        return self.bands * self.frames

    @property
    def span(self) -> tuple[int, int]:
        """Number of bands and frames from the first point to the last, inclusive."""
        return 1 + (self.bands - 1) * self.band_step, 1 + (self.frames - 1) * self.frame_step


class DictionaryConfig(Architecture):
    """Architecture of a dictionary of kernels, small patterns over bands and frames, and how to learn it.

    Examples
    --------
    >>> import audeep
    >>> config = audeep.DictionaryConfig(num_kernels=8, kernel_shapes=["3x3", "7x7@2"])
    >>> config.shapes[1].span
    (13, 13)
    """

    kind: ClassVar[str] = "dictionary"
    model: ClassVar[str] = "audeep.backend.dictionary.model:Dictionary"
    training: ClassVar[type[TrainingConfig] | None] = None
    wanted_spectrograms = DETAILED

    kernels: Kernels = option(
        Kernels.PCA,
        help="how to learn kernels from patches of the spectrograms: PCA, as principal components; K-MEANS, as "
        "cluster centres of whitened patches; RANDOM draws kernels at random instead",
    )
    num_kernels: int = option(
        24,
        metavar="KERNELS",
        at_least=1,
        help="number of kernels of each shape; PCA gives at most the number of points of a kernel minus one",
    )
    kernel_shapes: tuple[str, ...] = option(
        ("3x3", "3x3@2", "3x3@4", "7x7", "7x7@2", "9x3", "3x9@1x2", "1x9", "9x1"),
        metavar="SHAPE",
        help="shapes of the kernels, BANDSxFRAMES; 3x3@2 reads every second point in both directions, and 3x9@1x2 "
        "every band but only every second frame",
    )
    patches: int = option(
        40_000,
        metavar="PATCHES",
        at_least=2,
        help="number of patches of each shape to learn from, drawn evenly from all recordings; those that hardly "
        "vary are left out",
    )
    num_bands: int = option(
        4, metavar="GROUPS", at_least=1, help="number of groups of neighbouring bands, each described separately"
    )

    @property
    def shapes(self) -> list[KernelShape]:
        """Parsed shapes of the kernels."""
        return [KernelShape.parse(text) for text in self.kernel_shapes]

    def kernels_of(self, shape: KernelShape) -> int:
        """Return the number of kernels of a shape."""
        return min(self.num_kernels, shape.size - 1) if self.kernels is Kernels.PCA else self.num_kernels

    def check(self) -> None:
        """Refuse invalid shapes."""
        _ = self.shapes
