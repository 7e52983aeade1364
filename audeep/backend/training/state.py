"""State of a training, saved in a folder after each epoch, so that it can continue as if it had never stopped."""

from pathlib import Path
from typing import Any

import tensorflow as tf

from audeep.backend.log import LOG
from audeep.backend.training import checkpoints, history
from audeep.backend.training.history import Epoch
from audeep.backend.training.loop import Loop


class State:
    """State of a training: checkpoints, and the table of losses.

    Parameters
    ----------
    loop
        The training.
    folder
        Where to save its state.
    keep
        Number of checkpoints to keep, besides that with the lowest validation loss; None for all.
    """

    def __init__(self, loop: Loop[Any], folder: Path, keep: int | None) -> None:
        self.loop, self.folder, self.keep = loop, folder, keep
        self.checkpoint = tf.train.Checkpoint(
            model=loop.model,
            optimizer=loop.optimizer,
            # Of dropout, noise and augmentation, which Keras does not save with the model. It also leaves out
            # layers in lists, but the optimiser has their weights.
            seeds=[variable.value for variable in loop.model.non_trainable_variables],
            epoch=loop.epoch,
            step=loop.step,
        )
        self.epochs: list[Epoch] = []

    def restore(self, step: int) -> None:
        """Restore the checkpoint of a step."""
        checkpoints.restore(self.checkpoint, self.folder / f"{checkpoints.NAME}-{step}")
        # A killed training may have written the losses of another epoch, but not its checkpoint.
        self.epochs = [epoch for epoch in history.read(self.folder) if epoch.step <= step]
        LOG.info("continuing from epoch %d, step %d", int(self.loop.epoch), step)

    def save(self, loss: float, validation_loss: float | None = None) -> None:
        """Save the state at the end of an epoch, given its losses."""
        step = int(self.loop.step)
        self.epochs.append(Epoch(int(self.loop.epoch), step, loss, validation_loss))
        # Before the checkpoint, which marks the epoch as done.
        history.write(self.folder, self.epochs)
        checkpoints.save(self.checkpoint, self.folder, step, self.keep)
