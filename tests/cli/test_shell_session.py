"""Every command in one session of the interactive shell, fed through a pipe."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audeep.backend.runtime import NOTICE
from tests.helpers.audio import write_audio

SMALL = "--num-units 4 --num-epochs 1 --seed 1"
WINDOWS = "--freq-window-width 4 --freq-window-overlap 2"
#: Models that take long to train.
FREQUENCY = [
    f"f-rae train --input folds.nc --run-name f {SMALL} {WINDOWS}",
    "f-rae generate --model-dir f/logs --input folds.nc --output frames.nc",
    f"t-rae train --input frames.nc --run-name tf {SMALL}",
    "ft-rae train --input folds.nc --run-name ft --num-f-units 3 --num-t-units 4 --num-t-layers 1 --num-epochs 1 "
    f"--seed 1 {WINDOWS}",
    "ft-rae generate --model-dir ft/logs --input folds.nc --output ft.nc",
    "fuse --input r.nc ft.nc --output fused.nc",
    "compare --input r.nc ft.nc --cross-validate --complexity 0.01 --seed 1",
]


@pytest.mark.parametrize("further", [[], pytest.param(FREQUENCY, marks=pytest.mark.long)], ids=["most", "all"])
def test_every_command_in_one_session(further: list[str], tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for fold in (1, 2):
        for label in ("high", "low"):
            for number in range(2):
                path = write_audio(tmp_path / f"data/fold_{fold}/{label}/{number}.wav")
                soundfile.write(path, rng.uniform(-0.5, 0.5, 4000), 8000)
    commands = [
        "inspect raw --basedir data",
        "preprocess --basedir data --mel-spectrum 8 --chunk-length 0.2 --chunk-count 2 --output chunks.nc",
        "inspect netcdf --input chunks.nc",
        "validate --input chunks.nc",
        "fuse chunks --input chunks.nc --dimension time --output s.nc",
        "modify --input s.nc --add-cv-setup 2 --seed 1 --output folds.nc",
        "upsample --input folds.nc --output up.nc",
        f"t-rae train --input folds.nc --run-name t {SMALL}",
        "t-rae generate --model-dir t/logs --input folds.nc --output r.nc",
        *further,
        "dictionary train --input folds.nc --run-name d --kernel-shapes 3x3 --num-kernels 2 --seed 1",
        "dictionary generate --model-dir d/logs --input folds.nc --output d.nc",
        "visualize kernels --model-dir d/logs --plot kernels.png",
        "fuse --input r.nc d.nc --output fused.nc",
        "svm evaluate --input fused.nc --cross-validate --complexity 0.01",
        "mlp evaluate --input fused.nc --cross-validate --num-epochs 2",
        "svm predict --train-input r.nc --eval-input r.nc --complexity 0.01 --output svm.tsv",
        "mlp predict --train-input r.nc --eval-input r.nc --num-epochs 2 --output mlp.tsv",
        "export --input fused.nc --format arff --output arff",
        "import --basedir arff --name fused --output again.nc",
        "visualize tsne --input fused.nc --perplexity 3 --seed 1 --plot tsne.png",
        "no-such-command",
        "validate --input again.nc -f json",
        "quit",
    ]
    session = subprocess.run(
        [sys.executable, "-m", "audeep"],
        input="\n".join(commands) + "\n",
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    errors = [line for line in session.stderr.splitlines() if line.startswith("audeep: ") or "Traceback" in line]
    assert errors == ["audeep: unknown command 'no-such-command'; help lists all commands"], session.stderr
    assert not [line for line in session.stderr.splitlines() if NOTICE.match(line.encode())]
    # A script learns of the unknown command.
    assert session.returncode == 2
    assert session.stdout.count("SVM evaluation") == session.stdout.count("MLP evaluation") == 1
    # The last command wrote JSON to standard output, and nothing else came after it.
    assert json.loads(session.stdout[session.stdout.rindex("\n{") :])
    written = {path.name for path in tmp_path.iterdir()}
    assert written >= {"again.nc", "svm.tsv", "mlp.tsv", "tsne.png", "kernels.png", "up.nc", "t", "d"}
    assert not [name for name in written if name.startswith(".")]
