"""``audeep preprocess``, from recordings to the file."""

import json
import os
import shlex
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audeep import ExtractionConfig, describe
from audeep.backend.data.data_set import load
from audeep.backend.errors import OptionError
from tests.cli.conftest import Run
from tests.helpers.audio import write_audio, write_noise, write_unusable
from tests.helpers.golden import SPECTROGRAM_OPTIONS, SPECTROGRAMS
from tests.helpers.selection import long_except


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
        "sample_rate": 8000, "reference": "PEAK", "scale": "RECORDING", "scale_range": None,
        "keep_partial_chunks": False,
    }  # fmt: skip
    assert data.features.values.min() == -1
    assert data.features.values.max() == 1


def write_quiet_and_loud(folder: Path) -> Path:
    """Write a sine at a tenth of full scale, one at full scale, and silence, with a second of 1000 Hz each."""
    folder.mkdir(parents=True)
    sine = np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000)
    for name, gain in (("loud", 1), ("quiet", 0.1), ("silent", 0)):
        soundfile.write(folder / f"{name}.wav", gain * sine, 8000, subtype="FLOAT")
    return folder.parent.parent


def test_the_reference_keeps_loudness(run: Run, tmp_path: Path) -> None:
    base, output = write_quiet_and_loud(tmp_path / "data/train/x"), tmp_path / "out.nc"
    options = ["--basedir", base, "--window-width", 0.04, "--reference", "full-scale", "--scale", "none"]
    code, _, stderr = run("-q", "preprocess", *options, "--output", output)
    assert code == 0
    assert "silent.wav: the spectrogram is flat" in stderr
    data = load(output)
    assert (data.spectrograms["reference"], data.spectrograms["scale"]) == ("FULL_SCALE", "NONE")
    loud, quiet, silent = data.features.values
    # The pre-emphasis filter is the only thing that changes the level of a sine.
    gain = 20 * np.log10(abs(1 - 0.95 * np.exp(-2j * np.pi * 1000 / 8000)))
    np.testing.assert_allclose(loud[1:, 40], gain, atol=1e-3)
    np.testing.assert_allclose(quiet[1:, 40], gain - 20, atol=1e-3)
    np.testing.assert_allclose(silent, -100, atol=1e-4)


def test_clipping_refers_to_the_reference(run: Run, tmp_path: Path) -> None:
    base, output = write_quiet_and_loud(tmp_path / "data/train/x"), tmp_path / "out.nc"
    command = ["-q", "preprocess", "--basedir", base, "--scale", "none", "--clip-below", -15, "--output", output]
    assert run(*command)[0] == 0
    loud, quiet, _ = load(output).features.values
    # Relative to their peaks they are the same.
    np.testing.assert_allclose(loud, quiet, atol=1e-3)
    assert loud.max() == 0
    assert run(*command, "--reference", "full-scale")[0] == 0
    loud, quiet, _ = load(output).features.values
    assert loud.max() > -5
    assert (quiet == -15).all()


