"""Kinds of recurrent cells."""

import enum


class Cell(enum.Enum):
    """Kind of recurrent cell."""

    GRU = "GRU"
    LSTM = "LSTM"
