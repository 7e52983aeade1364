"""What holds for every kind of model, from its command to the representations that it makes."""

import json
import re
import shutil
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from audeep import describe_model
from audeep.backend.autoencoders.architectures import (
    FrequencyAutoencoderConfig,
    FrequencyTimeAutoencoderConfig,
    TimeAutoencoderConfig,
)
from audeep.backend.contrastive.config import ContrastiveConfig
from audeep.backend.data.data_set import load
from audeep.backend.dictionary.config import DictionaryConfig
from audeep.backend.errors import DataError, ModelError, OptionError
from audeep.backend.options import Config
from audeep.backend.spectrograms.config import SpectrogramConfig
from audeep.backend.training import checkpoints
from audeep.backend.training.architecture import ARCHITECTURES, Architecture, architecture_class
from audeep.backend.training.checkpoints import checkpoint_steps, load_models
from audeep.backend.training.config import GenerationConfig
from audeep.backend.training.description import ModelDescription, describe
from audeep.backend.training.generation import check_fits, generate
from audeep.backend.training.session import train
from audeep.cli.options import config_from
from tests.cli.conftest import (
    Run,
    run,  # noqa: F401
)
from tests.contracts.test_autoencoders import variables
from tests.helpers.command_lines import command_lines, parse
from tests.helpers.models import save_waves, waves
from tests.helpers.selection import long_except

WINDOWS = {"freq_window_width": 3, "freq_window_overlap": 1}
#: A small model of each kind.
SMALL: dict[str, Architecture] = {
    "t-rae": TimeAutoencoderConfig(num_units=3),
    "f-rae": FrequencyAutoencoderConfig(num_units=3, **WINDOWS),
    "ft-rae": FrequencyTimeAutoencoderConfig(num_f_units=2, num_t_units=3, num_t_layers=1, **WINDOWS),
    "dictionary": DictionaryConfig(num_kernels=2, kernel_shapes=["3x3", "1x3@2"], patches=200, num_bands=2),
    "contrastive": ContrastiveConfig(channels=[2, 3], first_kernel=3, num_bands=2, max_crop=60, view_frames=6),
}
every_kind = pytest.mark.parametrize("kind", ARCHITECTURES)
#: A kind, the data, and the folder of the models.
Trained = tuple[str, Path, Path]


