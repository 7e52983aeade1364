import json
import logging
from pathlib import Path

import numpy as np
import pytest

from audeep.backend.classifiers.config import MLPConfig, PredictionConfig, SVMConfig
from audeep.backend.classifiers.prediction import predict
from audeep.backend.data.data_set import DataSet, from_columns
from audeep.backend.data.fuse import fuse
from audeep.backend.errors import DataError
from tests.backend.classifiers.conftest import MakeBlobs

SVM = SVMConfig(complexity=1)
CENTRES = {"frog": [0, 0, 10], "ant": [0, 10, 0], "bee": [10, 0, 0]}


def unlabelled(*instances: tuple[str, int, str], **columns: object) -> DataSet:
    """Make instances of (file name, chunk, class); the class shows in the features alone."""
    names, chunks, classes = zip(*instances, strict=True)
    return from_columns(
        [CENTRES[label] for label in classes],
        ["generated"],
        filename=names,
        chunk_nr=chunks,
        **columns,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("classifier", [SVM, MLPConfig(num_epochs=40, learning_rate=0.01)], ids=["svm", "mlp"])
def test_predicts_sorted_by_file(blobs: MakeBlobs, classifier: SVMConfig | MLPConfig, tmp_path: Path) -> None:
    data = unlabelled(("z.wav", 0, "ant"), ("b.wav", 0, "frog"), ("ä.wav", 0, "bee"))
    predict(blobs(), data, classifier, PredictionConfig(), seed=0).save(tmp_path / "new" / "out.tsv")
    expected = "b.wav\tfrog\nz.wav\tant\nä.wav\tbee\n"
    assert (tmp_path / "new" / "out.tsv").read_bytes() == expected.encode()


def test_chunks_each_get_a_line(blobs: MakeBlobs, caplog: pytest.LogCaptureFixture) -> None:
    data = unlabelled(("b", 1, "ant"), ("a", 10, "bee"), ("b", 0, "frog"), ("a", 9, "ant"))
    with caplog.at_level(logging.WARNING, "audeep"):
        result = predict(blobs(), data, SVM, PredictionConfig())
    assert result.filenames.tolist() == ["a", "a", "b", "b"]
    assert result.labels.tolist() == ["ant", "bee", "frog", "ant"]
    assert "2 files have 4 chunks" in caplog.text


def test_majority_vote(blobs: MakeBlobs, caplog: pytest.LogCaptureFixture) -> None:
    # b is a tie: of ant (number 1) and frog (number 0), frog wins.
    data = unlabelled(("b", 1, "ant"), ("a", 0, "bee"), ("b", 0, "frog"), ("a", 2, "bee"), ("a", 1, "frog"))
    with caplog.at_level(logging.WARNING, "audeep"):
        result = predict(blobs(), data, SVM, PredictionConfig(majority_vote=True))
    assert (result.filenames.tolist(), result.labels.tolist()) == (["a", "b"], ["bee", "frog"])
    assert not caplog.records


def test_partitions_and_their_labels(blobs: MakeBlobs) -> None:
    # DEVEL has wrong labels, or none; TRAIN alone is learned from.
    labels = [*blobs().label_nominal[:6], "frog", "frog", "frog", "", "", ""]
    data = blobs(label_nominal=labels)
    config = PredictionConfig(train_partitions=["TRAIN"], eval_partitions=["DEVEL"])  # type: ignore[arg-type]
    result = predict(data, data, SVM, config)
    assert result.filenames.tolist() == [f"{number:02}.wav" for number in range(6, 12)]
    assert result.labels.tolist() == blobs().label_nominal[6:].tolist()


def test_slabs_without_an_instance_to_predict(blobs: MakeBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    # One instance in each slab.
    monkeypatch.setattr("audeep.backend.data.features.SLAB_BYTES", 1)
    config = PredictionConfig(eval_partitions=["DEVEL"])  # type: ignore[arg-type]
    result = predict(blobs(), blobs(), SVM, config)
    assert result.labels.tolist() == blobs().label_nominal[6:].tolist()


def test_same_seed_same_labels(blobs: MakeBlobs) -> None:
    noise = blobs(60, features=np.random.default_rng(1).normal(size=(60, 3)))
    config = PredictionConfig(upsample=True)
    first, second = (
        predict(noise, noise, MLPConfig(num_epochs=2, num_units=8), config, seed=3).labels for _ in range(2)
    )
    assert first.tolist() == second.tolist()


def test_warns_of_convergence(caplog: pytest.LogCaptureFixture, blobs: MakeBlobs) -> None:
    noise = blobs(300, features=np.random.default_rng(1).normal(size=(300, 3)))
    with caplog.at_level(logging.WARNING, "audeep"):
        predict(noise, noise, SVMConfig(complexity=1e6), PredictionConfig())
    assert "did not converge" in caplog.text


@pytest.mark.parametrize("other", [{"ant": 0, "bee": 2, "frog": 1}, {"ant": 1, "bee": 2}])
def test_different_label_maps(blobs: MakeBlobs, other: dict[str, int]) -> None:
    with pytest.raises(DataError, match=r"different label maps: '(ant|frog)' is"):
        predict(blobs(), unlabelled(("a", 0, "bee"), label_map=other), SVM, PredictionConfig())


def test_different_features(blobs: MakeBlobs) -> None:
    data = from_columns([[1, 2]], ["generated"], filename=["a"])
    with pytest.raises(DataError, match="training data has 3 features, the data to predict 2"):
        predict(blobs(), data, SVM, PredictionConfig())


def generated(blobs: MakeBlobs, weights: str | None) -> DataSet:
    """Make vectors of a model with these weights."""
    model = {"kind": "t-rae", "step": 7, "training": {"seed": 1}} | ({"weights": weights} if weights else {})
    return blobs(attrs={"model": json.dumps(model)})


def test_vectors_of_different_models(blobs: MakeBlobs) -> None:
    with pytest.raises(DataError) as error:
        predict(generated(blobs, "aa"), generated(blobs, "bb"), SVM)
    assert str(error.value) == (
        "the training data was generated with one model (t-rae, seed 1, step 7, weights aa), the data to predict "
        "with another (t-rae, seed 1, step 7, weights bb); generate both with the same model"
    )


def test_fused_vectors_of_different_models(blobs: MakeBlobs) -> None:
    first, second = generated(blobs, "aa"), generated(blobs, "bb")
    assert len(predict(fuse([first, second]), fuse([first, second]), SVM).labels) == 12
    with pytest.raises(DataError, match=r"with one model \(.* weights aa and .* weights bb\), .* weights bb and "):
        predict(fuse([first, second]), fuse([second, first]), SVM)


# Files of earlier versions do not tell the weights.
@pytest.mark.parametrize("weights", ["aa", None])
def test_vectors_of_the_same_model(blobs: MakeBlobs, weights: str | None) -> None:
    assert len(predict(generated(blobs, "aa"), generated(blobs, weights), SVM).labels) == 12


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"label_nominal": ["", "a"] * 6}, r"6 of 12 instances have no label, such as 00\.wav"),
        ({"label_nominal": ["a"] * 12}, "have the class 'a'"),
    ],
)
def test_unfit_training_data(blobs: MakeBlobs, columns: dict, message: str) -> None:
    with pytest.raises(DataError, match=message):
        predict(blobs(**columns), unlabelled(("a", 0, "bee")), SVM, PredictionConfig())


def test_no_instances(blobs: MakeBlobs) -> None:
    with pytest.raises(DataError, match="no instances"):
        predict(blobs(), blobs().select(slice(0, 0)), SVM, PredictionConfig())
