"""Checkpoints in a model folder, numbered by training step.

Nothing in a model folder is executed or unpickled.
"""

from collections.abc import Sequence
from pathlib import Path

import tensorflow as tf

from audeep.backend import runtime
from audeep.backend.atomic import finish, own_folder
from audeep.backend.errors import ModelError, first_line
from audeep.backend.log import LOG
from audeep.backend.training import history
from audeep.backend.training.description import ModelDescription
from audeep.backend.training.history import Epoch
from audeep.backend.training.model import Encoder

#: Names of checkpoint files start with this, a hyphen and the step.
NAME = "model"


def checkpoint_steps(folder: Path) -> list[int]:
    """Return the training steps of the checkpoints in a folder, in ascending order."""
    names = (path.name.removeprefix(f"{NAME}-").removesuffix(".index") for path in folder.glob(f"{NAME}-*.index"))
    return sorted(int(name) for name in names if name.isascii() and name.isdecimal())


def step_to_continue_from(folder: Path, *, resume: bool, parameter: str) -> int:
    """Return the step of the latest checkpoint to continue from, or 0 to begin anew.

    Refuses to begin anew in a folder with checkpoints, which `parameter` names, and to continue in one without any.
    """
    steps = checkpoint_steps(folder)
    if resume and not steps:
        raise ModelError(f"{folder} contains no checkpoint to continue from; omit `resume`")
    if steps and not resume:
        raise ModelError(
            f"{folder} already contains models; continue with `resume`, or use a different `{parameter}`"
        )
    return steps[-1] if steps else 0


def best_epoch(folder: Path) -> Epoch | None:
    """Return the epoch with the lowest validation loss whose checkpoint exists; None without validation."""
    steps = checkpoint_steps(folder)
    return history.best([epoch for epoch in history.read(folder) if epoch.step in steps])


def save(checkpoint: tf.train.Checkpoint, folder: Path, step: int, keep: int | None) -> None:
    """Write a checkpoint, and delete old ones as `delete_old` does; if writing fails, none are deleted."""
    path = folder / f"{NAME}-{step}"
    with runtime.writing(path), own_folder(folder) as place:
        checkpoint.write(str(place / path.name))
        # The index makes it a checkpoint, and sorts after the data.
        for file in sorted(place.glob(f"{path.name}.*")):
            finish(file, folder / file.name)
    delete_old(folder, keep)


def delete_old(folder: Path, keep: int | None) -> None:
    """Delete all checkpoints but the last `keep` and the best, and remains of interrupted writes."""
    if keep:
        best = best_epoch(folder)
        for step in checkpoint_steps(folder)[:-keep]:
            if best is None or step != best.step:
                (folder / f"{NAME}-{step}.index").unlink()
    for data in folder.glob(f"{NAME}-*.data-*"):
        if not data.with_suffix(".index").exists():
            data.unlink()


def load_models(folder: Path, steps: Sequence[int] | None) -> list[tuple[int, Encoder]]:
    """Load the models of some training steps from the ``logs`` folder of a run.

    By default, load the one with the lowest validation loss, or the latest if there was no validation.
    """
    available = checkpoint_steps(folder)
    description = ModelDescription.read(folder)
    if not available:
        raise ModelError(f"{folder} contains no checkpoints yet")
    for step in steps or []:
        if step not in available:
            raise ModelError(
                f"{folder} has no model of step {step}; available steps: {', '.join(map(str, available))}"
            )
    if not steps and (best := best_epoch(folder)):
        LOG.info(
            "using the model of step %d, which has the lowest validation loss: %.4f",
            best.step,
            best.validation_loss,
        )
        steps = [best.step]
    models = []
    for step in steps or available[-1:]:
        model = description.make()
        restore(tf.train.Checkpoint(model=model), folder / f"{NAME}-{step}", partial=True)
        models.append((step, model))
    return models


def restore(checkpoint: tf.train.Checkpoint, path: Path, *, partial: bool = False) -> None:
    """Restore a checkpoint from the files whose names start with `path`.

    If `partial`, the files may contain more than `checkpoint`, such as the state of an optimiser.
    """
    try:
        status = checkpoint.read(str(path))
        if partial:
            status.assert_existing_objects_matched().expect_partial()
        else:
            status.assert_consumed()
    except Exception as error:
        # TensorFlow may raise anything for a damaged file.
        raise ModelError(f"checkpoint {path} is damaged or of a different model: {first_line(error)}") from error
