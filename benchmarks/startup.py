"""How long the command line takes to start."""

from collections.abc import Iterator

from benchmarks.measure import AUDEEP, Row, compare, python

CLIFF = python("import cliff.app")


def rows() -> Iterator[Row]:
    """Compare with the import of the library that it is built on."""
    yield compare("audeep --version : import cliff.app", [AUDEEP, "--version"], CLIFF, 2, runs=15)
    yield compare("audeep --help : import cliff.app", [AUDEEP, "--help"], CLIFF, 5, runs=15)
