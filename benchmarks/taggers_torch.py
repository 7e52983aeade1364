"""Print the median seconds of a training step of a network that learns from labels, written with PyTorch."""

import sys
from itertools import pairwise

import torch
from torch import nn

from benchmarks.torch_step import step_seconds
from benchmarks.training import CLASSES, SPECTROGRAMS, WEIGHTS


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
        _, _, bands = SPECTROGRAMS
        self.gated = nn.ModuleList(nn.Conv1d(count, 128, 2) for count in (bands, 64))
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


MODELS = {"cnn": CNN, "gated-cnn": GatedCNN}


def main() -> None:
    kind = sys.argv[1]
    model = MODELS[kind]()
    assert sum(weight.numel() for weight in model.parameters()) == WEIGHTS[kind]
    inputs, targets = torch.randn(SPECTROGRAMS), torch.arange(SPECTROGRAMS[0]) % CLASSES
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=1e-2)
    print(step_seconds(model, optimizer, lambda: nn.functional.cross_entropy(model(inputs), targets)))


if __name__ == "__main__":
    main()
