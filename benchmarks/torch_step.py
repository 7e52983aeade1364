"""The training step of PyTorch that ours are compared with."""

from collections.abc import Callable

import torch
from torch import nn

from benchmarks.training import median_seconds


def step_seconds(
    model: nn.Module, optimizer: torch.optim.Optimizer, compute_loss: Callable[[], torch.Tensor]
) -> float:
    """Return the median seconds of a step that lowers the loss, with gradients clipped as ours are."""

    def step() -> None:
        optimizer.zero_grad()
        loss = compute_loss()
        loss.backward()
        nn.utils.clip_grad_value_(model.parameters(), 2.0)
        optimizer.step()
        loss.item()

    return median_seconds(step)
