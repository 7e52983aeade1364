"""The command line against the manual of the original: every option, its default, whether it must be given.

``required`` must be given, ``flag`` takes no value, ``-`` has no default, ``...`` takes several values.
In the manual, predict requires ``--train-input`` and ``--complexity``; here, ``--classifier`` replaces them.
The default of ``--perplexity`` is 50, as in the manual, but lower where there are few instances.
"""

import argparse
import pkgutil
from collections.abc import Iterator

import pytest

from tests.helpers.command_lines import application, parser_of

RAW = """
    --basedir                   required
    --parser                    audeep.backend.parsers.MetaParser
"""
TRAIN = """
    --batch-size                64
    --num-epochs                10
    --learning-rate             1e-3
    --run-name                  test-run
    --input...                  required
    --tempdir                   -
    --continue                  flag
    --checkpoints-to-keep       -
"""
RECURRENT = """
    --num-layers                1
    --num-units                 16
    --bidirectional-encoder     flag
    --bidirectional-decoder     flag
    --keep-prob                 0.8
    --encoder-noise             0.0
    --feed-previous-prob        0.0
    --cell                      GRU
"""
WINDOWS = """
    --freq-window-width         32
    --freq-window-overlap       24
"""
GENERATE = """
    --model-dir                 required
    --steps...                  -
    --input                     required
    --output...                 required
    --batch-size                -
"""
EVALUATE = """
    --input                     required
    --cross-validate            flag
    --train-partitions...       -
    --eval-partitions...        -
    --repeat                    1
    --upsample                  flag
    --majority-vote             flag
"""
PREDICT = """
    --train-input               -
    --train-partitions...       -
    --eval-input                required
    --eval-partitions...        -
    --upsample                  flag
    --majority-vote             flag
    --output                    required
"""
SVM = """
    --complexity                required
"""
MLP = """
    --num-epochs                400
    --learning-rate             1e-3
    --num-layers                2
    --num-units                 150
    --keep-prob                 0.6
    --shuffle                   flag
"""
INPUT = """
    --input                     required
"""
OUTPUT = """
    --output                    required
"""
DIMENSION = """
    --dimension                 generated
"""

MANUAL = {
    "preprocess": f"""
        {RAW}
        --output                ./spectrograms.nc
        --window-width          0.04
        --window-overlap        0.02
        --mel-spectrum          -
        --chunk-length          -
        --clip-above            -
        --clip-below            -
        --chunk-count           -
        --channels              MEAN
        --fixed-length          -
        --center-fixed          flag
        --pretend               -
    """,
    "t-rae train": f"""
        {TRAIN} {RECURRENT}
        --mask-silence          flag
    """,
    "f-rae train": f"{TRAIN} {WINDOWS} {RECURRENT}",
    "ft-rae train": f"""
        {TRAIN} {WINDOWS}
        --num-f-layers          1
        --num-f-units           64
        --num-t-layers          2
        --num-t-units           128
        --bidirectional-f-encoder   flag
        --bidirectional-f-decoder   flag
        --bidirectional-t-encoder   flag
        --bidirectional-t-decoder   flag
        --keep-prob             0.8
        --cell                  GRU
        --f-encoder-noise       0.0
        --t-encoder-noise       0.0
        --f-feed-previous-prob  0.0
        --t-feed-previous-prob  0.0
    """,
    # The manual has 500 as the batch size; we take fewer where 500 would take too much memory.
    "t-rae generate": GENERATE,
    "f-rae generate": GENERATE,
    "ft-rae generate": GENERATE,
    "svm evaluate": f"{EVALUATE} {SVM}",
    "svm predict": f"""
        {PREDICT}
        --complexity            -
    """,
    "mlp evaluate": f"{EVALUATE} {MLP}",
    "mlp predict": f"{PREDICT} {MLP}",
    "export": f"""
        {INPUT} {OUTPUT}
        --format                required
        --labels-last           flag
        --name                  -
    """,
    # The manual requires --name, and so do we for all that the original imports: see test_exchange.py.
    "import": f"""
        {OUTPUT}
        --basedir               required
        --name                  -
        --filename-attribute        filename
        --chunk-nr-attribute        chunk_nr
        --label-nominal-attribute   label_nominal
        --label-numeric-attribute   label_numeric
    """,
    "upsample": f"""
        {INPUT} {OUTPUT}
        --partitions...         -
    """,
    "modify": f"""
        {INPUT} {OUTPUT}
        --add-cv-setup          -
        --remove-cv-setup       flag
        --add-partitioning...   -
        --remove-partitioning   flag
    """,
    "fuse": f"""
        {DIMENSION} {OUTPUT}
        --input...              required
    """,
    "fuse chunks": f"{INPUT} {DIMENSION} {OUTPUT}",
    "inspect raw": RAW,
    "inspect netcdf": f"""
        {INPUT}
        --instance              -
        --detailed-folds        flag
    """,
    "validate": f"""
        {INPUT}
        --detailed              flag
    """,
    "visualize tsne": f"""
        {INPUT}
        --perplexity            -
        --learning-rate         1000
    """,
}

COMMON = """
    -v                          flag
    --verbose                   flag
    -q                          flag
    --quiet                     flag
    --log-file                  -
    -h                          flag
    --help                      flag
    --version                   flag
"""


def rows(table: str) -> Iterator[tuple[str, str]]:
    """Yield each option of a table with what the manual says of it."""
    words = table.split()
    yield from zip(words[::2], words[1::2], strict=True)


OPTIONS = [(command, *row) for command, table in MANUAL.items() for row in rows(table)]


def action_of(parser: argparse.ArgumentParser, option: str) -> argparse.Action:
    """Find an option by its exact name."""
    return next(action for action in parser._actions if option in action.option_strings)


def check(action: argparse.Action, expected: str, several: bool) -> None:
    """Compare an option with what the manual says of it."""
    assert action.required == (expected == "required")
    assert action.nargs == (0 if expected == "flag" else "+" if several else None)
    if expected in ("required", "-"):
        assert action.default is None
    elif expected != "flag":
        convert = action.type if callable(action.type) else str
        assert action.default == convert(expected)


@pytest.mark.parametrize("command", MANUAL)
def test_command_is_there(command: str) -> None:
    # The words of a command may be abbreviated, so that its parser would be that of another.
    assert command in application().command_manager.commands
    parser_of(command)


@pytest.mark.parametrize(("command", "option", "expected"), OPTIONS, ids=[" ".join(row) for row in OPTIONS])
def test_option(command: str, option: str, expected: str) -> None:
    parser = parser_of(command)
    action = action_of(parser, option.removesuffix("..."))
    if option == "--parser":
        # The manual names the class where the package offers it, we name it where it is defined.
        assert pkgutil.resolve_name(action.default) is pkgutil.resolve_name(expected)
        expected = action.default
    check(action, expected, several=option.endswith("..."))
    if expected == "flag":
        assert parser.get_default(action.dest) is False


@pytest.mark.parametrize(("option", "expected"), list(rows(COMMON)))
def test_common_option(option: str, expected: str) -> None:
    check(action_of(application().parser, option), expected, several=False)


@pytest.mark.parametrize("command", MANUAL)
def test_nothing_else_is_required(command: str) -> None:
    wanted = {option.removesuffix("...") for option, expected in rows(MANUAL[command]) if expected == "required"}
    found = {action.option_strings[0] for action in parser_of(command)._actions if action.required}
    assert found == wanted