def test_scales_the_whole_data_set_alike(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # An instance at a time.
    monkeypatch.setattr("audeep.backend.data.features.SLAB_BYTES", 1)
    base, output, plain = (
        write_quiet_and_loud(tmp_path / "data/train/x"),
        tmp_path / "out.nc",
        tmp_path / "plain.nc",
    )
    command = ["-q", "preprocess", "--basedir", base, "--reference", "full-scale", "--clip-below", -60]
    assert run(*command, "--scale", "none", "--output", plain)[0] == 0
    assert run(*command, "--scale", "data-set", "--output", output)[0] == 0
    decibels, scaled = load(plain).features.values, load(output)
    low, high = scaled.spectrograms["scale_range"]
    assert low == -60
    assert decibels.max() <= high < decibels.max() + 0.01
    np.testing.assert_allclose(scaled.features.values, 2 * (decibels - low) / (high - low) - 1, atol=1e-5)

    # A new recording is scaled as those before it.
    (base / "train/x/loud.wav").unlink()
    new = tmp_path / "new.nc"
    assert run(*command, "--scale", "data-set", "--scale-range", low, high, "--output", new)[0] == 0
    assert load(new).spectrograms == scaled.spectrograms
    np.testing.assert_array_equal(load(new).features.values, scaled.features.values[1:])


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
    assert "several sample rates (8000 Hz in 1 file, " in stderr
    assert "set --sample-rate to resample them" in stderr
    upwards = run(*arguments, "--sample-rate", 32000)[2]
    assert "have a sample rate below 32000 Hz, down to 8000 Hz; they contain nothing above half" in upwards
    code, _, stderr = run(*arguments, "--sample-rate", 8000)
    assert code == 0
    assert "below" not in stderr
    data = load(tmp_path / "out.nc")
    assert data.feature_shape == (49, 161)
    # 440 Hz stands in bin 440 / (8000 / 320) = 17.6 whatever the rate was.
    assert set(data.features.values.mean(axis=1).argmax(axis=1)) <= {17, 18}
    assert data.spectrograms["sample_rate"] == 8000


def test_warns_of_silence(run: Run, folder: Path, tmp_path: Path) -> None:
    soundfile.write(folder / "fold_1/low/silent.wav", np.zeros(8000), 8000)
    code, _, stderr = run("-q", "preprocess", "--basedir", folder, "--output", tmp_path / "out.nc")
    assert code == 0
    assert "silent.wav: the spectrogram is flat; the recording may be silent" in stderr
    data = load(tmp_path / "out.nc")
    silent = data.filename == "fold_1/low/silent.wav"
    assert (data.features.values[silent] == 0).all()
    assert data.features.values[~silent].any(axis=(1, 2)).all()
    (tmp_path / "one.csv").write_text("path,start\nfold_1/low/silent.wav,0.5\n")
    table = ("--table", tmp_path / "one.csv", "--output", tmp_path / "segment.nc")
    _, _, stderr = run("-q", "preprocess", "--basedir", folder, *table)
    assert "silent.wav: the spectrogram from 0.5 s to its end is flat" in stderr


def test_warns_of_empty_bands(run: Run, folder: Path, tmp_path: Path) -> None:
    _, _, stderr = run("preprocess", "--basedir", folder, "--mel-spectrum", 100, "--output", tmp_path / "out.nc")
    assert (
        "8 of 100 mel bands are too narrow for a window of 320 samples and stay empty: 1, 3, 5, 8, 11, " in stderr
    )


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--window-overlap", "0.04"], 2, "--window-overlap (0.04 s) must be below --window-width (0.04 s)"),
        (["--chunk-count", "2"], 2, "--chunk-length and --chunk-count must be given together"),
        (["--clip-below", "-5", "--clip-above", "-9"], 2, "--clip-above (-9 dB) must be above --clip-below (-5"),
        (["--scale-range", "-60", "0"], 2, "--scale-range requires --scale DATA-SET"),
        (["--scale", "data-set", "--scale-range", "0"], 2, "--scale-range must be two levels, the lower one first"),
        (["--scale", "data-set", "--scale-range", "0", "-9"], 2, "two levels, the lower one first"),
        (["--fixed-length", "0.01"], 2, "--fixed-length (0.01 s) must be at least --window-width (0.04 s)"),
        (["--window-width", "-1"], 2, "argument --window-width: must be above 0, not -1"),
        (["--mel-spectrum", "a"], 2, "argument --mel-spectrum: 'a' is not a whole number"),
        (["--channels", "both"], 2, "--channels: 'both' is not a whole number or one of 'MEAN', 'LEFT', 'RIGHT', "),
        (["--channels", "1"], 1, "has 1 channel, so no channel 1 (counted from 0) (4 of 4 recordings cannot"),
        (["--table", "none.csv"], 1, "the table "),
        (["--column", "label=x", "--column", "fold=x"], 2, "--column: label=x contradicts another one"),
        (["--table", "x.csv", "--parser", "ESCParser"], 2, "--table: ESCParser reads no such table; leave out"),
        (["--jobs", "0"], 2, "argument --jobs: must be at least 1, not 0"),
        (["--jobs", "2", "--scheduler", "x:1"], 2, "--jobs cannot be used together with --scheduler"),
        (["--scheduler", "nonsense"], 1, "--scheduler: no Dask scheduler answers at 'nonsense' (missing port"),
        (["--on-error", "ignore"], 2, "argument --on-error: 'ignore' is not one of FAIL, SKIP"),
        (["--pretend", "4"], 2, "there is no recording 4; indices are 0 to 3"),
        (["--chunk-length", "0.6", "--chunk-count", "2"], 1, "is too short (1 s) for 2 chunks of 30 windows"),
        (["--window-width", "0.0001", "--window-overlap", "0"], 1, "too short"),
        (["--window-width", "2"], 1, "is too short (1 s) for a single window"),
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


@pytest.mark.parametrize(
    ("options", "silence"),
    [
        ([], -1),
        (["--scale", "none"], -100),
        (["--scale", "none", "--clip-below", -60], -60),
        (["--scale", "data-set", "--clip-below", -60], -1),
    ],
)
def test_recordings_stay_as_long_as_they_are(
    run: Run, folder: Path, tmp_path: Path, options: list[object], silence: float
) -> None:
    long = folder / "fold_1/low/long.wav"
    write_noise(long, seconds=2)
    output, alone = tmp_path / "out.nc", tmp_path / "alone.nc"
    code, _, stderr = run("preprocess", "--basedir", folder, *options, "--output", output)
    assert code == 0
    assert f"wrote 5 spectrograms of 49 to 99 windows x 161 bands to {output}" in stderr
    data = load(output)
    lengths = dict(zip(data.filename, data.lengths, strict=True))
    assert lengths.pop("fold_1/low/long.wav") == 99
    assert {*lengths.values()} == {49}
    assert data.padding == silence
    expected_range = data.spectrograms["scale_range"]
    for path in folder.rglob("x.wav"):
        path.unlink()
    if expected_range:
        options += ["--scale-range", *expected_range]
    assert run("-q", "preprocess", "--basedir", folder, *options, "--output", alone)[0] == 0
    index = data.filename.tolist().index("fold_1/low/long.wav")
    np.testing.assert_allclose(data.features.values[index], load(alone).features.values[0], atol=1e-6)
    assert (data.features.values[np.arange(5) != index, 49:] == silence).all()


def test_the_last_chunk_may_be_shorter(run: Run, folder: Path, tmp_path: Path) -> None:
    write_noise(folder / "fold_1/low/long.wav", seconds=2)
    output, whole = tmp_path / "out.nc", tmp_path / "whole.nc"
    command = ["-q", "preprocess", "--basedir", folder, "--chunk-length", 0.8, "--scale", "none"]
    assert run(*command, "--keep-partial-chunks", "--output", output)[0] == 0
    data = load(output)
    files = {name: [*zip(data.chunk_nr[here], data.lengths[here], strict=True)] for name in {*data.filename}
             for here in [data.filename == name]}  # fmt: skip
    assert files.pop("fold_1/low/long.wav") == [(0, 40), (1, 40), (2, 19)]
    assert [*files.values()] == [[(0, 40), (1, 9)]] * 4
    assert run("-q", "preprocess", "--basedir", folder, "--scale", "none", "--output", whole)[0] == 0
    for expected, name in zip(load(whole).instances(), load(whole).filename, strict=True):
        parts = [*data.select(data.filename == name).instances()]
        np.testing.assert_array_equal(np.concatenate(parts), expected)
    # At most as many as asked for.
    assert run(*command, "--keep-partial-chunks", "--chunk-count", 2, "--output", output)[0] == 0
    assert load(output).lengths.tolist().count(9) == 4
    assert len(load(output)) == 10
    # Each is scaled by itself.
    command[-2:] = ["--clip-below", -60]
    assert run(*command, "--keep-partial-chunks", "--output", output)[0] == 0
    assert all(instance.max() == 1 for instance in load(output).instances())


def test_leaves_nothing_behind_after_an_unreadable_recording(run: Run, folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.nc"
    output.write_text("CDF, old")
    (folder / "fold_1/low/text.wav").write_text("this is no sound")
    code, _, stderr = run("preprocess", "--basedir", folder, "--output", output)
    assert code == 1
    assert "text.wav" in stderr
    assert output.read_text() == "CDF, old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out.nc"]


#: Those in `write_unusable` whose headers are in order.
DAMAGED = {"cut.flac", "hole.flac", "cut.mp3", "nan.wav", "infinite.wav", "large.wav"}


def test_counts_all_that_cannot_be_used_before_any_is_extracted(run: Run, folder: Path, tmp_path: Path) -> None:
    unusable = write_unusable(folder / "fold_1/low")
    write_audio(folder / "fold_2/low/short.wav", seconds=0.039)
    output, first = tmp_path / "out.nc", folder / "fold_1/low/cut.aiff"
    code, _, stderr = run("-q", "preprocess", "--basedir", folder, "--output", output)
    assert code == 1
    assert stderr == (
        f"audeep: {first} is truncated after 15950 samples: the file is shorter than its header says "
        f"({len(unusable.keys() - DAMAGED) + 1} of {len(unusable) + 5} recordings cannot be used); "
        "--on-error skip leaves such recordings out\n"
    )
    assert not output.exists()


@pytest.mark.parametrize("name", sorted(DAMAGED))
def test_stops_at_what_cannot_be_decoded(run: Run, folder: Path, tmp_path: Path, name: str) -> None:
    for other in write_unusable(folder / "fold_1/low").keys() - {name}:
        (folder / "fold_1/low" / other).unlink()
    code, _, stderr = run(
        "-q", "preprocess", "--basedir", folder, "--fixed-length", 1, "--output", tmp_path / "out.nc"
    )
    assert code == 1
    assert stderr.startswith(f"audeep: {folder / 'fold_1/low' / name} ")
    assert stderr.endswith("; --on-error skip leaves such recordings out\n")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize("slab", [32 * 2**20, 1])
def test_leaves_out_what_cannot_be_used(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slab: int
) -> None:
    monkeypatch.setattr("audeep.backend.data.features.SLAB_BYTES", slab)
    rng = np.random.default_rng(0)
    for index in range(8):
        soundfile.write(folder / f"fold_{1 + index % 2}/high/m{index}.wav", rng.uniform(-1, 1, 8000 + index), 8000)
    options = ["--fixed-length", 0.9, "--chunk-length", 0.4, "--chunk-count", 2]
    expected, output, other = tmp_path / "expected.nc", tmp_path / "out.nc", tmp_path / "other.nc"
    assert run("preprocess", "--basedir", folder, *options, "--output", expected)[0] == 0

    messages = write_unusable(folder / "fold_1/high") | write_unusable(folder / "fold_2/low")
    (folder / "fold_1/high/m.wav").mkdir()
    assert run("preprocess", "--basedir", folder, *options, "--output", output)[0] == 1
    command = ["-q", "preprocess", "--basedir", folder, *options, "--on-error", "skip"]
    code, stdout, stderr = run(*command, "--output", output)
    assert (code, stdout) == (0, "")
    *each, total = stderr.splitlines()
    assert total == f"{2 * len(messages)} of {2 * len(messages) + 12} recordings were left out"
    places = [f"fold_1/high/{name}" for name in sorted(messages)] + [
        f"fold_2/low/{name}" for name in sorted(messages)
    ]
    assert all(line.startswith(f"left out: {folder / place} ") for line, place in zip(each, places, strict=True))
    ours, without = load(output), load(expected)
    listed = json.loads(ours.attrs["skipped"])
    assert describe(ours)["skipped_recordings"] == len(listed)
    assert [name for name, _ in listed] == places
    assert all(messages[Path(name).name] in reason for name, reason in listed)
    assert all(line.endswith(reason) for line, (_, reason) in zip(each, listed, strict=True))
    # All the rest is as if the others had never been there.
    assert ours.to_xarray().drop_attrs(deep=False).identical(without.to_xarray().drop_attrs(deep=False))
    assert {name: value for name, value in ours.attrs.items() if name != "skipped"} == without.attrs

    assert run(*command, "--jobs", 3, "--output", other)[0] == 0
    assert other.read_bytes() == output.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "expected.nc", "other.nc", "out.nc"]


