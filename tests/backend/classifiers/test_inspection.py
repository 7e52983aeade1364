"""Filters and attention of saved networks, and what has none."""

import json
from pathlib import Path

import numpy as np
import pytest

import audeep
from audeep.backend.classifiers.inspection import read_attention, read_filters
from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import DataError, ModelError, OptionError
from audeep.backend.options import Config
from audeep.testing import make_data_set
from tests.helpers.saved_models import save_network

SMALL = {"num_filters": 2, "num_blocks": 1}
ATTENTION = audeep.CNNConfig(back_end="attention", num_units=2, **SMALL)
SPECTROGRAMS = make_data_set(4, time=9, freq=3, lengths=[9, 5, 9, 4])


def waveforms(sample_rate: int, **settings: object) -> DataSet:
    data_set = make_data_set(2, time=20)
    data_set.attrs["waveforms"] = json.dumps({"sample_rate": sample_rate, **settings})
    return data_set


def test_filters(tmp_path: Path) -> None:
    config = audeep.CNNConfig(front_end="sample-level", **SMALL)
    filters, sample_rate = read_filters(save_network(tmp_path / "waves", config, waveforms(8000)))
    assert ({name: kernel.shape for name, kernel in filters.items()}, sample_rate) == ({"3 samples": (3, 2)}, 8000)
    # As saved before it was known.
    path = tmp_path / "waves" / "classifier.json"
    facts = json.loads(path.read_text())
    del facts["waveforms"]
    path.write_text(json.dumps(facts))
    assert read_filters(tmp_path / "waves")[1] is None


def test_attention(tmp_path: Path) -> None:
    folder = save_network(tmp_path, ATTENTION, SPECTROGRAMS)
    features, weights, step = read_attention(folder, SPECTROGRAMS, 1)
    np.testing.assert_array_equal(features, SPECTROGRAMS.features.values[1, :5])
    assert (weights.shape, step) == ((3,), 2)
    assert weights.sum() == pytest.approx(1)
    with pytest.raises(OptionError, match=r"`instance`: 4 is out of range; .* has 4 instances, counted from 0"):
        read_attention(folder, SPECTROGRAMS, 4)
    with pytest.raises(DataError, match=r"has instances of shape \(9, 2\), but the network was trained on"):
        read_attention(folder, make_data_set(1, time=9, freq=2))
    with pytest.raises(DataError, match=r"the features in .* have the dimensions .*, but this network reads"):
        read_attention(folder, make_data_set(1, generated=3))


def test_waveforms_made_with_other_settings(tmp_path: Path) -> None:
    config = audeep.CNNConfig(front_end="sample-level", back_end="attention", **SMALL)
    folder = save_network(tmp_path, config, waveforms(8000))
    # Lengths may differ.
    assert read_attention(folder, waveforms(8000, fixed_length=1.0))[2] == 3
    other = waveforms(16000, channels="LEFT")
    for use in (
        lambda: read_attention(folder, other),
        lambda: audeep.classify(other, folder),
        lambda: audeep.predict(waveforms(8000), other, config),
    ):
        with pytest.raises(
            DataError, match=r"waveforms with `sample_rate` 8000 instead of 16000, `channels` MEAN instead of LEFT"
        ):
            use()


def spectrograms(**settings: object) -> DataSet:
    data_set = make_data_set(2, time=9, freq=3)
    data_set.attrs["spectrograms"] = json.dumps(settings)
    return data_set


def test_spectrograms_made_with_other_settings(tmp_path: Path) -> None:
    folder = save_network(tmp_path, ATTENTION, spectrograms(mel_spectrum=3, fixed_length=1.0, sample_rate=8000))
    # Lengths may differ, defaults may be missing, and all may be unknown.
    same = spectrograms(mel_spectrum=3, scale="RECORDING", sample_rate=8000)
    for data_set in (same, make_data_set(2, time=9, freq=3)):
        assert len(audeep.classify(data_set, folder).labels) == 2
    other = spectrograms(mel_spectrum=3, clip_below=-60.0, sample_rate=4000)
    different = "has spectrograms with `sample_rate` 8000 instead of 4000, no `clip_below` instead of -60"
    for use in (lambda: read_attention(folder, other), lambda: audeep.classify(other, folder)):
        with pytest.raises(DataError, match=f"the training data {different}"):
            use()


@pytest.mark.parametrize(
    ("config", "has_no_filters"),
    [
        (audeep.LSTMConfig(num_units=[2], dense_units=[2]), "a classifier of the kind LSTM, which has no filters"),
        (audeep.CNNConfig(**SMALL), None),
    ],
    ids=["lstm", "average"],
)
def test_other_networks(config: Config, has_no_filters: str | None, tmp_path: Path) -> None:
    folder = save_network(tmp_path, config, SPECTROGRAMS)
    if has_no_filters:
        with pytest.raises(ModelError, match=f"{has_no_filters}; expected a CNN"):
            read_filters(folder)
    with pytest.raises(ModelError, match="has no attention; expected"):
        read_attention(folder, SPECTROGRAMS)


def test_a_classifier_that_is_not_a_network(tmp_path: Path) -> None:
    vectors = make_data_set(4, labels=["cat", "dog"], generated=3)
    audeep.train_classifier(vectors, audeep.SVMConfig(complexity=1), tmp_path)
    with pytest.raises(ModelError, match="a classifier of the kind SVM, which has no filters; expected a CNN"):
        read_filters(tmp_path)
