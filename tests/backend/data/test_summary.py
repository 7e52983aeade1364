"""Facts about data sets."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audeep.backend.data.data_set import from_columns
from audeep.backend.data.operations import InspectionConfig
from audeep.backend.data.summary import describe
from audeep.backend.errors import OptionError
from audeep.backend.spectrograms.config import SpectrogramConfig
from tests.helpers.golden import GOLDEN


def save(path: Path, **columns: Any) -> Path:
    """Save a data set of four instances of 2 x 3 features, counted from 0."""
    columns = {"filename": ["a", "a", "b", "c"], "chunk_nr": [0, 1, 0, 0], **columns}
    from_columns(np.arange(24).reshape(4, 2, 3), ["time", "freq"], **columns).save(path)
    return path


def test_a_file_of_the_original() -> None:
    assert describe(GOLDEN / "netcdf" / "chunks_cv2.nc") == {
        "number_of_instances": 12,
        "number_of_audio_files": 4,
        "chunks_per_file": 3,
        "feature_dimensions": {"time": 20, "freq": 40},
        "number_of_labels": 2,
        "instances_per_label": {"falling": 6, "rising": 6},
        "label_map": {"falling": 0, "rising": 1},
        "cross_validation_folds": 2,
        "partitions": {"train": 6, "devel": 6},
    }


def test_an_unlabelled_data_set(tmp_path: Path) -> None:
    facts = describe(save(tmp_path / "data.nc"), InspectionConfig(instance=1, detailed_folds=True))
    assert facts == {
        "number_of_instances": 4,
        "number_of_audio_files": 3,
        "chunks_per_file": {"minimum": 1, "maximum": 2},
        "feature_dimensions": {"time": 2, "freq": 3},
        "number_of_labels": 0,
        "cross_validation_folds": 0,
        "audeep_version": facts["audeep_version"],
        "instance": {
            "index": 1,
            "filename": "a",
            "chunk_number": 1,
            "label": None,
            "label_number": None,
            "partition": None,
            "cross_validation_splits": [],
            "feature_shape": [2, 3],
            "minimum": 6.0,
            "mean": 8.5,
            "maximum": 11.0,
        },
        "folds": [],
    }


def test_partial_metadata(tmp_path: Path) -> None:
    path = save(
        tmp_path / "data.nc",
        label_nominal=["x", "x", None, "y"],
        label_numeric=[1, 1, None, 0],
        label_map={"x": 1, "y": 0},
        partition=[0, 0, None, 2],
        cv_folds=[[1, 0], [1, 0], [np.nan, 0], [0, 1]],
    )
    facts = describe(path, InspectionConfig(instance=2, detailed_folds=True))
    assert facts["number_of_labels"] == 2
    assert facts["unlabelled_instances"] == 1
    assert facts["instances_per_label"] == {"x": 2, "y": 1}
    assert list(facts["label_map"].items()) == [("y", 0), ("x", 1)]
    assert facts["partitions"] == {"train": 2, "test": 1}
    assert facts["instances_without_partition"] == 1
    assert facts["instance"]["cross_validation_splits"] == [None, "training"]
    assert facts["folds"] == [
        {"training": {"instances": 1, "labels": {"y": 1}}, "validation": {"instances": 2, "labels": {"x": 2}}},
        {"training": {"instances": 3, "labels": {"x": 2}}, "validation": {"instances": 1, "labels": {"y": 1}}},
    ]


def test_how_spectrograms_were_made(tmp_path: Path) -> None:
    config = SpectrogramConfig(window_overlap=0, mel_spectrum=40)
    facts = describe(save(tmp_path / "data.nc", attrs={"spectrograms": json.dumps(config.to_dict())}))
    assert facts["spectrograms"] == {
        "window_width": 0.04, "window_overlap": 0.0, "mel_spectrum": 40, "channels": "MEAN", "reference": "PEAK",
        "scale": "RECORDING",
    }  # fmt: skip


def test_which_model_made_the_features(tmp_path: Path) -> None:
    model = {
        "kind": "t-rae",
        "step": 12,
        "architecture": {"num_layers": 2, "mask_silence": False},
        "spectrograms": {"mel_spectrum": 40},
    }
    facts = describe(save(tmp_path / "data.nc", attrs={"model": json.dumps(model)}))
    assert facts["model"] == {"kind": "t-rae", "step": 12, "num_layers": 2}
    assert facts["spectrograms"] == {"mel_spectrum": 40}


def test_which_models_made_fused_features(tmp_path: Path) -> None:
    models = [{"kind": kind, "spectrograms": {"mel_spectrum": 40}} for kind in ("t-rae", "dictionary")]
    facts = describe(save(tmp_path / "data.nc", attrs={"model": json.dumps(models)}))
    assert facts["models"] == [{"kind": "t-rae"}, {"kind": "dictionary"}]
    assert "model" not in facts
    assert facts["spectrograms"] == {"mel_spectrum": 40}
    models[1]["spectrograms"] = {"mel_spectrum": 64}
    assert "spectrograms" not in describe(save(tmp_path / "data.nc", attrs={"model": json.dumps(models)}))


def test_facts_are_json(tmp_path: Path) -> None:
    from_columns(
        [[np.nan, 1]], ["generated"], filename=["a"], label_nominal=["x"], cv_folds=[[1]], partition=[0]
    ).save(tmp_path / "data.nc")
    facts = describe(tmp_path / "data.nc", InspectionConfig(instance=0, detailed_folds=True))
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
    assert facts["instance"]["mean"] is None


def test_no_instances(tmp_path: Path) -> None:
    from_columns(np.zeros((0, 2)), ["generated"], filename=[]).save(tmp_path / "data.nc")
    assert describe(tmp_path / "data.nc")["chunks_per_file"] is None


@pytest.mark.parametrize("instance", [-1, 4])
def test_an_instance_that_is_not_there(instance: int, tmp_path: Path) -> None:
    with pytest.raises(
        OptionError, match=rf"`instance`: {instance} is out of range; .*data.nc has 4 instances, counted from 0"
    ):
        describe(save(tmp_path / "data.nc"), InspectionConfig(instance=instance))
