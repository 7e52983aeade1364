"""Print the median seconds of a training step of the same model, written with PyTorch's nn.GRU."""

import statistics
import time

import torch
from torch import nn

from benchmarks.training import BANDS, BATCH, FRAMES, STEPS, WARM_UP

UNITS, LAYERS, KEEP = 256, 2, 0.8


class Autoencoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.GRU(BANDS, UNITS, LAYERS, dropout=1 - KEEP**2, batch_first=True)
        self.decoders = nn.ModuleList(
            nn.GRU(BANDS, UNITS, LAYERS, dropout=1 - KEEP**2, batch_first=True) for _ in range(2)
        )
        self.representation = nn.Linear(LAYERS * UNITS, 2 * LAYERS * UNITS)
        self.reconstruction = nn.Linear(2 * UNITS, BANDS)
        self.dropout = nn.Dropout(1 - KEEP)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        _, states = self.encoder(self.dropout(inputs))
        representation = torch.tanh(self.representation(states.transpose(0, 1).flatten(1)))
        initial = representation.view(-1, LAYERS, 2, UNITS).permute(2, 1, 0, 3).contiguous()
        targets = inputs.flip(1)
        delayed = nn.functional.pad(targets, (0, 0, 1, 0))[:, :-1]
        forward, _ = self.decoders[0](self.dropout(delayed), initial[0])
        backward, _ = self.decoders[1](self.dropout(delayed.flip(1)), initial[1])
        outputs = torch.cat([self.dropout(forward), self.dropout(backward).flip(1)], dim=-1)
        return torch.sqrt(nn.functional.mse_loss(torch.tanh(self.reconstruction(outputs)), targets))


def main() -> None:
    model = Autoencoder()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    batch = torch.rand(BATCH, FRAMES, BANDS) * 2 - 1
    seconds = []
    for _ in range(WARM_UP + STEPS):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = model(batch)
        loss.backward()
        nn.utils.clip_grad_value_(model.parameters(), 2.0)
        optimizer.step()
        loss.item()
        seconds.append(time.perf_counter() - start)
    print(statistics.median(seconds[WARM_UP:]))


if __name__ == "__main__":
    main()
