"""Configuration of embedding: which model, and which windows of a recording."""

from typing import Any

from audeep.backend.options import Config, option
from audeep.backend.spectrograms.config import SECONDS

#: Shorter windows or hops are a mistake in the unit.
SHORTEST: dict[str, Any] = {**SECONDS, "at_least": 0.001}


class EmbeddingConfig(Config):
    """Which of the saved models to use, and on which windows of a recording."""

    step: int | None = option(
        None,
        metavar="STEP",
        help="training step whose model to use, the number in the name model-STEP (default: that which 'generate' "
        "uses)",
    )
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
