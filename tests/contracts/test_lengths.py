"""What holds for every kind of model if recordings differ in length."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.autoencoders.architectures import (
    FrequencyAutoencoderConfig,
    FrequencyTimeAutoencoderConfig,
    RecurrentGenerationConfig,
    TimeAutoencoderConfig,
)
from audeep.backend.contrastive.config import ContrastiveConfig
from audeep.backend.data.data_set import DataSet, from_columns, load
from audeep.backend.dictionary.config import DictionaryConfig
from audeep.backend.errors import DataError, ModelError
from audeep.backend.networks.pooling import Pooling
from audeep.backend.training import checkpoints
from audeep.backend.training.architecture import ARCHITECTURES, Architecture, architecture_class
from audeep.backend.training.generation import generate
from audeep.backend.training.model import Model
from audeep.backend.training.session import train
from tests.contracts.test_autoencoders import variables
from tests.helpers.models import save_random_model
from tests.helpers.selection import long_except

BANDS, LONGEST = 6, 12
LENGTHS = [12, 5, 7, 3, 9, 12, 4, 4, 11, 6, 8, 2]
WINDOWS = {"freq_window_width": 3, "freq_window_overlap": 1}
RECURRENT = {"num_layers": 2, "num_units": 3}
#: A small model of each kind, and those whose directions or cells treat padding in another way.
MODELS: dict[str, Architecture] = {
    "t-rae": TimeAutoencoderConfig(**RECURRENT, feed_previous_prob=0.5),
    "t-rae, LSTM in both directions": TimeAutoencoderConfig(
        **RECURRENT, bidirectional_encoder=True, bidirectional_decoder=True, cell="LSTM", mask_silence=True
    ),
    "f-rae": FrequencyAutoencoderConfig(**RECURRENT, **WINDOWS),
    "ft-rae": FrequencyTimeAutoencoderConfig(
        num_f_units=2,
        num_t_units=3,
        num_t_layers=1,
        bidirectional_t_encoder=True,
        bidirectional_t_decoder=True,
        t_feed_previous_prob=0.5,
        **WINDOWS,
    ),
    "dictionary": DictionaryConfig(num_kernels=2, kernel_shapes=["3x3", "1x3@2"], patches=200, num_bands=2),
    "contrastive": ContrastiveConfig(
        channels=[2, 3, 4], first_kernel=3, num_bands=2, min_crop=4, max_crop=8, view_frames=6, max_masked_frames=1
    ),
}
every_model = pytest.mark.parametrize("architecture", MODELS.values(), ids=MODELS.keys())
#: An architecture, and the folder of a model.
Saved = tuple[Architecture, Path]


def recordings(longest: int = LONGEST, padding: float = -1.0) -> DataSet:
    """Make recordings of different lengths that are the same whatever their padding."""
    index, time, band = np.ogrid[: len(LENGTHS), :longest, :BANDS]
    features = 0.9 * np.sin(time * (1 + index % 3) / 2 + band * (1 + index % 4) / 3 + index)
    features = np.where(time < np.array(LENGTHS)[:, None, None], features, padding)
    names = [f"{number}.wav" for number in range(len(LENGTHS))]
    return from_columns(features, ["time", "freq"], filename=names, length=LENGTHS, attrs={"padding": padding})


def cut(data_set: DataSet, index: int) -> DataSet:
    """Return a recording alone, without padding."""
    features = data_set.features.values[index, : LENGTHS[index]]
    return from_columns(features[np.newaxis], ["time", "freq"], filename=[data_set.filename[index]])


def epochs(kind: str) -> Mapping[str, int] | None:
    """Return the shortest training."""
    return None if architecture_class(kind).training is None else {"num_epochs": 1, "batch_size": 4}


@pytest.fixture(scope="module", params=long_except(MODELS, *(name for name in MODELS if name != "t-rae")))
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    architecture = MODELS[request.param]
    return architecture, save_random_model(tmp_path_factory.mktemp("model") / "logs", architecture, recordings())


def test_every_kind_is_tried() -> None:
    assert {architecture.kind for architecture in MODELS.values()} == {*ARCHITECTURES}


def test_a_representation_is_the_same_alone_in_a_batch_and_under_any_padding(saved: Saved) -> None:
    architecture, logs = saved
    ((_, model),) = checkpoints.load_models(logs, None)
    configs = [architecture.generation_config(None)]
    if isinstance(configs[0], RecurrentGenerationConfig):
        # The statistics contain all that other poolings compute.
        configs = [RecurrentGenerationConfig(pooling=pooling) for pooling in (Pooling.FINAL, Pooling.STATISTICS)]
    for config in configs:
        together, padded = (
            model.represent(tf.constant(data.features.values), config, tf.constant(LENGTHS, tf.int32)).numpy()
            for data in (recordings(), recordings(LONGEST + 5, 0.7))
        )
        for number, length in enumerate(LENGTHS):
            # With time, the vectors beyond the length are zeros.
            end = length if architecture.kind == "f-rae" else None
            np.testing.assert_allclose(padded[number, :end], together[number, :end], atol=1e-5)
            assert end is None or not together[number, end:].any()
            if number in (1, 11):
                alone = model.represent(tf.constant(cut(recordings(), number).features.values), config)
                np.testing.assert_allclose(alone[0], together[number, :end], atol=1e-5)


def test_generates_what_the_encoder_says(saved: Saved, tmp_path: Path) -> None:
    architecture, logs = saved
    assert json.loads((logs / "model.json").read_text())["feature_shape"] == [None, BANDS]
    ((_, model),) = checkpoints.load_models(logs, None)
    expected = model.encode(tf.constant(recordings().features.values), tf.constant(LENGTHS, tf.int32)).numpy()
    keeps_time = architecture.kind == "f-rae"
    (result,) = generate(logs, recordings())
    assert (result.lengths is not None) == keeps_time
    np.testing.assert_allclose(result.features.values, expected, atol=1e-5)
    assert [len(slab) for slab in result.slabs(5)] == [5, 5, 2]
    # The last two are as long as the features.
    for chosen in (np.array([3, 0, 3]), np.array([0, 5])):
        np.testing.assert_allclose(result.select(chosen).features.values, expected[chosen], atol=1e-5)
    result.save(tmp_path / "vectors.nc")
    with load(tmp_path / "vectors.nc") as stored:
        np.testing.assert_allclose(stored.features.values, expected, atol=1e-5)
        assert stored.lengths is None or stored.lengths.tolist() == LENGTHS
        assert stored.padding == (0 if keeps_time else -1)
    (small,) = generate(logs, recordings(LONGEST + 1, 0.7), {"batch_size": 5})
    np.testing.assert_allclose(small.features.values[:, : len(expected[0])], expected, atol=1e-5)


@pytest.mark.parametrize("name", long_except(MODELS, "t-rae", "f-rae", "contrastive"))
def test_the_loss_does_not_depend_on_the_padding(name: str) -> None:
    architecture = MODELS[name]
    keras.utils.set_random_seed(1)
    model = architecture.make((None, BANDS))
    if not isinstance(model, Model):
        return

    def step(inputs: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
        with tf.GradientTape() as tape:
            loss = model.loss(model.sums(model(inputs, training=True, lengths=tf.constant(LENGTHS, tf.int32))))
        gradients = tape.gradient(loss, model.trainable_variables, unconnected_gradients="zero")
        return loss, gradients

    # What is random, such as feedback, must be the same.
    states = [variable.value.numpy() for variable in model.non_trainable_variables]
    results = []
    for padding in (-1.0, 0.7):
        for variable, value in zip(model.non_trainable_variables, states, strict=True):
            variable.assign(value)
        results.append(step(tf.constant(recordings(padding=padding).features.values)))
    (loss, gradients), (other, other_gradients) = results
    np.testing.assert_allclose(other, loss, rtol=1e-5)
    for ours, theirs in zip(other_gradients, gradients, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("name", long_except([name for name in MODELS if "rae" in name], "f-rae", "ft-rae"))
def test_the_loss_is_that_of_the_recordings_alone(name: str) -> None:
    architecture = MODELS[name]
    keras.utils.set_random_seed(1)
    without = {name: 0.0 for name in architecture.to_dict() if "feed_previous" in name}
    model = replace(architecture, **without).make((None, BANDS))
    data, chosen = recordings(), [0, 1, 11]
    lengths = tf.constant([LENGTHS[index] for index in chosen], tf.int32)
    together = model.sums(model(tf.constant(data.features.values[chosen]), lengths=lengths))
    # Without lengths, each as a batch of its own.
    alone = [model.sums(model(tf.constant(cut(data, index).features.values))) for index in chosen]
    for name, total in together.items():
        np.testing.assert_allclose(total, sum(float(sums[name]) for sums in alone), rtol=1e-5)


@pytest.mark.long
@pytest.mark.parametrize("kind", [kind for kind in ARCHITECTURES if epochs(kind)])
def test_training_continues_as_if_never_stopped(kind: str, tmp_path: Path) -> None:
    architecture, config, data = MODELS[kind], {"num_epochs": 2, "batch_size": 4}, recordings()
    whole = train(data, tmp_path / "whole", architecture, config, seed=7)
    first, last = checkpoints.checkpoint_steps(whole)
    logs = shutil.copytree(whole, tmp_path / "parts" / whole.name)
    for checkpoint in logs.glob(f"model-{last}.*"):
        checkpoint.unlink()
    train(data, tmp_path / "parts", architecture, {**config, "resume": True})
    assert variables(whole, last) == variables(logs, last)
    assert variables(whole, first) != variables(whole, last)


@pytest.mark.long
def test_data_sets_of_different_lengths_are_learned_together(tmp_path: Path) -> None:
    long, short = recordings(), recordings().select(np.array([1, 3])).features.values[:, :2]
    fixed = from_columns(short, ["time", "freq"], filename=["x.wav", "y.wav"])
    logs = train([long, fixed], tmp_path / "run", TimeAutoencoderConfig(num_units=2), epochs("t-rae"))
    # A model for recordings of any length takes those of one length, too.
    (vectors,) = generate(logs, fixed)
    assert np.isfinite(vectors.features.values).all()
    with pytest.raises(ModelError, match=r"trained on instances of shape \(any, 6\); those in .* have \(2, 5\)"):
        generate(logs, from_columns(short[:, :, :5], ["time", "freq"], filename=["x.wav", "y.wav"]))


def test_a_model_of_one_length_takes_no_other(tmp_path: Path) -> None:
    whole = from_columns(recordings().features.values, ["time", "freq"], filename=recordings().filename)
    logs = save_random_model(tmp_path / "logs", TimeAutoencoderConfig(num_units=2), whole)
    with pytest.raises(
        ModelError, match=r"was trained on instances of the same length; those in .* differ in length"
    ):
        generate(logs, recordings())


def test_a_model_that_does_not_take_lengths_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audeep.backend.autoencoders.time.TimeAutoencoder.takes_lengths", False)
    with pytest.raises(
        DataError, match="a t-rae model does not support recordings of different lengths yet; set `fix"
    ):
        train(recordings(), tmp_path / "run", TimeAutoencoderConfig(num_units=2), epochs("t-rae"))
