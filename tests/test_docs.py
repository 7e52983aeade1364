"""The documentation: examples work, command lines parse, links lead somewhere, and nothing is left out."""

import doctest
import importlib
import inspect
import re
import shutil
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

import audeep
from audeep import DataSet
from audeep.backend.data import schema
from audeep.backend.data.integrity import constraints
from audeep.backend.data.schema import Partition, Split
from audeep.backend.errors import ParseError
from audeep.backend.options import Config
from audeep.backend.parsers import conventions
from audeep.backend.parsers.columns import collect
from audeep.backend.parsers.meta import CANDIDATES
from audeep.backend.parsers.registry import find
from audeep.backend.training.architecture import Architecture
from tests.helpers.audio import write_tree
from tests.helpers.command_lines import application, command_lines, parse
from tests.helpers.selection import long_except

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
EXAMPLES = DOCS / "guide" / "examples"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "audeep").rglob("*.py")
    if ">>>" in path.read_text(encoding="utf-8")
)
COMMANDS = sorted(point.name.replace("_", " ") for point in entry_points(group="audeep.commands"))
#: Pages whose examples are one session of Python.
SESSIONS = ["python/index.md", "guide/embedding.md", "guide/scikit-learn.md"]
#: Folders of models trained by examples, by their data and settings.
RUNS: dict[tuple[bytes, str], Path] = {}
#: Characters in a line of code that fit on a page.
WIDTH = 80


