"""Description of the models in a model folder: the file ``model.json``."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

import keras
import tensorflow as tf

from audeep import __version__
from audeep.backend.atomic import replacing
from audeep.backend.audio.names import printable
from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import AudeepError, DataError, ModelError, OptionError, first_line
from audeep.backend.log import LOG
from audeep.backend.options import SEEDS
from audeep.backend.seeds import check_seed
from audeep.backend.training.architecture import Architecture, architecture_class
from audeep.backend.training.config import Schedule, TrainingConfig
from audeep.backend.training.model import Encoder

FILE = "model.json"
#: Keys in `ModelDescription.training` that describe the data: names of the files, number of recordings, of all
#: instances, and of those of them that were set aside for validation.
FILES = "files"
NUM_RECORDINGS = "num_recordings"
NUM_INSTANCES = "num_instances"
NUM_VALIDATION_INSTANCES = "num_validation_instances"
DATA = (FILES, NUM_RECORDINGS, NUM_INSTANCES, NUM_VALIDATION_INSTANCES)
#: Keys in it that determine the result.
LASTING = (
    "batch_size",
    "learning_rate",
    "learning_rate_schedule",
    "weight_decay",
    "validation_fraction",
    "validation_partitions",
    "validation_fold",
    NUM_INSTANCES,
)


@dataclass(frozen=True)
class ModelDescription:
    """Contents of ``model.json``.

    Parameters
    ----------
    kind
        Name of the model on the command line.
    architecture
        Its configuration, as plain values.
    feature_dims, feature_shape
        Names and sizes of the dimensions of an instance; the first size is None if instances differ in it.
    spectrograms
        Settings of the spectrograms, or None if the data set does not contain them.
    instances
        Digest of the names of all instances, in order, or None if it is not known.
    training
        Settings of the training since it was last resumed: configuration, if any, seed, and data.
    versions
        Versions of the libraries that wrote it.
    """

    kind: str
    architecture: dict[str, Any]
    feature_dims: list[str]
    feature_shape: list[int | None]
    spectrograms: dict[str, Any] | None = None
    instances: str | None = None
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
            below = "".join(f"; did you mean {found.parent}?" for found in sorted(folder.glob(f"*/{FILE}"))[:1])
            raise ModelError(f"{folder} contains no model: {FILE} not found{below}") from None
        except (OSError, ValueError, TypeError, RecursionError, ModelError) as error:
            raise ModelError(f"{path} is damaged: {error}") from error
        return description

    def check(self) -> None:
        """Raise a `ModelError` if the description is invalid."""
        types = {
            "kind": str,
            "feature_dims": list,
            "feature_shape": list,
            "spectrograms": dict | None,
            "instances": str | None,
        }
        for item in fields(self):
            if not isinstance(getattr(self, item.name), types.get(item.name, dict)):
                raise ModelError(f"{item.name} has the wrong type")
        dims, sizes = self.feature_dims, self.feature_shape
        fixed = sizes[1:] if sizes[:1] == [None] else sizes
        if len(dims) != len(sizes) or not all(type(size) is int and size > 0 for size in fixed):
            raise ModelError(f"features with the dimensions {dims!s:.80} cannot have the shape {sizes!s:.80}")
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
            raise ModelError(f"unknown kind of model {self.kind!r:.80}") from None
        except (TypeError, OptionError) as error:
            raise ModelError(f"invalid architecture: {error}") from error

    def make(self) -> Encoder:
        """Make the model, with untrained weights."""
        try:
            return self.config.make(self.feature_shape)
        except (tf.errors.OpError, MemoryError, OverflowError, ValueError) as error:
            what = f"a {self.kind} model for instances of shape {self.feature_shape}"
            raise ModelError(f"cannot make {what}: {first_line(error)}") from error

    def resuming(self, old: Self, seed: int | None = None) -> Self:
        """Return this description with the seed of the `old` training that it continues.

        Refuses a different architecture, features of another shape or made with other settings, and a different
        seed if one is given; with a `validation_fraction`, other instances too.
        """
        same_seed = old.training.get("seed")
        if type(same_seed) is not int or same_seed not in SEEDS:
            raise ModelError(f"`resume` needs the seed of the training, which {FILE} does not contain")
        for part in ("kind", "architecture", "feature_dims", "feature_shape", "spectrograms"):
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
        cycle = self.training.get("learning_rate_schedule") == Schedule.ONE_CYCLE.name
        lasting = [name for name in (*LASTING, *["num_epochs"] * cycle) if name in old.training]
        before, now = ({name: item.training.get(name) for name in lasting} for item in (old, self))
        if changes := differences(before, now):
            LOG.warning("resuming with different settings: %s", changes)
        if old.instances not in (None, self.instances):
            if self.training.get("validation_fraction") is not None:
                raise ModelError(
                    "`resume` needs the same recordings as before, in the same order: otherwise, "
                    "`validation_fraction` would set aside some that the model has been trained on"
                )
            LOG.warning("resuming with other recordings, or in another order")
        return replace(self, training={**self.training, "seed": same_seed})


def describe(
    data_sets: Sequence[DataSet], architecture: Architecture, config: TrainingConfig | None, seed: int | None
) -> ModelDescription:
    """Return the description of the model to train, after checking that it can be trained on the data."""
    first, *_ = data_sets
    for data_set in data_sets:
        if not len(data_set):
            raise DataError(f"{data_set.name} has no instances")
        if feature_shape(data_sets, data_set) != feature_shape(data_sets, first):
            raise DataError(
                f"the data sets differ in shape: {first.name} has {first.feature_shape}, {data_set.name} has "
                f"{data_set.feature_shape}"
            )
        if data_set.feature_dims != first.feature_dims:
            raise DataError(
                f"the data sets hold different features: {first.name} has the dimensions "
                f"{', '.join(first.feature_dims)}, {data_set.name} {', '.join(data_set.feature_dims)}"
            )
        if data_set.spectrograms != first.spectrograms:
            LOG.warning("%s and %s were made with different spectrogram settings", first.name, data_set.name)
    if unwanted := architecture.unwanted(first.spectrograms or {}):
        LOG.warning("%s: %s models work best on spectrograms with %s", first.name, architecture.kind, unwanted)
    seed = secrets.randbits(32) if seed is None else check_seed(seed)
    files = dict.fromkeys(printable(Path(path.name)) for data_set in data_sets for path in data_set.source.files)
    recordings = {name for data_set in data_sets for name in data_set.filename}
    return ModelDescription(
        kind=architecture.kind,
        architecture=architecture.to_dict(),
        feature_dims=list(first.feature_dims),
        feature_shape=feature_shape(data_sets, first),
        spectrograms=first.spectrograms,
        instances=digest(data_sets),
        training={
            **(config.to_dict() if config else {}),
            "seed": seed,
            FILES: list(files),
            NUM_RECORDINGS: len(recordings),
            NUM_INSTANCES: sum(map(len, data_sets)),
        },
    )


def digest(data_sets: Sequence[DataSet]) -> str:
    """Return a digest of the names of all instances, in order."""
    value = hashlib.sha256()
    for data_set in data_sets:
        value.update("\0".join(data_set.filename).encode())
        value.update(data_set.chunk_nr.astype("<i8").tobytes() + data_set.channel.astype("<f8").tobytes())
    return value.hexdigest()[:16]


def differ_in_length(data_sets: Sequence[DataSet]) -> bool:
    """Return whether instances of the data sets differ in length."""
    return any(data_set.lengths is not None for data_set in data_sets)


def feature_shape(data_sets: Sequence[DataSet], data_set: DataSet) -> list[int | None]:
    """Return the shape of instances of one of the data sets, with None for a size in which instances differ."""
    sizes: list[int | None] = [*data_set.feature_shape]
    return [None, *sizes[1:]] if differ_in_length(data_sets) else sizes


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Describe the settings that differ, with both values; empty if none do.

    >>> differences({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4})
    'b was 2 and is 3, c was None and is 4'
    """
    changed = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    return ", ".join(f"{key} was {before.get(key)} and is {now.get(key)}" for key in changed)
