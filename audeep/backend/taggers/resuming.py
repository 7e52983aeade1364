"""Training that continues after an interruption: its state, and the settings and data that must be the same."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from audeep.backend.atomic import exclusive, replacing
from audeep.backend.data.data_set import DataSet
from audeep.backend.data.vectors import finite_instances
from audeep.backend.errors import ModelError
from audeep.backend.networks.losses import Losses
from audeep.backend.taggers.config import TaggerConfig
from audeep.backend.taggers.tagger import Tagger
from audeep.backend.training import checkpoints, distribution
from audeep.backend.training.config import CheckpointConfig, Schedule
from audeep.backend.training.description import differences
from audeep.backend.training.loop import Loop
from audeep.backend.training.state import State

#: What is trained, and on what.
FILE = "training.json"
#: Keys in it whose values mean nothing to people, so that messages leave them out.
SEED, DATA = "seed", "data"


@contextmanager
def resumable(
    loop: Loop[Tagger], config: CheckpointConfig, describe: Callable[[], Mapping[str, Any]]
) -> Iterator[Callable[[float], None]]:
    """Yield a function that saves the state of a training after an epoch, given its loss, if that is asked for.

    If training is to continue, restore its state first. `describe` returns the facts about it, which must be the
    same as before.
    """
    folder = config.checkpoint_dir
    if folder is None:
        yield lambda loss: None
        return
    step = checkpoints.step_to_continue_from(folder, resume=config.resume, parameter="checkpoint_dir")
    facts = describe()
    if step:
        check_same(folder, facts)
    is_chief = distribution.is_chief(loop.strategy)
    with exclusive(folder, "training") if is_chief else nullcontext():
        # All workers synchronise here, before any writes files that another could take for an earlier training.
        [step] = distribution.from_chief(loop.strategy, [step])
        state = State(loop, folder, keep=1)
        if step:
            state.restore(step)
            done, wanted = int(loop.epoch), loop.config.num_epochs
            if done > wanted:
                raise ModelError(
                    f"the training in {folder} has done {done} epochs, more than `num_epochs` {wanted}"
                )
        elif is_chief:
            with replacing(folder / FILE) as temporary:
                temporary.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        yield state.save if is_chief else lambda loss: None


def training_facts(
    config: TaggerConfig, data_set: DataSet, targets: np.ndarray, losses: Losses, seed: int
) -> dict[str, Any]:
    """Return all that the result of a training depends on."""
    settings = config.to_dict()
    # Training may continue on other devices.
    del settings["strategy"]
    if config.learning_rate_schedule is Schedule.CONSTANT:
        # There may be more epochs than planned.
        del settings["num_epochs"]
    data = digest(data_set, targets)
    return {"network": config.kind, **settings, "loss": losses.__name__, SEED: seed, DATA: data}


def digest(data_set: DataSet, targets: np.ndarray) -> str:
    """Return a digest of features and targets."""
    value = hashlib.sha256(repr((data_set.feature_shape, targets.shape)).encode())
    for target, instance in zip(targets.astype("<f8"), finite_instances(data_set), strict=True):
        value.update(target.tobytes() + instance.astype("<f4").tobytes())
    return value.hexdigest()


def check_same(folder: Path, facts: Mapping[str, Any]) -> None:
    """Refuse to continue a training with other settings or on other data."""
    path = folder / FILE
    try:
        before = dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"{path} is damaged: {error}") from error
    now = dict(facts)
    hidden = {name: before.pop(name, None) == now.pop(name) for name in (SEED, DATA)}
    if changes := differences(before, now):
        raise ModelError(f"`resume` needs the same options as before in {folder}: {changes}")
    for name, same in hidden.items():
        if not same:
            raise ModelError(f"`resume` needs the same {name} as before in {folder}")