def page_name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def code_blocks(text: str) -> list[str]:
    """Return the code between fences, which is not the text of directives, and that in indented blocks."""
    fences = re.compile(r"^```(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
    fenced = [block for info, block in fences.findall(text) if not info.startswith("{")]
    return fenced + re.findall(r"^    (.*)$", fences.sub("", text), re.MULTILINE)


COMMAND_LINES = [
    pytest.param(line, id=f"{page_name(page)}: {line}")
    for page in PAGES
    for line in command_lines(page.read_text(encoding="utf-8"))
    # The application answers these itself.
    if not re.fullmatch(r"audeep (--version|--help)", line)
]


@pytest.fixture
def trained_once(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let examples that train the same model share one training."""
    train = audeep.train

    def train_or_copy(
        data: DataSet, run_name: str, architecture: Architecture, config: Any = None, *, seed: int
    ) -> Path:
        settings = (architecture, architecture.training_config(config), seed)
        key = data.features.values.tobytes(), repr(settings)
        if key not in RUNS:
            RUNS[key] = train(data, tmp_path_factory.mktemp("run"), *settings[:2], seed=seed)
        shutil.copytree(RUNS[key].parent, run_name)
        return Path(run_name, RUNS[key].name)

    monkeypatch.setattr(audeep, "train", train_or_copy)


@pytest.mark.usefixtures("trained_once")
@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.usefixtures("trained_once")
@pytest.mark.parametrize("page", long_except(SESSIONS, "python/index.md", "guide/embedding.md"))
def test_examples_of_the_python_interface(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [
        f"fold_{fold}/{sound}/{number}.wav" for fold in (1, 2) for sound in ("chirp", "hum") for number in (0, 1)
    ]
    write_tree(tmp_path / "recordings", files)
    monkeypatch.chdir(tmp_path)
    # All blocks are one session.
    session = "\n".join(code_blocks((DOCS / page).read_text(encoding="utf-8")))
    test = doctest.DocTestParser().get_doctest(session, {}, page, None, 0)
    result = doctest.DocTestRunner().run(test)
    assert result.attempted > 10
    assert result.failed == 0


def test_the_python_interface_is_described() -> None:
    text = (DOCS / "python" / "reference.md").read_text(encoding="utf-8")
    assert set(audeep.__all__) <= set(re.findall(r"^   (\w+)$", text, re.MULTILINE))


def sections(documented: Any) -> set[str]:
    """Return the titles of a numpydoc docstring."""
    return set(re.findall(r"^(\w+)\n---+$", inspect.getdoc(documented) or "", re.MULTILINE))


@pytest.mark.parametrize("name", sorted(audeep.__all__))
def test_docstrings_are_complete(name: str) -> None:
    documented = getattr(audeep, name)
    assert "Examples" in sections(documented)
    if inspect.isfunction(documented):
        assert sections(documented) >= {"Parameters", "Returns", "Raises"}
    if inspect.isclass(documented) and issubclass(documented, Config):
        # After the parameters, which are made from the fields.
        assert re.search(r"^Parameters\n.*^Examples\n", inspect.getdoc(documented) or "", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_command_lines_parse(line: str) -> None:
    parse(line)


def test_all_commands_are_described() -> None:
    described = [
        name
        for page in sorted((DOCS / "commands").glob("*.md"))
        for name in re.findall(r"^## (.*)\n\n```\{eval-rst\}\n\.\. command:: \1$", page.read_text(), re.MULTILINE)
    ]
    assert sorted(described) == COMMANDS


def test_the_table_of_commands_says_what_the_help_says() -> None:
    def row(name: str) -> str:
        factory, _, _ = application().command_manager.find_command(name.split())
        sentence = factory(application(), None).get_description().partition("\n")[0]
        return f"[`{name}`](*.md#{name.replace(' ', '-')}) | {sentence}"

    text = (DOCS / "commands" / "index.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\[.*) \|$", text, re.MULTILINE)
    assert sorted(re.sub(r"\]\([\w-]+\.md", "](*.md", row) for row in rows) == sorted(map(row, COMMANDS))


def column_row(column: schema.Column) -> str:
    types = {str: "string", int: column.dtype, float: "float64"}
    missing = "none" if not column.may_be_missing else "empty string" if column.kind is str else "NaN"
    codes = ", ".join(f"{code.value} {code.name.lower()}" for code in column.codes or ())
    meaning = column.help + (f": {codes}" if codes else "") + ("" if column.required else "; a file may lack it")
    return f"| `{column.name}` | {', '.join(column.dims)} | {types[column.kind]} | {missing} | {meaning} |"


def test_the_data_model_is_described() -> None:
    lines = (DOCS / "guide" / "data-sets.md").read_text(encoding="utf-8").splitlines()
    expected = [*map(column_row, schema.COLUMNS.values())]
    expected += [f"{number}. {item.rule} (`{item.name}`)" for number, item in enumerate(constraints(), start=1)]
    assert [line for line in expected if line not in lines] == []


def test_the_columns_of_tables_are_described() -> None:
    text = (DOCS / "guide" / "parsers.md").read_text(encoding="utf-8")
    for column in conventions.COLUMNS.values():
        headings = ", ".join(f"`{name}`" for name in (column.name, *column.aliases))
        (values,) = re.findall(rf"^\| {column.name} \| {headings} \| (.*) \|$", text, re.MULTILINE)
        if column.name == "partition":
            assert set(re.findall("`(\\w+)`", values)) == {*conventions.PARTITIONS}
    (missing,) = re.findall(r"^most\. Nothing, (.*) stand for a missing value\.$", text, re.MULTILINE)
    assert {"", *re.findall("`(.+?)`", missing)} == conventions.MISSING


def test_the_order_of_parsers_is_described() -> None:
    text = (DOCS / "guide" / "parsers.md").read_text(encoding="utf-8")
    order = text.partition("It tries, in this order,")[2].partition("If none fits")[0]
    assert re.findall(r"`(\w+)`", order) == [candidate.__name__ for candidate in CANDIDATES]


def local_links(page: Path) -> Iterator[str]:
    """Find the links and pictures of a page, outside code, that lead to files."""
    text = re.sub(r"^```(.*\n)*?```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    yield from (link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link)


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub and MyST name them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in local_links(page):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_code_fits_on_the_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    lines = [line for block in code_blocks(text) for line in block.splitlines()]
    assert [line for line in lines if len(line) > WIDTH] == []


def test_sites_parser(tmp_path: Path) -> None:
    write_tree(tmp_path, ["wood/owl_1.wav", "wood/wren_1.wav", "field/owl_1.flac"], {"field/notes.txt": ""})
    recordings, metadata = collect(find(f"{EXAMPLES / 'sites_parser.py'}:SitesParser", tmp_path))
    assert [recording.path.name for recording in recordings] == ["owl_1.flac", "owl_1.wav", "wren_1.wav"]
    assert metadata["filename"].values.tolist() == ["field/owl_1.flac", "wood/owl_1.wav", "wood/wren_1.wav"]
    assert metadata["label_nominal"].values.tolist() == ["owl", "owl", "wren"]
    assert metadata["label_numeric"].values.tolist() == [0, 0, 1]
    held_out, trained = Split.VALID, Split.TRAIN
    assert metadata["cv_folds"].values.tolist() == [[held_out, trained], [trained, held_out], [trained, held_out]]
    write_tree(tmp_path, ["wood/wren.wav"])
    with pytest.raises(ParseError, match=r"SitesParser: .*wood/wren\.wav: recordings must be named SITE/SPECIES_"):
        collect(find(f"{EXAMPLES / 'sites_parser.py'}:SitesParser", tmp_path))


def test_list_parser(tmp_path: Path) -> None:
    name = f"{EXAMPLES / 'list_parser.py'}:ListParser"
    with pytest.raises(ParseError, match="ListParser"):
        collect(find(name, tmp_path))
    table = "file,label,partition\nb.wav,wren,train\nsub/a.ogg,owl,TEST\n"
    write_tree(tmp_path, ["b.wav", "sub/a.ogg"], {"list.csv": table})
    _, metadata = collect(find(name, tmp_path))
    assert metadata["filename"].values.tolist() == ["b.wav", "sub/a.ogg"]
    assert metadata["label_numeric"].values.tolist() == [1, 0]
    assert metadata["partition"].values.tolist() == [Partition.TRAIN, Partition.TEST]
    assert metadata.sizes["fold"] == 0
