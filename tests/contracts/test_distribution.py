"""Training on several devices takes the same steps as training on one."""

import json
import signal
import socket
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.autoencoders.architectures import TimeAutoencoderConfig
from audeep.backend.errors import OptionError
from audeep.backend.training import checkpoints, distribution, history
from audeep.backend.training.config import Strategy, TrainingConfig
from audeep.backend.training.session import train
from audeep.main import main
from tests.helpers.devices import pretend_two_devices
from tests.helpers.models import save_waves
from tests.helpers.zygote import Child, Zygote

#: Five instances are set aside for validation. Of the last of three batches, a device gets nothing.
INSTANCES, BATCH, STEPS = 26, 10, 3
ARCHITECTURE = ["--num-layers", "1", "--num-units", "4", "--keep-prob", "1"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_waves(tmp_path_factory.mktemp("data") / "waves.nc", count=INSTANCES)


@pytest.fixture(scope="module")
def on_one_device(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = TrainingConfig(num_epochs=3, batch_size=BATCH, strategy=Strategy.ONE, validation_fraction=0.2)
    architecture = TimeAutoencoderConfig(num_layers=1, num_units=4, keep_prob=1)
    return train(data, tmp_path_factory.mktemp("one"), architecture, config, seed=1)


def losses(logs: Path) -> dict[int, float]:
    """Read the loss of each step from what TensorBoard shows; where a step was taken twice, the last time."""
    events = [
        event for path in sorted(logs.glob("events.*")) for event in tf.compat.v1.train.summary_iterator(str(path))
    ]
    return {
        event.step: float(tf.make_ndarray(value.tensor))
        for event in events
        for value in event.summary.value
        if value.tag == "loss"
    }


def same_training(logs: Path, other: Path) -> None:
    np.testing.assert_allclose(
        [loss for _, loss in sorted(losses(logs).items())],
        [loss for _, loss in sorted(losses(other).items())],
        atol=1e-4,
    )
    np.testing.assert_allclose(
        [epoch.validation_loss for epoch in history.read(logs)],
        [epoch.validation_loss for epoch in history.read(other)],
        atol=1e-4,
    )
    assert checkpoints.checkpoint_steps(logs) == checkpoints.checkpoint_steps(other) == [3, 6, 9]
    (_, ours), (_, theirs) = (checkpoints.load_models(folder, None)[0] for folder in (logs, other))
    for mine, yours in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, yours, atol=1e-4)


def command(data: Path, run: Path, *options: str) -> list[str]:
    return [
        "t-rae", "train", "--input", str(data), "--run-name", str(run), "--batch-size", str(BATCH), "--seed", "1",
        "--num-epochs", "3", "--validation-fraction", "0.2", "--early-stopping", "3", *ARCHITECTURE, *options,
    ]  # fmt: skip


def train_on_two_devices(argv: list[str]) -> int:
    """Run a command line on two devices."""
    pretend_two_devices()
    return main(argv)


@pytest.mark.long
def test_two_devices_take_the_steps_of_one(data: Path, on_one_device: Path, server: Zygote, tmp_path: Path) -> None:
    arguments = command(data, tmp_path / "run", "--strategy", "mirrored")
    code, printed = server.run(tmp_path, *arguments, function=f"{__name__}:train_on_two_devices")
    assert code == 0, printed
    same_training(tmp_path / "run" / "logs", on_one_device)


@pytest.mark.long
def test_two_devices_may_have_everything_random(data: Path, server: Zygote, tmp_path: Path) -> None:
    random = ["--keep-prob", "0.5", "--encoder-noise", "0.2"]
    arguments = command(data, tmp_path / "run", "--strategy", "mirrored", *random)
    code, printed = server.run(tmp_path, *arguments, function=f"{__name__}:train_on_two_devices")
    assert code == 0, printed
    assert np.isfinite(list(losses(tmp_path / "run" / "logs").values())).all()


def free_ports(count: int) -> list[int]:
    with_sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in with_sockets]
    for server in with_sockets:
        server.close()
    return ports


def start_workers(server: Zygote, folder: Path, arguments: list[str]) -> list[Child]:
    """Start two processes that train together."""
    cluster = {"worker": [f"127.0.0.1:{port}" for port in free_ports(2)]}
    tasks = ({"cluster": cluster, "task": {"type": "worker", "index": index}} for index in range(2))
    return [server.start(folder, *arguments, variables={distribution.CLUSTER: json.dumps(task)}) for task in tasks]


@pytest.mark.long
def test_two_processes_take_the_steps_of_one_and_survive_a_kill(
    data: Path, on_one_device: Path, server: Zygote, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    workers = start_workers(server, tmp_path, command(data, run))
    deadline = time.monotonic() + 120
    while not checkpoints.checkpoint_steps(run / "logs") and time.monotonic() < deadline:
        time.sleep(0.01)
    for worker in workers:
        worker.send(signal.SIGKILL)
        worker.wait()
    assert checkpoints.checkpoint_steps(run / "logs"), [worker.printed() for worker in workers]

    workers = start_workers(server, tmp_path, command(data, run, "--continue"))
    assert [worker.wait() for worker in workers] == [0, 0], [worker.printed() for worker in workers]
    same_training(run / "logs", on_one_device)
    # Only the first one wrote.
    assert len(list((run / "logs").glob("events.*"))) <= 2


@pytest.mark.parametrize(
    "config",
    [
        "",
        "{",
        "[]",
        '{"cluster": {}}',
        '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}',
        '{"cluster": {"worker": ["a:1"]}, "task": {"type": "chief", "index": 0}}',
    ],
)
def test_explains_what_is_wrong_with_the_cluster(config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(distribution.CLUSTER, config)
    with pytest.raises(OptionError, match=distribution.CLUSTER):
        distribution.make(Strategy.MULTI_WORKER)
