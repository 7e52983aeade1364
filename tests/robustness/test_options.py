"""Mistakes on the command line are found before anything is done, and told in one line."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.robustness.commands import COMMANDS, FIT, GENERATE, TRAIN
from tests.robustness.test_kills import contents, words

PREPROCESS, MODIFY, TSNE = COMMANDS["preprocess"], COMMANDS["modify"], COMMANDS["visualize tsne"]
EVALUATE = {
    "svm": "svm evaluate --input v.nc --complexity 1 --cross-validate",
    "mlp": "mlp evaluate --input v.nc --cross-validate",
}
TRAINING = {f"{kind} train": line for kind, line in (TRAIN | FIT).items()}
NO_NUMBERS = ("nan", "inf", "x", "")
#: Options, each with values that it must refuse, and command lines that have it.
RANGES: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "--window-width": (("0", "-1", *NO_NUMBERS), [PREPROCESS]),
    "--window-overlap": (("-0.01", "0.04", "1", *NO_NUMBERS), [PREPROCESS]),
    "--mel-spectrum": (("0", "-1", "1.5", *NO_NUMBERS), [PREPROCESS]),
    "--chunk-length": (("0", "-1", "0.01", "0.1", *NO_NUMBERS), [PREPROCESS]),
    "--chunk-count": (("0", "-1", "1.5", "2", *NO_NUMBERS), [PREPROCESS]),
    "--fixed-length": (("0", "-1", "0.001", *NO_NUMBERS), [PREPROCESS]),
    "--clip-below": (("0", "10", *NO_NUMBERS), [PREPROCESS]),
    "--clip-above": (NO_NUMBERS, [PREPROCESS]),
    "--sample-rate": (("0", "-8000", "1e9", "1.5", *NO_NUMBERS), [PREPROCESS]),
    "--channels": (("x", "", "-1", "1.5"), [PREPROCESS]),
    "--column": (("x", "label=", "kind=a", ""), [PREPROCESS, "inspect raw --basedir data"]),
    "--jobs": (("0", "-1", "1.5", *NO_NUMBERS), [PREPROCESS]),
    "--pretend": (("-1", "1.5", "99", *NO_NUMBERS), [PREPROCESS]),
    "--on-error": (("x", ""), [PREPROCESS]),
    "--batch-size": (("0", "-1", "1.5", *NO_NUMBERS), [*TRAIN.values(), *GENERATE.values()]),
    "--num-epochs": (("0", "-1", "1.5", *NO_NUMBERS), [*TRAIN.values(), EVALUATE["mlp"]]),
    "--learning-rate": (("0", "-1", "1e308", *NO_NUMBERS), [*TRAIN.values(), EVALUATE["mlp"], TSNE]),
    "--checkpoints-to-keep": (("0", "-1", "1.5", *NO_NUMBERS), [*TRAIN.values()]),
    "--keep-prob": (("0", "-0.1", "1.1", *NO_NUMBERS), [*TRAIN.values(), EVALUATE["mlp"]]),
    "--num-layers": (("-1", "1.5", *NO_NUMBERS), [TRAIN["t-rae"], TRAIN["f-rae"], EVALUATE["mlp"]]),
    "--num-units": (("0", "-1", "1.5", *NO_NUMBERS), [TRAIN["t-rae"], TRAIN["f-rae"], EVALUATE["mlp"]]),
    "--num-t-units": (("0", "-1", "1.5", *NO_NUMBERS), [TRAIN["ft-rae"]]),
    "--encoder-noise": (("-0.1", "1.1", *NO_NUMBERS), [TRAIN["t-rae"], TRAIN["f-rae"]]),
    "--t-feed-previous-prob": (("-0.1", "1.1", *NO_NUMBERS), [TRAIN["ft-rae"]]),
    "--kernels": (("x", ""), [FIT["dictionary"]]),
    "--num-kernels": (("0", "-1", "1.5", *NO_NUMBERS), [FIT["dictionary"]]),
    "--kernel-shapes": (("3", "3x", "1x1", "3x3@0", "x", ""), [FIT["dictionary"]]),
    "--patches": (("0", "1", "-1", "1.5", *NO_NUMBERS), [FIT["dictionary"]]),
    "--num-bands": (("0", "-1", "1.5", *NO_NUMBERS), [FIT["dictionary"]]),
    "--pooling": (("x", ""), [GENERATE["t-rae"]]),
    "--layers": (("0", "-1", "1.5", *NO_NUMBERS), [GENERATE["t-rae"]]),
    "--reference": (("x", ""), [PREPROCESS]),
    "--scale": (("x", ""), [PREPROCESS]),
    "--scale-range": ((*NO_NUMBERS,), [PREPROCESS]),
    "--cell": (("x", ""), [*TRAIN.values()]),
    "--strategy": (("x", ""), [*TRAIN.values()]),
    "--freq-window-width": (("0", "-1", "1", "1.5", *NO_NUMBERS), [TRAIN["f-rae"], TRAIN["ft-rae"]]),
    "--freq-window-overlap": (("-1", "3", "9", "1.5", *NO_NUMBERS), [TRAIN["f-rae"], TRAIN["ft-rae"]]),
    "--complexity": (("0", "-1", *NO_NUMBERS), [EVALUATE["svm"], COMMANDS["svm predict"], COMMANDS["compare"]]),
    "--early-stopping": (
        ("0", "-1", "1.5", *NO_NUMBERS),
        [EVALUATE["mlp"], COMMANDS["mlp predict"], *TRAIN.values()],
    ),
    "--validation-fraction": (("0", "-0.1", "1", *NO_NUMBERS), [EVALUATE["mlp"], *TRAIN.values()]),
    "--validation-partitions": (("x", ""), [*TRAIN.values()]),
    "--validation-fold": (("0", "-1", "1.5", *NO_NUMBERS), [*TRAIN.values()]),
    "--learning-rate-schedule": (("x", ""), [*TRAIN.values()]),
    "--confidence": (("0", "-0.1", "1", *NO_NUMBERS), [COMMANDS["compare"]]),
    "--resamples": (("0", "-1", "1.5", *NO_NUMBERS), [COMMANDS["compare"]]),
    "--classifier": (("x", ""), [COMMANDS["compare"]]),
    "--repeat": (("0", "-1", "1.5", *NO_NUMBERS), [*EVALUATE.values()]),
    "--train-partitions": (("x", "", "TRAIN"), [*EVALUATE.values()]),
    "--partitions": (("x", ""), [COMMANDS["upsample"]]),
    "--add-partitioning": (("x", ""), [MODIFY]),
    "--add-cv-setup": (("1", "0", "-1", "1.5", *NO_NUMBERS), [MODIFY]),
    "--perplexity": (("0", "-1", "24", "99", *NO_NUMBERS), [TSNE]),
    "--format": (("x", ""), [COMMANDS["export"]]),
    "--layout": (("x", ""), [COMMANDS["export"]]),
    "--seed": (
        ("-1", "4294967296", "1.5", *NO_NUMBERS),
        [
            *TRAIN.values(),
            *FIT.values(),
            *EVALUATE.values(),
            COMMANDS["svm predict"],
            COMMANDS["mlp predict"],
            MODIFY,
            TSNE,
        ],
    ),
}
#: Contradictions, and the options that the message must name.
CONTRADICTIONS = [
    (f"{PREPROCESS} --window-width 0.02 --window-overlap 0.03", ["--window-width", "--window-overlap"]),
    (f"{PREPROCESS} --chunk-length 1", ["--chunk-length", "--chunk-count"]),
    (f"{PREPROCESS} --chunk-count 1", ["--chunk-length", "--chunk-count"]),
    (f"{PREPROCESS} --keep-partial-chunks", ["--keep-partial-chunks", "--chunk-length"]),
    (f"{PREPROCESS} --fixed-length 0.01", ["--fixed-length", "--window-width"]),
    (f"{PREPROCESS} --clip-above -50 --clip-below -40", ["--clip-above", "--clip-below"]),
    (f"{PREPROCESS} --plot x.png", ["--plot", "--pretend"]),
    (f"{PREPROCESS} --pretend 0 --jobs 1 --scheduler tcp://127.0.0.1:1", ["--jobs", "--scheduler"]),
    (f"{PREPROCESS} --jobs 1 --scheduler tcp://127.0.0.1:1", ["--jobs", "--scheduler"]),
    (f"{TRAIN['t-rae']} --early-stopping 3", ["--early-stopping", "--validation-fraction"]),
    (f"{TRAIN['t-rae']} --validation-fold 1 --validation-fraction 0.1", ["--validation-fo", "--validation-fr"]),
    (f"{TRAIN['f-rae']} --freq-window-overlap 3", ["--freq-window-width", "--freq-window-overlap"]),
    (f"{MODIFY} --remove-cv-setup", ["--add-cv-setup", "--remove-cv-setup"]),
    (f"{MODIFY} --add-partitioning TRAIN --remove-partitioning", ["--add-partitioning", "--remove-partitioning"]),
    (f"{MODIFY} --add-partitioning TRAIN TRAIN", ["--add-partitioning"]),
    (f"{EVALUATE['svm']} --eval-partitions TEST", ["--cross-validate", "--eval-partitions"]),
    ("svm evaluate --input v.nc --complexity 1", ["--cross-validate", "--train-partitions", "--eval-partitions"]),
    ("svm evaluate --input v.nc --complexity 1 --train-partitions TRAIN", ["--eval-partitions"]),
    (f"{COMMANDS['compare']} --num-epochs 3", ["--num-epochs", "--classifier"]),
    (f"{COMMANDS['compare']} --names a", ["--names"]),
    ("compare --input v.nc --cross-validate", ["--input"]),
    (f"{GENERATE['t-rae']} --steps 1 2", ["--steps", "--output"]),
    (f"{GENERATE['t-rae']} --layers 1", ["--layers", "--pooling"]),
    ("cnn evaluate --input v.nc --cross-validate --freeze", ["--freeze", "--encoder"]),
    ("cnn train --input v.nc --output c --encoder logs --num-blocks 2", ["--num-blocks", "--encoder"]),
    ("cnn train --input v.nc --output c --encoder logs --plot-filters p.png", ["--plot-filters", "--encoder"]),
    (f"{PREPROCESS} --scale-range -60 0", ["--scale-range", "--scale"]),
    (f"{PREPROCESS} --scale data-set --scale-range 0 -60", ["--scale-range"]),
    (f"{TRAIN['t-rae']} --num-layers 0", ["--num-layers"]),
    (f"{PREPROCESS} --waveform --mel-spectrum 8 --scale NONE", ["--waveform", "--mel-spectrum", "--scale"]),
    (f"{PREPROCESS} --waveform --like run", ["--waveform", "--like"]),
    ("import --basedir data --output new.nc", ["--name"]),
    ("import --basedir data --output new.nc --name x --class-labels x.csv", ["--class-labels", "--format"]),
    ("import --basedir data --output new.nc --name x --format audioset", ["--name", "--format"]),
    (
        "import --basedir data --output new.nc --format audioset --filename-attribute x",
        ["--filename-attribute", "--format"],
    ),
]
#: Commands with a file as input and another as output, and the option of each.
IN_AND_OUT = {
    "fuse": ("--input", "--output"),
    "fuse chunks": ("--input", "--output"),
    "upsample": ("--input", "--output"),
    "modify": ("--input", "--output"),
    "svm predict": ("--train-input", "--output"),
    "mlp predict": ("--train-input", "--output"),
    "svm evaluate": ("--input", "--plot"),
    "compare": ("--input", "--plot"),
    "visualize tsne": ("--input", "--plot"),
    "visualize map": ("--input", "--output"),
}


@pytest.fixture(autouse=True)
def in_material(material: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Work in the folder of the material, which must not change."""
    monkeypatch.chdir(material)
    before = contents(material)
    yield
    assert contents(material) == before


