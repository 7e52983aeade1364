"""From audio to labels: a model and a classifier, trained once on noises of two kinds."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile

import audeep
from audeep.backend.errors import AudioError, DataError, ModelError, OptionError, ParseError
from tests.backend.estimators.test_spectrograms import SETTINGS, write_noises
from tests.helpers.saved_models import save_network

MLP = audeep.MLPConfig(num_epochs=60, learning_rate=0.05, num_layers=1, num_units=8)
CLASSIFIERS = {"svm": audeep.SVMConfig(complexity=0.1), "mlp": MLP}
KERNELS = audeep.DictionaryConfig(num_kernels=4, kernel_shapes=["3x3"])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with noises, two runs, vectors of each, and a classifier of each kind in the first run."""
    folder = tmp_path_factory.mktemp("place")
    paths = write_noises(folder / "noises")
    settings = audeep.SpectrogramConfig(**SETTINGS)
    data = audeep.preprocess(folder / "noises", folder / "s.nc", settings, parser="NoMetadataParser")
    labels = np.array([["rumble", "hiss"][int(path.stem) % 2] for path in paths], object)
    vectors = []
    for seed in (1, 2):
        logs = audeep.train(data, folder / f"run-{seed}", KERNELS, seed=seed)
        vectors += [item.with_columns(label_nominal=labels) for item in audeep.generate(logs, data)]
        vectors[-1].save(folder / f"v{seed}.nc")
    for name, config in CLASSIFIERS.items():
        audeep.train_classifier(vectors[0], config, folder / "run-1" / name, seed=1)
    hisses = labels == "hiss"
    columns = {"sets": {"labels": pd.DataFrame({"hiss": hisses.astype(int), "noise": np.ones(8, int)})}}
    columns["targets"] = {"targets": pd.DataFrame({"pitch": 1000.0 * hisses})}
    for name, added in columns.items():
        other = vectors[0].with_columns(label_nominal=np.full(8, ""), **added)
        audeep.train_classifier(other, CLASSIFIERS["svm"], folder / "run-1" / name, seed=1)
    fused = audeep.fuse(vectors)
    models = [folder / "run-1" / "logs", folder / "run-2" / "logs"]
    audeep.train_classifier(fused, CLASSIFIERS["svm"], folder / "fused", model_dir=models, seed=1)
    data.close()
    return folder


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_labels_are_those_of_the_single_steps(kind: str, place: Path) -> None:
    table = audeep.classify_recordings(place / "noises", place / "run-1" / kind)
    assert table["filename"].tolist() == [str(place / "noises" / f"{number}.wav") for number in range(8)]
    assert table["label"].tolist() == ["rumble", "hiss"] * 4
    assert table["label"].tolist() == audeep.classify(place / "v1.nc", place / "run-1" / kind).labels.tolist()


def test_scores_of_an_mlp_are_probabilities(place: Path) -> None:
    classifier = place / "run-1" / "mlp"
    table = audeep.classify_recordings([place / "noises" / "1.wav", place / "noises" / "2.wav"], classifier)
    assert list(table.columns) == ["filename", "label", "probability_hiss", "probability_rumble"]
    scores = table[["probability_hiss", "probability_rumble"]].to_numpy()
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-6)
    assert np.array(["hiss", "rumble"])[scores.argmax(axis=1)].tolist() == table["label"].tolist()
    alone = audeep.classify_recordings(place / "noises" / "1.wav", classifier)
    np.testing.assert_allclose(alone.iloc[0, 2:].to_numpy(float), scores[0], atol=1e-6)


def test_scores_of_an_svm_are_distances_from_the_boundary(place: Path) -> None:
    table = audeep.classify_recordings(place / "noises", place / "run-1" / "svm")
    scores = table[["decision_value_hiss", "decision_value_rumble"]].to_numpy()
    np.testing.assert_array_equal(scores[:, 0], -scores[:, 1])
    assert np.array(["hiss", "rumble"])[scores.argmax(axis=1)].tolist() == table["label"].tolist()


def test_sets_of_labels_and_targets(place: Path) -> None:
    table = audeep.classify_recordings(place / "noises", place / "run-1" / "sets")
    assert list(table.columns) == ["filename", "labels", "decision_value_hiss", "decision_value_noise"]
    assert table["labels"].tolist() == ["noise", "hiss;noise"] * 4
    table = audeep.classify_recordings(place / "noises", place / "run-1" / "targets")
    assert list(table.columns) == ["filename", "pitch"]
    np.testing.assert_allclose(table["pitch"], [0, 1000] * 4, atol=300)