def test_skip_is_fail_if_there_is_nothing_to_skip(run: Run, folder: Path, tmp_path: Path) -> None:
    for on_error in ("fail", "skip"):
        output = tmp_path / f"{on_error}.nc"
        assert run("preprocess", "--basedir", folder, "--on-error", on_error, "--output", output)[0] == 0
    assert (tmp_path / "fail.nc").read_bytes() == (tmp_path / "skip.nc").read_bytes()
    assert "skipped" not in load(tmp_path / "skip.nc").attrs


def test_in_python_too_there_is_nothing_but_fail_and_skip() -> None:
    with pytest.raises(OptionError, match=r"^`on_error`: 'ignore' is not one of FAIL, SKIP$"):
        ExtractionConfig(on_error="ignore")


@pytest.mark.parametrize("name", ["text.wav", "nan.wav"])
def test_leaving_out_all_is_an_error(run: Run, tmp_path: Path, name: str) -> None:
    unusable = write_unusable(tmp_path / "data/train/a")
    for other in unusable.keys() - {name}:
        (tmp_path / "data/train/a" / other).unlink()
    output = tmp_path / "out.nc"
    output.write_text("CDF, old")
    command = ["-q", "preprocess", "--basedir", tmp_path / "data", "--fixed-length", 1, "--output", output]
    code, _, stderr = run(*command, "--on-error", "skip", "--scale", "data-set")
    path = tmp_path / "data/train/a" / name
    assert (code, stderr) == (1, f"audeep: {path} {unusable[name]} (1 of 1 recordings cannot be used)\n")
    assert output.read_text() == "CDF, old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out.nc"]


