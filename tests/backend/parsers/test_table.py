"""Tables of recordings: what they may look like, and what is said of those that are wrong."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audeep.backend.audio.segments import Segment
from audeep.backend.data.schema import Partition, Split
from audeep.backend.errors import OptionError, ParseError
from audeep.backend.parsers import ComParEParser, MetaParser, TableParser
from audeep.backend.parsers.base import InstanceMetadata
from audeep.backend.parsers.columns import collect
from audeep.backend.parsers.config import ParserConfig
from audeep.backend.parsers.conventions import COLUMNS, PARTITIONS
from audeep.backend.parsers.registry import find
from audeep.backend.parsers.wrong_rows import WrongRowsError
from tests.helpers.audio import write_tree

T, V = Split.TRAIN, Split.VALID


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files, of which only the names matter."""
    for name in ("a.wav", "b.wav", "sub/c.wav"):
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).touch()
    return tmp_path / "data"


def parse(folder: Path, text: str, **columns: str) -> list[InstanceMetadata]:
    (folder / "metadata.csv").write_text(text, encoding="utf-8")
    return [*TableParser(folder, columns=columns).parse()]


@pytest.mark.parametrize("name", ["path", *COLUMNS["path"].aliases, "Path", "FILE NAME"])
@pytest.mark.parametrize("label", ["label", *COLUMNS["label"].aliases, "Label"])
def test_columns_may_have_their_usual_names(folder: Path, name: str, label: str) -> None:
    found = parse(folder, f"{label},{name}\nwren,b.wav\nowl,a.wav\n")
    assert [(item.filename, item.label_nominal, item.label_numeric) for item in found] == [
        ("a.wav", "owl", 0),
        ("b.wav", "wren", 1),
    ]


@pytest.mark.parametrize(("word", "partition"), PARTITIONS.items())
@pytest.mark.parametrize("column", ["partition", *COLUMNS["partition"].aliases])
def test_partitions_may_have_their_usual_names(folder: Path, column: str, word: str, partition: Partition) -> None:
    for spelled in (word, word.upper(), f" {word.title()} "):
        assert parse(folder, f"path,{column}\na.wav,{spelled}\n")[0].partition is partition


def test_the_first_usual_name_wins(folder: Path) -> None:
    # As in the table of ESC-50.
    (found,) = parse(folder, "filename,target,category\na.wav,3,cow\n")
    assert found.label_nominal == "cow"


def test_columns_with_unusual_names_are_named(folder: Path) -> None:
    text = "split,species,path,label\n1,owl,a.wav,x\n2,wren,b.wav,x\n"
    found = parse(folder, text, label="species", fold="split")
    assert [(item.label_nominal, item.cv_folds, item.partition) for item in found] == [
        ("owl", (V, T), None),
        ("wren", (T, V), None),
    ]
    with pytest.raises(ParseError, match=r"has no column 'bird' \(`column` label=bird\); its columns are split, "):
        parse(folder, text, label="bird")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_separator(folder: Path, separator: str) -> None:
    lines = [["path", "label", "fold"], ["a.wav", f"owl{separator} old" if separator == "," else "owl", "1"]]
    with (folder / "metadata.csv").open("w", newline="") as file:
        csv.writer(file, delimiter=separator).writerows(lines)
    (found,) = TableParser(folder).parse()
    assert found.label_nominal == lines[1][1]
    assert found.cv_folds == (V,)


def test_what_spreadsheets_write(folder: Path) -> None:
    text = "\ufeffpath;label;start;end;;\r\n\r\na.wav; owl ;1,5;2,25;;\r\n;;;;;\r\nb.wav\r\n"
    first, second = parse(folder, text)
    assert (first.label_nominal, first.start, first.end) == ("owl", 1.5, 2.25)
    assert (second.label_nominal, second.start, second.end) == (None, None, None)


@pytest.mark.parametrize("missing", ["", "NA", "N/A", "nan", "NaN", "?", " "])
def test_missing_values_are_missing(folder: Path, missing: str, caplog: pytest.LogCaptureFixture) -> None:
    header = "path,label,fold,partition,start,end,channel,name"
    first, second = parse(folder, f"{header}\na.wav{f',{missing}' * 7}\nb.wav,x,1.0,test,0,1,1.0,y\n")
    assert first == InstanceMetadata(folder / "a.wav", "a.wav", cv_folds=(None,))
    assert second == InstanceMetadata(folder / "b.wav", "y", "x", 0, (V,), Partition.TEST, 0, 1, 1)
    assert caplog.messages == ["1 of 2 rows have no fold; they are on neither side of any"]


