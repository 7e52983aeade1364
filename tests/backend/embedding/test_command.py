"""``audeep embed``, and ``audeep preprocess --like``."""

import csv
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest

from audeep import generate, load, load_model
from audeep.backend.data import schema
from audeep.backend.embedding import pipeline
from tests.backend.embedding.conftest import MakeModel
from tests.cli.conftest import Run
from tests.helpers.audio import write_unusable


def printed(stdout: str) -> tuple[list[str], np.ndarray]:
    """Return the names and the other columns of printed CSV."""
    _, *rows = csv.reader(io.StringIO(stdout))
    return [name for name, *_ in rows], np.array([values for _, *values in rows], float)


def test_folders_and_files(run: Run, folder: Path, logs: Path) -> None:
    code, stdout, stderr = run("-q", "embed", "--model-dir", logs, folder, folder / "a.wav")
    assert (code, stderr) == (0, "")
    names, vectors = printed(stdout)
    expected = [folder / name for name in ("a.wav", "b.flac", "c.wav", "d.wav", "sub/e.wav")]
    assert names == list(map(str, expected))
    np.testing.assert_allclose(vectors, load_model(logs).embed(expected), rtol=1e-6, atol=1e-6)


def test_standard_input(run: Run, folder: Path, logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = (folder / "b.flac").read_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content), isatty=lambda: False))
    code, stdout, _ = run("-q", "embed", "--model-dir", logs, "--pooling", "mean", "-")
    names, vectors = printed(stdout)
    assert (code, names) == (0, ["-"])
    np.testing.assert_allclose(vectors[0], load_model(logs, pooling="mean").embed(folder / "b.flac"), rtol=1e-6)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"no sound"), isatty=lambda: False))
    code, _, stderr = run("-q", "embed", "--model-dir", logs, "-")
    assert (code, stderr.partition(" (")[0]) == (1, "audeep: - cannot be read: Format not recognised")


def test_a_data_set_is_that_of_generate(run: Run, folder: Path, make_model: MakeModel, tmp_path: Path) -> None:
    logs, data = make_model(fixed_length=0.2)
    output = tmp_path / "new" / "out.nc"
    code, stdout, stderr = run("embed", "--model-dir", logs, folder, "--output", output)
    assert (code, stdout) == (0, "")
    assert f"wrote the vectors of 5 recordings, 3 values each, to {output}" in stderr
    [expected] = generate(logs, data)
    with load(output) as found:
        assert found.filename.tolist() == [str(folder / name) for name in data.filename]
        assert found.feature_dims == expected.feature_dims
        np.testing.assert_allclose(found.features.values, expected.features.values, rtol=1e-6, atol=1e-6)
        assert found.models == expected.models
        assert found.spectrograms == expected.spectrograms
        assert {*found.attrs} == {*expected.attrs, schema.FEATURE_DIMS, schema.VERSION}


def test_windows(run: Run, folder: Path, logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, output = load_model(logs), tmp_path / "out.nc"
    line = ["-q", "embed", "--model-dir", logs, "--window", 0.1, "--hop", 0.05, folder / "a.wav", folder / "c.wav"]
    code, stdout, _ = run(*line)
    names, values = printed(stdout)
    assert code == 0
    assert names == [str(folder / "a.wav")] * 3 + [str(folder / "c.wav")] * 3
    for path, rows in zip((folder / "a.wav", folder / "c.wav"), np.split(values, 2), strict=True):
        times, vectors = model.embed_windows(path, window=0.1, hop=0.05)
        np.testing.assert_allclose(rows, np.column_stack([times, vectors]), rtol=1e-6, atol=1e-6)
    working = Mock(wraps=pipeline.in_threads)
    monkeypatch.setattr(pipeline, "in_threads", working)
    code, stdout, stderr = run(*line[1:], "--jobs", 3, "--output", output)
    assert (code, stdout) == (0, "")
    assert {call.args[-1] for call in working.mock_calls} == {3}
    assert "wrote the vectors of the windows of 2 recordings" in stderr
    with load(output) as found:
        assert found.chunk_nr.tolist() == [0, 1, 2] * 2
        assert json.loads(found.attrs["windows"]) == {"window": 0.1, "hop": 0.05}


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "npy", "parquet"])
def test_other_files(run: Run, folder: Path, logs: Path, tmp_path: Path, suffix: str) -> None:
    output = tmp_path / f"out.{suffix}"
    assert run("-q", "embed", "--model-dir", logs, folder, "--output", output) == (0, "", "")
    assert output.stat().st_size > 100
    assert [path.name for path in tmp_path.iterdir()] == [output.name]