def test_the_short_are_left_out_unless_they_are_padded(run: Run, folder: Path, tmp_path: Path) -> None:
    write_audio(folder / "fold_1/low/short.wav", seconds=0.039)
    command = ["-q", "preprocess", "--basedir", folder, "--on-error", "skip", "--output", tmp_path / "out.nc"]
    code, _, stderr = run(*command)
    assert code == 0
    assert "short.wav is too short (0.039 s) for a single window; set --fixed-length to pad it\n" in stderr
    assert len(load(tmp_path / "out.nc")) == 4
    code, _, stderr = run(*command, "--fixed-length", 0.5)
    assert (code, stderr) == (0, "")
    assert len(load(tmp_path / "out.nc")) == 5


def test_those_that_differ_are_not_left_out(run: Run, folder: Path, tmp_path: Path) -> None:
    command = ["preprocess", "--basedir", folder, "--on-error", "skip", "--output", tmp_path / "out.nc"]
    write_audio(folder / "fold_1/low/fast.wav", seconds=1, sample_rate=16000)
    code, _, stderr = run(*command)
    assert code == 1
    assert "--sample-rate" in stderr


def test_an_mp3_that_is_shorter_than_its_length_was_guessed_needs_a_fixed_length(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "data/train/a/a.mp3"
    path.parent.mkdir(parents=True)
    samples = np.zeros(44100)
    samples[22050:] = np.random.default_rng(0).uniform(-0.5, 0.5, 22050)
    soundfile.write(path, samples, 44100, bitrate_mode="VARIABLE", compression_level=0.5)
    content = path.read_bytes()
    # Without its first frame, which tells the length.
    path.write_bytes(content[content.index(content[:2], 4) :])
    command = ["-q", "preprocess", "--basedir", tmp_path / "data", "--output", tmp_path / "out.nc"]
    code, _, stderr = run(*command)
    assert code == 1
    assert "a.mp3 is shorter than its header says; set --fixed-length to pad it; --on-error skip" in stderr
    assert run(*command, "--fixed-length", 1)[0] == 0


def test_channels_and_rates_may_be_mixed_among_what_is_left_out(run: Run, tmp_path: Path) -> None:
    base = tmp_path / "data/train/a"
    for name, rate, channels in (("a.wav", 8000, 1), ("b.flac", 16000, 6), ("c.ogg", 22050, 2)):
        write_audio(base / name, seconds=1, sample_rate=rate, channels=channels)
    unusable = write_unusable(base)
    code, _, _ = run(
        "preprocess", "--basedir", tmp_path / "data", "--sample-rate", 8000, "--on-error", "skip",
        "--fixed-length", 1, "--output", tmp_path / "out.nc",
    )  # fmt: skip
    assert code == 0
    data = load(tmp_path / "out.nc")
    assert data.filename.tolist() == ["train/a/a.wav", "train/a/b.flac", "train/a/c.ogg"]
    assert set(data.features.values.mean(axis=1).argmax(axis=1)) <= {17, 18}
    assert len(json.loads(data.attrs["skipped"])) == len(unusable)


def test_file_names_may_be_anything(run: Run, tmp_path: Path) -> None:
    names = ["with space.wav", "line\nbreak.wav", "\N{DOG FACE} 犬.wav", "ä" * 125 + "x.wav"]
    base = tmp_path / "data/train/a"
    for name in names:
        write_audio(base / name, seconds=1)
    command = ["-q", "preprocess", "--basedir", tmp_path / "data", "--output", tmp_path / "out.nc"]
    assert run(*command) == (0, "", "")
    assert sorted(load(tmp_path / "out.nc").filename) == sorted(f"train/a/{name}" for name in names)

    (base / "line\nbreak.wav").write_text("no sound")
    write_audio(base / "x.wav", seconds=1).rename(base / os.fsdecode(b"\xff.wav"))
    code, _, stderr = run(*command)
    assert code == 1
    assert stderr.count("\n") == 1
    assert "line break.wav cannot be read: Format not recognised (2 of 5 recordings" in stderr
    code, _, stderr = run(*command, "--on-error", "skip")
    assert code == 0
    assert stderr.splitlines() == [
        f"left out: {base / 'line break.wav'} cannot be read: Format not recognised",
        f"left out: {base}/\\xff.wav has a name that is not valid text",
        "2 of 5 recordings were left out",
    ]
    data = load(tmp_path / "out.nc")
    assert len(data) == 3
    assert [name for name, _ in json.loads(data.attrs["skipped"])] == [
        "train/a/line\nbreak.wav",
        "train/a/\\udcff.wav",
    ]


def test_labels_are_text(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "fold_1/low").rename(folder / "fold_1" / os.fsdecode(b"\xff"))
    code, _, stderr = run(
        "-q", "preprocess", "--basedir", folder, "--on-error", "skip", "--output", tmp_path / "out.nc"
    )
    assert code == 1
    assert stderr.count("\n") == 1
    assert "x.wav has a label that is not valid text" in stderr


def test_folders_above_may_be_named_anything(run: Run, tmp_path: Path) -> None:
    write_audio(tmp_path / "data/train/a/a.wav", seconds=1)
    base = (tmp_path / "data").rename(tmp_path / os.fsdecode(b"\xff\n"))
    assert run("-q", "preprocess", "--basedir", base, "--output", tmp_path / "out.nc") == (0, "", "")
    assert load(tmp_path / "out.nc").filename.tolist() == ["train/a/a.wav"]


def write_channels(path: Path, frequencies: list[int]) -> None:
    """Write a second at 8 kHz, with a sine of another frequency in each channel."""
    path.parent.mkdir(parents=True, exist_ok=True)
    time = np.arange(8000)[:, np.newaxis] / 8000
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * time * np.array(frequencies)), 8000)


