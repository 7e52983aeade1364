"""The contrastive network, its training and its representations."""

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.signal
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from audeep.backend.contrastive.config import ContrastiveConfig, ContrastiveTrainingConfig
from audeep.backend.contrastive.loss import nt_xent
from audeep.backend.contrastive.model import pictures
from audeep.backend.data.data_set import load
from audeep.backend.errors import DataError, OptionError
from audeep.backend.training import checkpoints, distribution
from audeep.backend.training.config import Strategy
from audeep.backend.training.generation import generate
from audeep.backend.training.session import train
from audeep.backend.training.step import make_optimizer, make_train_step
from audeep.main import main
from tests.contracts.test_autoencoders import variables
from tests.contracts.test_distribution import losses
from tests.helpers.devices import pretend_two_devices
from tests.helpers.models import save_waves, waves
from tests.helpers.zygote import Zygote

CONFIG = ContrastiveConfig(
    channels=[3, 4, 5],
    first_kernel=3,
    num_bands=2,
    hidden_size=8,
    projection_size=6,
    min_crop=4,
    max_crop=8,
    view_frames=6,
    max_masked_bands=2,
    max_masked_frames=2,
    decibels_per_unit=30,
)
OPTIONS = [
    f"--{name.replace('_', '-')} {' '.join(map(str, value)) if isinstance(value, list) else value}"
    for name, value in CONFIG.to_dict().items()
]
#: Two instances are left out of each epoch.
INSTANCES, TRAINING = 26, ContrastiveTrainingConfig(batch_size=8, num_epochs=3, strategy=Strategy.ONE)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Train from the command line: the data, and the folder of the models."""
    folder = tmp_path_factory.mktemp("trained")
    data = save_waves(folder / "data.nc", count=INSTANCES)
    line = f"-q contrastive train --input {data} --run-name {folder}/run --seed 7 --batch-size 8 --num-epochs 3"
    assert main([*line.split(), *" ".join(OPTIONS).split()]) == 0
    return SimpleNamespace(data=data, logs=folder / "run" / "logs")


def test_only_whole_batches_are_learned_from(trained: SimpleNamespace) -> None:
    assert checkpoints.checkpoint_steps(trained.logs) == [3, 6, 9]
    assert list(losses(trained.logs)) == list(range(1, 10))


def test_continues_as_if_never_stopped(trained: SimpleNamespace, tmp_path: Path) -> None:
    logs = shutil.copytree(trained.logs, tmp_path / "run" / "logs")
    for checkpoint in (*logs.glob("model-6.*"), *logs.glob("model-9.*")):
        checkpoint.unlink()
    train(trained.data, tmp_path / "run", CONFIG, replace(TRAINING, resume=True))
    whole, parts = (variables(folder, 9) for folder in (trained.logs, logs))
    assert whole == parts
    # Weights, two moments of each, averages of the normalisations, seed of the views: all go on changing.
    earlier = variables(logs, 3)
    assert not {name for name in whole if whole[name] == earlier[name]}


def test_the_averages_of_the_training_are_those_of_the_model(trained: SimpleNamespace) -> None:
    ((_, model),) = checkpoints.load_models(trained.logs, [9])
    for normalization in (model.input_normalization, model.network.normalization_2, model.hidden_normalization):
        assert float(normalization.batches) == 9
        assert (normalization.variance.numpy() != 1).all()


def test_representations_are_statistics_of_convolutions() -> None:
    config = replace(CONFIG, channels=[3, 4])
    model = config.make((9, 6))
    spectrogram = waves(count=3).features.values
    model(spectrogram, training=True)
    vectors = np.asarray(model.encode(spectrogram)).reshape(3, 2, 3, 4)
    normalization = model.network.normalization_0
    kernels = model.network.convolution_0.kernel.numpy()[:, :, 0]
    (level, spread), (means, variances) = (
        (layer.mean.numpy(), layer.variance.numpy()) for layer in (model.input_normalization, normalization)
    )
    inputs = (spectrogram - level) / np.sqrt(spread + 1e-3)
    for channel in range(3):
        kernel = kernels[:, :, channel] - kernels[:, :, channel].mean()
        convolved = np.stack([scipy.signal.correlate2d(image, kernel, mode="same") for image in inputs])
        response = (convolved - means[channel]) / np.sqrt(variances[channel] + 1e-3)
        share, positive = (response > 0).mean(axis=1), np.maximum(response, 0).mean(axis=1)
        statistics = np.stack([share, positive, response.max(axis=1), response.std(axis=1)], axis=-1)
        expected = statistics.reshape(3, 2, 3, 4).mean(axis=2)
        np.testing.assert_allclose(vectors[:, :, channel], expected, atol=1e-4)


def test_learns_what_belongs_together() -> None:
    # Instances that are the same all the time.
    model = ContrastiveConfig(
        **CONFIG.to_dict()
        | {"channels": [8, 8], "projection_size": 16, "max_mix": 0, "min_height": 1, "max_height": 1}
    ).make((9, 6))
    tf.random.set_seed(0)
    batch = tf.constant(np.random.default_rng(0).normal(size=(8, 1, 6)).repeat(9, axis=1).astype("float32"))
    optimizer = make_optimizer(model, 0.02)

    @tf.function
    def step() -> tuple[tf.Tensor, list[tf.Tensor]]:
        with tf.GradientTape() as tape:
            loss = model.loss(model.sums(model(batch, training=True)))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss, [tf.reduce_max(tf.abs(gradient)) for gradient in gradients]

    first, gradients = step()
    # Every weight is reached by the loss.
    assert all(float(gradient) > 0 for gradient in gradients)
    later = np.mean([float(step()[0]) for _ in range(60)][-10:])
    assert later < 0.6 * float(first)
    assert later < np.log(15)


def test_each_step_draws_other_views() -> None:
    model = CONFIG.make((9, 6))
    batch = waves(count=4).features.values
    one, other = (model(batch, training=True)["first"].numpy() for _ in range(2))
    assert np.abs(one - other).max() > 1e-3
    # In an evaluation there is nothing random.
    np.testing.assert_array_equal(model(batch)["first"], model(batch)["first"])


def test_tensorboard_shows_views_and_whether_they_collapse(trained: SimpleNamespace) -> None:
    events = EventAccumulator(str(next(trained.logs.glob("events.*"))), size_guidance={"tensors": 0})
    events.Reload()
    steps = {name: [event.step for event in events.Tensors(name)] for name in events.Tags()["tensors"]}
    watched = ["alignment", "uniformity", "effective rank", "two views of a recording"]
    assert steps.pop("_hparams_/session_start_info") == [0]
    assert steps == {"loss": list(range(1, 10)), **{name: [3, 6, 9] for name in watched}}
    alignment, uniformity, rank = (
        np.array([tf.make_ndarray(event.tensor_proto) for event in events.Tensors(name)]) for name in watched[:3]
    )
    assert ((alignment >= 0) & (alignment <= 4)).all()
    assert ((uniformity >= -8) & (uniformity <= 0)).all()
    assert ((rank >= 1) & (rank <= 6)).all()
    width, height, *images = tf.make_ndarray(events.Tensors("two views of a recording")[-1].tensor_proto)
    assert (int(width), int(height), len(images)) == (6, 12, 4)


def test_pictures_have_low_frequencies_below() -> None:
    first, second = (np.zeros((2, 3, 4), "float32") for _ in range(2))
    first[0, 1, 0], second[0, 2, 3] = -2, 2
    shown = pictures(first, second).numpy()[..., 0]
    assert shown.shape == (2, 8, 3)
    expected = np.full((8, 3), 0.5)
    # The lowest band of the first view is the lowest line of all; the second one stands above it.
    expected[7, 1], expected[0, 2] = 0, 1
    np.testing.assert_allclose(shown[0], expected)
    np.testing.assert_array_equal(shown[1], np.zeros((8, 3)))


def step_on_two_devices(paths: list[str]) -> int:
    """Take one step from given weights."""
    data, before, after = paths
    pretend_two_devices()
    strategy = distribution.make(Strategy.MIRRORED)
    with strategy.scope():
        model = CONFIG.make((9, 6))
        optimizer = make_optimizer(model, 0.01)
    with np.load(before) as file:
        model.set_weights([file[str(index)] for index in range(len(file.files))])
    model.seed.state.assign([5, 0])
    halves = np.split(load(data).features.values, 2)
    inputs = strategy.experimental_distribute_values_from_function(
        lambda context: tf.constant(halves[context.replica_id_in_sync_group])
    )
    loss = make_train_step(model, optimizer, strategy, {"inputs": tf.type_spec_from_value(inputs)})(
        {"inputs": inputs}
    )
    weights = [strategy.experimental_local_results(weight.value) for weight in model.weights]
    np.savez(after, loss, *[np.stack([part.numpy() for part in parts]) for parts in weights])
    return 0


def train_on_two_devices(paths: list[str]) -> int:
    pretend_two_devices()
    train(*paths, CONFIG, replace(TRAINING, strategy=Strategy.MIRRORED), seed=1)
    return 0


# By default, an autoencoder is trained on two devices.
@pytest.mark.long
def test_two_devices_contrast_with_their_own_instances(
    trained: SimpleNamespace, server: Zygote, tmp_path: Path
) -> None:
    model = CONFIG.make((9, 6))
    np.savez(tmp_path / "before.npz", **{str(index): weight for index, weight in enumerate(model.get_weights())})
    files = [tmp_path / "before.npz", tmp_path / "after.npz"]
    code, printed = server.run(tmp_path, trained.data, *files, function=f"{__name__}:step_on_two_devices")
    assert code == 0, printed

    # What a single device makes of the two halves, each normalised by itself.
    seed, optimizer = tf.constant([5, 0], tf.int64), make_optimizer(model, 0.01)
    batch = tf.constant(load(trained.data).features.values)
    with tf.GradientTape() as tape:
        halves = []
        for device, half in enumerate(tf.split(batch, 2)):
            views = tf.concat(model.views(half, tf.random.fold_in(seed, device)), axis=0)
            halves.append(nt_xent(*tf.split(model.project(views, training=True), 2), CONFIG.temperature))
        loss = tf.reduce_mean(tf.concat(halves, axis=0))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply([tf.clip_by_value(gradient, -2, 2) for gradient in gradients], model.trainable_variables)
    with np.load(tmp_path / "after.npz") as file:
        np.testing.assert_allclose(file["arr_0"], loss, rtol=1e-5)
        weights = [file[f"arr_{index}"] for index in range(1, len(file.files))]
    for ours, (one, other) in zip(model.weights, weights, strict=True):
        np.testing.assert_array_equal(one, other)
        if ours.path.endswith("batches"):
            # The halves are a batch each here, and one there.
            assert (one, float(ours)) == (1, 2)
        else:
            np.testing.assert_allclose(one, ours, atol=2e-4, err_msg=ours.path)


@pytest.mark.long
def test_trains_on_two_devices(trained: SimpleNamespace, server: Zygote, tmp_path: Path) -> None:
    function = f"{__name__}:train_on_two_devices"
    code, printed = server.run(tmp_path, trained.data, tmp_path / "run", function=function)
    assert code == 0, printed
    assert np.isfinite(list(losses(tmp_path / "run" / "logs").values())).all()
    (vectors,) = generate(tmp_path / "run" / "logs", trained.data)
    assert np.isfinite(vectors.features.values).all()


def test_explains_what_cannot_be_learned_from(tmp_path: Path) -> None:
    data = save_waves(tmp_path / "data.nc", count=1)
    with pytest.raises(DataError, match="needs batches of at least 2 instances, 2 for each device; got 1"):
        train(data, tmp_path / "run", CONFIG)
    with pytest.raises(DataError, match="two dimensions, time and bands, got 1"):
        CONFIG.make((8,))
    with pytest.raises(DataError, match=r"`num_bands` is 2, but of 2 frequency bands, .* has only 1"):
        CONFIG.make((9, 2))
    with pytest.raises(OptionError, match="`channels` must have at least two blocks, got 1"):
        ContrastiveConfig(channels=[3])
