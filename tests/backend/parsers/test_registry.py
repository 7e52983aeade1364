"""Finding parsers by name, and checking what they find."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audeep.backend import parsers
from audeep.backend.errors import OptionError, ParseError
from audeep.backend.parsers import DEFAULT_PARSER
from audeep.backend.parsers.base import InstanceMetadata, Parser
from audeep.backend.parsers.columns import collect
from audeep.backend.parsers.meta import CANDIDATES, MetaParser
from audeep.backend.parsers.registry import find
from tests.helpers.audio import write_tree

NAMES = [
    "class_folders.ClassFoldersParser",
    "compare.ComParEParser",
    "cross_validated.CrossValidatedParser",
    "dcase.DCASEParser",
    "esc.ESCParser",
    "meta.MetaParser",
    "no_metadata.NoMetadataParser",
    "partitioned.PartitionedParser",
    "table.TableParser",
    "urban_sound_8k.UrbanSound8KParser",
]

#: As somebody would have written it for the original.
CUSTOM = """
import csv
from pathlib import Path
from typing import Mapping, Optional, Sequence

from audeep.backend.data.data_set import Partition, Split
from audeep.backend.log import LoggingMixin
from audeep.backend.parsers.base import Parser, _InstanceMetadata


class MyParser(BASES):
    def __init__(self, basedir: Path):
        super().__init__(basedir)
        self._cache = None

    def can_parse(self) -> bool:
        return (self._basedir / "labels.csv").exists()

    @property
    def label_map(self) -> Optional[Mapping[str, int]]:
        return {"cat": 0, "dog": 1}

    @property
    def num_instances(self) -> int:
        return len(self.parse())

    @property
    def num_folds(self) -> int:
        return 0

    def parse(self) -> Sequence[_InstanceMetadata]:
        if not self.can_parse():
            raise IOError("unable to parse dataset")
        meta_list = []
        with open(str(self._basedir / "labels.csv"), newline="") as file:
            for name, label, partition in csv.reader(file):
                self.log.debug("processing %s", name)
                meta_list.append(
                    _InstanceMetadata(
                        path=self._basedir / name,
                        filename=name,
                        label_nominal=label or None,
                        label_numeric=self.label_map[label] if label else None,
                        cv_folds=[],
                        partition=Partition[partition] if partition else None,
                    )
                )
        return meta_list
