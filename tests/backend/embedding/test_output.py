"""What is written is what was computed, in every format."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from audeep import AudeepError, load, validate
from audeep.backend.data.schema import GENERATED
from audeep.backend.embedding.output import WRITERS, Layout, Row, check_output
from audeep.backend.errors import OptionError

VECTORS = np.random.default_rng(0).normal(size=(600, 3)).astype(np.float32)
NAMES = [f'{number // 2}, "quoted" ä.wav' for number in range(600)]


def write(path: Path, *, windows: bool) -> Path:
    """Write 600 rows: of a recording each, or of two windows of each recording."""
    rows = [
        Row(name, vector, number % 2, number % 2 * 2.5) if windows else Row(f"{number} {name}", vector)
        for number, (name, vector) in enumerate(zip(NAMES, VECTORS, strict=True))
    ]
    layout = Layout((3,), [GENERATED], windows, {"model": "{}"})
    WRITERS[path.suffix](path, rows, layout)
    return path


@pytest.mark.parametrize("windows", [False, True])
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_tables(suffix: str, windows: bool, tmp_path: Path) -> None:
    path = write(tmp_path / f"x{suffix}", windows=windows)
    table = pd.read_csv(path) if suffix == ".csv" else pd.read_parquet(path)
    start = ["start"] if windows else []
    assert list(table.columns) == ["filename", *start, "feature_0", "feature_1", "feature_2"]
    np.testing.assert_array_equal(table.filter(like="feature_").to_numpy(np.float32), VECTORS)
    if windows:
        assert table["filename"].tolist() == NAMES
        assert table["start"].tolist() == [0, 2.5] * 300


def test_lines_of_csv_are_those_of_export(tmp_path: Path) -> None:
    with write(tmp_path / "x.csv", windows=False).open(newline="") as file:
        *_, (name, first, *_) = csv.reader(file)
    assert name == f"599 {NAMES[-1]}"
    assert first == f"{VECTORS[-1, 0]:.9g}"


@pytest.mark.parametrize("windows", [False, True])
def test_json_lines(windows: bool, tmp_path: Path) -> None:
    lines = write(tmp_path / "x.jsonl", windows=windows).read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert [*rows[1]] == (["filename", "start", "vector"] if windows else ["filename", "vector"])
    np.testing.assert_array_equal(np.array([row["vector"] for row in rows], np.float32), VECTORS)


def test_numpy(tmp_path: Path) -> None:
    vectors = np.load(write(tmp_path / "x.npy", windows=True), allow_pickle=False)
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(vectors, VECTORS)


def test_sequences_of_vectors(tmp_path: Path) -> None:
    rows = [Row(name, vector.reshape(3, 1)) for name, vector in zip(NAMES[:4:2], VECTORS[:2], strict=True)]
    layout = Layout((3, 1), ["generated_0", "generated_1"], False, {})
    for suffix, writer in WRITERS.items():
        writer(tmp_path / f"x{suffix}", rows, layout)
    assert np.load(tmp_path / "x.npy").shape == (2, 3, 1)
    assert load(tmp_path / "x.nc").feature_sizes == {"generated_0": 3, "generated_1": 1}
    assert pd.read_csv(tmp_path / "x.csv").shape == (2, 4)
    assert np.shape(json.loads((tmp_path / "x.jsonl").read_text().splitlines()[0])["vector"]) == (3, 1)


def test_a_data_set(tmp_path: Path) -> None:
    with load(write(tmp_path / "x.nc", windows=True)) as data_set:
        np.testing.assert_array_equal(data_set.features.values, VECTORS)
        assert data_set.filename.tolist() == NAMES
        assert data_set.chunk_nr.tolist() == [0, 1] * 300
        assert validate(data_set).empty


def test_formats_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_output(tmp_path / "x.CSV")
    with pytest.raises(OptionError, match=r"x\.txt: expected a name that ends in one of \.csv, \.jsonl, \.nc"):
        check_output(tmp_path / "x.txt")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(AudeepError, match=r"needs pyarrow: pip install pyarrow$"):
        check_output(tmp_path / "x.parquet")
