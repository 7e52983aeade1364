"""Networks that learn from labels, on two devices, and killed."""

import time
from pathlib import Path

import numpy as np
import pytest

from audeep.backend.training import checkpoints
from audeep.main import main
from audeep.testing import make_data_set
from tests.helpers.devices import pretend_two_devices
from tests.helpers.zygote import Zygote

#: Of the last of three batches of 4 and 4 and 1, a device gets nothing.
INSTANCES = 9
SMALL = ("--num-epochs", 3, "--batch-size", 4, "--seed", 1)
#: Nothing random, and nothing that depends on the part of a batch on a device.
EXACT = ("--keep-prob", 1, "--mixup", 0, "--mask-bands", 0, "--mask-frames", 0)
#: Each network, with options that make it small.
CNN = ("cnn", "--num-blocks", 1, "--num-filters", 2)
LSTM = ("lstm", "--num-units", 3, "--dense-units", 3)
GATED_CNN = ("gated-cnn", "--num-filters", 2, "--num-units", 3)

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "data.nc"
    make_data_set(INSTANCES, labels=["a", "b"], time=6, freq=3, lengths=[6, 4]).save(path)
    return path


def train(kind: str, data: Path, output: Path, *options: object) -> list[str]:
    words = (kind, "train", "--input", data, "--output", output, *SMALL, *options)
    return [str(word) for word in words]


def weights(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "weights.npz") as file:
        return dict(file)


def on_two_devices(argv: list[str]) -> int:
    """Run a command line on two devices."""
    pretend_two_devices()
    return main(argv)


@pytest.mark.parametrize("command", [(*CNN, "--normalization", "NONE"), GATED_CNN], ids=lambda words: words[0])
def test_two_devices_take_the_steps_of_one(
    command: tuple[str, ...], data: Path, server: Zygote, tmp_path: Path
) -> None:
    kind, *options = command
    one, two = (
        train(kind, data, tmp_path / strategy, *options, *EXACT, "--strategy", strategy)
        for strategy in ("one", "mirrored")
    )
    code, printed = server.run(tmp_path, *one)
    assert code == 0, printed
    code, printed = server.run(tmp_path, *two, function=f"{__name__}:on_two_devices")
    assert code == 0, printed
    ours, theirs = weights(tmp_path / "mirrored"), weights(tmp_path / "one")
    for name, weight in theirs.items():
        np.testing.assert_allclose(ours[name], weight, atol=1e-4, err_msg=name)


@pytest.mark.parametrize("command", [CNN, LSTM], ids=lambda words: words[0])
def test_two_devices_may_have_everything_random(
    command: tuple[str, ...], data: Path, server: Zygote, tmp_path: Path
) -> None:
    kind, *options = command
    arguments = train(kind, data, tmp_path / "network", *options, "--strategy", "mirrored")
    code, printed = server.run(tmp_path, *arguments, function=f"{__name__}:on_two_devices")
    assert code == 0, printed
    assert all(np.isfinite(weight).all() for weight in weights(tmp_path / "network").values())


def test_survives_a_kill(data: Path, server: Zygote, tmp_path: Path) -> None:
    options = [*CNN[1:], "--num-epochs", 40, "--checkpoint-dir", tmp_path / "checkpoints"]
    child = server.start(tmp_path, *train("cnn", data, tmp_path / "network", *options))
    deadline = time.monotonic() + 120
    while not checkpoints.checkpoint_steps(tmp_path / "checkpoints") and time.monotonic() < deadline:
        time.sleep(0.01)
    child.send(9)
    assert child.wait() == -9, child.printed()
    assert not (tmp_path / "network").exists()
    code, printed = server.run(tmp_path, *train("cnn", data, tmp_path / "network", *options, "--continue"))
    assert code == 0, printed
    assert printed[0].startswith("continuing from epoch ")
    code, printed = server.run(tmp_path, *train("cnn", data, tmp_path / "whole", *options[:-2]))
    assert code == 0, printed
    ours, theirs = weights(tmp_path / "network"), weights(tmp_path / "whole")
    for name, weight in theirs.items():
        np.testing.assert_array_equal(ours[name], weight)
