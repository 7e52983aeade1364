"""Suggestions for unknown commands."""

import difflib
from collections.abc import Sequence


def similar_names(words: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the commands that may be meant by the words that a line starts with.

    >>> similar_names(["inspct", "raw"], ["export", "inspect netcdf", "inspect raw"])
    ['inspect raw']
    >>> similar_names(["generate"], ["t-rae train", "t-rae generate"])
    ['t-rae generate']
    """
    found = [name for name in names if words[0] in name.split()]
    for count in (2, 1):
        beginnings = {name: " ".join(name.split()[:count]) for name in names}
        similar = difflib.get_close_matches(" ".join(words[:count]), {*beginnings.values()}, cutoff=0.75)
        found = found or [name for name in names if beginnings[name] in similar]
    return sorted(found)
