"""Tables with several labels a recording, and with continuous targets."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audeep.backend.data import schema
from audeep.backend.errors import OptionError, ParseError
from audeep.backend.parsers import ComParEParser, ESCParser, MetaParser, TableParser
from audeep.backend.parsers.base import FolderParser, InstanceMetadata
from audeep.backend.parsers.columns import collect
from audeep.backend.parsers.config import ParserConfig
from audeep.backend.parsers.label_sets import as_set
from audeep.backend.parsers.registry import find
from tests.helpers.audio import write_tree


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "data", ["a.wav", "b.wav", "c.wav"])


def sets(folder: Path, table: str) -> list[list[str] | None]:
    """Parse a table; return the set of labels of each recording."""
    (folder / "metadata.csv").write_text(table, encoding="utf-8")
    return [None if item.labels is None else [*item.labels] for item in TableParser(folder).parse()]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("path,label\na.wav,dog;rain\nb.wav,rain\nc.wav,\n", [["dog", "rain"], ["rain"], None]),
        ("path,label\na.wav,dog|rain\nb.wav,rain\n", [["dog", "rain"], ["rain"]]),
        ("path;class\na.wav;dog|rain\n", [["dog", "rain"]]),
        ('path,label\na.wav,"/m/09x0r,/t/dd00088"\nb.wav,/m/09x0r\n', [["/m/09x0r", "/t/dd00088"], ["/m/09x0r"]]),
        ('path,label\na.wav,"Speech, male;Rain"\nb.wav,"Dog, bark"\n', [["Speech, male", "Rain"], ["Dog, bark"]]),
        ("path,labels\na.wav,dog\nb.wav,rain\n", [["dog"], ["rain"]]),
        ('path,tags\na.wav,"dog, rain"\nb.wav,?\n', [["dog", "rain"], None]),
        ("path,label\na.wav, dog ;; dog;\nb.wav,;\n", [["dog"], []]),
    ],
)
def test_what_separates_labels(folder: Path, table: str, expected: list[list[str] | None]) -> None:
    assert sets(folder, table) == expected


def test_the_meta_parser_counts_the_labels_of_sets(folder: Path) -> None:
    (folder / "metadata.csv").write_text("path,labels,fold\na.wav,dog;rain,1\nb.wav,,2\nc.wav,dog;owl,2\n")
    assert MetaParser(folder).findings()["TableParser"] == "fits: 3 recordings, 3 labels, 2 folds"


def test_lists_in_json_are_sets(folder: Path) -> None:
    rows = ['{"path": "a.wav", "label": [" dog", "Speech; male", "dog"]}', '{"path": "b.wav", "label": []}']
    (folder / "metadata.jsonl").write_text("\n".join([*rows, '{"path": "c.wav", "label": "dog"}']))
    found = TableParser(folder).parse()
    assert [item.labels for item in found] == [["dog", "Speech; male"], [], ["dog"]]
    assert {item.label_nominal for item in found} == {None}
    write_tree(folder / "wav", ["a.wav"])
    with pytest.raises(ParseError, match=r"metadata\.jsonl has lists of labels; expected one label for each file"):
        ComParEParser(folder, folder / "metadata.jsonl").parse()


def test_a_comma_with_a_space_is_part_of_a_label(folder: Path) -> None:
    (folder / "metadata.csv").write_text('path,label\na.wav,"Speech, male"\nb.wav,Rain\n')
    assert [item.label_nominal for item in TableParser(folder).parse()] == ["Speech, male", "Rain"]
    assert {item.labels for item in TableParser(folder).parse()} == {None}


@given(st.lists(st.text("abc ,", min_size=1).map(str.strip).filter(bool), unique=True))
def test_sets_are_read_as_written(labels: list[str]) -> None:
    assert as_set(" ; ".join(labels), ";") == labels


def test_columns_of_a_data_set(folder: Path) -> None:
    table = "path,label,valence,start\na.wav,dog;rain,-0.5,0\nb.wav,rain,,0\nc.wav,,1e3,0\n"
    (folder / "metadata.csv").write_text(table)
    options = ParserConfig(target=["valence", "start"])  # type: ignore[arg-type]
    _, columns = collect(find(options, folder))
    assert columns[schema.LABEL].values.tolist() == ["dog", "rain"]
    np.testing.assert_array_equal(columns[schema.LABELS], [[1, 1], [0, 1], [np.nan, np.nan]])
    assert columns[schema.TARGET].values.tolist() == ["valence", "start"]
    np.testing.assert_array_equal(columns[schema.TARGETS], [[-0.5, 0], [np.nan, 0], [1000, 0]])
    assert columns[schema.LABEL_NOMINAL].values.tolist() == ["", "", ""]


def test_a_column_of_targets_is_nothing_else(folder: Path) -> None:
    (folder / "metadata.csv").write_text("path,target\na.wav,0.5\n")
    (found,) = TableParser(folder, targets=["target"]).parse()
    assert (found.label_nominal, found.targets) == (None, {"target": 0.5})
    (found,) = TableParser(folder).parse()
    assert (found.label_nominal, found.targets) == ("0.5", None)


def test_decimal_commas_of_spreadsheets(folder: Path) -> None:
    (folder / "metadata.csv").write_text("path;level\na.wav;-3,5\n")
    assert TableParser(folder, targets=["level"]).parse()[0].targets == {"level": -3.5}


def test_wrong_targets(folder: Path) -> None:
    (folder / "metadata.csv").write_text("path,level\na.wav,high\nb.wav,inf\nc.wav,3\n")
    with pytest.raises(ParseError, match=r"2 wrong rows: column 'level', lines 2-3: expected a finite number, got"):
        TableParser(folder, targets=["level"]).parse()
    with pytest.raises(ParseError, match=r"has no column 'loudness' \(`target`\); its columns are path, level"):
        TableParser(folder, targets=["loudness"]).parse()
    with pytest.raises(OptionError, match="`target`: ESCParser reads no such table"):
        find(ParserConfig(parser=ESCParser.__name__, target="level"), folder)  # type: ignore[arg-type]


class OneText(FolderParser):
    """Forgets that labels are a list."""

    def scan(self) -> list[InstanceMetadata]:
        return [InstanceMetadata(self._basedir / "a.wav", "a.wav", labels="dog")]


def test_a_parser_that_returns_a_single_text(folder: Path) -> None:
    with pytest.raises(ParseError, match=r"a\.wav has a single text as labels; expected a list of names"):
        collect(OneText(folder))
