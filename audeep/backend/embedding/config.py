"""Configuration of embedding: which model, and which windows of a recording."""

from typing import Any

from audeep.backend.options import option
from audeep.backend.spectrograms.config import SECONDS
from audeep.backend.training.config import StepConfig

#: Shorter windows or hops are a mistake in the unit.
SHORTEST: dict[str, Any] = {**SECONDS, "at_least": 0.001}


class EmbeddingConfig(StepConfig):
    """Which model of a training run to use, and on which windows of a recording."""

    window: float | None = option(
        None,
        **SHORTEST,
        help="embed windows of this length instead of whole recordings, one vector for each; at most the length of "
        "the recordings that the model was trained on (default with `hop`: that length)",
    )
    hop: float | None = option(
        None,
        **SHORTEST,
        help="distance from the start of one window to the next (default with `window`: its length)",
    )