def test_fused_vectors(place: Path) -> None:
    assert audeep.classify_recordings(place / "noises", place / "fused")["label"].tolist() == ["rumble", "hiss"] * 4
    with pytest.raises(OptionError, match="`model_dir`: expected 2 model folders, got 1"):
        audeep.classify_recordings(place / "noises", place / "fused", model_dir=place / "run-1" / "logs")
    reverse = [place / "run-2" / "logs", place / "run-1" / "logs"]
    with pytest.raises(DataError, match="data was generated with one model"):
        audeep.classify_recordings(place / "noises", place / "fused", model_dir=reverse)


def test_the_model_is_checked(place: Path, tmp_path: Path) -> None:
    noises, classifier = place / "noises", place / "run-1" / "svm"
    with pytest.raises(DataError, match=r"one model \(dictionary, seed 1, .* with another \(dictionary, seed 2"):
        audeep.classify_recordings(noises, classifier, model_dir=place / "run-2" / "logs")
    shutil.copytree(classifier, tmp_path / "svm")
    with pytest.raises(ModelError, match=r"no folder .*logs"):
        audeep.classify_recordings(noises, tmp_path / "svm")
    table = audeep.classify_recordings(noises, tmp_path / "svm", model_dir=place / "run-1" / "logs")
    assert table["label"].tolist() == ["rumble", "hiss"] * 4


CHUNKS = {"chunk_length": 0.09, "chunk_count": 2}


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        (audeep.SpectrogramConfig(**SETTINGS, **CHUNKS), {}),
        pytest.param(
            audeep.WaveformConfig(sample_rate=4000),
            {"front_end": "FRAME_LEVEL", "window_size": 64},
            marks=pytest.mark.long,
        ),
    ],
    ids=["spectrograms", "waveforms"],
)
def test_a_network_needs_no_model(settings: audeep.WaveformConfig, parts: dict[str, Any], tmp_path: Path) -> None:
    paths = write_noises(tmp_path / "noises", 3)
    data = audeep.preprocess(tmp_path / "noises", tmp_path / "data.nc", settings, parser="NoMetadataParser")
    config = audeep.CNNConfig(**parts, num_filters=3, num_blocks=1)
    folder = save_network(tmp_path / "network", config, data)
    probabilities = audeep.load_classifier(folder).predict_proba(data)
    # The mean over the chunks of a recording.
    expected = probabilities.reshape(3, -1, 2).mean(axis=1)
    table = audeep.classify_recordings([paths[2], paths[0], paths[1]], folder)
    assert table["filename"].tolist() == [str(paths[number]) for number in (2, 0, 1)]
    found = table[["probability_cat", "probability_dog"]].to_numpy()
    np.testing.assert_allclose(found, expected[[2, 0, 1]], rtol=1e-5)
    assert table["label"].tolist() == np.array(["cat", "dog"])[found.argmax(axis=1)].tolist()
    with pytest.raises(OptionError, match="`model_dir` cannot be given: the classifier reads recordings without a"):
        audeep.classify_recordings(paths, folder, model_dir=tmp_path)
    data.close()


def test_recordings_that_cannot_be_used(place: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "empty.wav").touch()
    recordings = [tmp_path / "empty.wav", place / "noises" / "1.wav"]
    with pytest.raises(AudioError, match=r"empty\.wav is empty \(1 of 2 .*`on_error` skip"):
        audeep.classify_recordings(recordings, place / "run-1" / "svm")
    table = audeep.classify_recordings(recordings, place / "run-1" / "svm", {"on_error": "skip"})
    assert table["label"].tolist() == ["hiss"]
    assert f"left out: {tmp_path / 'empty.wav'} is empty" in caplog.text
    # One that breaks after its header was read.
    soundfile.write(tmp_path / "nan.wav", np.full(1600, np.nan), 8000, subtype="FLOAT")
    with pytest.raises(AudioError, match=r"nan\.wav contains NaN"):
        audeep.classify_recordings(tmp_path / "nan.wav", place / "run-1" / "svm", {"on_error": "skip"})


def test_what_cannot_be_predicted(place: Path, tmp_path: Path) -> None:
    with pytest.raises(ParseError, match="no audio files in"):
        audeep.classify_recordings(tmp_path, place / "run-1" / "svm")
    with pytest.raises(AudioError, match=r"none\.wav cannot be read"):
        audeep.classify_recordings(tmp_path / "none.wav", place / "run-1" / "svm")
    with audeep.load(place / "v1.nc") as vectors:
        del vectors.attrs["model"]
        model_dir = place / "run-1" / "logs"
        audeep.train_classifier(vectors, CLASSIFIERS["svm"], tmp_path / "unknown", model_dir=model_dir)
    with pytest.raises(ModelError, match="do not say which model made them"):
        audeep.classify_recordings(place / "noises", tmp_path / "unknown")
    with audeep.load(place / "v1.nc") as vectors:
        audeep.train_classifier(vectors, CLASSIFIERS["svm"], tmp_path / "lost")
    with pytest.raises(OptionError, match="does not know where its model is; give `model_dir`"):
        audeep.classify_recordings(place / "noises", tmp_path / "lost")