def test_recordings_that_cannot_be_used(run: Run, folder: Path, logs: Path, tmp_path: Path) -> None:
    messages = write_unusable(tmp_path / "bad") if (tmp_path / "bad").mkdir() is None else {}
    output = tmp_path / "out.nc"
    line = ["-q", "embed", "--model-dir", logs, folder, tmp_path / "bad", "--output", output]
    code, stdout, stderr = run(*line)
    assert (code, stdout) == (1, "")
    assert stderr.endswith("; --on-error skip leaves such recordings out\n")
    assert stderr.count("\n") == 1
    assert not output.exists()
    code, stdout, stderr = run(*line, "--on-error", "skip")
    assert (code, stdout) == (0, "")
    *each, total = stderr.splitlines()
    assert total == f"{len(messages)} of {len(messages) + 5} recordings were left out"
    for name, message in zip(sorted(messages), each, strict=True):
        assert message.startswith(f"left out: {tmp_path / 'bad' / name} {messages[name]}")
    with load(output) as found:
        assert len(found) == 5
        skipped = json.loads(found.attrs["skipped"])
    assert [name for name, _ in skipped] == [str(tmp_path / "bad" / name) for name in sorted(messages)]
    # One that breaks after its header was read.
    code, _, stderr = run("-q", "embed", "--model-dir", logs, tmp_path / "bad/nan.wav")
    assert (code, stderr.startswith(f"audeep: {tmp_path / 'bad/nan.wav'} contains NaN")) == (1, True)


@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        (["none.wav"], 1, "none.wav cannot be read: No such file or directory"),
        (["a.wav", "--output", "x.txt"], 2, "--output x.txt: expected a name that ends in one of .csv, "),
        (["a.wav", "--window", "0.3"], 2, "--window must be at most 0.2 s"),
        (["a.wav", "--hop", "0"], 2, "argument --hop: must be at least 0.001, not 0"),
        (["a.wav", "--step", "7"], 1, "no model of step 7; available steps: 1"),
        (["a.wav", "--layers", "1"], 2, "--layers requires a --pooling other than FINAL"),
        (["."], 1, "no audio files in ."),
        (["a.wav", "--output", "a.wav"], 2, "--output a.wav: expected a name"),
    ],
)
def test_mistakes(
    run: Run,
    logs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    code: int,
    problem: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result, stdout, stderr = run("-q", "embed", "--model-dir", logs, *options)
    assert (result, stdout) == (code, "")
    assert problem in stderr
    assert not [*tmp_path.iterdir()]


def test_a_recording_is_not_replaced(run: Run, folder: Path, logs: Path, tmp_path: Path) -> None:
    recording = tmp_path / "x.csv"
    recording.write_bytes((folder / "a.wav").read_bytes())
    code, _, stderr = run("-q", "embed", "--model-dir", logs, recording, "--output", recording)
    assert (code, "must be different files" in stderr) == (2, True)
    assert recording.read_bytes() == (folder / "a.wav").read_bytes()


def test_preprocess_like_a_model(run: Run, folder: Path, make_model: MakeModel, tmp_path: Path) -> None:
    logs, data = make_model(fixed_length=0.2, clip_below=-50, window_width=0.05)
    line = ["-q", "preprocess", "--basedir", folder, "--parser", "NoMetadataParser", "--like", logs]
    assert run(*line, "--output", tmp_path / "like.nc") == (0, "", "")
    with load(tmp_path / "like.nc") as same:
        assert same.spectrograms == data.spectrograms
        np.testing.assert_array_equal(same.features.values, data.features.values)
    # What is the same may be given again, what differs may not, even if it is the default of the option.
    same_again = ["--fixed-length", 0.2, "--channels", "mean"]
    assert run(*line, *same_again, "--output", tmp_path / "again.nc") == (0, "", "")
    code, _, stderr = run(*line, "--window-width", 0.04, "--fixed-length", 0.2, "--output", tmp_path / "no.nc")
    assert code == 2
    assert stderr == (
        f"audeep: --like {logs}: the model was trained on spectrograms with --window-width 0.05 instead of 0.04; "
        "omit these options\n"
    )
    assert not (tmp_path / "no.nc").exists()
