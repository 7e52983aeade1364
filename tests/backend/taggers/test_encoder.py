"""Networks that begin with the encoder of a model that was trained without labels."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from keras import ops
from sklearn.base import clone

import audeep
from audeep.backend.data.data_set import DataSet
from audeep.backend.errors import ModelError, OptionError
from audeep.backend.networks.losses import class_entropies
from audeep.backend.taggers.checks import check_encoder
from audeep.backend.taggers.config import CNNConfig, GatedCNNConfig, LSTMConfig, TaggerConfig
from audeep.backend.taggers.encoder import read_encoder
from audeep.backend.taggers.inspection import attention, first_filters
from audeep.backend.taggers.tagger import Tagger
from audeep.backend.training import checkpoints
from audeep.backend.training.generation import generate
from tests.backend.taggers.test_resuming import interrupt, train
from tests.contracts.test_models import SMALL
from tests.helpers.models import save_random_model, waves
from tests.helpers.selection import long_except

#: Kinds of models, and size of a step of the `SMALL` ones.
KINDS = {"t-rae": 3, "f-rae": 3, "ft-rae": 3, "contrastive": 6}
Make = Callable[[str], Path]


@pytest.fixture(scope="module")
def data_set() -> DataSet:
    return waves(8)


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory, data_set: DataSet) -> Make:
    """Return a function that writes a model of some kind with random weights, once."""
    folder = tmp_path_factory.mktemp("models")

    def make(kind: str) -> Path:
        logs = folder / kind
        return logs if logs.exists() else save_random_model(logs, SMALL[kind], data_set)

    return make


def begun(config: TaggerConfig, data_set: DataSet, *, differ_in_length: bool = False) -> Tagger:
    """Return a network with the weights of a trained encoder, and otherwise untrained."""
    assert config.encoder
    tagger = Tagger(
        config,
        data_set.feature_shape,
        3,
        differ_in_length=differ_in_length,
        losses=class_entropies,
        encoder=read_encoder(config.encoder),
    )
    assert tagger.encoder is not None
    tagger.encoder.load(config.encoder)
    # Mean and deviation other than 0 and 1, which must not change what the encoder reads.
    tagger.standardise(np.full(6, 0.25), np.full(6, 3))
    return tagger


@pytest.mark.parametrize("kind", ["t-rae", pytest.param("ft-rae", marks=pytest.mark.long)])
def test_the_average_of_the_steps_is_the_pooled_representation(kind: str, make: Make, data_set: DataSet) -> None:
    tagger = begun(CNNConfig(encoder=make(kind), freeze=True), data_set)
    [expected] = generate(make(kind), data_set, {"pooling": "MEAN", "layers": [1]})
    sequences, lengths = tagger.sequences(tagger.standardised(tf.constant(data_set.features.values)))
    assert (sequences.shape, lengths) == ((8, 9, 3), None)
    np.testing.assert_allclose(tagger.back_end(sequences), expected.features.values, rtol=1e-5, atol=1e-6)


@pytest.mark.long
def test_the_steps_of_a_frequency_autoencoder_are_its_representations(make: Make, data_set: DataSet) -> None:
    tagger = begun(LSTMConfig(encoder=make("f-rae"), num_units=[2], dense_units=[2]), data_set)
    assert tagger.encoder is not None
    [expected] = generate(make("f-rae"), data_set)
    sequences, _ = tagger.encoder(tf.constant(data_set.features.values))
    np.testing.assert_allclose(sequences, expected.features.values, rtol=1e-5, atol=1e-6)


def test_the_steps_of_a_contrastive_network_are_what_its_projection_reads(make: Make, data_set: DataSet) -> None:
    [(_, model)] = checkpoints.load_models(make("contrastive"), None)
    tagger = begun(CNNConfig(encoder=make("contrastive")), data_set)
    inputs = tf.constant(data_set.features.values)
    sequences, _ = tagger.sequences(inputs)
    # Two blocks halve 9 frames and 6 bands, rounded up; the last has 3 kernels.
    assert sequences.shape == (8, 3, 2 * 3)
    with pytest.raises(ModelError, match="begins with the encoder of a model, and has no filters of its own"):
        first_filters(tagger)
    images = ops.reshape(sequences, (8, 3, 2, 3))
    pooled = ops.concatenate([ops.mean(images, axis=1), ops.max(images, axis=1)], axis=-1)
    hidden = model.hidden(ops.reshape(pooled, (8, -1)))
    projected = model.projection(ops.relu(model.hidden_normalization(hidden)))
    np.testing.assert_allclose(projected, model.project(inputs), rtol=1e-4, atol=1e-5)


def test_attention_to_the_steps_of_an_encoder(make: Make, data_set: DataSet) -> None:
    config = CNNConfig(encoder=make("contrastive"), back_end="ATTENTION", num_units=2)
    weights, frames = attention(begun(config, data_set), data_set.features.values[0])
    # Two blocks halve 9 frames, rounded up.
    assert (weights.shape, frames) == ((3,), 4)
    assert weights.sum() == pytest.approx(1)


@pytest.mark.parametrize("kind", long_except(KINDS, "t-rae", "contrastive"))
def test_outputs_are_the_same_alone_in_a_batch_and_padded(kind: str, make: Make, data_set: DataSet) -> None:
    config = GatedCNNConfig(encoder=make(kind), num_filters=6, num_units=3, num_layers=1)
    tagger = begun(config, data_set, differ_in_length=True)
    recordings = [item[:length] for item, length in zip(data_set.features.values, (9, 5, 1), strict=False)]
    alone = [tagger(tf.constant(item[np.newaxis]))["outputs"][0] for item in recordings]
    batch = np.full((3, 11, 6), 7, "float32")
    for row, item in zip(batch, recordings, strict=True):
        row[: len(item)] = item
    together = tagger(tf.constant(batch), lengths=tf.constant([9, 5, 1]))["outputs"]
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-5)
    assert np.abs(np.diff(together, axis=0)).max() > 1e-4


@pytest.mark.parametrize("kind", long_except(KINDS, "f-rae", "contrastive"))
def test_only_what_encodes_is_part_of_the_network(kind: str, make: Make, data_set: DataSet) -> None:
    size = KINDS[kind]
    free = begun(CNNConfig(encoder=make(kind)), data_set)
    frozen = begun(CNNConfig(encoder=make(kind), freeze=True), data_set)
    assert free.encoder is not None
    assert free.encoder.compute_output_shape((None, 9, 6))[2] == size
    assert not any("decoder" in weight.path or "projection" in weight.path for weight in free.weights)
    # Frozen, it trains the output layer alone: a weight for each number in a step, and a bias.
    assert [tuple(weight.shape) for weight in frozen.trainable_weights] == [(size, 3), (3,)]
    assert len(free.trainable_weights) == len(free.encoder.trainable_weights) + 2
    for ours, theirs in zip(free.encoder.get_weights(), frozen.encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_training_goes_on_with_the_encoder(make: Make, data_set: DataSet) -> None:
    folder, labels = str(make("contrastive")), data_set.label_nominal.astype(str)
    cnn = clone(audeep.CNN(encoder=folder, num_epochs=1, batch_size=4, random_state=1)).fit(data_set, labels)
    assert cnn.encoder_["kind"] == "contrastive"
    begin = begun(CNNConfig(encoder=folder), data_set).encoder.get_weights()
    for before, after in zip(begin, cnn.network().encoder.get_weights(), strict=True):
        # The averages of batch normalisation too, and no more than an epoch does.
        assert 0 < np.abs(after - before).max() < 3


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("t-rae", LSTMConfig(num_units=2, dense_units=3)),
        ("f-rae", LSTMConfig(num_units=2, dense_units=3)),
        ("ft-rae", GatedCNNConfig(num_units=2)),
        ("contrastive", GatedCNNConfig(num_units=2)),
    ],
    ids=KINDS,
)
def test_every_fold_begins_with_the_same_encoder(
    kind: str, config: TaggerConfig, make: Make, data_set: DataSet
) -> None:
    config = replace(config, encoder=make(kind), num_epochs=1)
    folds = {"cross_validate": True}
    first, again = (audeep.evaluate(data_set, config, folds, seed=1).confusion_matrix for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert first.sum() == 8


@pytest.mark.long
@pytest.mark.parametrize("freeze", [False, True])
def test_training_that_was_interrupted_continues(
    freeze: bool, make: Make, data_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = CNNConfig(encoder=make("contrastive"), freeze=freeze, num_epochs=3, batch_size=4)
    expected = train(tmp_path / "whole", config, data_set=data_set)
    interrupt(monkeypatch, at=4)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "parts", config, data_set=data_set)
    continued = train(tmp_path / "parts", config, data_set=data_set, resume=True)
    for ours, theirs in zip(continued, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_hidden_parts_and_padding_have_the_mean_of_the_band(make: Make, data_set: DataSet) -> None:
    config = CNNConfig(encoder=make("contrastive"), mixup=0, mask_bands=0.9, mask_frames=0.9)
    tagger = begun(config, data_set)
    mean = np.arange(6) / 10 + 2
    tagger.standardise(mean, np.ones(6))
    inputs = data_set.features.values
    hidden = tagger.augmented(tf.constant(inputs), tf.zeros((8, 3)), None)[0].numpy()
    same, filled = hidden == inputs, np.isclose(hidden, mean)
    assert (same | filled).all()
    assert same.any(axis=(1, 2)).all()
    assert filled.sum() > filled.size / 4
    # Mixed with the padding of another: its own features, or closer to the mean.
    tagger.config = replace(config, mixup=1.0, mask_bands=0, mask_frames=0)
    lengths = tf.constant([9, 4] * 4)
    padded = np.where((np.arange(9) < lengths.numpy()[:, np.newaxis])[..., np.newaxis], inputs, mean)
    mixed = tagger.augmented(tf.constant(padded, tf.float32), tf.zeros((8, 3)), lengths)[0].numpy()
    np.testing.assert_allclose(mixed[1::2, 4:], np.broadcast_to(mean, (4, 5, 6)), rtol=1e-6)
    assert (np.abs(mixed[::2, 4:] - mean) <= np.abs(inputs[::2, 4:] - mean) + 1e-6).all()


def test_what_does_not_fit_is_refused(make: Make, data_set: DataSet, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="`freeze` requires `encoder`"):
        CNNConfig(freeze=True)
    for name, value in {"front_end": "VERTICAL", "num_filters": 8, "num_blocks": 2, "window_size": 64}.items():
        with pytest.raises(OptionError, match=f"`{name}` cannot be given with `encoder`, which takes the pla"):
            CNNConfig(encoder="logs", **{name: value})
    GatedCNNConfig(encoder="logs", num_filters=8)
    with pytest.raises(ModelError, match="there is no folder"):
        check_encoder(CNNConfig(encoder=tmp_path / "none"), data_set)
    with pytest.raises(ModelError, match="contains a dictionary model, which has no layers to train furth"):
        check_encoder(CNNConfig(encoder=make("dictionary")), data_set)
    with pytest.raises(ModelError, match=r"was trained on instances of shape \(9, 6\); those in .* have \(9, 5\)"):
        check_encoder(LSTMConfig(encoder=make("t-rae")), waves(4, bands=5))
