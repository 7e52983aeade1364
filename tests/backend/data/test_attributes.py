"""Attributes that hold JSON, or should."""

from typing import Any

import numpy as np
import pytest

from audeep.backend.data.attributes import check, read_label_map, write_label_map
from audeep.backend.errors import DataError


def test_a_label_map_is_read_as_it_was_written() -> None:
    label_map = {"owl": 1, "blue tit": 0, "Kauz, großer": -3}
    assert read_label_map(write_label_map(label_map)) == label_map


@pytest.mark.parametrize("attrs", [{}, {"label_map": ""}, {"label_map": "null"}])
def test_no_label_map(attrs: dict[str, Any]) -> None:
    assert read_label_map(attrs) is None


@pytest.mark.parametrize(
    "value",
    [
        *("{", "3", '"owl"', '{"owl": 1}', "[" * 100_000, "1" * 5000, 3, 2.5, np.arange(3), ["owl", "tit"]),
        *("[1]", '["ow"]', '[["owl"]]', '[["owl", "1"]]', '[["owl", 1.5]]', '[["owl", true]]', '[[1, "owl"]]'),
        *('[["owl", 1], ["owl", 2]]', '[["owl", 9223372036854775808]]', '[["\\ud800", 1]]'),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_wrong_label_map(value: Any) -> None:
    with pytest.raises(DataError, match=r"attribute label_map is not a .*; correct or remove it"):
        check({"label_map": value}, ["generated"])


@pytest.mark.parametrize(
    ("attrs", "problem"),
    [
        ({"spectrograms": "["}, "attribute spectrograms is not a JSON object"),
        ({"spectrograms": "[]"}, "attribute spectrograms is not a JSON object"),
        ({"skipped": "{}"}, "attribute skipped is not a JSON array"),
        ({"model": "t-rae"}, "attribute model is not a JSON object"),
        ({"model": "[{}, 3]"}, "attribute model is not a JSON object, or an array of them"),
        ({"model": '[{}, {"generation": 3}]'}, "attribute model: its generation is not a JSON object"),
        ({"model": '{"architecture": 3}'}, "attribute model: its architecture is not a JSON object"),
        ({"model": '{"spectrograms": [1]}'}, "attribute model: its spectrograms is not a JSON object"),
        ({"feature_dims": "time"}, "attribute feature_dims is not a JSON array"),
        (
            {"feature_dims": '["time", "freq"]'},
            r"feature_dims names the dimensions \['time', 'freq'\], but the features have \['freq', 'time'\]",
        ),
    ],
)
def test_other_wrong_attributes(attrs: dict[str, str], problem: str) -> None:
    with pytest.raises(DataError, match=f"{problem}.*; correct or remove it"):
        check(attrs, ["freq", "time"])


def test_good_attributes() -> None:
    attrs = {
        "feature_dims": '["generated"]',
        "spectrograms": "{}",
        "model": '{"architecture": null, "spectrograms": {"clip_below": -60}}',
        "history": "{",
    }
    check(attrs, ["generated"])
