import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import audeep
from audeep.backend.classifiers import saving
from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import AudeepError, DataError, ModelError
from audeep.backend.options import Config
from audeep.testing import make_data_set
from tests.backend.classifiers.conftest import MakeBlobs
from tests.backend.classifiers.test_prediction import generated
from tests.helpers.saved_models import save_network

SVM, MLP = audeep.SVMConfig(complexity=0.1), audeep.MLPConfig(num_epochs=5, num_units=4)
every_classifier = pytest.mark.parametrize("config", [SVM, MLP], ids=["svm", "mlp"])


def noise(blobs: MakeBlobs, size: int = 60) -> DataSet:
    """Make vectors whose classes cannot be told apart, so that predictions depend on every detail."""
    return blobs(size, features=np.random.default_rng(1).normal(size=(size, 3)))


@every_classifier
@pytest.mark.parametrize("majority_vote", [False, True])
def test_predicts_as_if_trained_just_now(
    config: Config, majority_vote: bool, blobs: MakeBlobs, tmp_path: Path
) -> None:
    # The label map is not alphabetical, and decides ties.
    known = noise(blobs)
    chunks = noise(blobs).with_columns(
        filename=np.repeat([f"{number:02}.wav" for number in range(15)], 4).astype(object),
        chunk_nr=np.arange(60) % 4,
    )
    audeep.train_classifier(known, config, tmp_path / "c", {"upsample": True}, seed=4)
    found = audeep.classify(chunks, tmp_path / "c", {"majority_vote": majority_vote})
    expected = audeep.predict(known, chunks, config, {"upsample": True, "majority_vote": majority_vote}, seed=4)
    assert found.filenames.tolist() == expected.filenames.tolist()
    assert found.labels.tolist() == expected.labels.tolist()


@every_classifier
def test_loads_what_was_trained(config: Config, blobs: MakeBlobs, tmp_path: Path) -> None:
    known = noise(blobs)
    vectors = known.features.values
    trained = audeep.train_classifier(known, config, tmp_path / "c", seed=4)
    loaded = audeep.load_classifier(tmp_path / "c")
    assert loaded.classes_.tolist() == ["ant", "bee", "frog"]
    assert loaded.n_features_in_ == 3
    method = "predict_proba" if hasattr(trained, "predict_proba") else "decision_function"
    np.testing.assert_array_equal(getattr(loaded, method)(vectors), getattr(trained, method)(vectors))
    assert loaded.predict(vectors).tolist() == trained.predict(vectors).tolist()
    assert {path.name for path in (tmp_path / "c").iterdir()} == {"classifier.json", "weights.npz"}


@pytest.mark.parametrize("count", [2, 3])
def test_files_suffice_to_predict(count: int, blobs: MakeBlobs, tmp_path: Path) -> None:
    known = noise(blobs)
    known = known.select(known.label_numeric < count)
    vectors = known.features.values
    audeep.train_classifier(known, SVM, tmp_path, seed=4)
    facts = json.loads((tmp_path / "classifier.json").read_text())
    arrays = np.load(tmp_path / "weights.npz", allow_pickle=False)
    standardised = (vectors - arrays["scaler.mean_"]) / arrays["scaler.scale_"]
    values = standardised @ arrays["classifier.coef"].T + arrays["classifier.intercept"]
    best = values.argmax(axis=1) if count > 2 else (values[:, 0] > 0).astype(int)
    expected = audeep.load_classifier(tmp_path).predict(vectors)
    assert np.array(facts["names"])[best].tolist() == expected.tolist()


def test_partitions_and_chosen_parameters(blobs: MakeBlobs, tmp_path: Path) -> None:
    known = blobs(60)
    config = audeep.SVMConfig(complexity="auto")
    audeep.train_classifier(known, config, tmp_path, {"train_partitions": ["TRAIN"]}, seed=1)
    facts = json.loads((tmp_path / "classifier.json").read_text())
    loaded = audeep.load_classifier(tmp_path)
    assert facts["chosen"] == {"complexity": loaded[-1].complexity_}
    with pytest.raises(DataError, match="no instances in partition TEST"):
        audeep.train_classifier(known, config, tmp_path, {"train_partitions": ["TEST"]})


def test_vectors_of_another_model(blobs: MakeBlobs, tmp_path: Path) -> None:
    audeep.train_classifier(generated(blobs, "aa"), SVM, tmp_path, seed=1)
    assert len(audeep.classify(generated(blobs, "aa"), tmp_path).labels) == 12
    with pytest.raises(DataError, match=r"one model \(t-rae, .* weights aa\), the data to predict with another"):
        audeep.classify(generated(blobs, "bb"), tmp_path)
    with pytest.raises(DataError, match="training data has 3 features, the data to predict 2"):
        audeep.classify(audeep.from_columns([[1, 2]], ["generated"], filename=["a"]), tmp_path)


