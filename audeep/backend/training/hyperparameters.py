"""Hyperparameters for TensorBoard, which compares runs by them."""

from audeep.backend.training.description import ModelDescription

#: Settings of a training that do not influence the result.
BOOKKEEPING = ("resume", "checkpoints_to_keep", "strategy")


def write_hyperparameters(description: ModelDescription) -> None:
    """Write the settings of a model and of its training to the current summary writer."""
    # Deferred, because the first training step need not wait for it.
    from tensorboard.plugins.hparams import api

    settings = {"kind": description.kind} | description.architecture | description.training
    # TensorBoard takes numbers and strings.
    plain = {
        name: ", ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in settings.items()
        if value is not None and name not in BOOKKEEPING
    }
    api.hparams(plain)
