"""Waveforms on the command line: how they are written, and what commands make of them."""

import json
from pathlib import Path

import numpy as np
import pytest

from audeep.backend.data.data_set import load
from tests.cli.conftest import Run
from tests.helpers.audio import ramp, write_ramps

RATE = 8000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_ramps(tmp_path / "data", RATE)


def test_commands(run: Run, folder: Path, tmp_path: Path) -> None:
    output, whole, tables = tmp_path / "x.nc", tmp_path / "whole.nc", tmp_path / "tables"
    chunks = ["--chunk-length", 0.02, "--chunk-count", 2, "--sample-rate", RATE]
    command = ["preprocess", "--basedir", folder, "--waveform", *chunks]
    code, _, err = run(*command, "--output", output)
    assert (code, f"wrote 8 waveforms of 160 samples to {output}" in err) == (0, True)
    assert run("-q", "validate", "--input", output)[0] == 0
    code, out, _ = run("inspect", "netcdf", "--input", output, "-f", "json")
    facts = json.loads(out)
    assert facts["feature_dimensions"] == {"time": 160}
    assert facts["waveforms"] == {
        "sample_rate": RATE, "channels": "MEAN", "chunk_length": 0.02, "chunk_count": 2
    }  # fmt: skip
    assert run("-q", "fuse", "chunks", "--input", output, "--dimension", "time", "--output", whole)[0] == 0
    np.testing.assert_array_equal(load(whole).features.values, np.tile(ramp(320)[:, 0], (4, 1)))
    assert run("-q", "export", "--input", whole, "--format", "csv", "--layout", "flat", "--output", tables)[0] == 0
    again = tmp_path / "again.nc"
    assert run("-q", "import", "--basedir", tables, "--name", "whole", "--output", again)[0] == 0
    assert load(again).waveforms == load(whole).waveforms
    np.testing.assert_array_equal(load(again).features.values, load(whole).features.values)


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("svm evaluate --complexity 1 --cross-validate", "are waveforms, but a classifier takes one vector"),
        ("f-rae train --num-epochs 1 --run-name run", "two dimensions, time and features; got 1"),
        ("dictionary train --run-name run", "two dimensions, time and bands, got 1"),
        ("fuse --output fused.nc", "no feature dimension generated; dimensions found: time"),
        ("fuse --dimension time --output fused.nc", "cannot fuse x.nc along time: its instances have different"),
    ],
)
def test_what_does_not_take_waveforms(
    run: Run, folder: Path, tmp_path: Path, command: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("-q", "preprocess", "--basedir", folder, "--waveform", "--output", "x.nc")[0] == 0
    inputs = ["x.nc", "x.nc"] if command.startswith("fuse") else ["x.nc"]
    code, out, err = run("-q", *command.split(), "--input", *inputs)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert problem in err


def test_pretend_draws_a_waveform(run: Run, folder: Path, tmp_path: Path) -> None:
    plot = tmp_path / "plot.svg"
    command = ["preprocess", "--basedir", folder, "--waveform", "--pretend", 2, "--plot", plot]
    code, _, err = run(*command, "--output", tmp_path / "x.nc")
    assert (code, "recording 2 is fold_2/a/2.wav" in err) == (0, True)
    assert plot.read_bytes()[:4] == b"<?xm"
    assert not (tmp_path / "x.nc").exists()