def loudest(path: Path) -> list[int]:
    """Return the frequency of the loudest bin of each instance, in Hz; bins are 25 Hz wide."""
    return (25 * load(path).features.values.mean(axis=1).argmax(axis=1)).tolist()


def test_a_channel_by_its_number(run: Run, tmp_path: Path) -> None:
    base, output = tmp_path / "data", tmp_path / "out.nc"
    write_channels(base / "train/x/three.wav", [500, 1000, 2000])
    write_channels(base / "train/x/two.wav", [750, 1500])
    command = ["-q", "preprocess", "--basedir", base, "--output", output]
    for channel, expected in ((0, [500, 750]), (1, [1000, 1500])):
        assert run(*command, "--channels", channel) == (0, "", "")
        assert loudest(output) == expected
        assert load(output).spectrograms["channels"] == channel
        assert "channel" not in load(output).to_xarray() or not load(output).has_channels
    assert run(*command, "--channels", 2, "--on-error", "skip") == (
        0,
        "",
        f"left out: {base / 'train/x/two.wav'} has 2 channels, so no channel 2 (counted from 0)\n"
        "1 of 2 recordings were left out\n",
    )
    assert loudest(output) == [2000]


def test_each_channel_becomes_an_instance(run: Run, tmp_path: Path) -> None:
    base, output = tmp_path / "data", tmp_path / "out.nc"
    write_channels(base / "train/x/three.wav", [500, 1000, 2000])
    write_channels(base / "train/x/two.wav", [750, 1500])
    (base / "train/x/wrong.wav").write_text("no sound")
    chunks = ["--chunk-length", 0.4, "--chunk-count", 2]
    command = ["-q", "preprocess", "--basedir", base, "--channels", "each", "--on-error", "skip"]
    assert run(*command, *chunks, "--output", output)[0] == 0
    data = load(output)
    assert data.filename.tolist() == ["train/x/three.wav"] * 6 + ["train/x/two.wav"] * 4
    assert data.channel.tolist() == [0, 0, 1, 1, 2, 2, 0, 0, 1, 1]
    assert data.chunk_nr.tolist() == [0, 1] * 5
    assert loudest(output) == [500, 500, 1000, 1000, 2000, 2000, 750, 750, 1500, 1500]
    assert run("-q", "validate", "--input", output)[0] == 0
    code, out, _ = run("inspect", "netcdf", "--input", output, "-f", "json")
    assert (code, json.loads(out)["channels_per_file"]) == (0, {"minimum": 2, "maximum": 3})
    for channel in (0, 1):
        one = tmp_path / "one.nc"
        assert run("-q", *command[1:-3], channel, *command[-2:], *chunks, "--output", one)[0] == 0
        same = data.select(data.channel == channel)
        np.testing.assert_array_equal(same.features.values, load(one).features.values)
    assert run("-q", *command[1:], "--pretend", 0, "--plot", tmp_path / "plot.png")[0] == 0


