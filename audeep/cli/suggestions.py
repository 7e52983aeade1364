"""Suggestions for unknown commands and options."""

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


def similar_options(words: Sequence[str], options: Sequence[str]) -> list[str]:
    """Return the options that may be meant by those words that look like options.

    >>> similar_options(["--fixed-lenght", "5"], ["--fixed-length", "--output"])
    ['--fixed-length']
    """
    return [
        match
        for word in words
        if word.startswith("--")
        for match in difflib.get_close_matches(word.partition("=")[0], options, 1, cutoff=0.75)
    ]
