"""ARFF, the attribute-relation file format of Weka, in its dense form.

Read here because liac-arff takes forever on some files: 2**n steps if the last of n labels has a space.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

import numpy as np

from audeep.backend.data.schema import Column
from audeep.backend.errors import DataError
from audeep.backend.exchange.table import Block, TableFormat, check_names, check_numbers, open_text, rows_at_once

NUMERIC = ("NUMERIC", "REAL", "INTEGER")
#: ARFF types of columns.
TYPES = {str: "STRING", int: "INTEGER", float: "REAL"}

QUOTED = r""" "(?:[^"\\]|\\.)*+" | '(?:[^'\\]|\\.)*+' """
#: A comma and a value, quoted or free of special characters; or the rest of the line, if it is invalid.
VALUE = re.compile(rf""" , \s*+ ( {QUOTED} | [^\s,"'{{}}]*+ ) \s*+ (?=,|$) | (.+) """, re.VERBOSE | re.DOTALL)
#: A declaration: the name of an attribute and its type.
ATTRIBUTE = re.compile(rf""" (?i:@attribute) \s++ ( {QUOTED} | [^\s,"'{{}}%]++ ) \s++ (.+) """, re.VERBOSE)
#: Characters that need quotes, and characters that need a backslash even in quotes.
SPECIAL = re.compile(r"[\"'\\\s%,{}\x00-\x1f]")
ESCAPED = re.compile(r"[\"'\\%\x00-\x1f]")
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[0-7]{1,3}|.)", re.DOTALL)
#: Characters by their one-letter escape code; some stand for themselves.
CHARACTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"} | {plain: plain for plain in "\"'\\%"}
CODES = {character: code for code, character in CHARACTERS.items()}

#: Name and type of an attribute: the type in upper case, or a list of the values if it is nominal.
Attribute = tuple[str, str | list[str]]


class ARFF(TableFormat):
    """Dense ARFF files."""

    suffix = ".arff"
    missing = "?"
    nan = "?"

    def quote(self, text: str) -> str:
        """Quote a string if necessary."""
        if text not in ("", "?") and not SPECIAL.search(text):
            return text
        return "'" + ESCAPED.sub(lambda match: "\\" + CODES.get(match[0], f"{ord(match[0]):03o}"), text) + "'"

    def header(self, columns: Sequence[Column], nominal: Mapping[str, Sequence[str]]) -> str:
        """Return the declarations; a nominal attribute without values becomes a string."""
        types = {column.name: TYPES[column.kind] for column in columns}
        for name, values in nominal.items():
            if values:
                types[name] = "{" + ", ".join(map(self.quote, values)) + "}"
        attributes = (f"@ATTRIBUTE {self.quote(name)} {kind}\n" for name, kind in types.items())
        return f'@RELATION "audeep export"\n\n{"".join(attributes)}\n@DATA\n'

    def columns(self, path: Path) -> list[str]:
        """Read the names of the attributes."""
        with open_text(path) as file:
            return [name for name, _ in _read_header(path, enumerate(file, start=1))]

    def blocks(self, path: Path, texts: Sequence[int]) -> Iterator[Block]:
        """Read the rows in blocks of bounded size."""
        with open_text(path) as file:
            lines = enumerate(file, start=1)
            attributes = _read_header(path, lines)
            for position, (name, kind) in enumerate(attributes):
                if position not in texts and kind not in NUMERIC:
                    kind = kind if isinstance(kind, str) else "nominal"
                    raise DataError(
                        f"{path}: attribute {name!r} is {kind}, not numeric; all attributes other than "
                        "metadata must be features"
                    )
            rows = _read_rows(path, lines, attributes, texts)
            while block := list(islice(rows, rows_at_once(len(attributes)))):
                metadata, features = zip(*block, strict=True)
                yield [list(column) for column in zip(*metadata, strict=True)], np.array(features)


