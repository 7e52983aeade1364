"""Model folders: checkpoints numbered by training step, and ``model.json`` that tells what they are of.

Nothing in a model folder is executed or unpickled.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

import keras
import tensorflow as tf

from audeep import __version__
from audeep.backend import runtime
from audeep.backend.atomic import finish, own_folder, replacing
from audeep.backend.autoencoders import registry
from audeep.backend.autoencoders.base import Autoencoder
from audeep.backend.errors import AudeepError, ModelError, OptionError, first_line
from audeep.backend.options import SEEDS, Config

FILE = "model.json"
#: Checkpoints are files that begin with this, a hyphen and the step.
NAME = "model"
#: What `ModelDescription.training` calls the number of instances in the training data.
NUM_INSTANCES = "num_instances"
#: What, of all that it holds, decides about the result.
LASTING = ("batch_size", "learning_rate", NUM_INSTANCES)


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
        How it was trained: configuration, seed, number of instances; since the latest continuation.
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
        if not folder.is_dir():
            raise ModelError(f"there is no folder {folder}")
        try:
            description = cls(**json.loads(path.read_text(encoding="utf-8")))
            description.check()
        except FileNotFoundError:
            raise ModelError(f"{folder} holds no model: there is no {FILE} in it") from None
        except (OSError, ValueError, TypeError, RecursionError, ModelError) as error:
            raise ModelError(f"{path} is damaged: {error}") from error
        return description

    def check(self) -> None:
        """Refuse what describes no model.

        Raises
        ------
        ModelError
            Which says what is wrong.
        """
        types = {"kind": str, "feature_dims": list, "feature_shape": list, "spectrograms": dict | None}
        for item in fields(self):
            if not isinstance(getattr(self, item.name), types.get(item.name, dict)):
                raise ModelError(f"{item.name} is of the wrong type")
        dims, sizes = self.feature_dims, self.feature_shape
        if len(dims) != len(sizes) or not all(type(size) is int and size > 0 for size in sizes):
            raise ModelError(f"features of the dimensions {dims!s:.80} cannot have the shape {sizes!s:.80}")
        # Checks the architecture.
        _ = self.config

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
            raise ModelError(f"{self.kind!r:.80} is no kind of model") from None
        except (TypeError, OptionError) as error:
            raise ModelError(f"the architecture is impossible: {error}") from error

    def make(self) -> Autoencoder:
        """Make the autoencoder, with weights that are not trained.

        Raises
        ------
        ModelError
            If it is too large for the memory.
        """
        try:
            return registry.make(self.config, self.feature_shape)
        except (tf.errors.OpError, MemoryError, OverflowError, ValueError) as error:
            reason = first_line(error)
            raise ModelError(
                f"a {self.kind} for instances of shape {self.feature_shape} cannot be made: {reason}"
            ) from error


def checkpoint_steps(folder: Path) -> list[int]:
    """Return the training steps at which there are checkpoints, in ascending order."""
    names = (path.name.removeprefix(f"{NAME}-").removesuffix(".index") for path in folder.glob(f"{NAME}-*.index"))
    return sorted(int(name) for name in names if name.isascii() and name.isdecimal())


def save(checkpoint: tf.train.Checkpoint, folder: Path, step: int, keep: int | None) -> None:
    """Write a checkpoint, and delete all but the last `keep` ones.

    Raises
    ------
    AudeepError
        If it cannot be written; those that are there stay.
    """
    path = folder / f"{NAME}-{step}"
    with runtime.writing(path), own_folder(folder) as place:
        checkpoint.write(str(place / path.name))
        # The index makes it a checkpoint, and comes after the data in the alphabet.
        for file in sorted(place.glob(f"{path.name}.*")):
            finish(file, folder / file.name)
    delete_old(folder, keep)


def delete_old(folder: Path, keep: int | None) -> None:
    """Delete all checkpoints but the last `keep`, and what a kill has left of others."""
    for step in checkpoint_steps(folder)[:-keep] if keep else []:
        (folder / f"{NAME}-{step}.index").unlink()
    for data in folder.glob(f"{NAME}-*.data-*"):
        if not data.with_suffix(".index").exists():
            data.unlink()


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
        status = checkpoint.read(str(path))
        if partial:
            status.assert_existing_objects_matched().expect_partial()
        else:
            status.assert_consumed()
    except Exception as error:
        # TensorFlow may raise anything for a file that is damaged.
        raise ModelError(f"the checkpoint {path} is damaged or of another model: {first_line(error)}") from error


def check_continuation(old: ModelDescription, new: ModelDescription) -> None:
    """Refuse to continue a training with another architecture or other data, as far as the description tells.

    Raises
    ------
    AudeepError
        If they differ; says in what.
    """
    seed = old.training.get("seed")
    if type(seed) is not int or seed not in SEEDS:
        raise ModelError(f"`resume` needs the seed of the training, but {FILE} does not tell it")
    for part in ("kind", "architecture", "feature_shape", "spectrograms"):
        before, now = getattr(old, part), getattr(new, part)
        if isinstance(before, dict) and isinstance(now, dict):
            detail = differences(before, now)
        else:
            detail = "" if before == now else f"was {before} and is {now}"
        if detail:
            raise AudeepError(f"`resume` needs the same {part} as before: {detail}")


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Say which settings differ, with both values; empty if none do.

    >>> differences({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4})
    'b was 2 and is 3, c was None and is 4'
    """
    changed = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    return ", ".join(f"{key} was {before.get(key)} and is {now.get(key)}" for key in changed)
