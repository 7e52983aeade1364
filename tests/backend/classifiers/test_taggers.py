"""Networks that learn from labels as classifiers and regressors, in memory and on demand."""

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import audeep
from audeep.backend.classifiers.prediction import predict
from audeep.backend.data.data_set import DataSet, from_columns, load
from audeep.backend.errors import DataError, ModelError
from audeep.backend.taggers.config import TaggerConfig

CONFIG = audeep.CNNConfig(num_filters=4, num_blocks=1, num_epochs=40, learning_rate=0.03, batch_size=6, keep_prob=1)
PARTITIONS = {"train_partitions": ["TRAIN"], "eval_partitions": ["DEVEL"]}
LONGEST = 8


def tones(count: int = 24, lengths: bool = False) -> DataSet:
    """Make spectrograms with one loud band, which is the label, in noise, whose level is a target."""
    random = np.random.default_rng(0)
    band = np.arange(count) % 3
    level = random.uniform(-2, 2, count)
    features = random.normal(0, 0.1, (count, LONGEST, 6)) + level[:, np.newaxis, np.newaxis]
    features[np.arange(count), :, 2 * band] += 4
    sizes = np.where(np.arange(count) % 4, LONGEST, 5)
    features[~(np.arange(LONGEST) < sizes[:, np.newaxis])] = 50 if lengths else 0
    return from_columns(
        features,
        ["time", "freq"],
        filename=[f"{number:02}.wav" for number in range(count)],
        partition=np.arange(count) // 3 % 2,
        label_nominal=np.array(["low", "middle", "high"])[band],
        labels=pd.DataFrame({"loud": (level > 0).astype(int), "low": (band == 0).astype(int)}),
        targets=pd.DataFrame({"level": level}),
        length=sizes if lengths else None,
    )


@pytest.fixture(scope="module")
def cnn() -> audeep.CNN:
    data_set = tones()
    return audeep.CNN(**vars(CONFIG), random_state=1).fit(
        data_set.features.values, data_set.label_nominal.astype(str)
    )


def test_learns(cnn: audeep.CNN) -> None:
    data_set = tones()
    features, labels = data_set.features.values, data_set.label_nominal.astype(str)
    assert cnn.classes_.tolist() == ["high", "low", "middle"]
    assert cnn.predict(features).tolist() == labels.tolist()
    probabilities = cnn.predict_proba(features)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert pickle.loads(pickle.dumps(cnn)).predict_proba(features).tolist() == probabilities.tolist()
    restored = audeep.CNN(**vars(CONFIG)).restore(cnn.to_arrays(), cnn.classes_)
    assert restored.predict_proba(features).tolist() == probabilities.tolist()
    with pytest.raises(ValueError, match="expected weights of the shapes"):
        audeep.CNN(**vars(CONFIG)).restore(cnn.to_arrays(), cnn.classes_[:2])


def test_a_file_and_an_array_give_the_same_network(cnn: audeep.CNN, tmp_path: Path) -> None:
    tones().save(tmp_path / "tones.nc")
    with load(tmp_path / "tones.nc") as data_set:
        again = audeep.CNN(**vars(CONFIG), random_state=1).fit(data_set, data_set.label_nominal.astype(str))
    for ours, theirs in zip(again.weights_, cnn.weights_, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_reads_recordings_of_other_lengths_than_in_training(cnn: audeep.CNN) -> None:
    different = tones(lengths=True)
    assert cnn.predict(different).tolist() == different.label_nominal.tolist()
    assert cnn.predict(different.features.values[1:2, :3]).tolist() == ["middle"]
    with pytest.raises(DataError, match=r"has instances of shape \(8, 5\), but the network was trained on"):
        cnn.predict(different.features.values[..., :5])


@pytest.mark.long
def test_sets_of_labels_of_recordings_of_different_lengths() -> None:
    attention = audeep.CNNConfig(**vars(CONFIG) | {"back_end": "ATTENTION", "num_units": 4})
    result = audeep.evaluate(tones(lengths=True), attention, PARTITIONS | {"task": "MULTI_LABEL"}, seed=1)
    assert result.by_name["auc"].min() > 0.9


@pytest.mark.long
def test_targets() -> None:
    maximum = audeep.CNNConfig(**vars(CONFIG) | {"back_end": "MAX", "mixup": 0})
    result = audeep.evaluate(tones(), maximum, PARTITIONS | {"task": "REGRESSION"}, seed=1)
    assert result.means["pearson"] > 0.9


@pytest.mark.long
@pytest.mark.parametrize(
    "config",
    [
        audeep.LSTMConfig(num_units=[8, 6], dense_units=[12], num_epochs=30, batch_size=8, learning_rate=0.02),
        audeep.GatedCNNConfig(num_filters=8, num_units=6, num_epochs=40, batch_size=8, learning_rate=0.02),
    ],
    ids=lambda config: config.kind,
)
def test_sequences(config: TaggerConfig) -> None:
    known = tones(lengths=True)
    result = predict(known, known, config, seed=1)
    assert np.mean(result.labels == known.label_nominal) > 0.9


def test_a_loss_that_is_not_finite() -> None:
    with pytest.raises(ModelError, match=r"the loss became .*; a lower `learning_rate` may help"):
        audeep.CNN(**vars(CONFIG) | {"learning_rate": 1e30}).fit(tones(), tones().label_nominal.astype(str))
