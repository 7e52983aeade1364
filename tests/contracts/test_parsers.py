"""What holds for every parser, on a tiny folder that follows its rules and on folders that break them."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audeep.backend import parsers
from audeep.backend.data.schema import Partition, Split
from audeep.backend.errors import ParseError
from audeep.backend.parsers.base import Parser
from audeep.backend.parsers.columns import collect
from audeep.backend.parsers.registry import find
from tests.helpers.audio import write_tree

T, V = Split.TRAIN, Split.VALID
PACKAGE = f"{parsers.__name__}."


@dataclass
class Broken:
    """A change that breaks a rule, and what the message must name."""

    culprit: str
    add: Sequence[str] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    remove: Sequence[str] = ()


@dataclass
class Case:
    """A folder that a parser reads, and what it must find there."""

    parser: str
    files: Sequence[str]
    #: File name in the data set, label, its number, splits, partition.
    expected: Sequence[tuple[str, str | None, int | None, list[Split], Partition | None]]
    texts: Mapping[str, str] = field(default_factory=dict)
    broken: Mapping[str, Broken] = field(default_factory=dict)
    #: A recording in a place that the parser reads, but which it must not.
    hidden: str = ""


ESC50 = "filename,fold,target,category,esc10,src_file,take\n"
ESC50_ROWS = [
    "1-1-A-0.wav,1,0,dog,True,1,A",
    "2-2-A-1.wav,2,1,rooster,True,2,A",
    "2-3-A-7.wav,2,7,rain,True,3,A",
]
ESC50_OTHER = "1-4-A-3.wav,1,3,cow,False,4,A"
URBAN = "slice_file_name,fsID,start,end,salience,fold,classID,class\n"

CASES = {
    "no_metadata": Case(
        parser="NoMetadataParser",
        files=["b.wav", "sub folder/é.FLAC", "sub folder/deeper/a.mp3", "a.ogg"],
        texts={"README.md": "not audio"},
        expected=[
            ("a.ogg", None, None, [], None),
            ("b.wav", None, None, [], None),
            ("sub folder/deeper/a.mp3", None, None, [], None),
            ("sub folder/é.FLAC", None, None, [], None),
        ],
        broken={"no audio": Broken("no audio files", remove=["a.ogg", "b.wav", "sub folder"])},
        hidden="sub folder",
    ),
    "partitioned": Case(
        parser="PartitionedParser",
        files=["train/dog/a.wav", "train/Größe 2/b b.flac", "devel/dog/a.WAV", "test/cat/c.ogg"],
        texts={"README.md": "allowed here"},
        expected=[
            ("devel/dog/a.WAV", "dog", 2, [], Partition.DEVEL),
            ("test/cat/c.ogg", "cat", 1, [], Partition.TEST),
            ("train/Größe 2/b b.flac", "Größe 2", 0, [], Partition.TRAIN),
            ("train/dog/a.wav", "dog", 2, [], Partition.TRAIN),
        ],
        broken={
            "no partition": Broken("named train, devel or test", remove=["train", "devel", "test"]),
            "file outside a class": Broken("train/stray.wav", add=["train/stray.wav"]),
            "text in a class": Broken("test/cat/notes.txt", texts={"test/cat/notes.txt": ""}),
            "folder in a class": Broken("train/dog/deeper", add=["train/dog/deeper/a.wav"]),
            "no class": Broken("devel contains no class folders", remove=["devel/dog"]),
        },
        hidden="train/dog",
    ),
    "partitioned, other spellings": Case(
        parser="PartitionedParser",
        files=["Training/dog/a.wav", "validation/dog/a.wav", "VAL/cat/a.wav", "eval/cat/c.ogg"],
        expected=[
            ("Training/dog/a.wav", "dog", 1, [], Partition.TRAIN),
            ("VAL/cat/a.wav", "cat", 0, [], Partition.DEVEL),
            ("eval/cat/c.ogg", "cat", 0, [], Partition.TEST),
            ("validation/dog/a.wav", "dog", 1, [], Partition.DEVEL),
        ],
        hidden="eval/cat",
    ),
    "class folders": Case(
        parser="ClassFoldersParser",
        files=["dog/rex/2020/a.wav", "dog/b b.flac", "Größe 2/a.WAV"],
        texts={"README.md": "allowed here", "dog/notes.txt": "and here", "docs/index.md": "no class"},
        expected=[
            ("Größe 2/a.WAV", "Größe 2", 0, [], None),
            ("dog/b b.flac", "dog", 1, [], None),
            ("dog/rex/2020/a.wav", "dog", 1, [], None),
        ],
        broken={
            "one class": Broken("two or more; found: dog", remove=["Größe 2"]),
            "file outside a class": Broken("stray.wav is not in a class folder", add=["stray.wav"]),
            "folder of a fold": Broken("fold_1 is named like a partition", add=["fold_1/a.wav"]),
            "folder of a partition": Broken("Test is named like a partition", add=["Test/a.wav"]),
            "folder of ESC": Broken("001 - Rain is named like a partition", add=["001 - Rain/x.wav"]),
        },
        hidden="dog/rex",
    ),
    "compare": Case(
        parser="ComParEParser",
        files=["wav/train_1.wav", "wav/devel_1.wav", "wav/test_1.wav", "wav/test_2.wav"],
        texts={"lab/labels.csv": "file_name,label\ntrain_1.wav,mask\ndevel_1.wav,clear\ntest_1.wav,?\n"},
        expected=[
            ("devel_1.wav", "clear", 0, [], Partition.DEVEL),
            ("test_1.wav", None, None, [], Partition.TEST),
            ("test_2.wav", None, None, [], Partition.TEST),
            ("train_1.wav", "mask", 1, [], Partition.TRAIN),
        ],
        broken={
            "no labels": Broken("lab has no labels.csv", remove=["lab/labels.csv"]),
            "no folder of labels": Broken("lab is missing", remove=["lab"]),
            "no recordings": Broken("none of the files in the table exists", remove=["wav"]),
            "name without a partition": Broken("x_1.wav: the name must begin with train_", add=["wav/x_1.wav"]),
            "no column of labels": Broken(
                "has no labels; `column` label=NAME", texts={"lab/labels.csv": "file_name,mood\ntrain_1.wav,sad\n"}
            ),
            "same file twice": Broken(
                "column 'file_name', line 3: expected each recording once, but line 2 has it too",
                texts={"lab/labels.csv": "file_name,label\ntrain_1.wav,sad\ntrain_1.wav,glad\n"},
            ),
        },
        hidden="wav",
    ),
    "compare, several tables": Case(
        parser="ComParEParser",
        files=["wav/train_1.wav", "wav/devel_1.wav"],
        texts={
            "lab/train.tsv": "filename\tlabel\ntrain_1.wav\t2\n",
            "lab/devel.tsv": "filename\tlabel\ndevel_1.wav\t1\n",
            "lab/train_confidential.tsv": "filename\tlabel\ntrain_1.wav\tsecret\n",
            "lab/notes.txt": "",
        },
        expected=[
            ("devel_1.wav", "1", 0, [], Partition.DEVEL),
            ("train_1.wav", "2", 1, [], Partition.TRAIN),
        ],
        broken={
            "same file in two": Broken(
                "listed more than once in devel.tsv, train.tsv",
                texts={"lab/devel.tsv": "filename\tlabel\ntrain_1.wav\t1\n"},
            ),
        },
        hidden="wav",
    ),
    "cross_validated": Case(
        parser="CrossValidatedParser",
        files=["fold_1/dog/a.wav", "fold_2/cat/b.mp3", "fold_10/dog/a.wav"],
        expected=[
            ("fold_1/dog/a.wav", "dog", 1, [V, T, T], None),
            ("fold_10/dog/a.wav", "dog", 1, [T, T, V], None),
            ("fold_2/cat/b.mp3", "cat", 0, [T, V, T], None),
        ],
        broken={
            "one fold": Broken("found: fold_1", remove=["fold_2", "fold_10"]),
            "file outside a class": Broken("fold_2/stray.wav", add=["fold_2/stray.wav"]),
            "text in a class": Broken("fold_1/dog/notes.txt", texts={"fold_1/dog/notes.txt": ""}),
        },
        hidden="fold_2/cat",
    ),
    "esc folders": Case(
        parser="ESCParser",
        files=["001 - Rain/1-b.wav", "002 - Dog bark/2-a.OGG", "010 - Cat/5-a.flac", "002 - Dog bark/1-a.ogg"],
        texts={"README.md": "allowed here"},
        expected=[
            ("1-b.wav", "Rain", 0, [V, T, T], None),
            ("1-a.ogg", "Dog bark", 1, [V, T, T], None),
            ("2-a.OGG", "Dog bark", 1, [T, V, T], None),
            ("5-a.flac", "Cat", 2, [T, T, V], None),
        ],
        broken={
            "no class": Broken("001 - Dog bark", remove=["001 - Rain", "002 - Dog bark", "010 - Cat"]),
            "no fold": Broken("001 - Rain/x.wav", add=["001 - Rain/x.wav"]),
            "text in a class": Broken("010 - Cat/notes.txt", texts={"010 - Cat/notes.txt": ""}),
            "same name twice": Broken("010 - Cat/1-a.ogg", add=["010 - Cat/1-a.ogg"]),
            "same label twice": Broken("002 - Dog bark/1-a.ogg has the label", add=["011 - Dog bark/3-x.wav"]),
        },
        hidden="001 - Rain",
    ),
    "esc table": Case(
        parser="ESCParser",
        files=[
            "audio/1-1-A-0.wav",
            "audio/2-2-A-1.wav",
            "audio/2-3-A-7.wav",
            "audio/1-4-A-3.wav",
            "audio/x.wav",
        ],
        texts={"meta/esc50.csv": ESC50 + "\n".join([*ESC50_ROWS, ESC50_OTHER])},
        expected=[
            ("1-1-A-0.wav", "dog", 0, [V, T], None),
            ("1-4-A-3.wav", "cow", 3, [V, T], None),
            ("2-2-A-1.wav", "rooster", 1, [T, V], None),
            ("2-3-A-7.wav", "rain", 7, [T, V], None),
        ],
        broken={
            "missing file": Broken("audio/2-2-A-1.wav is missing", remove=["audio/2-2-A-1.wav"]),
            "missing file of ESC-10": Broken(
                "audio/2-2-A-1.wav is missing", remove=["audio/2-2-A-1.wav", "audio/1-4-A-3.wav"]
            ),
            "no folder of audio": Broken("audio is missing", remove=["audio"]),
            "no number": Broken(
                "esc50.csv, line 2: 'fold'", texts={"meta/esc50.csv": ESC50 + "1-1-A-0.wav,x,0,dog,True,1,A"}
            ),
            "no column": Broken("'fold'", texts={"meta/esc50.csv": "filename\n1-1-A-0.wav"}),
        },
        hidden="audio",
    ),
    "esc-10 of esc-50": Case(
        parser="ESCParser",
        files=["audio/1-1-A-0.wav", "audio/2-2-A-1.wav", "audio/2-3-A-7.wav"],
        texts={"meta/esc50.csv": ESC50 + "\n".join([ESC50_OTHER, *ESC50_ROWS])},
        expected=[
            ("1-1-A-0.wav", "dog", 0, [V, T], None),
            ("2-2-A-1.wav", "rooster", 1, [T, V], None),
            ("2-3-A-7.wav", "rain", 2, [T, V], None),
        ],
        hidden="audio",
    ),
    "table": Case(
        parser="TableParser",
        files=["b b.wav", "sub/a.ogg", "sub/c.flac", "x.wav"],
        texts={
            "labels.csv": "number,partition,filename,label,fold\n1,train,b b.wav,wren,2\n2,TEST,sub/a.ogg,owl,10\n"
            "3,,sub/c.flac,,2\n"
        },
        expected=[
            ("b b.wav", "wren", 1, [V, T], Partition.TRAIN),
            ("sub/a.ogg", "owl", 0, [T, V], Partition.TEST),
            ("sub/c.flac", None, None, [V, T], None),
        ],
        broken={
            "no table": Broken("no metadata, manifest or labels (.csv, .tsv or .jsonl) in", remove=["labels.csv"]),
            "no file": Broken(
                "none of the files in the table exists: ", texts={"labels.csv": "filename\ny.wav\nz.wav\n"}
            ),
            "no paths": Broken(
                "has no column path, file, filename, file_name, audio; its columns are f; `column` path=NAME names",
                texts={"labels.csv": "f\nx.wav\n"},
            ),
            "unknown partition": Broken(
                "has 1 wrong row: column 'partition', line 2: expected one of train, training, dev, devel, ",
                texts={"labels.csv": "filename,partition\nx.wav,trial\n"},
            ),
            "same file twice": Broken(
                "column 'filename', line 3: expected each recording once, but line 2 has it too, got ",
                texts={"labels.csv": "filename\nx.wav\n./x.wav\n"},
            ),
        },
        hidden="sub",
    ),
    "table of names alone": Case(
        parser="TableParser",
        files=["a.wav", "b.wav"],
        texts={"labels.csv": "filename\nb.wav\na.wav\n"},
        expected=[("a.wav", None, None, [], None), ("b.wav", None, None, [], None)],
        hidden="",
    ),
    "audio folder of Hugging Face": Case(
        parser="TableParser",
        files=["train/a.wav", "train/more/b.wav", "test/a.wav"],
        texts={
            "train/metadata.csv": "file_name,transcription,label\na.wav,hello,dog\nmore/b.wav,good bye,cat\n",
            "test/metadata.csv": "file_name,transcription,label\na.wav,good day,dog\n",
        },
        expected=[
            ("test/a.wav", "dog", 1, [], Partition.TEST),
            ("train/a.wav", "dog", 1, [], Partition.TRAIN),
            ("train/more/b.wav", "cat", 0, [], Partition.TRAIN),
        ],
        broken={
            "no column": Broken(
                "test/metadata.csv has no column path", texts={"test/metadata.csv": "name\na.wav\n"}
            ),
        },
        hidden="train/more",
    ),
    "urban_sound_8k": Case(
        parser="UrbanSound8KParser",
        files=["audio/fold1/7-3-0-0.wav", "audio/fold2/8 b.flac", "audio/fold10/9-0.wav", "audio/fold10/x.wav"],
        texts={
            "metadata/UrbanSound8K.csv": URBAN
            + "9-0.wav,9,0.0,4.0,1,10,0,air_conditioner\n7-3-0-0.wav,7,0.0,1.5,1,1,3,dog_bark\n"
            + "8 b.flac,8,0,1,2,2,3,dog_bark\n"
        },
        expected=[
            ("7-3-0-0.wav", "dog_bark", 3, [V, T, T], None),
            ("9-0.wav", "air_conditioner", 0, [T, T, V], None),
            ("8 b.flac", "dog_bark", 3, [T, V, T], None),
        ],
        broken={
            "no table": Broken("metadata/UrbanSound8K.csv is missing", remove=["metadata"]),
            "missing file": Broken("audio/fold2/8 b.flac is missing", remove=["audio/fold2"]),
            "label with two numbers": Broken(
                "audio/fold1/7-3-0-0.wav",
                texts={
                    "metadata/UrbanSound8K.csv": URBAN + "7-3-0-0.wav,7,0,1,1,1,3,dog\n8 b.flac,8,0,1,1,2,4,dog\n"
                },
            ),
            "no number": Broken(
                "line 2: 'classID' has the invalid value 'dog'",
                texts={"metadata/UrbanSound8K.csv": URBAN + "7-3-0-0.wav,7,0.0,1.5,1,1,dog,dog_bark\n"},
            ),
        },
        hidden="audio/fold1",
    ),
    "dcase": Case(
        parser="DCASEParser",
        files=["audio/a.wav", "audio/b b.WAV", "audio/c.flac"],
        texts={
            "meta.txt": "audio/b b.WAV\tpark\tb\naudio/a.wav\tbeach\naudio/c.flac\tpark\n",
            "evaluation_setup/fold1_train.txt": "audio/a.wav\tbeach\naudio/c.flac\tpark\n",
            "evaluation_setup/fold2_train.txt": "audio/b b.WAV\tpark\naudio/c.flac\tpark\n",
            "evaluation_setup/fold10_train.txt": "audio/a.wav\tbeach\n",
            "evaluation_setup/fold1_test.txt": "audio/b b.WAV\n",
        },
        expected=[
            ("a.wav", "beach", 0, [T, V, T], None),
            ("b b.WAV", "park", 1, [V, T, V], None),
            ("c.flac", "park", 1, [T, T, V], None),
        ],
        broken={
            "no table": Broken("meta.txt is missing", remove=["meta.txt"]),
            "no folds": Broken("evaluation_setup is missing", remove=["evaluation_setup"]),
            "empty folds": Broken("found none", remove=[f"evaluation_setup/fold{n}_train.txt" for n in (1, 2, 10)]),
            "missing file": Broken("audio/c.flac is missing", remove=["audio/c.flac"]),
            "no label": Broken("meta.txt, line 1: no value for 'label'", texts={"meta.txt": "audio/a.wav\n"}),
            "unknown file in a fold": Broken(
                "fold2_train.txt lists audio/z.wav",
                texts={"evaluation_setup/fold2_train.txt": "audio/z.wav\tpark\n"},
            ),
        },
        hidden="audio",
    ),
}

SPECIFIC = {name: case for name, case in CASES.items() if name != "no_metadata"}
# The meta parser must find in each folder what the parser made for it finds.
ALL = CASES | {
    f"meta: {name}": Case("MetaParser", case.files, case.expected, case.texts, case.broken, case.hidden)
    for name, case in SPECIFIC.items()
}
BROKEN = [
    pytest.param(case, broken, id=f"{name}: {rule}")
    for name, case in ALL.items()
    for rule, broken in case.broken.items()
]


@pytest.fixture(params=ALL.values(), ids=ALL.keys())
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture
def parser(case: Case, tmp_path: Path) -> Parser:
    return find(PACKAGE + case.parser, write_tree(tmp_path, case.files, case.texts))


def as_tuples(parser: Parser) -> list[tuple[Any, ...]]:
    return [
        (item.filename, item.label_nominal, item.label_numeric, list(item.cv_folds), item.partition)
        for item in parser.parse()
    ]


def test_finds_what_is_there(case: Case, parser: Parser) -> None:
    assert parser.can_parse()
    assert as_tuples(parser) == list(case.expected)


def test_counts_agree(case: Case, parser: Parser) -> None:
    assert parser.num_instances == len(parser.parse()) == len(case.expected)
    assert {len(item.cv_folds) for item in parser.parse()} == {parser.num_folds}


def test_paths_lead_to_the_recordings(parser: Parser) -> None:
    for item in parser.parse():
        assert item.path.is_absolute()
        assert item.path.is_file()
        assert item.path.name == item.filename.rpartition("/")[2]


def test_label_map_holds_all_labels(case: Case, parser: Parser) -> None:
    expected = {label: number for _, label, number, _, _ in case.expected if label is not None}
    assert parser.label_map == (expected or None)


def test_order_is_that_of_names_not_of_the_file_system(case: Case, parser: Parser, tmp_path: Path) -> None:
    again = write_tree(tmp_path / "again", reversed(case.files), case.texts)
    found = as_tuples(find(PACKAGE + case.parser, again))
    shutil.rmtree(again)
    assert found == as_tuples(parser) == as_tuples(parser)


def test_columns_agree_with_the_instances(case: Case, parser: Parser) -> None:
    recordings, metadata = collect(parser)
    assert [recording.path.name for recording in recordings] == [row[0].rpartition("/")[2] for row in case.expected]
    assert metadata["filename"].values.tolist() == [row[0] for row in case.expected]
    assert metadata["label_nominal"].values.tolist() == [row[1] or "" for row in case.expected]
    assert metadata["cv_folds"].values.tolist() == [row[3] for row in case.expected]
    for name, column in (("label_numeric", 2), ("partition", 4)):
        expected = np.array([row[column] for row in case.expected], float)
        np.testing.assert_array_equal(metadata[name].values.astype(float), expected)


@pytest.mark.parametrize("name", [".DS_Store", "._x.wav", ".1-x.wav", ".hidden/1-x.wav"])
def test_ignores_hidden_files(case: Case, parser: Parser, tmp_path: Path, name: str) -> None:
    for folder in (tmp_path, tmp_path / case.hidden):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("no audio")
    assert as_tuples(parser) == list(case.expected)


@pytest.mark.parametrize(("case", "broken"), BROKEN)
def test_names_what_breaks_a_rule(case: Case, broken: Broken, tmp_path: Path) -> None:
    write_tree(tmp_path, case.files, case.texts)
    for name in broken.remove:
        path = tmp_path / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    write_tree(tmp_path, broken.add, broken.texts)
    with pytest.raises(ParseError) as error:
        collect(find(PACKAGE + case.parser, tmp_path))
    message = str(error.value)
    assert broken.culprit in message
    assert "\n" not in message


def test_every_parser_has_an_example() -> None:
    assert {case.parser for case in ALL.values()} == {*parsers.__all__}


@pytest.mark.parametrize("name", parsers.__all__)
def test_refuses_a_base_folder_that_is_none(name: str, tmp_path: Path) -> None:
    parser = find(PACKAGE + name, tmp_path / "nowhere")
    assert not parser.can_parse()
    with pytest.raises(ParseError, match="nowhere does not exist"):
        parser.parse()
    file = write_tree(tmp_path, [], {"file.txt": ""}) / "file.txt"
    with pytest.raises(ParseError, match=r"file\.txt is not a folder"):
        collect(find(PACKAGE + name, file))


@pytest.mark.parametrize("case", SPECIFIC.values(), ids=SPECIFIC.keys())
def test_no_other_parser_fits(case: Case, tmp_path: Path) -> None:
    write_tree(tmp_path, case.files, case.texts)
    fitting = {other.parser for other in SPECIFIC.values() if find(PACKAGE + other.parser, tmp_path).can_parse()}
    assert fitting == {case.parser}