def test_several_rows_cut_segments_out_of_a_file(folder: Path) -> None:
    found = parse(folder, "path,start,end,label\na.wav,0,1.5,x\na.wav,1.5,,y\nb.wav,,0.25,x\nb.wav,,,\n")
    assert [(item.filename, item.start, item.end, item.label_nominal) for item in found] == [
        ("a.wav#t=0,1.5", 0, 1.5, "x"),
        ("a.wav#t=1.5", 1.5, None, "y"),
        ("b.wav#t=,0.25", None, 0.25, "x"),
        ("b.wav", None, None, None),
    ]
    recordings, columns = collect(TableParser(folder))
    assert recordings[1] == Segment(folder / "a.wav", 1.5)
    assert columns["start"].values[:2].tolist() == [0, 1.5]


def test_channels_of_a_file_share_its_name(folder: Path) -> None:
    text = "path,channel,label\na.wav,0,x\na.wav,1,y\n"
    assert [(item.filename, item.channel) for item in parse(folder, text)] == [("a.wav", 0), ("a.wav", 1)]
    _, columns = collect(TableParser(folder))
    assert columns["channel"].values.tolist() == [0, 1]
    with pytest.raises(
        WrongRowsError, match=r"column 'path', line 4: expected each recording once, but line 3 has it"
    ):
        parse(folder, text + "a.wav,1,z\n")


def test_a_table_may_lie_elsewhere(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path / "lists", ["own.wav", "a.wav"])
    table = tmp_path / "lists" / "birds.txt"
    table.write_text(f"file,class\na.wav,x\nown.wav,y\n{folder / 'sub' / 'c.wav'},x\n../lists/a.wav,y\n")
    monkeypatch.chdir(tmp_path)
    for parser in ("TableParser", "MetaParser"):
        found = find(ParserConfig(parser=parser, table="lists/birds.txt"), folder).parse()
        assert [(item.path, item.filename) for item in found] == [
            # Paths are relative to the base folder before they are relative to the table.
            (folder / "a.wav", "a.wav"),
            (folder / "sub" / "c.wav", "sub/c.wav"),
            (tmp_path / "lists" / "a.wav", (tmp_path / "lists" / "a.wav").as_posix()),
            (tmp_path / "lists" / "own.wav", (tmp_path / "lists" / "own.wav").as_posix()),
        ]


