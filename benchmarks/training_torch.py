"""Print the median seconds of a training step of an autoencoder, written with PyTorch's nn.GRU.

Its layers read sequences with the batch first or with time first, whichever is faster on this machine.
"""

import sys

import torch
from torch import nn

from benchmarks.torch_step import step_seconds
from benchmarks.training import BANDS, BATCH, FRAMES

KEEP = 0.8
TIME_FIRST = sys.argv[2:] == ["time-first"]
WIDTH, STEP = 32, 8
WINDOWS = 1 + (BANDS - WIDTH) // STEP


class GRU(nn.GRU):
    """Layers that take and return sequences with the batch first, and work with time first if that is asked for."""

    def __init__(self, inputs: int, units: int, layers: int = 1) -> None:
        # Between two layers, dropout falls on the output of the one and on the input of the other.
        dropout = 1 - KEEP**2 if layers > 1 else 0.0
        super().__init__(inputs, units, layers, dropout=dropout, batch_first=not TIME_FIRST)

    def forward(
        self, sequence: torch.Tensor, initial: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if self.batch_first:
            return super().forward(sequence, initial)
        outputs, states = super().forward(sequence.transpose(0, 1).contiguous(), initial)
        return outputs.transpose(0, 1), states


def delay(sequence: torch.Tensor) -> torch.Tensor:
    return nn.functional.pad(sequence, (0, 0, 1, 0))[:, :-1]


class Time(nn.Module):
    """The tutorial: 2 x 256 cells, bidirectional decoder."""

    def __init__(self, layers: int = 2, units: int = 256) -> None:
        super().__init__()
        self.layers, self.units = layers, units
        self.encoder = GRU(BANDS, units, layers)
        self.decoders = nn.ModuleList(GRU(BANDS, units, layers) for _ in range(2))
        self.representation = nn.Linear(layers * units, 2 * layers * units)
        self.reconstruction = nn.Linear(2 * units, BANDS)
        self.dropout = nn.Dropout(1 - KEEP)

    def forward(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        _, states = self.encoder(self.dropout(inputs))
        representation = torch.tanh(self.representation(states.transpose(0, 1).flatten(1)))
        initial = representation.view(-1, self.layers, 2, self.units).permute(2, 1, 0, 3).contiguous()
        targets = inputs.flip(1)
        delayed = delay(targets)
        forward, _ = self.decoders[0](self.dropout(delayed), initial[0])
        backward, _ = self.decoders[1](self.dropout(delayed.flip(1)), initial[1])
        outputs = torch.cat([self.dropout(forward), self.dropout(backward).flip(1)], dim=-1)
        return torch.tanh(self.reconstruction(outputs)), targets


class FrequencyDecoder(nn.Module):
    """From a vector for each frame, and the frame, to the frame again."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.decoder = GRU(WIDTH, units)
        self.projection = nn.Linear(units, WIDTH)
        self.reconstruction = nn.Linear(WINDOWS * WIDTH, BANDS)
        self.dropout = nn.Dropout(1 - KEEP)

    def forward(self, windows: torch.Tensor, initial: torch.Tensor) -> torch.Tensor:
        outputs, _ = self.decoder(self.dropout(delay(windows.flip(1))), initial[None])
        projected = torch.tanh(self.projection(self.dropout(outputs)))
        return torch.tanh(self.reconstruction(projected.flatten(1)))


class Frequency(nn.Module):
    """The defaults of f-rae: 16 cells."""

    def __init__(self, units: int = 16) -> None:
        super().__init__()
        self.encoder = GRU(WIDTH, units)
        self.representation = nn.Linear(units, units)
        self.decoder = FrequencyDecoder(units)
        self.dropout = nn.Dropout(1 - KEEP)

    def forward(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        frames = inputs.flatten(0, 1)
        windows = frames.unfold(1, WIDTH, STEP)
        _, states = self.encoder(self.dropout(windows))
        return self.decoder(windows, torch.tanh(self.representation(states[0]))), frames.flip(1)


class FrequencyTime(nn.Module):
    """The defaults of ft-rae: 64 cells along the frequencies, 2 x 128 along time."""

    def __init__(self, f_units: int = 64, t_layers: int = 2, t_units: int = 128) -> None:
        super().__init__()
        self.layers, self.units = t_layers, t_units
        self.encoder_frequency = GRU(WIDTH, f_units)
        self.encoder_time = GRU(f_units, t_units, t_layers)
        self.representation = nn.Linear(t_layers * t_units, t_layers * t_units)
        self.decoder_time = GRU(f_units, t_units, t_layers)
        self.projection = nn.Linear(t_units, f_units)
        self.initial = nn.Linear(f_units, f_units)
        self.decoder_frequency = FrequencyDecoder(f_units)
        self.dropout = nn.Dropout(1 - KEEP)

    def forward(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        windows = inputs.flatten(0, 1).unfold(1, WIDTH, STEP)
        _, states = self.encoder_frequency(self.dropout(windows))
        frames = states[0].unflatten(0, inputs.shape[:2])
        _, states = self.encoder_time(self.dropout(frames))
        representation = torch.tanh(self.representation(states.transpose(0, 1).flatten(1)))
        initial = representation.view(-1, self.layers, self.units).transpose(0, 1).contiguous()
        outputs, _ = self.decoder_time(self.dropout(delay(frames.flip(1))), initial)
        outputs = torch.tanh(self.projection(self.dropout(outputs)))
        backwards = inputs.flip(1).flatten(0, 1)
        initial = torch.tanh(self.initial(outputs.flatten(0, 1)))
        return self.decoder_frequency(backwards.unfold(1, WIDTH, STEP), initial), backwards.flip(1)


MODELS = {"t-rae": Time, "f-rae": Frequency, "ft-rae": FrequencyTime}


def main() -> None:
    model = MODELS[sys.argv[1]]()
    batch = torch.rand(BATCH, FRAMES, BANDS) * 2 - 1
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    print(step_seconds(model, optimizer, lambda: torch.sqrt(nn.functional.mse_loss(*model(batch)))))


if __name__ == "__main__":
    main()
