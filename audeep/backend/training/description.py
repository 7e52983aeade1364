"""What a model folder tells of its models: the file ``model.json``."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

import keras
import tensorflow as tf

from audeep import __version__
from audeep.backend.atomic import replacing
from audeep.backend.errors import AudeepError, ModelError, OptionError, first_line
from audeep.backend.log import LOG
from audeep.backend.options import SEEDS
from audeep.backend.training.architecture import Architecture, architecture_class
from audeep.backend.training.config import Schedule
from audeep.backend.training.model import Encoder

FILE = "model.json"
#: What `ModelDescription.training` calls the number of instances in the training data.
NUM_INSTANCES = "num_instances"
#: What, of all that it holds, decides about the result.
LASTING = ("batch_size", "learning_rate", "schedule", "weight_decay", NUM_INSTANCES)


@dataclass(frozen=True)
class ModelDescription:
    """What ``model.json`` says.

    Parameters
    ----------
    kind
        Name of the model on the command line.
    architecture
        Its configuration, as plain values.
    feature_dims, feature_shape
        Names and sizes of the dimensions of an instance.
    spectrograms
        How the spectrograms were made, or None if the data set does not say.
    training
        How it was trained: configuration if there is one, seed, number of instances; since the latest continuation.
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
        default_factory=lambda: {"audeep": __version__, "keras": keras.__version__, "tensorflow": tf.__version__}
    )

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the description in a model folder."""
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
        """Refuse what describes no model."""
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
    def config(self) -> Architecture:
        """The architecture."""
        try:
            return architecture_class(self.kind)(**self.architecture)
        except KeyError:
            raise ModelError(f"{self.kind!r:.80} is no kind of model") from None
        except (TypeError, OptionError) as error:
            raise ModelError(f"the architecture is impossible: {error}") from error

    def make(self) -> Encoder:
        """Make the model, with weights that are not trained."""
        try:
            return self.config.make(self.feature_shape)
        except (tf.errors.OpError, MemoryError, OverflowError, ValueError) as error:
            what = f"a {self.kind} for instances of shape {self.feature_shape}"
            raise ModelError(f"{what} cannot be made: {first_line(error)}") from error

    def resuming(self, old: Self, seed: int | None = None) -> Self:
        """Return this description with the seed of the `old` training that it is to continue.

        Refuses another architecture, other data, and another seed if one was asked for.
        """
        same_seed = old.training.get("seed")
        if type(same_seed) is not int or same_seed not in SEEDS:
            raise ModelError(f"`resume` needs the seed of the training, but {FILE} does not tell it")
        for part in ("kind", "architecture", "feature_shape", "spectrograms"):
            before, now = getattr(old, part), getattr(self, part)
            if isinstance(before, dict) and isinstance(now, dict):
                detail = differences(before, now)
            else:
                detail = "" if before == now else f"was {before} and is {now}"
            if detail:
                raise AudeepError(f"`resume` needs the same {part} as before: {detail}")
        if seed not in (None, same_seed):
            raise ModelError(f"`resume` needs the same seed as before: was {same_seed} and is {seed}")
        # A cycle of learning rates ends with the last epoch.
        cycle = self.training.get("schedule") == Schedule.ONE_CYCLE.name
        lasting = [name for name in (*LASTING, *["num_epochs"] * cycle) if name in old.training]
        before, now = ({name: item.training.get(name) for name in lasting} for item in (old, self))
        if changes := differences(before, now):
            LOG.warning("resuming with different settings: %s", changes)
        return replace(self, training={**self.training, "seed": same_seed})


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Say which settings differ, with both values; empty if none do.

    >>> differences({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4})
    'b was 2 and is 3, c was None and is 4'
    """
    changed = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    return ", ".join(f"{key} was {before.get(key)} and is {now.get(key)}" for key in changed)