def test_the_first_table_is_read(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number, name in enumerate(("labels.csv", "manifest.tsv", "manifest.csv", "metadata.csv")):
        (folder / name).write_text(f"path,label\na.wav,{number}\n")
        caplog.clear()
        assert TableParser(folder).parse()[0].label_nominal == str(number)
    assert caplog.messages == [
        f"reading {folder / 'metadata.csv'}, ignoring manifest.csv, manifest.tsv, labels.csv"
    ]


def test_rows_without_a_file_and_files_without_a_row_are_told(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "metadata.csv").write_text("path\na.wav\nx.wav\ny.wav\n")
    recordings, _ = collect(TableParser(folder))
    assert [item.path.name for item in recordings] == ["a.wav", "x.wav", "y.wav"]
    assert caplog.messages == [
        f"2 of 3 rows have no file: {folder / 'x.wav'}, {folder / 'y.wav'}",
        f"ignoring 2 audio files that are not listed, such as {folder / 'b.wav'}",
    ]


#: Values that a column must refuse.
WRONG = {
    "path": ["", "a\0.wav"],
    "fold": ["x", "1.5", "1_0", "inf", "-1e400", "9" * 20, "٣"],
    "partition": ["trial", "trainn", "0", "train test"],
    "start": ["-0.5", "x", "inf", "1e400", "1,5"],
    "end": ["-1", "0:30", "-inf"],
    "channel": ["-1", "left", "0.5"],
}
RIGHT = {
    "fold": ["1", "2", "-3", "2.0", ""],
    "partition": ["train", "Dev", "TEST", "?"],
    "start": ["0", "0.25", "1e-3", "NA"],
    "end": ["0.5", "12.75", ""],
    "channel": ["0", "3", "NaN"],
    "label": ["x", "two words", 'q"uo"ted', "a,b;c", ""],
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[list[str]], set[tuple[int, str]]]:
    """Draw a separator, lines, and which lines and columns are wrong."""
    headings = draw(st.permutations(["path", "note", *draw(st.sets(st.sampled_from([*RIGHT])))]))
    lines, wrong = [headings], set()
    for number in range(2, 2 + draw(st.integers(1, 6))):
        row = {name: draw(st.sampled_from(RIGHT.get(name, ["note"]))) for name in headings}
        row["path"] = f"{number}.wav"
        faults = draw(st.sets(st.sampled_from(sorted({*WRONG} & {*headings})), max_size=2))
        row |= {name: draw(st.sampled_from(WRONG[name])) for name in faults}
        if not faults and {"start", "end"} <= row.keys() and draw(st.booleans()):
            row |= {"start": "2", "end": draw(st.sampled_from(["2", "1.5"]))}
            faults = {"end"}
        cells = [row[name] for name in headings]
        if draw(st.integers(0, 9)) == 0:
            cells.append("surplus")
            # The rule about the order of start and end applies to rows that are right otherwise.
            faults = (faults if row.get("start") != "2" else set()) | {headings[-1]}
        lines.append(cells)
        wrong |= {(number, name) for name in faults}
    return draw(st.sampled_from(",\t|")), lines, wrong


def told(message: str) -> set[tuple[int, str]]:
    """Read lines and columns from a message."""
    places = set()
    for column, lines in re.findall(r"column '(\w+)', lines? ([\d, -]+): expected", message):
        for run in lines.split(", "):
            first, _, last = run.partition("-")
            places |= {(line, column) for line in range(int(first), int(last or first) + 1)}
    return places


@given(tables())
@settings(max_examples=100, deadline=None)
def test_every_wrong_row_is_told_with_column_and_rule(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[str, list[list[str]], set[tuple[int, str]]]
) -> None:
    separator, lines, wrong = drawn
    folder = tmp_path_factory.getbasetemp() / "wrong tables"
    folder.mkdir(exist_ok=True)
    for number in range(2, 9):
        (folder / f"{number}.wav").touch()
    with (folder / "metadata.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=separator).writerows(lines)
    if not wrong:
        assert [item.path.name for item in MetaParser(folder).parse()] == [
            f"{n}.wav" for n in range(2, len(lines) + 1)
        ]
        return
    with pytest.raises(WrongRowsError) as error:
        MetaParser(folder).parse()
    message = str(error.value)
    assert told(message) == wrong
    count = len({line for line, _ in wrong})
    assert f"metadata.csv has {count} wrong row{'s' * (count > 1)}: " in message
    assert len(message.splitlines()) == 1


def as_json(cell: str) -> str:
    """Write a cell as JSON: a number if it looks like one, null if it is empty."""
    if re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?(e-?[0-9]+)?", cell):
        return cell
    return json.dumps(cell or None)


@given(tables())
@settings(max_examples=50, deadline=None)
def test_json_objects_follow_the_same_rules(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[str, list[list[str]], set[tuple[int, str]]]
) -> None:
    _, (headings, *rows), _ = drawn
    folder = tmp_path_factory.getbasetemp() / "the same tables"
    folder.mkdir(exist_ok=True)
    for number in range(2, 9):
        (folder / f"{number}.wav").touch()
    cells = [row[: len(headings)] for row in rows]
    with (folder / "metadata.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *cells])
    objects = []
    for row in cells:
        pairs = [f"{json.dumps(key)}: {as_json(cell)}" for key, cell in zip(headings, row, strict=True)]
        objects.append(f"{{{', '.join(pairs)}}}")
    # A first line that is empty, so that the lines have the same numbers.
    (folder / "metadata.jsonl").write_text("\n".join(["", *objects]), encoding="utf-8")

    def outcome(table: Path) -> object:
        try:
            return TableParser(folder, table).parse()
        except WrongRowsError as error:
            return str(error).replace(str(table), "the table")

    assert outcome(folder / "metadata.jsonl") == outcome(folder / "metadata.csv")


def test_audio_folders_with_json_objects(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    # Commands in other tests may have left another.
    caplog.set_level("WARNING", "audeep")
    write_tree(folder, ["train/a.wav", "test/a.wav"])
    # Objects may have different keys, and whatever else in them.
    train = '{"file_name": "a.wav", "label": "owl", "start": 0.05, "transcription": "\u2028", "words": [{}]}\n'
    (folder / "train" / "metadata.jsonl").write_text(train, encoding="utf-8")
    (folder / "test" / "metadata.jsonl").write_text('{"file_name": "a.wav", "label": null}\r\n')
    test, train_segment = MetaParser(folder).parse()
    assert (test.filename, test.label_nominal, test.partition) == ("test/a.wav", None, Partition.TEST)
    assert (train_segment.filename, train_segment.label_nominal) == ("train/a.wav#t=0.05", "owl")
    assert train_segment.partition is Partition.TRAIN
    assert not caplog.messages


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["[1, 2]", '{"path": "a.wav"}', '{"path"'], r"2 wrong rows: lines 1, 3: expected a JSON object, got '\[1"),
        (["not JSON"], "has 1 wrong row: line 1: expected a JSON object, got 'not JSON'"),
        (["[" * 100_000], r"has 1 wrong row: line 1: expected a JSON object, got '\[\[\["),
        (["{}"], "has no column path, file, filename, file_name, audio; its columns are"),
        (["", " "], "has no rows"),
        (['{"path": ["a.wav"]}'], r"column 'path', line 1: expected a path, got \"\['a.wav'\]\""),
        (['{"path": "a.wav", "fold": {"is": 1}}'], "column 'fold', line 1: expected a whole number"),
        (['{"path": "a.wav", "start": Infinity}'], "column 'start', line 1: expected seconds, 0 or more, got 'Inf"),
        (['{"path": "a.wav", "label": ["owl", 1.5, null]}'], "column 'label', line 1: expected a label"),
        (['{"path": "a.wav", "label": ["owl"], "labels": ["owl"]}'], "column 'label', line 1: expected a label"),
    ],
)
def test_wrong_json(folder: Path, lines: list[str], message: str) -> None:
    (folder / "manifest.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ParseError, match=rf"manifest\.jsonl.* ?{message}"):
        TableParser(folder).parse()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "has no rows"),
        (b"path,label\n\n,\n", "has no rows"),
        (b"path,label,label\na.wav,x,y\n", "has 2 columns 'label'; headings must be unique"),
        ("path,label\na.wav,größer\n".encode("latin-1"), r"is not UTF-8 text \(it contains byte 0xf6\)"),
        (b'path,label\na.wav,"x\nb.wav,y\n', "line 2: unexpected end of data"),
        (b"path\n" + b"a" * 200_000, "line 2: field larger than field limit"),
    ],
)
def test_a_table_that_cannot_be_read(folder: Path, content: bytes, message: str) -> None:
    (folder / "metadata.csv").write_bytes(content)
    with pytest.raises(ParseError, match=rf"metadata\.csv.* ?{message}"):
        TableParser(folder).parse()


