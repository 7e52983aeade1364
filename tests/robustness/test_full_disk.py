"""What runs out of room says so in one line, and leaves everything as it was."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from audeep.backend.autoencoders.architectures import TimeAutoencoderConfig
from tests.helpers.models import save_random_model, waves
from tests.helpers.selection import long_except
from tests.helpers.zygote import Zygote
from tests.robustness.commands import COMMANDS, EXPORTS, GENERATE, MODEL_COMMANDS, TRAIN, WRITERS
from tests.robustness.test_kills import OLD, contents, words

#: Every output is larger.
LIMIT = 1000


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system with room for a page or two."""
    place = tmp_path / "full"
    place.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", place], capture_output=True, text=True
    )
    if mount.returncode:
        pytest.skip(f"cannot mount a file system: {mount.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def fill(folder: Path) -> Path:
    """Write a file until there is no space left, and return it."""
    with pytest.raises(OSError, match="No space"):
        (folder / "filler").write_bytes(bytes(2**20))
    return folder / "filler"


def output_of(command: str, out: Path) -> Path:
    """Return the file that a command complains of."""
    if command == "export":
        return out / "fold_2" / "v.arff"
    if command == "svm train":
        return out / "c" / "classifier.json"
    return out / COMMANDS[command].rpartition("/")[2]


# Of TensorFlow's loops, Python must write a translation into a temporary file, which the limit holds for as well.
@pytest.mark.parametrize(
    "command", long_except((name for name in COMMANDS if name != "mlp predict"), "preprocess", "export")
)
def test_file_too_large(command: str, server: Zygote, material: Path, tmp_path: Path) -> None:
    path = output_of(command, tmp_path)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(OLD)
    code, printed = server.run(material, "-q", *words(COMMANDS[command], tmp_path), limit=LIMIT)
    assert (code, printed[-1:]) == (1, [f"audeep: cannot write {path}: File too large"])
    assert contents(tmp_path) == {str(path.relative_to(tmp_path)): OLD}


@pytest.mark.parametrize("command", long_except(COMMANDS, *WRITERS))
def test_disk_full(command: str, server: Zygote, material: Path, full: Path) -> None:
    path = output_of(command, full)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(OLD)
    filler = fill(full)
    code, printed = server.run(material, "-q", *words(COMMANDS[command], full))
    assert (code, printed) == (1, [f"audeep: cannot write {path}: No space left on device"])
    filler.unlink()
    assert contents(full) == {str(path.relative_to(full)): OLD}


@pytest.mark.parametrize("command", long_except(MODEL_COMMANDS | EXPORTS, "embed"))
def test_disk_full_with_a_model(command: str, server: Zygote, material: Path, full: Path) -> None:
    filler = fill(full)
    code, printed = server.run(material, "-q", *words((MODEL_COMMANDS | EXPORTS)[command], full))
    assert (code, len(printed)) == (1, 1)
    assert re.fullmatch(rf"audeep: cannot write {full}/[\w.]+: No space left on device", printed[0])
    filler.unlink()
    assert not contents(full)


def test_tables_that_outgrow_the_limit_before_the_data_set_does(
    server: Zygote, material: Path, tmp_path: Path
) -> None:
    np.savetxt(
        tmp_path / "wide.csv", [range(40_000)], "%d", ",", header=",".join(map(str, range(40_000))), comments=""
    )
    command = f"-q import --basedir {tmp_path} --name wide --output {tmp_path}/o.nc".split()
    code, printed = server.run(material, *command, limit=LIMIT)
    assert (code, printed[-1:]) == (1, [f"audeep: cannot write {tmp_path / 'o.nc'}: File too large"])
    assert {path.name for path in tmp_path.iterdir()} == {"wide.csv"}


def test_training_and_generation(server: Zygote, material: Path, tmp_path: Path, full: Path) -> None:
    train = words(f"-q {TRAIN['t-rae']} --num-epochs 2", tmp_path / "t-rae")
    fill(full)
    code, printed = server.run(material, *train, "--tempdir", full / "records")
    assert code == 1
    assert [line.partition(f"{full}/records/")[0] for line in printed] == ["audeep: cannot write "]
    assert printed[0].endswith(": No space left on device")
    assert not (full / "records").exists()
    code, printed = server.run(material, *train, limit=9000)
    path = tmp_path / "t-rae" / "logs" / "model-2"
    assert (code, printed[-1:]) == (1, [f"audeep: cannot write {path}: File too large"])
    assert not [name for name in contents(path.parent) if name.startswith("model-") or "unfinished" in name]
    save_random_model(tmp_path / "t-rae" / "logs", TimeAutoencoderConfig(num_units=3), waves())
    (tmp_path / "s.nc").symlink_to(material / "s.nc")
    code, printed = server.run(tmp_path, "-q", *words(GENERATE["t-rae"], tmp_path / "out"), limit=LIMIT)
    assert (code, printed[-1:]) == (1, [f"audeep: cannot write {tmp_path / 'out' / 'o.nc'}: File too large"])
    assert not contents(tmp_path / "out")