def one_line(result: tuple[int, str, str], code: int) -> str:
    """Return the only line that was printed, to standard error."""
    assert (result[0], result[1], result[2].count("\n")) == (code, "", 1), result
    return result[2]


@pytest.mark.parametrize("option", RANGES)
def test_values_out_of_range(option: str, run: Run, tmp_path: Path) -> None:
    values, lines = RANGES[option]
    for line in lines:
        for value in values:
            message = one_line(run("-q", *words(line, tmp_path / "out"), f"{option}={value}"), 2)
            assert option in message
    assert not contents(tmp_path)


@pytest.mark.parametrize(("line", "options"), CONTRADICTIONS)
def test_contradictions(line: str, options: list[str], run: Run, tmp_path: Path) -> None:
    message = one_line(run("-q", *words(line, tmp_path / "out")), 2)
    assert all(option in message for option in options)
    assert not contents(tmp_path)


@pytest.mark.parametrize("command", IN_AND_OUT)
def test_an_output_that_is_an_input(command: str, run: Run, material: Path, tmp_path: Path) -> None:
    input_option, output_option = IN_AND_OUT[command]
    line = words(COMMANDS[command], tmp_path)
    name = line[line.index(input_option) + 1]
    (tmp_path / "link.nc").symlink_to(material / name)
    for path in (name, material / name, f"../{material.name}/{name}", tmp_path / "link.nc"):
        message = one_line(run("-q", *line, output_option, path), 2)
        assert input_option in message
        assert output_option in message
        assert "different files" in message
    assert (tmp_path / "link.nc").is_symlink()


