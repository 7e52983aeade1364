"""What holds for every recurrent autoencoder."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from audeep.backend.atomic import LOCK
from audeep.backend.autoencoders.architectures import (
    FrequencyAutoencoderConfig,
    FrequencyTimeAutoencoderConfig,
    TimeAutoencoderConfig,
)
from audeep.backend.autoencoders.pictures import Comparison
from audeep.backend.data.data_set import DataSet, load
from audeep.backend.errors import AudeepError, DataError, ModelError, OptionError
from audeep.backend.training import checkpoints, generation
from audeep.backend.training.architecture import ARCHITECTURES, Architecture, architecture_class
from audeep.backend.training.config import GenerationConfig, TrainingConfig
from audeep.backend.training.description import ModelDescription
from audeep.backend.training.generation import generate
from audeep.backend.training.session import train
from audeep.main import main
from tests.helpers.models import save_waves, waves
from tests.helpers.selection import long_except

CONFIGS = {
    "time": TimeAutoencoderConfig(num_units=5),
    "time, everything": TimeAutoencoderConfig(
        num_layers=2,
        num_units=4,
        bidirectional_encoder=True,
        encoder_noise=0.2,
        feed_previous_prob=0.5,
        cell="LSTM",
        mask_silence=True,
    ),
    "time, bidirectional": TimeAutoencoderConfig(
        num_layers=2, num_units=4, bidirectional_encoder=True, bidirectional_decoder=True
    ),
    "frequency": FrequencyAutoencoderConfig(freq_window_width=3, freq_window_overlap=1, num_units=5),
    "frequency, everything": FrequencyAutoencoderConfig(
        freq_window_width=2,
        freq_window_overlap=1,
        num_layers=1,
        num_units=4,
        bidirectional_encoder=True,
        bidirectional_decoder=True,
        encoder_noise=0.2,
        feed_previous_prob=0.5,
        cell="LSTM",
    ),
    "frequency-time": FrequencyTimeAutoencoderConfig(
        freq_window_width=2, freq_window_overlap=0, num_f_units=4, num_t_layers=1, num_t_units=5
    ),
    "frequency-time, everything": FrequencyTimeAutoencoderConfig(
        freq_window_width=2,
        freq_window_overlap=1,
        num_f_units=3,
        num_t_layers=1,
        num_t_units=4,
        bidirectional_f_encoder=True,
        bidirectional_t_encoder=True,
        bidirectional_f_decoder=True,
        bidirectional_t_decoder=True,
        f_encoder_noise=0.1,
        t_encoder_noise=0.1,
        f_feed_previous_prob=0.5,
        t_feed_previous_prob=0.5,
    ),
}

every_config = pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS.keys())

#: Of each kind, the one that has everything on; to train all takes long.
DEMANDING = {config.kind: config for name, config in CONFIGS.items() if name.endswith("everything")}
TRAINING = TrainingConfig(batch_size=10, num_epochs=3)
RESUME = TrainingConfig(resume=True)

#: Kinds of recurrent autoencoders.
RECURRENT = [kind for kind in ARCHITECTURES if kind.endswith("rae")]
#: An architecture, the data that it was trained on, and the folder of the models.
Trained = tuple[Architecture, Path, Path]


# The short trainings of `test_models` are of every kind.
@pytest.fixture(scope="module", params=long_except(RECURRENT, "t-rae"))
def trained(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Architecture, Path, Path]:
    """Train without a stop: the architecture, the data, and the folder of the models."""
    folder = tmp_path_factory.mktemp("trained")
    config, data = DEMANDING[request.param], save_waves(folder / "data.nc")
    return config, data, train(data, folder / "run", config, TRAINING, seed=7)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train a small model for two epochs, of two steps each: the folder with the data and the run."""
    folder = tmp_path_factory.mktemp("plain")
    config = TrainingConfig(batch_size=12, num_epochs=2)
    train(save_waves(folder / "data.nc"), folder / "run", CONFIGS["time"], config, seed=3)
    return folder


