"""What the columns of a table of recordings are called and contain, and how people spell partitions."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audeep.backend.data.schema import Partition

#: Partitions by their names in tables and folders, in lower case.
PARTITIONS = {
    **dict.fromkeys(("train", "training"), Partition.TRAIN),
    **dict.fromkeys(("dev", "devel", "development", "val", "valid", "validation"), Partition.DEVEL),
    **dict.fromkeys(("test", "eval", "evaluation"), Partition.TEST),
}

#: Texts that stand for a missing value: nothing, what R and pandas write, and what ComParE has for hidden labels.
MISSING = {"", "NA", "N/A", "NaN", "nan", "?"}


@dataclass(frozen=True)
class TableColumn:
    """A column of a table of recordings."""

    name: str
    #: Other names that it may have.
    aliases: tuple[str, ...]
    #: What its values must be, for messages.
    expected: str
    #: Converts a text; raises a `ValueError` if it is not as expected.
    read: Callable[[str], Any]


def _partition(text: str) -> Partition:
    try:
        return PARTITIONS[text.lower()]
    except KeyError:
        raise ValueError from None


def seconds(text: str) -> float:
    """Convert the text of a time in a recording."""
    number = _number(text)
    if not 0 <= number < math.inf:
        raise ValueError
    return number


def _whole(text: str) -> int:
    # pandas writes whole numbers as 1.0 if a value is missing.
    number = int(text.removesuffix(".0")) if _number(text) else 0
    if abs(number) >= 2**63:
        raise ValueError
    return number


def _channel(text: str) -> int:
    number = _whole(text)
    if number < 0:
        raise ValueError
    return number


def finite(text: str) -> float:
    """Convert the text of a continuous target."""
    number = _number(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _number(text: str) -> float:
    """Convert a text; Python alone would also read 1_000, and digits of other scripts."""
    if "_" in text or not text.isascii():
        raise ValueError
    return float(text)


#: The columns of a table of recordings; only the first is required.
COLUMNS = {
    column.name: column
    for column in (
        TableColumn("path", ("file", "filename", "file_name", "audio"), "a path", str),
        TableColumn("label", ("class", "category", "target"), "a label", str),
        TableColumn("labels", ("tags", "positive_labels"), "labels", str),
        TableColumn("fold", (), "a whole number", _whole),
        TableColumn("partition", ("split", "subset", "set"), f"one of {', '.join(PARTITIONS)}", _partition),
        TableColumn("start", (), "seconds, 0 or more", seconds),
        TableColumn("end", (), "seconds, 0 or more", seconds),
        TableColumn("channel", (), "the number of a channel, from 0", _channel),
        TableColumn("name", (), "a name", str),
    )
}
