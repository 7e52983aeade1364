"""The documentation: its examples work, its command lines parse, and nothing is left out."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

import audeep
from audeep.backend.data.schema import Partition, Split
from audeep.backend.errors import ParseError
from audeep.backend.parsers.columns import collect
from audeep.backend.parsers.registry import find
from tests.helpers.audio import write_tree
from tests.helpers.command_lines import command_lines, parse

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "audeep").rglob("*.py")
    if ">>>" in path.read_text(encoding="utf-8")
)
COMMAND_LINES = [
    pytest.param(line, id=f"{path.name}: {line}")
    for path in [ROOT / "README.md", *sorted(DOCS.glob("*.rst"))]
    for line in command_lines(path.read_text(encoding="utf-8"))
    # The application answers these itself.
    if not re.fullmatch(r"audeep (--version|--help)", line)
]


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0
    assert result.failed == 0


def test_examples_of_the_python_interface(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [
        f"fold_{fold}/{sound}/{number}.wav" for fold in (1, 2) for sound in ("chirp", "hum") for number in (0, 1)
    ]
    write_tree(tmp_path / "recordings", files)
    monkeypatch.chdir(tmp_path)
    result = doctest.testfile(str(DOCS / "api.rst"), module_relative=False)
    assert result.attempted > 20
    assert result.failed == 0


def test_the_python_interface_is_described() -> None:
    text = (DOCS / "api.rst").read_text(encoding="utf-8")
    described = set(re.findall(r"^\.\. auto\w+:: (\w+)$", text, re.MULTILINE))
    mentioned = set(re.findall(r"`audeep\.(\w+)[ `]", text))
    assert set(audeep.__all__) <= described | mentioned


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_command_lines_parse(line: str) -> None:
    parse(line)


def test_sites_parser(tmp_path: Path) -> None:
    write_tree(tmp_path, ["wood/owl_1.wav", "wood/wren_1.wav", "field/owl_1.flac"], {"field/notes.txt": ""})
    paths, metadata = collect(find(f"{DOCS / 'examples' / 'sites_parser.py'}:SitesParser", tmp_path))
    assert [path.name for path in paths] == ["owl_1.flac", "owl_1.wav", "wren_1.wav"]
    assert metadata["filename"].values.tolist() == ["field/owl_1.flac", "wood/owl_1.wav", "wood/wren_1.wav"]
    assert metadata["label_nominal"].values.tolist() == ["owl", "owl", "wren"]
    assert metadata["label_numeric"].values.tolist() == [0, 0, 1]
    held_out, trained = Split.VALID, Split.TRAIN
    assert metadata["cv_folds"].values.tolist() == [[held_out, trained], [trained, held_out], [trained, held_out]]
    write_tree(tmp_path, ["wood/wren.wav"])
    with pytest.raises(ParseError, match=r"SitesParser: .*wood/wren\.wav: recordings must be named SITE/SPECIES_"):
        collect(find(f"{DOCS / 'examples' / 'sites_parser.py'}:SitesParser", tmp_path))


def test_list_parser(tmp_path: Path) -> None:
    name = f"{DOCS / 'examples' / 'list_parser.py'}:ListParser"
    with pytest.raises(ParseError, match="ListParser"):
        collect(find(name, tmp_path))
    table = "file,label,partition\nb.wav,wren,train\nsub/a.ogg,owl,TEST\n"
    write_tree(tmp_path, ["b.wav", "sub/a.ogg"], {"labels.csv": table})
    _, metadata = collect(find(name, tmp_path))
    assert metadata["filename"].values.tolist() == ["b.wav", "sub/a.ogg"]
    assert metadata["label_numeric"].values.tolist() == [1, 0]
    assert metadata["partition"].values.tolist() == [Partition.TRAIN, Partition.TEST]
    assert metadata.sizes["fold"] == 0
