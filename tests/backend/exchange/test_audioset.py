"""AudioSet's own features, in files as they are published: TFRecords of sequence examples."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

import audeep
from audeep.backend.data.data_set import load
from audeep.backend.errors import DataError
from audeep.backend.exchange import audioset
from tests.helpers.audioset import clip, feature, write

#: Quantised vectors of a clip of three seconds, and of one of two.
THREE, TWO = np.arange(384).reshape(3, 128) % 256, np.full((2, 128), 255)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One clip in each of AudioSet's folders, and two in another."""
    write(tmp_path / "audioset/bal_train/00.tfrecord", clip("-a", THREE, [3, 0]))
    write(tmp_path / "audioset/eval/00.tfrecord", clip("b", TWO, [1], start=0.0))
    write(tmp_path / "audioset/more/x.tfrecord", clip("c", THREE, [3]), clip("d", THREE, []))
    write(tmp_path / "audioset/unbal_train/zz.tfrecord", clip("e", THREE, [1, 3]))
    (tmp_path / "labels.csv").write_text(
        "index,mid,display_name\n2,/m/c,Bark\n"
        '0,/m/09x0r,Speech\n1,/m/05zppz,"Male speech, man speaking"\n3,/m/d,nan\n'
    )
    return tmp_path / "audioset"


def test_columns_and_features(folder: Path, tmp_path: Path) -> None:
    with audeep.import_audioset(folder, tmp_path / "x.nc") as data_set:
        assert data_set.feature_sizes == {"generated_0": 3, "generated_1": 128}
        assert data_set.filename.tolist() == ["-a", "b", "c", "d", "e"]
        assert data_set.start.tolist() == [30, 0, 30, 30, 30]
        assert data_set.end.tolist() == [40, 10, 40, 40, 40]
        np.testing.assert_array_equal(data_set.partition, [0, 2, np.nan, np.nan, 0])
        assert data_set.lengths.tolist() == [3, 2, 3, 3, 3]
        assert data_set.label_names == ["0", "1", "2", "3"]
        unknown = [np.nan] * 4
        sets = [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 1], unknown, [0, 1, 0, 1]]
        np.testing.assert_array_equal(data_set.labels, sets)
        features = data_set.features.values
        np.testing.assert_allclose(features[0], THREE * 4 / 255 - 2, atol=1e-6)
        assert (features[1, :2] == 2).all()
        assert (features[1, 2:] == data_set.padding).all()
        assert audeep.validate(data_set).empty


def test_clips_of_equal_length_have_none(tmp_path: Path) -> None:
    write(tmp_path / "a.tfrecord", clip("a", THREE, [0, 1]), clip("b", THREE, [1]))
    with audeep.import_audioset(tmp_path, tmp_path / "x.nc") as data_set:
        assert np.isnan(data_set.length).all()
        assert data_set.labels.dtype == np.int8


def test_names_of_labels(folder: Path, tmp_path: Path) -> None:
    with audeep.import_audioset(folder, tmp_path / "x.nc", class_labels=tmp_path / "labels.csv") as data_set:
        assert data_set.label_names == ["Speech", "Male speech, man speaking", "Bark", "nan"]


def test_the_size_of_a_batch_changes_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audeep.import_audioset(folder, tmp_path / "x.nc").close()
    monkeypatch.setattr(audioset, "BATCH", 1)
    with audeep.import_audioset(folder, tmp_path / "y.nc") as ours, load(tmp_path / "x.nc") as theirs:
        assert ours.to_xarray().identical(theirs.to_xarray())


def other_kind() -> bytes:
    return tf.train.Example(features=tf.train.Features(feature={"video_id": feature([b"a"])})).SerializeToString()


def two_ids() -> bytes:
    example = tf.train.SequenceExample.FromString(clip("a", THREE, [0]))
    example.context.feature["video_id"].bytes_list.value.append(b"b")
    return example.SerializeToString()


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        ([], "the 1 files contain no instances, such as .*a.tfrecord"),
        ([b"\xff\xff"], "a.tfrecord: record 1: .*"),
        ([other_kind()], "record 1: expected one video_id, and an audio_embedding of 128 bytes for each second"),
        ([clip("a", THREE, [0]), clip("b", THREE[:0], [0])], "record 2: expected one video_id, and"),
        ([clip("a", THREE[:, :127], [0])], "record 1: expected one video_id, and"),
        ([clip("", THREE, [0])], "record 1: expected one video_id, and"),
        ([two_ids()], "record 1: expected one video_id, and"),
        ([clip("a", THREE, [-1])], "record 1: expected labels from 0 to 9999, got -1"),
        ([clip("a", THREE, [4])], "a.tfrecord: a has label 4, which `class_labels` lacks"),
    ],
)
def test_wrong_records(folder: Path, tmp_path: Path, records: list[bytes], problem: str) -> None:
    write(tmp_path / "wrong/a.tfrecord", *records)
    with pytest.raises(DataError, match=problem):
        audeep.import_audioset(tmp_path / "wrong", tmp_path / "x.nc", class_labels=tmp_path / "labels.csv")
    assert not (tmp_path / "x.nc").exists()


@pytest.mark.parametrize("content", [b"this is a text, and no more than that", None], ids=["text", "truncated"])
def test_wrong_files(folder: Path, tmp_path: Path, content: bytes | None) -> None:
    path = folder / "eval/00.tfrecord"
    path.write_bytes(content or path.read_bytes()[:-1])
    with pytest.raises(DataError, match=r"eval/00\.tfrecord is not a TFRecord file, or is damaged$"):
        audeep.import_audioset(folder, tmp_path / "x.nc")


def test_wrong_folders(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no folder .*none"):
        audeep.import_audioset(tmp_path / "none", tmp_path / "x.nc")
    with pytest.raises(DataError, match=r"and its subfolders contain no \.tfrecord files"):
        audeep.import_audioset(tmp_path, tmp_path / "x.nc")


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("index,mid\n0,/m/a\n", "cannot be read as AudioSet's table"),
        ("index,mid,display_name\n1,/m/a,Speech\n", "must contain each number from 0 to 0 once"),
        (
            "index,mid,display_name\n0,/m/a,Chirp\n1,/m/b,Chirp \n",
            "wrong.csv: the column display_name contains 'Chirp' more than once",
        ),
        ("", "cannot be read as AudioSet's table"),
        (None, "No such file"),
    ],
)
def test_wrong_tables(folder: Path, tmp_path: Path, table: str | None, problem: str) -> None:
    if table is not None:
        (tmp_path / "wrong.csv").write_text(table)
    with pytest.raises(DataError, match=problem) as error:
        audeep.import_audioset(folder, tmp_path / "x.nc", class_labels=tmp_path / "wrong.csv")
    assert "\n" not in str(error.value)
