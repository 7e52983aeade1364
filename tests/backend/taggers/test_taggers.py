"""Networks that learn from labels: their weights, and outputs that do not depend on padding."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.data.data_set import from_columns
from audeep.backend.errors import DataError, OptionError
from audeep.backend.networks.losses import class_entropies
from audeep.backend.networks.parts import BackEnd, FrontEnd
from audeep.backend.taggers.checks import check_data_set, check_lengths
from audeep.backend.taggers.config import CNNConfig, GatedCNNConfig, LSTMConfig, TaggerConfig
from audeep.backend.taggers.fitting import moments
from audeep.backend.taggers.inspection import attention, first_filters
from audeep.backend.taggers.tagger import Tagger
from audeep.backend.training.step import make_optimizer, make_train_step
from audeep.testing import make_data_set


def small(**parts: Any) -> CNNConfig:
    """Make the configuration of a small network."""
    config = CNNConfig(**parts)
    sizes = {"num_filters": 10, "num_blocks": 2}
    sizes |= {"window_size": 6} if config.front_end.has_windows else {}
    sizes |= {"num_units": 4} if config.back_end.has_units else {}
    return replace(config, **sizes)


PAIRS = [(front_end, back_end) for front_end in FrontEnd for back_end in BackEnd]
#: Each part of a CNN once, and the other networks.
VARIABLE: list[TaggerConfig] = [
    *(small(front_end=part) for part in FrontEnd),
    *(small(back_end=part) for part in BackEnd if part.takes_any_length),
    small(normalization="NONE"),
    LSTMConfig(num_units=[5, 3], dense_units=[6, 4]),
    GatedCNNConfig(num_filters=6, num_units=3),
]
LENGTHS = [24, 9, 5, 1]


def name(config: TaggerConfig) -> str:
    parts = (config.front_end.value, config.back_end.value) if isinstance(config, CNNConfig) else (config.kind,)
    return "-".join(parts)


def count(layer: tf.Module) -> int:
    return sum(int(np.prod(weight.shape)) for weight in layer.trainable_weights)


def with_random_weights(tagger: Tagger) -> Tagger:
    random = np.random.default_rng(0)
    for weight in tagger.weights:
        value = random.normal(0, 0.3, weight.shape)
        weight.assign(0.5 + np.abs(value) if weight.name in ("scale", "variance") else value)
    return tagger


@pytest.mark.parametrize(("front_end", "back_end"), PAIRS)
def test_every_front_end_goes_with_every_back_end(front_end: FrontEnd, back_end: BackEnd) -> None:
    config = small(front_end=front_end, back_end=back_end)
    shape = (24, 8)[: config.num_feature_dims]
    tagger = Tagger(config, shape, 3)
    assert tagger(tf.zeros((2, *shape)))["outputs"].shape == (2, 3)
    assert config.takes_lengths == (back_end not in (BackEnd.DENSE, BackEnd.FULLY_CONVOLUTIONAL))


def test_the_lstm_of_the_text() -> None:
    tagger = Tagger(LSTMConfig(), (10, 128), 527)
    # Four gates each, and 10 steps of 128 outputs side by side.
    sizes = [(128, 512), (512, 256), (256, 128)]
    assert count(tagger.front_end) == sum(4 * ((features + units) * units + units) for features, units in sizes)
    assert count(tagger.back_end) == (10 * 128 + 1) * 2048 + (2048 + 1) * 1024
    assert count(tagger.output_layer) == (1024 + 1) * 527


def test_the_gated_network_of_the_text() -> None:
    tagger = Tagger(GatedCNNConfig(), (10, 128), 527)
    gated = (2 * 128 + 1) * 128 + (2 * 64 + 1) * 128
    assert count(tagger.front_end) == gated + (3 * 64 + 1) * 256 + (3 * 256 + 1) * 256
    assert tagger.front_end.compute_output_shape((None, 10, 128)) == (None, 3, 256)
    # Two layers in two directions, three gates each with two biases.
    assert count(tagger.back_end) == 2 * 2 * 3 * (256 * 128 + 128 * 128 + 2 * 128)
    assert count(tagger.output_layer) == (256 + 1) * 2 * 527


def test_gates_of_the_output() -> None:
    tagger = with_random_weights(Tagger(GatedCNNConfig(num_filters=2, num_units=2), (6, 3), 2))
    vectors = np.array([[1.0, -2, 0.5, 0]], "float32")
    kernel, bias = tagger.output_layer.get_weights()
    linear, gate = np.split(vectors @ kernel + bias, 2, axis=1)
    np.testing.assert_allclose(tagger.output_layer(vectors), linear / (1 + np.exp(-gate)), rtol=1e-5)


@pytest.mark.parametrize("config", VARIABLE, ids=name)
def test_outputs_are_the_same_alone_in_a_batch_and_padded(config: TaggerConfig) -> None:
    random = np.random.default_rng(1)
    bands = (8,)[: config.num_feature_dims - 1]
    recordings = [random.normal(size=(length, *bands)).astype("float32") for length in LENGTHS]
    tagger = with_random_weights(Tagger(config, (24, *bands), 3, differ_in_length=True))
    alone = [tagger(tf.constant(item[np.newaxis]))["outputs"][0] for item in recordings]
    # The LSTM network fills recordings up to the longest in training.
    for longest in [24] if isinstance(config, LSTMConfig) else [24, 31]:
        batch = np.full((4, longest, *bands), 7, "float32")
        for row, item in zip(batch, recordings, strict=True):
            row[: len(item)] = item
        together = tagger(tf.constant(batch), lengths=tf.constant(LENGTHS))["outputs"]
        np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-5)
    assert np.abs(np.diff(together, axis=0)).max() > 1e-3


def test_features_are_standardised() -> None:
    data_set = make_data_set(5, time=7, freq=2, lengths=[7, 3])
    frames = np.concatenate([*data_set.instances()])
    mean, deviation = moments(data_set)
    np.testing.assert_allclose(mean, frames.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(deviation, frames.std(axis=0), atol=1e-6)
    tagger = with_random_weights(Tagger(small(), (7, 2), 3))
    tagger.standardise(np.zeros(2), np.ones(2))
    expected = tagger((frames[np.newaxis, :7] - mean) / deviation)["outputs"]
    tagger.standardise(mean, deviation)
    np.testing.assert_allclose(tagger(frames[np.newaxis, :7])["outputs"], expected, atol=1e-4)
    # A band that never changes stays as it is.
    assert moments(from_columns(np.ones((2, 3, 1)), ["time", "freq"], filename=["a", "b"]))[1] == [1]


def test_gradients_are_clipped() -> None:
    config = CNNConfig(num_filters=2, num_blocks=1, mixup=0, keep_prob=1, max_gradient=1e-3)
    tagger = Tagger(config, (4, 3), 2, losses=class_entropies)
    optimizer = make_optimizer(tagger, 1.0)
    spec = {"inputs": tf.TensorSpec((None, 4, 3)), "targets": tf.TensorSpec((None, 2))}
    step = make_train_step(tagger, optimizer, tf.distribute.get_strategy(), spec)
    step({"inputs": 100 * tf.ones((2, 4, 3)), "targets": tf.constant([[1.0, 0], [1, 0]])})
    # After one step, the first moment is a tenth of the gradient.
    largest = max(float(tf.reduce_max(tf.abs(moment))) for moment in optimizer._momentums)
    assert largest == pytest.approx(1e-4)


def test_what_cannot_be_read_is_refused() -> None:
    vectors, images = make_data_set(4, generated=3), make_data_set(4, time=3, freq=2, third=2)
    for data_set in (vectors, images):
        with pytest.raises(DataError, match="this network reads instances with two dimensions, time and bands"):
            check_data_set(CNNConfig(), data_set)
    waves = make_data_set(4, time=9)
    check_data_set(CNNConfig(front_end="sample-level"), waves)
    for data_set in (vectors, make_data_set(4, time=3, freq=2)):
        with pytest.raises(
            DataError, match="this network reads instances with one dimension, time, such as wavefo"
        ):
            check_data_set(CNNConfig(front_end="sample-level"), data_set)
    with pytest.raises(OptionError, match="`num_filters` must be even, not 5"):
        GatedCNNConfig(num_filters=5)


@pytest.mark.parametrize("back_end", ["dense", "fully-convolutional"])
def test_some_back_ends_need_recordings_of_the_same_length(back_end: str) -> None:
    config, shape = CNNConfig(back_end=back_end), (6, 2)
    different = make_data_set(4, time=6, freq=2, lengths=[6, 4])
    with pytest.raises(
        DataError, match=f"a {back_end} back-end needs recordings of the same length; choose another"
    ):
        check_data_set(config, different)
    check_lengths(config, shape, make_data_set(4, time=6, freq=2))
    with pytest.raises(DataError, match="has instances of 5 steps, but the network was trained on 6"):
        check_lengths(config, shape, make_data_set(4, time=5, freq=2))


def test_lengths_that_differ_from_those_in_training() -> None:
    longer, shorter = (make_data_set(4, time=steps, freq=2) for steps in (7, 5))
    for data_set in (longer, shorter):
        check_lengths(CNNConfig(), (6, 2), data_set)
    check_lengths(LSTMConfig(), (6, 2), shorter)
    with pytest.raises(
        DataError, match="has instances of 7 steps, but those that the network was trained on have at"
    ):
        check_lengths(LSTMConfig(), (6, 2), longer)
    with pytest.raises(DataError, match=r"has instances of shape \(6, 3\), but the network was trained on"):
        check_lengths(CNNConfig(), (6, 2), make_data_set(4, time=6, freq=3))


def test_filters_of_the_first_block() -> None:
    tagger = with_random_weights(Tagger(small(front_end="vertical-horizontal"), (24, 8), 3))
    filters = first_filters(tagger)
    shapes = {"7 x 8": 2} | dict.fromkeys(["3 x 8", "1 x 8", "7 x 4", "3 x 4", "1 x 4"], 1)
    expected = {name: (*map(int, name.split(" x ")), count) for name, count in shapes.items()}
    expected |= {f"{frames} x mean of all bands": (frames, 1, 1) for frames in (32, 64, 128)}
    assert {name: kernel.shape for name, kernel in filters.items()} == expected
    kernel = tagger.front_end.blocks[0].convolutions[0].get_weights()[0]
    np.testing.assert_array_equal(filters["7 x 8"], kernel[:, :, 0])
    waves = first_filters(Tagger(small(front_end="frame-level-many"), (50,), 3))
    assert {name: kernel.shape for name, kernel in waves.items()} == {
        "3 samples": (3, 3), "6 samples": (6, 3), "12 samples": (12, 2), "24 samples": (24, 2)
    }  # fmt: skip


def test_filters_of_equal_shape_are_together() -> None:
    filters = first_filters(Tagger(small(front_end="vertical-horizontal"), (24, 1), 3))
    counts = {name: kernel.shape[-1] for name, kernel in filters.items()}
    assert counts == {
        "7 x 1": 3, "3 x 1": 2, "1 x 1": 2, **{f"{frames} x mean of all bands": 1 for frames in (32, 64, 128)}
    }  # fmt: skip
    config = replace(small(front_end="frame-level-many"), window_size=1)
    # Half a sample is one, too.
    counts = {name: kernel.shape for name, kernel in first_filters(Tagger(config, (50,), 3)).items()}
    assert counts == {"1 samples": (1, 6), "2 samples": (2, 2), "4 samples": (4, 2)}


def test_attention_of_a_recording() -> None:
    instance = np.random.default_rng(0).normal(size=(9, 8)).astype("float32")
    tagger = with_random_weights(Tagger(small(back_end="attention"), (24, 8), 3, differ_in_length=True))
    weights, step = attention(tagger, instance)
    # 9 frames, halved twice.
    assert (weights.shape, step) == ((3,), 4)
    assert weights.sum() == pytest.approx(1)
    sequences, _ = tagger.front_end((instance[np.newaxis] - tagger.mean) * tagger.scale)
    np.testing.assert_allclose(tagger.back_end(sequences)[0], weights @ sequences[0].numpy(), rtol=1e-4)
