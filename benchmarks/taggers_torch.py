"""Print the median seconds of a training step of a network that learns from labels, written with PyTorch."""

import sys
from itertools import pairwise
from typing import Any

from benchmarks.training import median_seconds

BATCH, FRAMES, BANDS, CLASSES = 32, 250, 64, 10
#: Number of weights, which both networks must have.
WEIGHTS = {"cnn": 398_570, "gated-cnn": 877_332}


def make(kind: str) -> Any:
    """Make the network of this kind."""
    # Only here, since the sizes are also those of ours.
    import torch
    from torch import nn

    class CNN(nn.Module):
        """The defaults of cnn: four blocks of 3 x 3 filters, their mean over time."""

        def __init__(self) -> None:
            super().__init__()
            counts = (1, 32, 64, 128, 256)
            self.blocks = nn.Sequential(
                *(
                    nn.Sequential(
                        nn.Conv2d(read, made, 3, padding=1, bias=False),
                        nn.MaxPool2d(2, ceil_mode=True),
                        nn.BatchNorm2d(made, eps=1e-3),
                        nn.ReLU(),
                    )
                    for read, made in pairwise(counts)
                )
            )
            self.output = nn.Sequential(nn.Dropout(0.5), nn.Linear(1024, CLASSES))

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return self.output(self.blocks(inputs[:, None]).mean(dim=2).flatten(1))

    class GatedCNN(nn.Module):
        """The defaults of gated-cnn."""

        def __init__(self) -> None:
            super().__init__()
            self.gated = nn.ModuleList(nn.Conv1d(count, 128, 2) for count in (BANDS, 64))
            self.pooled = nn.Sequential(
                *(
                    nn.Sequential(nn.Conv1d(count, 256, 3, padding=1), nn.MaxPool1d(2, ceil_mode=True), nn.ReLU())
                    for count in (64, 256)
                )
            )
            self.recurrent = nn.GRU(256, 128, 2, batch_first=True, bidirectional=True)
            self.output = nn.Sequential(nn.Dropout(0.5), nn.Linear(256, 2 * CLASSES), nn.GLU())

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            values = inputs.transpose(1, 2)
            for convolution in self.gated:
                values = nn.functional.glu(convolution(nn.functional.pad(values, (0, 1))), dim=1)
            _, states = self.recurrent(self.pooled(values).transpose(1, 2))
            return self.output(torch.cat([states[-2], states[-1]], dim=1))

    return CNN() if kind == "cnn" else GatedCNN()


def main() -> None:
    import torch
    from torch import nn

    kind = sys.argv[1]
    model = make(kind)
    assert sum(weight.numel() for weight in model.parameters()) == WEIGHTS[kind]
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=1e-2)
    inputs, targets = torch.randn(BATCH, FRAMES, BANDS), torch.arange(BATCH) % CLASSES

    def step() -> None:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), targets)
        loss.backward()
        nn.utils.clip_grad_value_(model.parameters(), 2.0)
        optimizer.step()
        loss.item()

    print(median_seconds(step))


if __name__ == "__main__":
    main()