@pytest.fixture
def copied(plain: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Copy the small model: its data, and the folder of its run."""
    return plain / "data.nc", Path(shutil.copytree(plain / "run", tmp_path / "run"))


def variables(logs: Path, step: int) -> dict[str, bytes]:
    """Read all variables of a checkpoint."""
    reader = tf.train.load_checkpoint(str(logs / f"model-{step}"))
    # What begins with an underscore is how TensorFlow found the variables, in an order that varies.
    names = [name for name in reader.get_variable_to_shape_map() if not name.startswith("_")]
    return {name: np.asarray(reader.get_tensor(name)).tobytes() for name in names}


def test_every_kind_is_tried_with_everything_on() -> None:
    assert [*DEMANDING] == RECURRENT
    for kind, config in DEMANDING.items():
        default, values = architecture_class(kind)().to_dict(), config.to_dict()
        # A time-recurrent decoder has no feedback when it is bidirectional, so that this is tried by itself.
        assert {name for name in default if not default[name] and not values[name]} <= {"bidirectional_decoder"}


@every_config
def test_shapes_and_gradients(config: Architecture) -> None:
    keras.utils.set_random_seed(1)
    data = waves()
    model = config.make(data.feature_shape)
    with tf.GradientTape() as tape:
        result = model(data.features.values, training=True)
        loss = model.loss(model.sums(result))
    assert result["representation"].shape[0] == len(data)
    assert result["reconstruction"].shape == result["targets"].shape == data.features.shape
    assert np.abs(result["representation"]).max() <= 1
    # Every weight is reached by the loss.
    assert all(np.abs(gradient).max() > 0 for gradient in tape.gradient(loss, model.trainable_variables))


@pytest.mark.parametrize("name", long_except(CONFIGS, "time"))
def test_learns_what_it_is_shown(name: str) -> None:
    keras.utils.set_random_seed(1)
    batch = tf.constant(waves().features.values)
    model = CONFIGS[name].make(batch.shape[1:])
    optimizer = keras.optimizers.Adam(0.01)

    @tf.function
    def step() -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = model.loss(model.sums(model(batch, training=True)))
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    first, *losses = (float(step()) for _ in range(61))
    assert min(losses[-5:]) < 0.9 * first


def test_continues_as_if_never_stopped(trained: Trained, tmp_path: Path) -> None:
    config, data, whole = trained
    logs = shutil.copytree(whole, tmp_path / "parts" / whole.name)
    for checkpoint in (*logs.glob("model-6.*"), *logs.glob("model-9.*")):
        checkpoint.unlink()
    parts = train(data, tmp_path / "parts", config, replace(TRAINING, resume=True))
    assert checkpoints.checkpoint_steps(whole) == checkpoints.checkpoint_steps(parts) == [3, 6, 9]
    assert variables(whole, 9) == variables(parts, 9)
    assert variables(whole, 6) != variables(parts, 9)


def test_generates_what_the_trained_encoder_says(trained: Trained, tmp_path: Path) -> None:
    _, data, logs = trained
    first, second = (
        saved(data_set, tmp_path / f"{number}.nc")
        for number, data_set in enumerate(generate(logs, data, GenerationConfig(steps=[3, 9])))
    )
    ((_, model),) = checkpoints.load_models(logs, [9])
    inputs = load(data)
    np.testing.assert_allclose(second.features.values, model.encode(inputs.features.values), atol=1e-6)
    assert np.abs(first.features.values - second.features.values).max() > 1e-4
    for output in (first, second):
        assert output.columns.drop_attrs().identical(inputs.columns.drop_attrs())
        assert output.label_map == inputs.label_map
    earlier, later = (json.loads(output.attrs["model"]) for output in (first, second))
    assert (earlier["step"], later["step"]) == (3, 9)
    assert earlier["weights"] != later["weights"] == model.digest()
    with pytest.raises(OptionError, match=r"expected a \w+GenerationConfig or a dict"):
        generate(logs, data, "r.nc")
    # The batch size is a matter of memory alone, and the latest model is the default.
    (small,) = generate(logs, inputs, GenerationConfig(batch_size=7))
    np.testing.assert_allclose(small.features.values, second.features.values, atol=1e-6)
    # Nothing is computed before it is asked for, and then in slabs of any size, and of any selection.
    assert [len(slab) for slab in small.slabs(5)] == [5, 5, 5, 5, 4]
    chosen = np.array([20, 3, 3])
    (slab,) = small.select(chosen).slabs()
    np.testing.assert_allclose(slab, second.features.values[chosen], atol=1e-6)
    np.testing.assert_allclose(small.features[2:4, 0].values, second.features.values[2:4, 0], atol=1e-6)


def test_masked_silence_does_not_count() -> None:
    def loss(config: Architecture, targets: np.ndarray) -> float:
        model = config.make((2, 2))
        return float(model.loss(model.sums({"targets": targets, "reconstruction": reconstruction})))

    targets = np.array([[[-1, 0.5], [-1, 0.5]]], "float32")
    reconstruction = np.array([[[1, 0.5], [1, 1.5]]], "float32")
    masked = TimeAutoencoderConfig(mask_silence=True)
    assert loss(masked, targets) == pytest.approx(np.sqrt(1 / 2))
    assert loss(masked, np.full((1, 2, 2), -1.0, "float32")) == 0
    assert loss(TimeAutoencoderConfig(), targets) == pytest.approx(np.sqrt((4 + 4 + 1) / 4))


@pytest.mark.long
def test_several_inputs_make_one_epoch_and_as_many_checkpoints_are_kept_as_asked_for(tmp_path: Path) -> None:
    one, two = save_waves(tmp_path / "one.nc", count=10), save_waves(tmp_path / "two.nc", count=5)
    config = TrainingConfig(batch_size=4, num_epochs=3, checkpoints_to_keep=2)
    logs = train([one, two], tmp_path / "run", CONFIGS["time"], config)
    assert checkpoints.checkpoint_steps(logs) == [8, 12]
    names = {path.name.split(".")[0] for path in logs.iterdir() if path.name != LOCK}
    assert names == {"model-8", "model-12", "model", "events", "losses", "projector", "projector_config"}
    three = save_waves(tmp_path / "three.nc", bands=7)
    with pytest.raises(DataError, match=r"one.nc has \(9, 6\), .*three.nc has \(9, 7\)"):
        train([one, three], tmp_path / "other", CONFIGS["time"])
    vectors = load(one).with_features(load(one).source, ["generated_0", "generated_1"])
    with pytest.raises(DataError, match=r"has the dimensions time, freq, .* generated_0, generated_1"):
        train([one, vectors], tmp_path / "other", CONFIGS["time"])


@pytest.mark.long
def test_refuses_to_overwrite_or_to_continue_something_else(copied: tuple[Path, Path], tmp_path: Path) -> None:
    data, run = copied
    with pytest.raises(ModelError, match="there is no folder"):
        train(data, tmp_path / "none", CONFIGS["time"], RESUME)
    before = variables(run / "logs", 4)
    with pytest.raises(ModelError, match="already contains models; continue with `resume`"):
        train(data, run, CONFIGS["time"])
    with pytest.raises(AudeepError, match="num_units was 5 and is 6"):
        train(data, run, TimeAutoencoderConfig(num_units=6), RESUME)
    other = save_waves(tmp_path / "other.nc", bands=7)
    with pytest.raises(AudeepError, match=r"feature_shape .*was \[9, 6\] and is \[9, 7\]"):
        train(other, run, CONFIGS["time"], RESUME)
    train(data, run, CONFIGS["time"], TrainingConfig(num_epochs=1, resume=True))
    assert variables(run / "logs", 4) == before


@pytest.mark.parametrize("error", [MemoryError(), tf.errors.ResourceExhaustedError(None, None, "OOM\nmore")])
def test_too_little_memory_for_a_batch(
    error: Exception, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    (representations,) = generate(plain / "run" / "logs", plain / "data.nc")
    monkeypatch.setattr(representations.source, "encode", fail)
    with pytest.raises(ModelError, match="out of memory; use a smaller `batch_size`"):
        representations.save(tmp_path / "out.nc")


@pytest.mark.long
def test_tells_when_a_training_goes_on_in_another_way(
    copied: tuple[Path, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data, run = copied
    with pytest.raises(ModelError, match="the same seed as before: was 3 and is 4"):
        train(data, run, CONFIGS["time"], RESUME, seed=4)
    train(data, run, CONFIGS["time"], TrainingConfig(batch_size=12, num_epochs=2, resume=True), seed=3)
    assert "resuming" not in caplog.text
    half = tmp_path / "half.nc"
    load(data).select(slice(0, 12)).save(half)
    config = TrainingConfig(batch_size=6, num_epochs=3, learning_rate=0.5, resume=True)
    logs = train(half, run, CONFIGS["time"], config)
    assert (
        "resuming with different settings: batch_size was 12 and is 6, learning_rate was 0.001 and is 0.5, "
        "num_instances was 24 and is 12"
    ) in caplog.text
    assert "resuming with other recordings, or in another order" in caplog.text
    told = json.loads((logs / "model.json").read_text())["training"]
    about_data = {"files": ["half.nc"], "num_recordings": 12, "num_instances": 12}
    assert told == {**config.to_dict(), "seed": 3, **about_data}


def saved(data_set: DataSet, path: Path) -> DataSet:
    """Write a data set and load it."""
    data_set.save(path)
    return load(path)


def test_stops_when_the_loss_is_not_finite(tmp_path: Path) -> None:
    data = save_waves(tmp_path / "data.nc")
    with pytest.raises(ModelError, match=r"the loss became (nan|inf) at step 2; a lower `learning_rate`"):
        train(data, tmp_path / "run", CONFIGS["time"], TrainingConfig(learning_rate=1e38))


def test_explains_what_does_not_fit(
    copied: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data, run), output = copied, tmp_path / "out.nc"
    logs = run / "logs"

    def generate(*arguments: Any, **keywords: Any) -> None:
        for data_set in generation.generate(*arguments, **keywords):
            data_set.save(output)

    with pytest.raises(ModelError, match="contains no model"):
        generate(tmp_path, data)
    with pytest.raises(ModelError, match="no model of step 9; available steps: 2, 4"):
        generate(logs, data, GenerationConfig(steps=[9]))
    line = f"t-rae generate --model-dir {logs} --input {data} --steps 2 4 --output {output}".split()
    for outputs, problem in (
        ([], "--output: expected one file for each of --steps, 2, got 1"),
        ([output], "--output names the same file twice"),
    ):
        capsys.readouterr()
        assert main([*line, *map(str, outputs)]) == 2
        assert capsys.readouterr().err == f"audeep: {problem}\n"
    with pytest.raises(AudeepError, match="must be different files"):
        generation.generate(logs, data)[0].save(data)
    with pytest.raises(ModelError, match="contains a t-rae model"):
        generate(logs, data, kind="f-rae")
    other = save_waves(tmp_path / "other.nc", bands=7)
    with pytest.raises(ModelError, match=r"trained on instances of shape \(9, 6\); those in .* have \(9, 7\)"):
        generate(logs, other)
    data_set = waves()
    data_set.features[5, 2, 1] = np.nan
    data_set.save(tmp_path / "nan.nc")
    for refused in (
        lambda: generate(logs, tmp_path / "nan.nc"),
        lambda: train(tmp_path / "nan.nc", tmp_path / "run 3", CONFIGS["time"]),
    ):
        with pytest.raises(DataError, match=r"nan\.nc have features that are NaN, infinite .*, such as 005\.wav"):
            refused()
    replace(ModelDescription.read(logs), spectrograms={"clip_below": -60}).write(logs)
    described = waves()
    described.attrs["spectrograms"] = json.dumps({"clip_below": -45})
    described.save(tmp_path / "changed.nc")
    with pytest.raises(ModelError, match=r"changed\.nc: .* with `clip_below` -60 instead of -45$"):
        generate(logs, tmp_path / "changed.nc")
    (logs / "model-4.index").write_bytes(b"damaged")
    with pytest.raises(ModelError, match="model-4 is damaged"):
        generate(logs, data)
    (logs / "model.json").write_text("{")
    with pytest.raises(ModelError, match="is damaged"):
        generate(logs, data)
    assert not output.exists()


def test_only_two_dimensions_can_be_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="two dimensions, time and features; got 1"):
        CONFIGS["time"].make((8,))


def test_tensorboard_shows_loss_images_and_histograms(trained: Trained) -> None:
    *_, logs = trained
    events = EventAccumulator(str(next(logs.glob("events.*"))), size_guidance={"tensors": 0})
    events.Reload()
    steps = {name: [event.step for event in events.Tensors(name)] for name in events.Tags()["tensors"]}
    assert steps == {
        "_hparams_/session_start_info": [0],
        "loss": list(range(1, 10)),
        "representation": [3, 6, 9],
        "reconstruction": [3, 6, 9],
    }
    # Width, height, then the pictures as PNG.
    width, height, *pictures = tf.make_ndarray(events.Tensors("reconstruction")[-1].tensor_proto)
    assert len(pictures) == 4
    for picture in pictures:
        assert tf.io.decode_png(picture).shape == (int(height), int(width), 3)


@pytest.mark.parametrize("config", DEMANDING.values(), ids=DEMANDING.keys())
def test_pictures_show_the_input_as_it_was(config: Architecture, monkeypatch: pytest.MonkeyPatch) -> None:
    data, drawn = waves(), []
    model = config.make(data.feature_shape)

    def call(inputs: tf.Tensor, training: bool = False, lengths: None = None) -> dict[str, tf.Tensor]:
        """Return half of the targets as reconstruction, in the order in which the decoder writes."""
        return {"representation": inputs[:, 0], "reconstruction": model.targets(inputs) / 2}

    def draw(self: Comparison, *shown: Any) -> np.ndarray:
        drawn.append(shown)
        return np.zeros((2, 2, 3), np.uint8)

    monkeypatch.setattr(model, "call", call)
    monkeypatch.setattr(Comparison, "draw", draw)
    model.summaries(data)(tf.Variable(1, dtype=tf.int64))
    originals, reconstructions, names = zip(*drawn, strict=True)
    np.testing.assert_array_equal(originals, data.features.values[:4])
    np.testing.assert_array_equal(reconstructions, data.features.values[:4] / 2)
    assert names == ("000.wav", "001.wav", "002.wav", "003.wav")
    drawn.clear()
    model.summaries(data.with_columns(chunk_nr=np.arange(len(data)) % 2))(tf.Variable(1, dtype=tf.int64))
    assert [name for *_, name in drawn[:2]] == ["000.wav (chunk 0)", "001.wav (chunk 1)"]
