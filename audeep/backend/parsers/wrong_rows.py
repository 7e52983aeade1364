"""The error that tells of all rows of a table that break a rule, in one line."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from audeep.backend.errors import ParseError

#: Most values that are quoted for each rule.
QUOTED = 3


class Problem(NamedTuple):
    """A value that breaks a rule."""

    #: Line of the row in the file, from 1.
    line: int
    #: Heading of the column; empty if the whole row breaks the rule.
    column: str
    rule: str
    value: str


class WrongRowsError(ParseError):
    """A table with rows that break a rule.

    >>> problems = [Problem(line, "fold", "expected a whole number", "x") for line in (2, 4, 5)]
    >>> print(WrongRowsError(Path("labels.csv"), problems))
    labels.csv has 3 wrong rows: column 'fold', lines 2, 4-5: expected a whole number, got 'x'
    """

    def __init__(self, table: Path, problems: Sequence[Problem]) -> None:
        by_rule: dict[tuple[str, str], list[Problem]] = {}
        for problem in sorted(problems):
            by_rule.setdefault((problem.column, problem.rule), []).append(problem)
        count = len({problem.line for problem in problems})
        rules = "; ".join(map(_describe, by_rule.values()))
        super().__init__(f"{table} has {count} wrong row{'s' * (count > 1)}: {rules}")


def _describe(problems: Sequence[Problem]) -> str:
    """Describe the places where a rule is broken."""
    lines = as_ranges([problem.line for problem in problems])
    values = list(dict.fromkeys(problem.value for problem in problems))
    quoted = ", ".join(f"{value!r:.80}" for value in values[:QUOTED]) + ", ..." * (len(values) > QUOTED)
    _, column, rule, _ = problems[0]
    where = f"column {column!r}, " * bool(column)
    return f"{where}line{'s' * (len(problems) > 1)} {lines}: {rule}, got {quoted}"


def as_ranges(numbers: Sequence[int]) -> str:
    """Write increasing numbers briefly.

    >>> as_ranges([2, 4, 5, 6, 9])
    '2, 4-6, 9'
    """
    # Consecutive numbers have the same distance from their positions.
    runs = groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])
    ends = [[number for _, number in run] for _, run in runs]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in ends)
