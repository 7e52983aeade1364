"""Sets of labels in the rows of a table."""

import logging
import re
from collections.abc import Sequence

from audeep.backend.parsers.table_file import Row

LOG = logging.getLogger(__name__)

#: What may separate labels, as regular expressions in the order in which they are tried. AudioSet writes commas
#: without a space; one with a space is more likely to be part of a name, such as "Speech, male".
SEPARATORS = (";", r"\|", r",(?! )")


def split_labels(rows: Sequence[Row]) -> None:
    """Make sets of labels, in place, of the column ``labels``, or of ``label`` if any of its cells has several."""
    is_declared = any(row["labels"] is not None for row in rows)
    column = "labels" if is_declared else "label"
    cells = [row[column] for row in rows if row[column] is not None]
    texts = [cell for cell in cells if isinstance(cell, str)]
    separator = find_separator(texts, (*SEPARATORS[:2], ",") if is_declared else SEPARATORS)
    if separator is None and not is_declared and len(texts) == len(cells):
        return
    LOG.info("the column %s of the table holds sets of labels", column)
    for row in rows:
        cell, row[column] = row[column], None
        if cell is not None:
            row["labels"] = as_set(cell, separator)


def find_separator(texts: Sequence[str], separators: Sequence[str] = SEPARATORS) -> str | None:
    r"""Return the first separator that occurs in any of the texts; None if there is none.

    >>> find_separator(["Speech, male", "Rain;Speech, male"]), find_separator(["Speech, male", "Rain"])
    (';', None)
    """
    return next((one for one in separators if any(re.search(one, text) for text in texts)), None)


def as_set(cell: str | list[str], separator: str | None) -> list[str]:
    """Split a text into labels; a list has its labels already.

    >>> as_set("/m/09x0r,/t/dd00088", r",(?! )"), as_set("rain; rain;wind;", ";")
    (['/m/09x0r', '/t/dd00088'], ['rain', 'wind'])
    """
    if isinstance(cell, str):
        cell = [cell] if separator is None else re.split(separator, cell)
    return [part for part in dict.fromkeys(map(str.strip, cell)) if part]
