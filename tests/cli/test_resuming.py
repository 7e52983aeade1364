"""``audeep cnn train`` with ``--checkpoint-dir`` and ``--continue``."""

from pathlib import Path

from audeep.testing import make_data_set
from tests.cli.conftest import Run

SMALL = ("--num-filters", 2, "--num-blocks", 1, "--num-epochs", 1, "--batch-size", 4)


def test_continues(run: Run, tmp_path: Path) -> None:
    make_data_set(8, labels=["a", "b"], time=4, freq=3).save(tmp_path / "data.nc")
    files = ("--input", tmp_path / "data.nc", "--output", tmp_path / "network")
    command = ("cnn", "train", *files, *SMALL, "--checkpoint-dir", tmp_path / "state")
    code, _, stderr = run(*command)
    assert (code, stderr) == (
        2, "audeep: --checkpoint-dir requires --seed, because training continues with the same seed\n"
    )  # fmt: skip
    code, _, stderr = run(*command, "--seed", 1)
    assert code == 0, stderr
    first, last = stderr.splitlines()
    assert first.startswith("epoch 1 of 1: loss ")
    assert last == f"wrote the classifier to {tmp_path / 'network'}"
    code, _, stderr = run(*command, "--seed", 1)
    assert code == 1
    assert stderr.endswith(
        "state already contains models; continue with --continue, or use a different --checkpoint-dir\n"
    )
    code, _, stderr = run(*command, "--seed", 1, "--continue", "--mixup", 0)
    assert code == 1
    assert stderr.endswith(
        f"--continue needs the same options as before in {tmp_path / 'state'}: mixup was 0.2 and is 0.0\n"
    )
    code, _, stderr = run(*command, "--seed", 1, "--continue")
    assert code == 0
    assert stderr.splitlines() == ["continuing from epoch 1, step 2", last]


def test_only_networks_continue(run: Run) -> None:
    code, _, stderr = run("mlp", "train", "--input", "v.nc", "--output", "c", "--checkpoint-dir", "state")
    assert code == 2
    assert "unrecognized arguments: --checkpoint-dir" in stderr
