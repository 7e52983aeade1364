"""Facts for programs: lists and mappings taken apart, nothing that only Python reads."""

import argparse
import csv
import io
import subprocess

from audeep.cli.formatters import CSVFormatter, FlatFormatter, ShellFormatter, ValueFormatter, flat

FACTS = {
    "accuracy": 0.5,
    "uar_std": None,
    "holds": True,
    "labels": ["dog, big", 'a "cat"', "$(touch executed)"],
    "folds": [{"accuracy": 0.25}, {"accuracy": 0.75}],
    "counts": {"é x": 1, "è x": 2},
    "nothing": [],
}


def emit(formatter: FlatFormatter, prefix: str = "") -> str:
    stream = io.StringIO()
    formatter.emit_one(list(FACTS), list(FACTS.values()), stream, argparse.Namespace(prefix=prefix))
    return stream.getvalue()


def test_csv() -> None:
    header, *rows = csv.reader(io.StringIO(emit(CSVFormatter())))
    assert header == ["fact", "value"]
    assert rows == [list(pair) for pair in flat(FACTS)]
    assert ["labels_2", 'a "cat"'] in rows
    assert ["folds_2_accuracy", "0.75"] in rows


def test_value() -> None:
    assert emit(ValueFormatter()).splitlines()[:4] == ["0.5", "", "true", "dog, big"]


def test_shell() -> None:
    names = [line.partition("=")[0] for line in emit(ShellFormatter(), "a_").splitlines()]
    assert names[-2:] == ["a_counts___x", "a_counts___x_2"]
    assert len({*names}) == len(names)
    show = '\nprintf "%s|" "$labels_1" "$labels_2" "$labels_3" "$folds_1_accuracy" "$uar_std" "$counts___x_2"'
    result = subprocess.run(
        ["sh", "-euc", emit(ShellFormatter()) + show], capture_output=True, text=True, check=True
    )
    assert result.stdout == 'dog, big|a "cat"|$(touch executed)|0.25||2|'
