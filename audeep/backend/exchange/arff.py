"""The attribute-relation file format of Weka."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import arff
import numpy as np

from audeep.backend.data import schema
from audeep.backend.errors import DataError
from audeep.backend.exchange.base import (
    Block,
    TableFormat,
    as_float32,
    check_names,
    open_text,
    rows_at_once,
)

NUMERIC = ("NUMERIC", "REAL", "INTEGER")

#: What is wrong when the library raises one of its errors, whose own messages quote whole rows.
PROBLEMS = {
    arff.BadAttributeName: "an earlier attribute has the same name; names must differ",
    arff.BadAttributeType: "the type of the attribute is none of NUMERIC, REAL, INTEGER, STRING, {...}",
    arff.BadDataFormat: "the number of values is not the number of attributes",
    arff.BadNominalValue: "a nominal attribute holds a value that its declaration does not list",
    arff.BadNumericalValue: "a numeric attribute holds a value that is no number",
}


class ARFF(TableFormat):
    """Attribute-relation files, dense."""

    suffix = ".arff"
    missing = "?"
    nan = "?"

    def quote(self, text: str) -> str:
        """Put a text in quotes if it needs them."""
        quoted = arff.encode_string(text)
        # The library leaves these bare, although it reads them as something else.
        return f"'{text}'" if quoted == text and (text in ("", "?") or re.search("[{}]", text)) else quoted

    def header(self, names: Sequence[str], labels: Sequence[str]) -> str:
        """Declare the attributes; nominal labels are strings if there is no label."""
        types = {
            schema.FILENAME: "STRING",
            schema.CHUNK_NR: "INTEGER",
            schema.LABEL_NOMINAL: "{" + ", ".join(map(self.quote, labels)) + "}" if labels else "STRING",
            schema.LABEL_NUMERIC: "INTEGER",
        }
        attributes = (f"@ATTRIBUTE {name} {types.get(name, 'REAL')}\n" for name in names)
        return f'@RELATION "audeep export"\n\n{"".join(attributes)}\n@DATA\n'

    def columns(self, path: Path) -> list[str]:
        """Read the names of the attributes."""
        with _decoded(path) as (attributes, _):
            return [name for name, _ in attributes]

    def blocks(self, path: Path, texts: Sequence[int]) -> Iterator[Block]:
        """Read the rows, a bounded number at a time."""
        with _decoded(path) as (attributes, rows):
            features = [position for position in range(len(attributes)) if position not in texts]
            for position in features:
                name, kind = attributes[position]
                if kind not in NUMERIC:
                    kind = kind if isinstance(kind, str) else "nominal"
                    raise DataError(
                        f"{path}: attribute {name!r} is {kind}, not numeric; every attribute that is not "
                        f"named as metadata holds features"
                    )
            while block := list(islice(rows, rows_at_once(len(attributes)))):
                yield Block(
                    [["" if row[i] is None else str(row[i]) for row in block] for i in texts],
                    as_float32(np.array([[row[i] for i in features] for row in block], np.float64), path),
                )


class _Lines:
    """The lines of a file, counted; the library does not say where in the rows it failed."""

    def __init__(self, path: Path, file: Iterable[str]) -> None:
        self.path, self.file, self.number = path, file, 0

    def __iter__(self) -> Iterator[str]:
        in_rows = False
        for line in self.file:
            self.number += 1
            if in_rows and line.lstrip().startswith("{"):
                raise DataError(
                    f"{self.path}, line {self.number}: sparse ARFF is not supported; save the file in the "
                    f"dense form (Weka: filter SparseToNonSparse)"
                )
            in_rows = in_rows or line.strip().upper().startswith("@DATA")
            yield line


@contextmanager
def _decoded(path: Path) -> Iterator[tuple[list[tuple[str, Any]], Iterator[list[Any]]]]:
    """Open a file; yields its attributes, as (name, type), and its rows."""
    with open_text(path) as file:
        lines = _Lines(path, file)
        try:
            content = arff.load(lines, return_type=arff.DENSE_GEN)
            attributes = content["attributes"]
            check_names(path, [name for name, _ in attributes])
            yield attributes, content["data"]
        except (arff.ArffException, IndexError, OverflowError, ValueError) as error:
            if isinstance(error, UnicodeDecodeError):
                raise
            problem = PROBLEMS.get(type(error), "this is no valid ARFF")
            raise DataError(f"{path}, line {lines.number}: {problem}") from error
