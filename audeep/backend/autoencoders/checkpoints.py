"""Model folders: checkpoints numbered by training step, and ``model.json`` that tells what they are of.

Nothing in a model folder is executed or unpickled.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import keras
import tensorflow as tf

from audeep import __version__
from audeep.backend.atomic import replacing
from audeep.backend.autoencoders import registry
from audeep.backend.autoencoders.base import Autoencoder
from audeep.backend.errors import AudeepError, ModelError, OptionError
from audeep.backend.options import Config

FILE = "model.json"
#: Checkpoints are files that begin with this, a hyphen and the step.
NAME = "model"


@dataclass(frozen=True)
class ModelDescription:
    """What ``model.json`` says.

    Parameters
    ----------
    kind
        Name of the autoencoder on the command line.
    architecture
        Its configuration, as plain values.
    feature_dims, feature_shape
        Names and sizes of the dimensions of an instance.
    spectrograms
        How the spectrograms were made, or None if the data set does not say.
    training
        How it was trained: configuration, seed.
    versions
        Of the libraries that made it.
    """

    kind: str
    architecture: dict[str, Any]
    feature_dims: list[str]
    feature_shape: list[int]
    spectrograms: dict[str, Any] | None = None
    training: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(
        default_factory=lambda: {
            "audeep": __version__,
            "keras": keras.__version__,
            "tensorflow": tf.__version__,
        }
    )

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the description in a model folder.

        Raises
        ------
        ModelError
            If it is missing or cannot be understood.
        """
        path = folder / FILE
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise ModelError(f"{folder} holds no model: there is no {FILE} in it") from None
        except (OSError, UnicodeDecodeError, ValueError, TypeError) as error:
            raise ModelError(f"{path} is damaged: {error}") from error

    def write(self, folder: Path) -> None:
        """Write the description into a model folder."""
        with replacing(folder / FILE) as temporary:
            temporary.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @property
    def config(self) -> Config:
        """The architecture."""
        try:
            return registry.CONFIGS[self.kind](**self.architecture)
        except KeyError:
            raise ModelError(f"{FILE} names an unknown kind of model: {self.kind!r}") from None
        except (TypeError, OptionError) as error:
            raise ModelError(f"{FILE} has an impossible architecture: {error}") from error

    def make(self) -> Autoencoder:
        """Make the autoencoder, with weights that are not trained."""
        return registry.make(self.config, self.feature_shape)


def checkpoint_steps(folder: Path) -> list[int]:
    """Return the training steps at which there are checkpoints, in ascending order."""
    names = (path.name.removeprefix(f"{NAME}-").removesuffix(".index") for path in folder.glob(f"{NAME}-*.index"))
    return sorted(int(name) for name in names if name.isdecimal())


def load_models(folder: Path, steps: Sequence[int] | None) -> list[tuple[int, Autoencoder]]:
    """Load trained models.

    Parameters
    ----------
    folder
        The ``logs`` folder of a training run.
    steps
        Training steps; None stands for the latest one.

    Raises
    ------
    ModelError
        If there is no model at one of the steps.
    """
    available = checkpoint_steps(folder)
    description = ModelDescription.read(folder)
    if not available:
        raise ModelError(f"{folder} holds no checkpoint yet")
    for step in steps or []:
        if step not in available:
            raise ModelError(f"{folder} has no model of step {step}; there are {', '.join(map(str, available))}")
    return [(step, load_model(folder, description, step)) for step in steps or available[-1:]]


def load_model(folder: Path, description: ModelDescription, step: int) -> Autoencoder:
    """Load the model of one training step."""
    model = description.make()
    restore(tf.train.Checkpoint(model=model), folder / f"{NAME}-{step}", partial=True)
    return model


def restore(checkpoint: tf.train.Checkpoint, path: Path, *, partial: bool = False) -> None:
    """Restore a checkpoint.

    Parameters
    ----------
    checkpoint
        What to restore.
    path
        Of the files, without their extension.
    partial
        Whether there may be more in the file, such as the state of an optimiser.

    Raises
    ------
    ModelError
        If it is damaged or of another architecture.
    """
    try:
        status = checkpoint.restore(str(path))
        if partial:
            status.assert_existing_objects_matched().expect_partial()
        else:
            status.assert_consumed()
    except (tf.errors.OpError, AssertionError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ModelError(f"the checkpoint {path} is damaged or of another model: {reason}") from error


def check_continuation(old: ModelDescription, new: ModelDescription) -> None:
    """Refuse to continue a training with another architecture or other data.

    Raises
    ------
    AudeepError
        If they differ; says in what.
    """
    for part in ("kind", "architecture", "feature_shape", "spectrograms"):
        before, now = getattr(old, part), getattr(new, part)
        if before == now:
            continue
        if isinstance(before, dict) and isinstance(now, dict):
            changed = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
            detail = ", ".join(f"{key} was {before.get(key)} and is {now.get(key)}" for key in changed)
        else:
            detail = f"was {before} and is {now}"
        raise AudeepError(f"--continue needs the same {part} as before: {detail}")