@pytest.fixture(scope="module", params=ARCHITECTURES)
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Train a model of each kind."""
    folder = tmp_path_factory.mktemp("model")
    data = save_waves(folder / "data.nc")
    return request.param, data, train(data, folder / "run", SMALL[request.param], epochs(request.param), seed=3)


def epochs(kind: str) -> Config | None:
    """Return a short training."""
    training = architecture_class(kind).training
    return training and training(num_epochs=2)


def by_default(*kinds: str, among: Iterable[str] = ARCHITECTURES) -> pytest.MarkDecorator:
    """Run a test of trained models for some kinds; for the others, it takes too long for every change."""
    return pytest.mark.parametrize("trained", long_except(among, *kinds), indirect=True)


def test_every_kind_is_tried() -> None:
    assert SMALL.keys() == ARCHITECTURES.keys()


@every_kind
def test_a_kind_has_its_name_and_commands(kind: str) -> None:
    assert architecture_class(kind).kind == kind
    commands = entry_points(group="audeep.commands")
    for action in ("train", "generate"):
        assert commands[f"{kind}_{action}"].load().architecture is architecture_class(kind)


@every_kind
def test_spectrograms_that_it_wants_can_be_made(kind: str) -> None:
    wanted = architecture_class(kind).wanted_spectrograms
    assert wanted.items() <= SpectrogramConfig(**wanted).to_dict().items()


@every_kind
def test_the_help_shows_how_to_make_them(kind: str) -> None:
    wanted = architecture_class(kind).wanted_spectrograms
    command = entry_points(group="audeep.commands")[f"{kind}_train"].load()
    lines = [parse(line) for line in command_lines(command.epilog)]
    shown = [config_from(options, SpectrogramConfig) for name, options in lines if name == "preprocess"]
    assert len(shown) == bool(wanted)
    assert all(wanted.items() <= config.to_dict().items() for config in shown)


def test_the_model_describes_itself(trained: Trained) -> None:
    kind, _, logs = trained
    description = ModelDescription.read(logs)
    assert (description.kind, description.config) == (kind, SMALL[kind])
    assert description.training["seed"] == 3
    assert description.training["num_instances"] == 24


@by_default("f-rae", "dictionary", "contrastive")
def test_representations_are_those_of_the_instances(trained: Trained) -> None:
    kind, data, logs = trained
    (result,) = generate(logs, data, kind=kind)
    inputs, vectors = load(data), result.features.values
    assert len(np.unique(vectors.reshape(24, -1).round(4), axis=0)) > 6
    assert result.columns.drop_attrs().identical(inputs.columns.drop_attrs())
    assert json.loads(result.attrs["model"])["kind"] == kind
    # The same alone and in any batch.
    for batch_size in (1, 7):
        (other,) = generate(logs, data, GenerationConfig(batch_size=batch_size))
        np.testing.assert_allclose(other.features.values, vectors, atol=1e-5)
    (alone,) = generate(logs, inputs.select(np.array([5])))
    np.testing.assert_allclose(alone.features.values, vectors[5:6], atol=1e-5)


# Of the kinds that are trained in epochs, continuing shows that the seed decides.
@by_default("dictionary")
def test_the_seed_decides(trained: Trained, tmp_path: Path) -> None:
    kind, data, logs = trained
    same, other = (train(data, tmp_path / str(seed), SMALL[kind], epochs(kind), seed=seed) for seed in (3, 4))
    *_, step = checkpoint_steps(logs)
    # All that is saved, and what determines the representations.
    assert variables(same, step) == variables(logs, step)
    model, different = (load_models(folder, [step])[0][1] for folder in (logs, other))
    assert model.digest() != different.digest()


# By default, those of `test_autoencoders` and of the contrastive network.
@by_default(among=[kind for kind in ARCHITECTURES if epochs(kind)])
def test_continues_as_if_never_stopped(trained: Trained, tmp_path: Path) -> None:
    kind, data, whole = trained
    first, last = checkpoint_steps(whole)
    logs = shutil.copytree(whole, tmp_path / "run" / whole.name)
    for checkpoint in logs.glob(f"model-{last}.*"):
        checkpoint.unlink()
    train(data, tmp_path / "run", SMALL[kind], {"num_epochs": 2, "resume": True})
    assert variables(logs, last) == variables(whole, last) != variables(whole, first)


def test_refuses_to_overwrite_and_what_does_not_fit(trained: Trained, tmp_path: Path) -> None:
    kind, data, logs = trained
    with pytest.raises(ModelError, match=r"already contains .*use a different `run_name`"):
        train(data, logs.parent, SMALL[kind], epochs(kind))
    with pytest.raises(ModelError, match=f"contains a {kind} model; use 'audeep {kind} generate'"):
        generate(logs, data, kind="another")
    with pytest.raises(ModelError, match=rf"contains no model: .*; did you mean {logs}\?"):
        generate(logs.parent, data)
    with pytest.raises(ModelError, match=r"trained on instances of shape \(9, 6\); those in .* have \(9, 7\)"):
        generate(logs, waves(bands=7))
    with pytest.raises(DataError, match=r"the data sets differ in shape"):
        train([data, waves(bands=7)], tmp_path / "run", SMALL[kind], epochs(kind))
    with pytest.raises(OptionError, match=r"`config` must be None|expected a .*TrainingConfig .*, got Spec"):
        train(data, tmp_path / "run", SMALL[kind], SpectrogramConfig())
    with pytest.raises(OptionError, match=r"expected a .*GenerationConfig .*, got Spec"):
        generate(logs, data, SpectrogramConfig())
    bad = waves()
    bad.features[5, 2, 1] = np.nan
    with pytest.raises(DataError, match=r"NaN, infinite or too large, such as 005\.wav"):
        train(bad, tmp_path / "run", SMALL[kind], epochs(kind))
    assert not [*tmp_path.rglob("model-*")]


@every_kind
def test_tells_which_spectrograms_it_wants(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    wanted = architecture_class(kind).wanted_spectrograms
    data = waves()
    for settings, differ in ((dict(wanted), False), ({"clip_below": -7}, True)):
        caplog.clear()
        data.attrs["spectrograms"] = json.dumps(settings)
        # The first thing in a training.
        describe([data], SMALL[kind], epochs(kind), seed=1)
        told = [message for message in caplog.messages if "work best on spectrograms" in message]
        assert len(told) == (differ and bool(wanted))
        assert all(f"`{name}`" in message for message in told for name in wanted)


def test_refuses_spectrograms_made_with_other_settings() -> None:
    settings = {"fixed_length": 1.5, "scale": "DATA_SET", "clip_below": None, "center_fixed": True}
    description = ModelDescription("t-rae", {}, ["time", "freq"], [9, 6], spectrograms=settings)
    # With another length the shape is another too, which says less.
    other = waves(bands=7)
    other.attrs["spectrograms"] = json.dumps({"fixed_length": 2.0, "scale": "NONE", "clip_below": -45.0, "jobs": 1})
    message = (
        "`fixed_length` 1.5 instead of 2, `scale` DATA-SET instead of NONE, no `clip_below` instead of -45, "
        "no `jobs` instead of 1, `center_fixed`"
    )
    with pytest.raises(ModelError) as error:
        check_fits(Path("run/logs"), description, other, None)
    assert str(error.value).startswith(f"{other.name}: run/logs was trained on spectrograms with ")
    assert {*str(error.value).partition(" with ")[2].split(", ")} == {*message.split(", ")}


@pytest.mark.parametrize("kind", [kind for kind in ARCHITECTURES if kind.endswith("rae")])
def test_recurrent_autoencoders_want_scaled_spectrograms(kind: str) -> None:
    unwanted = SMALL[kind].unwanted
    assert unwanted({"scale": "NONE"}) == "`scale` RECORDING instead of NONE"
    assert [unwanted({"scale": scale}) for scale in ("RECORDING", "DATA_SET")] == ["", ""]
    assert unwanted({}) == ""


def test_from_the_command_line(trained: Trained, run: Run, tmp_path: Path) -> None:  # noqa: F811
    kind, data, logs = trained
    output = tmp_path / "out.nc"
    code, stdout, _ = run("-q", kind, "generate", "--model-dir", logs, "--input", data, "--output", output)
    assert (code, stdout) == (0, "")
    (expected,) = generate(logs, data)
    np.testing.assert_allclose(load(output).features.values, expected.features.values, atol=1e-6)


def test_the_card_says_how_to_use_the_model(trained: Trained) -> None:
    kind, _, logs = trained
    text = (logs.parent / "README.md").read_text(encoding="utf-8")
    assert f"A `{kind}` model made with auDeep" in text
    assert ("![Loss of each epoch](learning-curve.png)" in text) == (logs.parent / "learning-curve.png").exists()
    assert (logs.parent / "learning-curve.png").exists() == bool(architecture_class(kind).training)
    (line,) = command_lines(text)
    command, options = parse(line)
    assert (command, options.model_dir) == (f"{kind} generate", logs)
    assert "data.nc" in text
    for name in SMALL[kind].to_dict():
        assert f"| `{name}` | " in text


def test_the_card_shows_how_to_embed_recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Gives the shape of `waves`.
    config = SpectrogramConfig(
        window_width=0.08, window_overlap=0.04, mel_spectrum=6, fixed_length=0.4, sample_rate=8000
    )
    data = waves()
    data.attrs["spectrograms"] = json.dumps(config.to_dict())
    train(data, tmp_path / "a run", SMALL["dictionary"], seed=3)
    text = (tmp_path / "a run" / "README.md").read_text(encoding="utf-8")
    ((command, options),) = map(parse, command_lines(text))
    assert (command, options.model_dir) == ("embed", [tmp_path / "a run" / "logs"])
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    soundfile.write(tmp_path / "recording.wav", np.random.default_rng(0).normal(0, 0.1, 3200), 8000)
    monkeypatch.chdir(tmp_path)
    values: dict[str, Any] = {}
    exec(code, values)
    (size,) = values["model"].shape
    assert values["vector"].shape == (size,)
    assert f"It turns a recording into {size} numbers" in text


def test_a_page_that_is_no_card_stays(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "README.md").write_text("mine")
    train(waves(), tmp_path, SMALL["dictionary"], seed=3)
    assert (tmp_path / "README.md").read_text() == "mine"
    assert "README.md exists and is not a model card; left as it is" in caplog.text


@by_default("ft-rae", "dictionary")
def test_inspect_model_prints_what_describe_model_returns(
    trained: Trained,
    run: Run,  # noqa: F811
) -> None:
    kind, data, logs = trained
    code, stdout, _ = run("inspect", "model", "--model-dir", logs, "-f", "json")
    facts = json.loads(stdout)
    assert (code, facts) == (0, describe_model(logs))
    ((_, model),) = checkpoints.load_models(logs, None)
    (vectors,) = generate(logs, data)
    assert facts["vector_dimensions"] == vectors.feature_sizes
    assert facts["weights"] == sum(weight.size for weight in model.get_weights())
    assert facts["architecture"] == SMALL[kind].to_dict()
    assert facts["data"] == {"files": ["data.nc"], "num_recordings": 24, "num_instances": 24}
    code, table, _ = run("inspect", "model", "--model-dir", logs)
    assert code == 0
    assert "vector dimensions" in table


def test_inspect_model_refuses_what_is_no_model(run: Run, tmp_path: Path) -> None:  # noqa: F811
    code, stdout, stderr = run("-q", "inspect", "model", "--model-dir", tmp_path)
    assert (code, stdout) == (1, "")
    assert "contains no model: model.json not found" in stderr
