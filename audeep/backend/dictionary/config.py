"""What a dictionary of spectro-temporal kernels is made of."""

import enum
import re
from dataclasses import dataclass
from typing import ClassVar, Self

from audeep.backend.errors import OptionError
from audeep.backend.options import option
from audeep.backend.training.architecture import DETAILED, Architecture
from audeep.backend.training.config import TrainingConfig


class Kernels(enum.Enum):
    """Where kernels come from."""

    PCA = "pca"
    K_MEANS = "k-means"
    RANDOM = "random"


@dataclass(frozen=True)
class KernelShape:
    """Size of a kernel and distance of the points that it reads, along frequency and along time.

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
        """Read ``3x9``, ``3x9@2`` or ``3x9@1x2``: bands x frames, and after @ the distance of the points."""
        match = re.fullmatch(r"([1-9]\d?)x([1-9]\d?)(?:@([1-9]\d?)(?:x([1-9]\d?))?)?", text, re.ASCII)
        if match is None or match[1] == match[2] == "1":
            raise OptionError(
                f"`kernel_shapes`: expected bands x frames such as 3x9, with more than one point and maybe the "
                f"distance of points as in 3x9@2 or 3x9@1x2, got {text!r:.40}"
            )
        bands, frames, band_step, frame_step = match.groups(default="")
        return cls(int(bands), int(frames), int(band_step or 1), int(frame_step or band_step or 1))

    @property
    def size(self) -> int:
        """Number of points."""
        return self.bands * self.frames

    @property
    def span(self) -> tuple[int, int]:
        """Bands and frames from the first point to the last, both included."""
        return 1 + (self.bands - 1) * self.band_step, 1 + (self.frames - 1) * self.frame_step


class DictionaryConfig(Architecture):
    """A dictionary of kernels, small patterns over bands and frames, and how it is learned.

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
        help="how kernels are learned from patches of the spectrograms: PCA, as their principal components; "
        "K-MEANS, as centres of clusters of whitened patches; RANDOM draws them and learns nothing",
    )
    num_kernels: int = option(
        24,
        metavar="KERNELS",
        at_least=1,
        help="kernels of each shape; of PCA no more than a kernel has points, less one",
    )
    kernel_shapes: tuple[str, ...] = option(
        ("3x3", "3x3@2", "3x3@4", "7x7", "7x7@2", "9x3", "3x9@1x2", "1x9", "9x1"),
        metavar="SHAPE",
        help="shapes of the kernels, BANDSxFRAMES; 3x3@2 reads every second point in both directions, and 3x9@1x2 "
        "every band but every second frame",
    )
    patches: int = option(
        40_000,
        metavar="PATCHES",
        at_least=2,
        help="patches of each shape that are learned from, drawn evenly from all recordings; those that hardly "
        "vary are left out",
    )
    num_bands: int = option(
        4, metavar="GROUPS", at_least=1, help="groups of neighbouring bands that the vector tells apart"
    )

    @property
    def shapes(self) -> list[KernelShape]:
        """The shapes of the kernels."""
        return [KernelShape.parse(text) for text in self.kernel_shapes]

    def kernels_of(self, shape: KernelShape) -> int:
        """Return how many kernels of a shape there are."""
        return min(self.num_kernels, shape.size - 1) if self.kernels is Kernels.PCA else self.num_kernels

    def check(self) -> None:
        """Refuse what is not a shape, and no shapes."""
        if not self.shapes:
            raise OptionError("`kernel_shapes` needs at least one shape")
