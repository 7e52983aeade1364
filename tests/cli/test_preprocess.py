"""``audeep preprocess``, from recordings to the file."""

import json
import os
import shlex
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audeep.backend.data.data_set import load
from tests.cli.conftest import Run
from tests.helpers.audio import write_audio
from tests.helpers.golden import SPECTROGRAM_OPTIONS, SPECTROGRAMS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two folds of two recordings of one second at 8 kHz."""
    for fold in (1, 2):
        for label in ("high", "low"):
            write_audio(tmp_path / f"data/fold_{fold}/{label}/x.wav", seconds=1)
    return tmp_path / "data"


@pytest.mark.parametrize("name", SPECTROGRAM_OPTIONS)
def test_agrees_with_the_original(run: Run, tmp_path: Path, name: str) -> None:
    base, *options = shlex.split(SPECTROGRAM_OPTIONS[name])[1:]
    output = tmp_path / "out.nc"
    code, stdout, _ = run("preprocess", "--basedir", SPECTROGRAMS / base, *options, "--output", output)
    assert (code, stdout) == (0, "")
    with np.load(SPECTROGRAMS / "expected.npz") as file:
        expected = {key.removeprefix(f"{name}/"): file[key] for key in file if key.startswith(f"{name}/")}
    ours = load(output)
    index = {key: place for place, key in enumerate(zip(ours.filename, ours.chunk_nr, strict=True))}
    order = [index[key] for key in zip(expected["filename"], expected["chunk_nr"], strict=True)]
    # Far inside the correlation of 0.99 that would do: the arithmetic is the same but for rounding.
    np.testing.assert_allclose(ours.features.values[order], expected["features"], atol=5e-4)
    assert ours.feature_dims == ("time", "freq")
    assert ours.label_map in ({"falling": 0, "rising": 1}, {"high": 0, "low": 1})


def test_writes_metadata_and_settings(run: Run, folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "new folder" / "out.nc"
    code, _, stderr = run(
        "preprocess", "--basedir", folder, "--chunk-length", 0.4, "--chunk-count", 2, "--clip-below", -60,
        "--mel-spectrum", 8, "--channels", "left", "--output", output,
    )  # fmt: skip
    assert code == 0
    assert f"wrote 8 spectrograms of 20 windows x 8 bands to {output}" in stderr
    data = load(output)
    assert data.filename.tolist() == [
        f"fold_{fold}/{label}/x.wav" for fold in (1, 2) for label in ("high", "low") for _ in range(2)
    ]
    assert data.chunk_nr.tolist() == [0, 1] * 4
    assert data.cv_folds.tolist() == [[1, 0]] * 4 + [[0, 1]] * 4
    assert data.label_nominal.tolist() == ["high", "high", "low", "low"] * 2
    assert data.label_numeric.tolist() == [0, 0, 1, 1] * 2
    assert data.spectrograms == {
        "window_width": 0.04, "window_overlap": 0.02, "mel_spectrum": 8, "chunk_length": 0.4, "chunk_count": 2,
        "clip_above": None, "clip_below": -60.0, "channels": "LEFT", "fixed_length": None, "center_fixed": False,
        "sample_rate": 8000,
    }  # fmt: skip
    assert data.features.values.min() == -1
    assert data.features.values.max() == 1


def test_the_number_of_jobs_changes_nothing(run: Run, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for index in range(12):
        path = tmp_path / f"data/train/x/{index}.flac"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, rng.uniform(-1, 1, 3000 + 200 * index), 16000)
    for jobs in (1, 2, 5):
        assert run(
            "preprocess", "--basedir", tmp_path / "data", "--fixed-length", 0.2, "--mel-spectrum", 20,
            "--jobs", jobs, "--output", tmp_path / f"{jobs}.nc",
        )[0] == 0  # fmt: skip
    one, two, five = ((tmp_path / f"{jobs}.nc").read_bytes() for jobs in (1, 2, 5))
    assert one == two == five


@pytest.mark.parametrize("extension", ["wav", "flac", "ogg", "mp3", "aiff", "w64", "caf"])
def test_reads_what_libsndfile_reads(run: Run, tmp_path: Path, extension: str) -> None:
    write_audio(tmp_path / f"data/train/x/a.{extension}", seconds=1, sample_rate=16000, channels=2)
    output = tmp_path / "out.nc"
    assert run("preprocess", "--basedir", tmp_path / "data", "--fixed-length", 1, "--output", output)[0] == 0
    loudest = load(output).features.values[0].mean(axis=0).argmax()
    assert loudest == round(440 / (16000 / 640))


def test_resamples(run: Run, tmp_path: Path) -> None:
    for index, rate in enumerate((8000, 16000, 11025)):
        write_audio(tmp_path / f"data/train/x/{index}.wav", seconds=1, sample_rate=rate)
    arguments = ("preprocess", "--basedir", tmp_path / "data", "--output", tmp_path / "out.nc")
    code, _, stderr = run(*arguments)
    assert code == 1
    assert "several sampling rates (8000 Hz in 1 files, such as" in stderr
    assert "--sample-rate makes them one" in stderr
    assert run(*arguments, "--sample-rate", 8000)[0] == 0
    data = load(tmp_path / "out.nc")
    assert data.feature_shape == (49, 161)
    # 440 Hz stands in bin 440 / (8000 / 320) = 17.6 whatever the rate was.
    assert set(data.features.values.mean(axis=1).argmax(axis=1)) <= {17, 18}
    assert data.spectrograms["sample_rate"] == 8000


def test_warns_of_silence(run: Run, folder: Path, tmp_path: Path) -> None:
    soundfile.write(folder / "fold_1/low/silent.wav", np.zeros(8000), 8000)
    code, _, stderr = run("-q", "preprocess", "--basedir", folder, "--output", tmp_path / "out.nc")
    assert code == 0
    assert "silent.wav: the spectrogram is flat; the recording seems to be silent" in stderr
    data = load(tmp_path / "out.nc")
    silent = data.filename == "fold_1/low/silent.wav"
    assert (data.features.values[silent] == 0).all()
    assert data.features.values[~silent].any(axis=(1, 2)).all()


def test_warns_of_empty_bands(run: Run, folder: Path, tmp_path: Path) -> None:
    _, _, stderr = run("preprocess", "--basedir", folder, "--mel-spectrum", 100, "--output", tmp_path / "out.nc")
    assert (
        "of 100 mel bands, 8 are too narrow for a window of 320 samples and stay empty: [1, 3, 5, 8, 11, " in stderr
    )


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--window-overlap", "0.04"], 2, "--window-overlap (0.04 s) must be below --window-width (0.04 s)"),
        (["--chunk-count", "2"], 2, "--chunk-length and --chunk-count must be given together"),
        (["--clip-below", "0", "--clip-above", "-5"], 2, "--clip-above (-5 dB) must be above --clip-below (0 dB)"),
        (["--fixed-length", "0.01"], 2, "--fixed-length (0.01 s) must be at least --window-width (0.04 s)"),
        (["--window-width", "-1"], 2, "argument --window-width: must be above 0, not -1"),
        (["--mel-spectrum", "a"], 2, "argument --mel-spectrum: 'a' is not a whole number"),
        (["--channels", "both"], 2, "argument --channels: 'both' is not one of MEAN, LEFT, RIGHT, DIFF"),
        (["--jobs", "0"], 2, "--jobs must be at least 1, not 0"),
        (["--pretend", "4"], 2, "there is no recording 4; they are numbered 0 to 3"),
        (["--chunk-length", "0.6", "--chunk-count", "2"], 1, "1 s are too short for 2 chunks of 30 frames"),
        (["--window-width", "0.0001", "--window-overlap", "0"], 1, "too short"),
        (["--window-width", "2"], 1, "1 s are too short for a single window"),
        (["--parser", "audeep.backend.parsers.dcase.DCASEParser"], 1, "meta.txt"),
        (["--output", "."], 1, "is a folder"),
    ],
)  # fmt: skip
def test_refuses_bad_options(run: Run, folder: Path, options: list[str], code: int, message: str) -> None:
    output = folder / "out.nc"
    result, stdout, stderr = run("preprocess", "--basedir", folder, "--output", output, *options)
    assert (result, stdout) == (code, "")
    assert message in stderr
    assert list(folder.glob("*.nc")) == []


def test_names_the_recordings_that_differ_in_length(run: Run, folder: Path, tmp_path: Path) -> None:
    write_audio(folder / "fold_1/low/long.wav", seconds=2)
    code, _, stderr = run("preprocess", "--basedir", folder, "--output", tmp_path / "out.nc")
    assert code == 1
    assert len(stderr.splitlines()) == 2  # the parser that fits, and the error
    assert "the recordings differ in length, from 49 windows" in stderr
    assert "long.wav" in stderr
    assert "--fixed-length" in stderr


def test_leaves_nothing_behind_after_an_unreadable_recording(run: Run, folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.nc"
    output.write_text("old")
    (folder / "fold_1/low/text.wav").write_text("this is no sound")
    code, _, stderr = run("preprocess", "--basedir", folder, "--output", output)
    assert code == 1
    assert "text.wav" in stderr
    assert output.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out.nc"]


@pytest.mark.parametrize("extension", ["png", "pdf", "svg"])
def test_pretend_draws_and_writes_no_data(run: Run, folder: Path, tmp_path: Path, extension: str) -> None:
    plot = tmp_path / f"plot.{extension}"
    code, _, stderr = run(
        "preprocess", "--basedir", folder, "--pretend", 2, "--plot", plot, "--output", tmp_path / "out.nc"
    )
    assert code == 0
    assert "recording 2 is fold_2/high/x.wav" in stderr
    assert plot.read_bytes()[:4] in (b"\x89PNG", b"%PDF", b"<?xm")
    assert not (tmp_path / "out.nc").exists()


def test_pretend_without_screen_or_known_format(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    code, _, stderr = run("preprocess", "--basedir", folder, "--pretend", 0)
    assert code == 2
    assert "--plot FILE" in stderr
    code, _, stderr = run("preprocess", "--basedir", folder, "--pretend", 0, "--plot", "x.docx")
    assert code == 2
    assert "must end in one of" in stderr


@pytest.mark.skipif("AUDEEP_ESC10" not in os.environ, reason="AUDEEP_ESC10 does not name the data")
def test_esc10(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "esc-10.nc"
    code, _, _ = run(
        "preprocess", "--basedir", os.environ["AUDEEP_ESC10"], "--window-width", 0.08, "--window-overlap", 0.04,
        "--mel-spectrum", 128, "--fixed-length", 5, "--center-fixed", "--clip-below", -60, "--output", output,
    )  # fmt: skip
    assert code == 0
    data = load(output)
    assert data.features.shape == (400, 124, 128)
    assert (data.cv_folds.sum(axis=1) == 1).all()
    assert json.loads(data.attrs["label_map"])[0] == ["Baby cry", 3]
