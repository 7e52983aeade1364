"""``audeep inspect raw``, from the command line to what is printed."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.helpers.audio import write_audio, write_tree, write_unusable

#: The table of the manual, and the length of all recordings together.
ESC10 = """\
+--------------------------------------+
| data set information                 |
+------------------------+-------------+
| number of audio files  |         400 |
| number of labels       |          10 |
| cross validation folds |           5 |
| minimum sample length  |      3.64 s |
| maximum sample length  |      7.24 s |
| total length           | 33 min 23 s |
| sample rate            |    44100 Hz |
| channels               |           1 |
+------------------------+-------------+
"""

UNLABELLED = """\
from audeep.backend.data.data_set import Partition
from audeep.backend.parsers.base import FolderParser, _InstanceMetadata
from audeep.backend.parsers.listing import entries

class MyParser(FolderParser):
    def scan(self):
        for path in entries(self._basedir):
            test = path.name.startswith("test")
            yield _InstanceMetadata(
                path=path,
                filename=path.name,
                label_nominal=None if test else "dog",
                label_numeric=None if test else 0,
                cv_folds=[],
                partition=Partition.TEST if test else Partition.TRAIN,
            )
"""


@pytest.fixture
def folds(tmp_path: Path) -> Path:
    write_audio(tmp_path / "fold_1/dog/a b.wav", seconds=0.5)
    write_audio(tmp_path / "fold_1/cat/é.FLAC", seconds=1.234)
    write_audio(tmp_path / "fold_2/dog/a.ogg", seconds=2)
    return tmp_path


def rows(table: str) -> dict[str, str]:
    """Read a printed table of two columns."""
    lines = table.splitlines()
    cells = (line.strip("|").split("|") for line in lines[3 : lines.index(lines[2], 3)])
    return {name.strip(): value.strip() for name, value in cells}


def test_prints_a_table(run: Run, folds: Path) -> None:
    code, out, err = run("inspect", "raw", "--basedir", folds)
    assert code == 0
    assert rows(out) == {
        "number of audio files": "3",
        "number of labels": "2",
        "cross validation folds": "2",
        "minimum sample length": "0.50 s",
        "maximum sample length": "2.00 s",
        "total length": "3.73 s",
        "sample rate": "8000 Hz",
        "channels": "1",
    }
    assert "CrossValidatedParser fits" in err
    assert "| CrossValidatedParser | fits: 3 recordings, 2 labels, 2 folds" in out
    assert "| ESCParser            | does not fit: " in out


def test_prints_json(run: Run, folds: Path) -> None:
    code, out, _ = run("--quiet", "inspect", "raw", "--basedir", folds, "-f", "json")
    assert code == 0
    facts = json.loads(out)
    assert facts.pop("parsers")["DCASEParser"] == "does not fit: the file meta.txt is missing"
    assert facts.pop("total_length") == pytest.approx(3.734, abs=1e-3)
    assert facts == {
        "number_of_audio_files": 3,
        "number_of_labels": 2,
        "cross_validation_folds": 2,
        "minimum_sample_length": 0.5,
        "maximum_sample_length": 2.0,
        "sample_rate": 8000,
        "channels": 1,
    }


def test_lists_rates_and_channels_that_differ(run: Run, tmp_path: Path) -> None:
    write_audio(tmp_path / "a.wav", sample_rate=44100)
    write_audio(tmp_path / "b.wav", sample_rate=16000, channels=2)
    code, out, _ = run("inspect", "raw", "--basedir", tmp_path, "--parser", "NoMetadataParser")
    assert code == 0
    assert rows(out)["sample rate"] == "16000, 44100 Hz"
    assert rows(out)["channels"] == "1, 2"


def test_unlabelled_recordings_and_partitions(run: Run, tmp_path: Path) -> None:
    data = write_tree(tmp_path / "data", ["train1.wav", "test1.wav", "test2.wav"])
    (tmp_path / "mine.py").write_text(UNLABELLED)
    command = ["inspect", "raw", "--basedir", data, "--parser", f"{tmp_path / 'mine.py'}:MyParser"]
    code, out, _ = run(*command)
    assert code == 0
    assert rows(out)["number of labels"] == "1"
    assert rows(out)["unlabelled audio files"] == "2"
    assert rows(out)["partitions"] == "train: 1, test: 2"
    facts = json.loads(run(*command, "-f", "json")[1])
    assert facts["partitions"] == {"train": 1, "test": 2}
    assert facts["unlabelled_audio_files"] == 2


def test_a_folder_that_no_parser_fits_is_a_failure_in_one_line(run: Run, tmp_path: Path) -> None:
    code, out, err = run("--quiet", "inspect", "raw", "--basedir", tmp_path)
    assert (code, out) == (1, "")
    assert err.startswith("audeep: MetaParser: no parser fits")
    assert err.count("\n") == 1


def test_a_missing_folder_is_a_failure(run: Run, tmp_path: Path) -> None:
    code, _, err = run("inspect", "raw", "--basedir", tmp_path / "nowhere")
    assert code == 1
    assert f"the base folder {tmp_path / 'nowhere'} does not exist" in err


def test_recordings_that_cannot_be_used_are_counted(run: Run, folds: Path) -> None:
    unusable = write_unusable(folds / "fold_2/dog")
    code, out, err = run("--quiet", "inspect", "raw", "--basedir", folds)
    assert code == 0
    # Damage behind the header shows when a recording is decoded.
    in_header = len(unusable) - len(("cut.flac", "hole.flac", "cut.mp3", "nan.wav", "infinite.wav", "large.wav"))
    assert rows(out)["number of audio files"] == str(3 + len(unusable))
    assert rows(out)["unusable audio files"] == str(in_header)
    assert rows(out)["minimum sample length"] == "0.50 s"
    assert err.count("\n") == 1
    first = folds / "fold_2/dog/cut.aiff"
    count = f"({in_header} of {3 + len(unusable)} recordings cannot be used)"
    assert err.startswith(f"{first} is truncated after 15950 samples")
    assert err.endswith(f"{count}\n")


def test_no_recording_that_can_be_used_is_a_failure(run: Run, tmp_path: Path) -> None:
    (tmp_path / "fold_1/dog").mkdir(parents=True)
    (tmp_path / "fold_2/dog").mkdir(parents=True)
    (tmp_path / "fold_1/dog/broken.wav").write_text("no audio")
    code, out, err = run("--quiet", "inspect", "raw", "--basedir", tmp_path)
    assert (code, out) == (1, "")
    path = tmp_path / "fold_1/dog/broken.wav"
    assert err == f"audeep: {path} cannot be read: Format not recognised (1 of 1 recordings cannot be used)\n"


def test_a_wrong_parser_is_a_wrong_command_line(run: Run, tmp_path: Path) -> None:
    code, _, err = run("inspect", "raw", "--basedir", tmp_path, "--parser", "nowhere.py:MyParser")
    assert code == 2
    assert "--parser nowhere.py:MyParser: there is no file nowhere.py" in err


@pytest.mark.skipif("AUDEEP_ESC10" not in os.environ, reason="AUDEEP_ESC10 does not name the folder of ESC-10")
def test_esc10_looks_as_in_the_manual(run: Run) -> None:
    code, out, _ = run("inspect", "raw", "--basedir", os.environ["AUDEEP_ESC10"])
    assert code == 0
    assert out.startswith(ESC10)