def _read_header(path: Path, lines: Iterator[tuple[int, str]]) -> list[Attribute]:
    """Read the declarations; leaves the numbered `lines` at the first row."""
    attributes: list[Attribute] = []
    for number, line in lines:
        line = line.strip()
        keyword = line.upper()
        if keyword.startswith("@ATTRIBUTE"):
            try:
                attributes.append(_read_attribute(line))
            except ValueError as error:
                raise DataError(f"{path}, line {number}: {error}") from None
        elif keyword.startswith("@DATA"):
            check_names(path, [name for name, _ in attributes])
            return attributes
        elif line and not keyword.startswith(("%", "@RELATION")):
            raise DataError(f"{path}, line {number}: expected a declaration or @DATA")
    raise DataError(f"{path} is not an ARFF file: it has no @DATA line")


def _read_attribute(line: str) -> Attribute:
    """Read a declaration; raise a ValueError if it is invalid."""
    match = ATTRIBUTE.fullmatch(line)
    if not match:
        raise ValueError("expected a name, in quotes if necessary, and a type after @ATTRIBUTE")
    name, kind = match.groups()
    name = _unquote(name) or ""
    if kind.startswith("{") and kind.endswith("}"):
        return name, [value or "" for value in _split(kind[1:-1])]
    if kind.upper() not in (*NUMERIC, "STRING"):
        raise ValueError("the type of an attribute must be NUMERIC, REAL, INTEGER, STRING or {...}")
    return name, kind.upper()


def _read_rows(
    path: Path, lines: Iterator[tuple[int, str]], attributes: Sequence[Attribute], texts: Sequence[int]
) -> Iterator[tuple[list[str], list[float]]]:
    """Read the metadata and the features of each row."""
    features = [position for position in range(len(attributes)) if position not in texts]
    names = [attributes[position][0] for position in features]
    known = {position: {None, *kind} for position in texts if isinstance(kind := attributes[position][1], list)}
    for number, line in lines:
        line = line.strip()
        if not line or line.startswith("%"):
            continue
        try:
            if line.startswith("{"):
                raise ValueError(
                    "sparse ARFF is not supported; convert the file to dense ARFF (Weka: filter SparseToNonSparse)"
                )
            values = _split(line)
            if len(values) != len(attributes):
                raise ValueError(f"{len(values)} values for {len(attributes)} attributes")
            for position, choices in known.items():
                if values[position] not in choices:
                    name, value = attributes[position][0], values[position]
                    raise ValueError(f"attribute {name!r} has the value {value!r:.80}, which is not declared")
        except ValueError as error:
            raise DataError(f"{path}, line {number}: {error}") from None
        numbers = _to_numbers(path, number, names, [values[position] or "nan" for position in features])
        yield [values[position] or "" for position in texts], numbers


def _to_numbers(path: Path, line: int, names: Sequence[str], values: Sequence[str]) -> list[float]:
    """Convert the features of a row, after checking them by `check_numbers`, which takes long, if need be."""
    joined = "".join(values)
    # `float` also takes 1_0, and digits of other scripts.
    if "_" not in joined and joined.isascii():
        with suppress(ValueError):
            return [*map(float, values)]
    check_numbers(path, line, dict(zip(names, values, strict=True)))
    return [*map(float, values)]


def _split(text: str) -> list[str | None]:
    """Split values at commas, None where missing; raise a ValueError if a value needs quotes."""
    if not SPECIAL.search(text):
        return [None if value in ("", "?") else value for value in text.split(",")]
    tokens = VALUE.findall("," + text)
    if tokens[-1][1]:
        raise ValueError(f"values with spaces, quotes or braces must be quoted: {tokens[-1][1][1:]!r:.80}")
    return [_unquote(token) for token, _ in tokens]


def _unquote(token: str) -> str | None:
    """Return a value without its quotes; None if it is missing."""
    if token[:1] not in ("'", '"'):
        return None if token in ("", "?") else token
    text = ESCAPE.sub(lambda match: _unescape(match[1]), token[1:-1])
    # Escape sequences can encode characters that no file can store.
    text.encode()
    return text


def _unescape(code: str) -> str:
    """Return the character of an escape code."""
    if code in CHARACTERS:
        return CHARACTERS[code]
    if len(code) == 5:
        return chr(int(code[1:], 16))
    if code[0] in "01234567":
        return chr(int(code, 8))
    raise ValueError(f"invalid escape sequence \\{code}; write \\\\ for a backslash")
