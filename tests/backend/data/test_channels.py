"""Channels as instances: what file name and chunk number no longer tell apart."""

from pathlib import Path

import numpy as np
import pytest

from audeep.backend.classifiers.config import PredictionConfig, SVMConfig
from audeep.backend.classifiers.prediction import predict
from audeep.backend.data.chunks import fuse_chunks
from audeep.backend.data.data_set import DataSet, from_columns, load
from audeep.backend.data.fuse import fuse
from audeep.backend.data.integrity import validate
from audeep.backend.data.operations import InspectionConfig, ModificationConfig, UpsamplingConfig
from audeep.backend.data.splits import modify
from audeep.backend.data.summary import describe
from audeep.backend.data.upsample import upsample
from audeep.backend.errors import DataError
from audeep.backend.exchange.export import export
from audeep.backend.exchange.importing import import_tables
from tests.helpers.data_sets import assert_equal


@pytest.fixture
def stereo() -> DataSet:
    """Two recordings of two channels in two chunks; the channels of the second have different labels."""
    labels = ["x", "x", "x", "x", "x", "x", "y", "y"]
    return from_columns(
        np.arange(16).reshape(8, 2),
        ["generated"],
        filename=["a"] * 4 + ["b"] * 4,
        channel=[0, 0, 1, 1] * 2,
        chunk_nr=[0, 1] * 4,
        label_nominal=labels,
        label_numeric=[0 if label == "x" else 1 for label in labels],
        label_map={"x": 0, "y": 1},
    )


def test_chunks_are_those_of_a_channel(stereo: DataSet) -> None:
    assert validate(stereo).empty
    whole = fuse_chunks(stereo.select(np.array([3, 0, 1, 2, 7, 6, 5, 4])))
    assert whole.filename.tolist() == ["a", "a", "b", "b"]
    assert whole.channel.tolist() == [1, 0, 1, 0]
    assert whole.features.values.tolist() == [[4, 5, 6, 7], [0, 1, 2, 3], [12, 13, 14, 15], [8, 9, 10, 11]]


def test_a_missing_chunk_is_that_of_a_channel(stereo: DataSet) -> None:
    lacking = stereo.select(np.array([0, 1, 2, 4, 5, 6, 7]))
    with pytest.raises(DataError, match=r"a \(channel 1\) has 1 chunks, but most files have 2"):
        fuse_chunks(lacking)
    found = validate(lacking)
    assert found["constraint"].unique().tolist() == ["number_of_chunks"]
    assert found[["filename", "channel", "chunk_nr"]].to_numpy().tolist() == [["a", 1, 0]]


def test_fusion_matches_channels(stereo: DataSet) -> None:
    order = np.array([5, 2, 7, 0, 1, 3, 6, 4])
    fused = fuse([stereo, stereo.select(order)])
    assert_equal(fused.select(slice(0, 8)), fuse([stereo, stereo]))
    twice = stereo.select(np.array([0, 1, 2, 3, 4, 5, 7, 7]))
    with pytest.raises(DataError, match=r"has b \(channel 1, chunk 1\) more than once"):
        fuse([stereo, twice])


def test_comes_back_from_files_and_tables(stereo: DataSet, tmp_path: Path) -> None:
    stereo.save(tmp_path / "data.nc")
    with load(tmp_path / "data.nc") as stored:
        assert_equal(stored, stereo)
        assert stored.instance_name(2) == "a (channel 1, chunk 0)"
        whole = stored.select(stored.chunk_nr == 0)
        assert whole.instance_names() == ["a (channel 0)", "a (channel 1)", "b (channel 0)", "b (channel 1)"]
    folds = modify(stereo, ModificationConfig(add_cv_setup=2), seed=1)
    folds.save(tmp_path / "data.nc")
    for format in ("csv", "arff"):
        export(tmp_path / "data.nc", tmp_path / format, format)
        again = import_tables(tmp_path / format, "data", tmp_path / f"{format}.nc")
        order = np.lexsort((again.chunk_nr, again.channel, again.filename.astype(str)))
        assert_equal(again.select(order), folds)


def test_folds_keep_the_channels_of_a_recording_together(stereo: DataSet) -> None:
    folds = modify(stereo, ModificationConfig(add_cv_setup=2), seed=1).cv_folds
    assert (folds[:4] == folds[0]).all()
    assert (folds[4:] == folds[4]).all()
    assert (folds[0] != folds[4]).all()


def test_upsampling_repeats_channels(stereo: DataSet) -> None:
    found = upsample(stereo, UpsamplingConfig())
    assert np.unique(found.label_nominal, return_counts=True)[1].tolist() == [6, 6]
    keys = list(zip(found.filename, found.channel, found.chunk_nr, strict=True))
    assert len({*keys}) == len(keys) == 12


def test_imported_rows_of_a_channel_are_its_chunks(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("filename,channel,pitch\na,0,1\na,0,2\na,1,3\nb,,4\n")
    found = import_tables(tmp_path, "data", tmp_path / "data.nc")
    assert found.chunk_nr.tolist() == [0, 1, 0, 0]
    np.testing.assert_array_equal(found.channel, [0, 0, 1, np.nan])


def test_the_summary_counts_channels(stereo: DataSet) -> None:
    facts = describe(stereo, InspectionConfig(instance=3))
    assert (facts["number_of_audio_files"], facts["channels_per_file"], facts["chunks_per_file"]) == (2, 2, 2)
    assert facts["instance"]["channel"] == 1
    assert "channels_per_file" not in describe(stereo.with_columns(channel=np.full(8, np.nan)))


def test_predictions_come_in_the_order_of_channels(stereo: DataSet) -> None:
    shuffled = stereo.select(np.array([3, 1, 6, 4, 0, 7, 2, 5]))
    svm, config = SVMConfig(complexity=1), PredictionConfig()
    ordered, mixed = (predict(stereo, data, svm, config, seed=1) for data in (stereo, shuffled))
    assert ordered.filenames.tolist() == mixed.filenames.tolist() == ["a"] * 4 + ["b"] * 4
    assert ordered.labels.tolist() == mixed.labels.tolist()