def test_another_kind(blobs: MakeBlobs, tmp_path: Path) -> None:
    audeep.train_classifier(blobs(), SVM, tmp_path)
    with pytest.raises(ModelError, match="contains a classifier of the kind SVM; use 'audeep svm predict'"):
        audeep.classify(blobs(), tmp_path, kind=audeep.MLPConfig)


def test_a_model_folder_that_moves_along(blobs: MakeBlobs, tmp_path: Path) -> None:
    (tmp_path / "run" / "logs").mkdir(parents=True)
    (tmp_path / "run" / "logs" / "model.json").write_text("{}")
    audeep.train_classifier(blobs(), SVM, tmp_path / "run" / "c")
    assert json.loads((tmp_path / "run" / "c" / "classifier.json").read_text())["model_dirs"] == ["../logs"]
    shutil.move(tmp_path / "run", tmp_path / "moved")
    (model_dir,) = saving.read(tmp_path / "moved" / "c").model_dirs
    assert (model_dir / "model.json").is_file()
    with pytest.raises(ModelError, match=r"none contains no model: model\.json not found"):
        audeep.train_classifier(blobs(), SVM, tmp_path / "d", model_dir=tmp_path / "none")
    assert not (tmp_path / "d").exists()


def change(**facts: Any) -> Callable[[Path], None]:
    """Return what changes some facts in a description."""

    def apply(folder: Path) -> None:
        path = folder / "classifier.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | facts))

    return apply


def replace_weights(**arrays: np.ndarray) -> Callable[[Path], None]:
    """Return what replaces some weights, and corrects the digest."""

    def apply(folder: Path) -> None:
        with np.load(folder / "weights.npz") as file:
            np.savez(folder / "weights.npz", **{**file, **arrays})
        change(sha256=saving._digest((folder / "weights.npz").read_bytes()))(folder)

    return apply


def cut(folder: Path) -> None:
    path = folder / "weights.npz"
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (cut, r"weights\.npz does not belong to classifier\.json"),
        (lambda folder: (folder / "weights.npz").unlink(), "is damaged: .*No such file"),
        (lambda folder: (folder / "classifier.json").write_text("{"), "is damaged"),
        (change(classifier="KNN"), "is damaged: 'KNN'"),
        (change(config={"complexity": -1}), "is damaged: `complexity`: must be above 0"),
        (change(names=["ant", "bee"]), "expected 1 rows"),
        (change(names=["frog", "bee", "ant"]), "not in alphabetical order"),
        (change(names=["ant", "ant", "bee"]), "expected 2 or more different names of labels"),
        (change(task="CLUSTERING"), "is damaged: 'CLUSTERING'"),
        (change(task="REGRESSION"), "is damaged: 'target_scaler.mean_'"),
        (change(models=[3]), "is damaged"),
        (change(label_map={"ant": "x"}), "is damaged"),
        (replace_weights(**{"classifier.coef": np.full((3, 3), np.nan)}), "other values than finite numbers"),
        (replace_weights(**{"scaler.mean_": np.zeros(4)}), "is damaged: cannot reshape"),
        # An array of objects would have to be unpickled.
        (replace_weights(**{"classifier.coef": np.array([print], object)}), "allow_pickle=False"),
    ],
)
def test_damaged_classifiers(
    damage: Callable[[Path], None], message: str, blobs: MakeBlobs, tmp_path: Path
) -> None:
    audeep.train_classifier(blobs(), SVM, tmp_path, seed=1)
    damage(tmp_path)
    with pytest.raises(ModelError, match=message):
        audeep.load_classifier(tmp_path)


def test_weights_that_are_not_finite_are_not_saved(blobs: MakeBlobs, tmp_path: Path) -> None:
    config = audeep.CNNConfig(num_filters=2, num_blocks=1)
    networks = saving.read(save_network(tmp_path / "network", config, make_data_set(2, time=3, freq=2)))
    networks.pipeline[-1].weights_[0][0] = np.inf
    audeep.train_classifier(blobs(), SVM, tmp_path / "svm")
    svm = saving.read(tmp_path / "svm")
    svm.pipeline[-1].svm_.coef_[0, 0] = np.nan
    for trained, name in ((networks, "learning_rate"), (svm, "complexity")):
        with pytest.raises(ModelError, match=f"training diverged: .* not saved; a lower `{name}` may help"):
            saving.write(trained, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_no_classifier(blobs: MakeBlobs, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none contains no classifier: classifier\.json not found"):
        audeep.load_classifier(tmp_path / "none")
    audeep.train_classifier(blobs(), SVM, tmp_path / "run" / "svm")
    with pytest.raises(ModelError, match=r"run contains no classifier: .*; did you mean .*svm\?$"):
        audeep.load_classifier(tmp_path / "run")
    (tmp_path / "file").touch()
    with pytest.raises(AudeepError, match="file is a file; expected a folder"):
        audeep.train_classifier(blobs(), SVM, tmp_path / "file")