def test_a_table_that_is_missing_or_a_folder(folder: Path) -> None:
    with pytest.raises(ParseError, match=r"the table .*nowhere\.csv is missing"):
        find(ParserConfig(table="nowhere.csv"), folder).parse()
    with pytest.raises(ParseError, match="cannot be read: Is a directory"):
        TableParser(folder, folder / "sub").parse()


def test_a_path_too_long_for_the_system_is_that_of_no_file(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert len(parse(folder, f"path\n{'x' * 5000}.wav\na.wav\n")) == 2
    assert caplog.messages[0].startswith("1 of 2 rows have no file")


def test_a_table_with_wrong_rows_is_not_passed_over(folder: Path) -> None:
    write_tree(folder, ["dog/1.wav", "cat/1.wav"], {"labels.csv": "path,fold\ndog/1.wav,x\n"})
    for name in ("a.wav", "b.wav"):
        (folder / name).unlink()
    with pytest.raises(ParseError, match=r"MetaParser: TableParser: .* has 1 wrong row: column 'fold', line 2"):
        MetaParser(folder).parse()
    # A table about something else is.
    (folder / "labels.csv").write_text("class,number\ndog,1\n")
    assert MetaParser(folder).num_instances == 3


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("species", "expected COLUMN=NAME, such as label=species, got 'species'"),
        ("label=", "expected COLUMN=NAME"),
        ("kind=species", "unknown column 'kind'; expected one of path, label, labels, "),
        (["label=a", "label=b"], "label=a contradicts another one"),
        (["label=a", "fold=a"], "label=a contradicts another one"),
    ],
)
def test_wrong_names_of_columns(column: Any, message: str) -> None:
    with pytest.raises(OptionError, match=f"^`column`: {message}"):
        ParserConfig(column=column)


def test_the_name_of_a_column_is_enough_for_the_meta_parser(folder: Path) -> None:
    (folder / "labels.csv").write_text("path,species\na.wav,owl\n")
    options = {"column": "label=species"}
    assert [item.label_nominal for item in find(options, folder).parse()] == ["owl"]
    (folder / "labels.csv").unlink()
    with pytest.raises(
        ParseError, match=r"no parser fits .*; ComParEParser: .*lab is missing; TableParser: no meta"
    ):
        find(options, folder).parse()
    write_tree(folder, ["wav/train_1.wav"], {"lab/labels.csv": "file_name,species\ntrain_1.wav,wren\n"})
    assert [item.label_nominal for item in find(options, folder).parse()] == ["wren"]


def test_only_some_parsers_read_tables(folder: Path) -> None:
    for options in ({"table": "x.csv"}, {"column": "label=species"}):
        for parser in ("ESCParser", "NoMetadataParser"):
            with pytest.raises(OptionError, match=rf"^`{next(iter(options))}`: {parser} reads no such table"):
                find({"parser": parser, **options}, folder)
    assert isinstance(find({"parser": "ComParEParser", "column": "label=mood"}, folder), ComParEParser)
    with pytest.raises(OptionError, match="ParserConfig has no parameter `tables`; did you mean `table`"):
        find({"tables": "x.csv"}, folder)