"""


@pytest.fixture
def custom_data(tmp_path: Path) -> Path:
    return write_tree(
        tmp_path / "data",
        ["a.wav", "b.wav", "c.wav"],
        {"labels.csv": "a.wav,dog,TRAIN\nb.wav,cat,DEVEL\nc.wav,,TEST\n"},
    )


@pytest.mark.parametrize("name", NAMES)
def test_ours_have_short_names(name: str, tmp_path: Path) -> None:
    assert type(find(name.partition(".")[2], tmp_path)) is type(find(f"audeep.backend.parsers.{name}", tmp_path))
    assert {name.partition(".")[2] for name in NAMES} == {*parsers.__all__}


@pytest.mark.parametrize("name", NAMES)
def test_parsers_of_the_manual_have_their_names(name: str, tmp_path: Path) -> None:
    class_name = name.rpartition(".")[2]
    for spelling in (f"audeep.backend.parsers.{name}", f"audeep.backend.parsers.{class_name}"):
        assert type(find(spelling, tmp_path)).__name__ == class_name


def test_the_default_is_the_meta_parser(tmp_path: Path) -> None:
    assert isinstance(find(DEFAULT_PARSER, tmp_path), MetaParser)


@pytest.mark.parametrize("bases", ["Parser", "LoggingMixin, Parser", "Parser, LoggingMixin"])
def test_a_parser_file_for_the_original_loads_unchanged(tmp_path: Path, custom_data: Path, bases: str) -> None:
    (tmp_path / "my parser.py").write_text(CUSTOM.replace("BASES", bases))
    recordings, metadata = collect(find(f"{tmp_path / 'my parser.py'}:MyParser", custom_data))
    assert [recording.path.name for recording in recordings] == ["a.wav", "b.wav", "c.wav"]
    assert {(item.start, item.end, item.channel) for item in recordings} == {(None, None, None)}
    assert metadata["label_nominal"].values.tolist() == ["dog", "cat", ""]
    np.testing.assert_array_equal(metadata["label_numeric"].values, [1, 0, np.nan])
    assert metadata["partition"].values.tolist() == [0, 1, 2]
    assert metadata["cv_folds"].shape == (3, 0)
    assert metadata.attrs["label_map"] == '[["cat", 0], ["dog", 1]]'


# Those that the original has for the ComParE challenges of 2018 to 2021 do.
def test_only_the_interface_is_demanded(tmp_path: Path, custom_data: Path) -> None:
    (tmp_path / "base.py").write_text(
        CUSTOM.replace("BASES", "Parser")
        + "    import abc\n\n    @abc.abstractmethod\n    def label_key(self): ...\n"
    )
    assert find(f"{tmp_path / 'base.py'}:MyParser", custom_data).num_instances == 3


def test_a_class_is_as_good_as_its_name(tmp_path: Path) -> None:
    assert isinstance(find(MetaParser, tmp_path), MetaParser)
    for wrong in (Path, 3, Parser):
        with pytest.raises(OptionError, match=r"^`parser` "):
            find(wrong, tmp_path)


def test_a_custom_parser_that_does_not_fit_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(CUSTOM.replace("BASES", "LoggingMixin, Parser"))
    with pytest.raises(ParseError, match=rf"MyParser: .*{tmp_path.name} does not follow the rules"):
        collect(find(f"{tmp_path / 'mine.py'}:MyParser", tmp_path))


def test_paths_of_parser_files_may_be_relative_or_start_at_home(
    tmp_path: Path, custom_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.py").write_text(CUSTOM.replace("BASES", "Parser"))
    monkeypatch.chdir(custom_data)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert find("../mine.py:MyParser", Path()).can_parse()
    assert find("~/mine.py:MyParser", Path()).can_parse()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (
            "NoParser",
            "expected one of ClassFoldersParser, ComParEParser, CrossValidatedParser, DCASEParser, ESCParser, ",
        ),
        ("", "or package.module.Class, or path/to/file.py:Class"),
        ("file.py", "or package.module.Class, or path/to/file.py:Class"),
        ("file.py:", "or package.module.Class, or path/to/file.py:Class"),
        (
            "nowhere.at_all.Parser",
            "cannot import nowhere.at_all: ModuleNotFoundError: No module named 'nowhere'",
        ),
        ("audeep.backend.parsers.esc.Nothing", "there is no class Nothing in audeep.backend.parsers.esc"),
        ("audeep.backend.parsers.Nothing", "there is no class Nothing in audeep.backend.parsers"),
        (
            "audeep.backend.parsers.base.InstanceMetadata",
            "is not a subclass of audeep.backend.parsers.base.Parser",
        ),
        ("audeep.backend.audio.formats.EXTENSIONS", "is not a subclass of"),
        ("audeep.backend.parsers.base.FolderParser", "does not define scan"),
        ("nowhere.py:MyParser", "there is no file nowhere.py"),
        (r"C:\nowhere\x.py:MyParser", r"there is no file C:\nowhere\x.py"),
        ("broken.py:MyParser", "cannot import broken.py: SyntaxError"),
        ("failing.py:MyParser", "cannot import failing.py: ZeroDivisionError: division by zero"),
        ("notes.txt:MyParser", "cannot import notes.txt: ImportError: not a Python file"),
    ],
)
def test_a_name_that_leads_nowhere_is_explained(
    name: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_tree(tmp_path, [], {"broken.py": "class", "failing.py": "1 / 0", "notes.txt": ""}))
    with pytest.raises(OptionError) as error:
        find(name, tmp_path)
    assert str(error.value).startswith(f"`parser` {name}: ")
    assert reason in str(error.value)


def test_the_meta_parser_says_why_no_parser_fits(tmp_path: Path) -> None:
    write_tree(tmp_path, ["train/dog/a.wav", "train/stray.wav", "fold_1/dog/a.wav"])
    with pytest.raises(ParseError) as error:
        collect(MetaParser(tmp_path))
    message = str(error.value)
    for candidate in CANDIDATES:
        assert f"; {candidate.__name__}: " in message
    assert f"DCASEParser: the file {tmp_path / 'meta.txt'} is missing" in message
    assert f"PartitionedParser: {tmp_path / 'train' / 'stray.wav'} is not in a class folder" in message
    assert "found: fold_1" in message
    assert "NoMetadataParser" in message


def test_the_meta_parser_does_not_settle_for_unlabelled_recordings(tmp_path: Path) -> None:
    assert not MetaParser(write_tree(tmp_path, ["a.wav"])).can_parse()


def test_ignored_folders_are_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_tree(tmp_path, ["train/dog/a.wav", "Trial/dog/a.wav"])
    assert find("audeep.backend.parsers.PartitionedParser", tmp_path).num_instances == 1
    assert "ignoring these folders: Trial" in caplog.text


class GivenParser(Parser):
    """Finds what it is told to find."""

    def __init__(self, found: list[InstanceMetadata], label_map: dict[str, int] | None, num_folds: int) -> None:
        super().__init__(Path())
        self.found, self.given_map, self.given_folds = found, label_map, num_folds

    def can_parse(self) -> bool:
        return True

    @property
    def label_map(self) -> dict[str, int] | None:
        return self.given_map

    @property
    def num_instances(self) -> int:
        return len(self.found)

    @property
    def num_folds(self) -> int:
        return self.given_folds

    def parse(self) -> list[InstanceMetadata]:
        return self.found


def given(*columns: dict[str, Any], label_map: dict[str, int] | None = None, num_folds: int = 0) -> GivenParser:
    found = [
        InstanceMetadata(**{"path": Path(f"{number}.wav"), "filename": f"{number}.wav"} | column)
        for number, column in enumerate(columns)
    ]
    return GivenParser(found, label_map, num_folds)


@pytest.mark.parametrize(
    ("parser", "reason"),
    [
        (given(), "found no recordings"),
        (given({}, {"cv_folds": [0]}, num_folds=1), r"0\.wav is not in all 1 folds"),
        (
            given({"cv_folds": [0]}, {"cv_folds": [2]}, num_folds=1),
            r"1\.wav has an invalid split; expected TRAIN, VALID",
        ),
        (given({}, {"partition": 3}), r"1\.wav has an invalid partition; expected TRAIN, DEVEL, TEST"),
        (given({}, {"label_nominal": "dog"}), r"1\.wav has a label with a name or a number, but not both"),
        (given({}, {"label_numeric": 0}), r"1\.wav has a label with a name or a number, but not both"),
        (
            given({}, {"label_nominal": "dog", "label_numeric": 1}, label_map={"dog": 0}),
            r"1\.wav has the label 'dog' with number 1, but number 0 in the label map",
        ),
        (
            given({}, {"label_nominal": "dog", "label_numeric": 1}, label_map={"cat": 1}),
            r"1\.wav has the label 'dog' with number 1, but number None in the label map",
        ),
        (
            given({"filename": "x"}, {"filename": "y"}, {"filename": "y"}),
            r"1\.wav and 2\.wav would both be named y in the data set",
        ),
        (
            given(
                {"filename": "x", "channel": 0}, {"filename": "x", "channel": 1}, {"filename": "x", "channel": 1}
            ),
            r"0\.wav and 2\.wav would both be named x",
        ),
        (given({"filename": "x", "channel": 0}, {"filename": "x"}), r"0\.wav and 1\.wav would both be named x"),
        (given({"filename": "x"}, {"filename": "x", "channel": 0}), r"0\.wav and 1\.wav would both be named x"),
    ],
)
def test_contradictions_are_named(parser: GivenParser, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        collect(parser)


def test_labels_folds_and_partitions_may_be_missing_here_and_there() -> None:
    _, metadata = collect(
        given(
            {"label_nominal": "dog", "label_numeric": 1, "partition": 0, "cv_folds": [0, None]},
            {"cv_folds": [1, 0]},
            num_folds=2,
        )
    )
    np.testing.assert_array_equal(metadata["label_numeric"].values, [1, np.nan])
    np.testing.assert_array_equal(metadata["cv_folds"].values, [[0, np.nan], [1, 0]])
    assert "label_map" not in metadata.attrs


def test_parsers_load_no_heavy_library() -> None:
    code = (
        "import sys, audeep.backend.parsers.registry, audeep.backend.parsers.meta;"
        "print(sorted({'tensorflow', 'keras', 'librosa', 'sklearn', 'matplotlib'} & sys.modules.keys()))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_recordings_that_no_table_lists_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    row = "1-1.wav,1,0,dog,False,x,A\n2-1.wav,2,0,dog,False,x,A\n"
    table = {"meta/esc50.csv": f"filename,fold,target,category,esc10,src_file,take\n{row}"}
    write_tree(tmp_path, ["audio/1-1.wav", "audio/2-1.wav"], table)
    assert len(collect(find("audeep.backend.parsers.ESCParser", tmp_path))[0]) == 2
    assert "ignoring" not in caplog.text
    write_tree(tmp_path, ["audio/3.wav", "audio/4.mp3", "audio/.5.wav", "audio/6.wav/7.wav"], {"audio/8.txt": ""})
    collect(find("audeep.backend.parsers.ESCParser", tmp_path))
    write_tree(tmp_path, ["elsewhere/9.wav", ".hidden/10.wav"])
    collect(find("audeep.backend.parsers.ESCParser", tmp_path))
    first = tmp_path / "audio" / "3.wav"
    assert caplog.messages[-2:] == [
        f"ignoring {count} audio files that are not listed, such as {first}" for count in (3, 4)
    ]


def test_a_recording_that_is_listed_twice(tmp_path: Path) -> None:
    rows = "1-1.wav,1,0,dog,False,x,A\n" * 2
    table = {"meta/esc50.csv": f"filename,fold,target,category,esc10,src_file,take\n{rows}"}
    write_tree(tmp_path, ["audio/1-1.wav"], table)
    with pytest.raises(ParseError, match=r"1-1\.wav is listed twice"):
        collect(find("audeep.backend.parsers.ESCParser", tmp_path))