def test_a_table_is_not_replaced_by_what_it_is_imported_to(run: Run) -> None:
    line = words(COMMANDS["import"], "out")
    for path in ("tables/fold_1/v.csv", "tables/v.audeep.json"):
        assert f"{path} exists and is not an auDeep data set" in one_line(run("-q", *line, "--output", path), 1)


def test_a_data_set_is_not_replaced_by_its_table(run: Run, material: Path, tmp_path: Path) -> None:
    shutil.copy(material / "chunks.nc", tmp_path / "x.csv")
    before = contents(tmp_path)
    line = f"-q export --input {tmp_path}/x.csv --format csv --output {tmp_path}".split()
    assert "would overwrite the data set" in one_line(run(*line), 2)
    assert contents(tmp_path) == before


def test_a_recording_is_not_replaced_by_its_spectrogram(run: Run, material: Path, tmp_path: Path) -> None:
    recording = next((material / "data").rglob("*.wav"))
    (tmp_path / "link.nc").symlink_to(recording)
    for path in (recording.relative_to(material), tmp_path / "link.nc"):
        line = words(PREPROCESS, "out")
        assert f"{path} exists and is not an auDeep data set" in one_line(run("-q", *line, "--output", path), 1)


@pytest.mark.parametrize("command", COMMANDS)
def test_outputs_that_cannot_be_written(command: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for out in (tmp_path / "file", "/proc/none"):
        message = one_line(run("-q", *words(COMMANDS[command], out)), 1)
        assert "cannot " in message
        assert str(out) in message
    # These write into a folder.
    if command not in ("export", "svm train"):
        option = "--plot" if "--plot" in COMMANDS[command] else "--output"
        folder = tmp_path / ("folder.png" if option == "--plot" else "folder")
        folder.mkdir(exist_ok=True)
        assert "is a folder" in one_line(run("-q", *words(COMMANDS[command], tmp_path), option, folder), 1)
    assert contents(tmp_path) == {"file": b""}


@pytest.mark.parametrize("command", [*COMMANDS, *GENERATE, *TRAINING])
def test_inputs_that_are_not_there(command: str, run: Run, tmp_path: Path) -> None:
    line = words({**COMMANDS, **GENERATE, **TRAINING}[command], tmp_path / "out")
    options = [word for word in line if word in ("--input", "--train-input", "--eval-input", "--basedir")]
    for option in options:
        for path in (tmp_path / "none", tmp_path):
            message = one_line(
                run("-q", *line, option, path, *([path] if command in ("fuse", "compare") else [])), 1
            )
            assert str(path) in message
    assert not contents(tmp_path)