def test_segments_and_channels_from_a_table(run: Run, tmp_path: Path) -> None:
    base, output = tmp_path / "data", tmp_path / "out.nc"
    write_channels(base / "a.wav", [500, 1000])
    write_channels(base / "b.wav", [2000])
    rows = ["a.wav,owl,0,0.5,0", "a.wav,wren,0.5,,1", "b.wav,owl,0.25,0.75,"]
    (tmp_path / "birds.tsv").write_text("\n".join(["file,species,start,end,channel", *rows]).replace(",", "\t"))
    table = ["--basedir", base, "--table", tmp_path / "birds.tsv", "--column", "label=species"]
    assert run("-q", "preprocess", *table, "--fixed-length", 0.5, "--output", output) == (0, "", "")
    data = load(output)
    assert data.filename.tolist() == ["a.wav#t=0,0.5", "a.wav#t=0.5", "b.wav#t=0.25,0.75"]
    assert data.label_nominal.tolist() == ["owl", "wren", "owl"]
    np.testing.assert_array_equal(data.channel, [0, 1, np.nan])
    np.testing.assert_array_equal(data.start, [0, 0.5, 0.25])
    np.testing.assert_array_equal(data.end, [0.5, np.nan, 0.75])
    assert loudest(output) == [500, 1000, 2000]
    code, out, _ = run(
        "-q", "inspect", "raw", *table, "-f", "json", "-c", "number_of_segments", "-c", "total_length"
    )
    assert (code, json.loads(out)) == (0, {"number_of_segments": 3, "total_length": 1.5})


def test_a_file_that_is_only_in_the_table_can_be_left_out(run: Run, tmp_path: Path) -> None:
    write_audio(tmp_path / "a.wav", seconds=1)
    (tmp_path / "metadata.csv").write_text("path,label\na.wav,x\nb.wav,y\n")
    command = ["-q", "preprocess", "--basedir", tmp_path, "--output", tmp_path / "out.nc"]
    code, _, stderr = run(*command)
    assert code == 1
    assert stderr.splitlines() == [
        f"1 of 2 rows have no file: {tmp_path / 'b.wav'}",
        f"audeep: {tmp_path / 'b.wav'} cannot be read: No such file or directory (1 of 2 recordings cannot be used)"
        "; --on-error skip leaves such recordings out",
    ]
    assert run(*command, "--on-error", "skip")[0] == 0
    assert load(tmp_path / "out.nc").filename.tolist() == ["a.wav"]


@pytest.mark.parametrize("extension", long_except(["png", "pdf", "svg"], "png"))
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


# By default, the test of the layouts of ESC-10 reads the real recordings.
@pytest.mark.long
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
