"""Losses of a training, epoch by epoch: the file ``losses.csv`` in a model folder."""

import csv
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from audeep.backend.atomic import replacing
from audeep.backend.errors import ModelError

FILE = "losses.csv"


@dataclass(frozen=True)
class Epoch:
    """Losses of an epoch.

    Parameters
    ----------
    epoch
        Its number, from 1.
    step
        Training step at its end.
    loss
        Mean loss of its steps, weighted by the sizes of their batches, unless instances differ in length.
    validation_loss
        Loss on the validation data at its end; None if there are none.
    """

    epoch: int
    step: int
    loss: float
    validation_loss: float | None = None


def read(folder: Path) -> list[Epoch]:
    """Read the losses in a model folder; an empty list if there is no such file."""
    path = folder / FILE
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return [
                Epoch(int(row["epoch"]), int(row["step"]), float(row["loss"]), _optional(row["validation_loss"]))
                for row in csv.DictReader(file)
            ]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError, csv.Error) as error:
        raise ModelError(f"{path} is damaged: {error}") from error


def write(folder: Path, epochs: Sequence[Epoch]) -> None:
    """Write the losses into a model folder."""
    with replacing(folder / FILE) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [item.name for item in fields(Epoch)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(map(asdict, epochs))


def best(epochs: Sequence[Epoch]) -> Epoch | None:
    """Return the first epoch with the lowest validation loss; None if none has a finite one."""
    validated = [epoch for epoch in epochs if math.isfinite(_validation_loss(epoch))]
    return min(validated, key=_validation_loss, default=None)


def epochs_since_best(epochs: Sequence[Epoch]) -> int:
    """Return for how many epochs the validation loss has not fallen; epochs without one do not count.

    >>> epochs_since_best([Epoch(1, 10, 0.5, 0.7), Epoch(2, 20, 0.4, 0.6), Epoch(3, 30, 0.3, 0.6)])
    1
    """
    validated = [epoch for epoch in epochs if epoch.validation_loss is not None]
    lowest = best(validated)
    return len(validated) - (validated.index(lowest) + 1 if lowest else 0)


def _validation_loss(epoch: Epoch) -> float:
    return math.nan if epoch.validation_loss is None else epoch.validation_loss


def _optional(text: str) -> float | None:
    return float(text) if text else None
