"""The commands export and import."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from audeep.backend.data.data_set import load
from tests.cli.conftest import Run
from tests.helpers.audioset import clip, write
from tests.helpers.data_sets import assert_equal, in_order
from tests.helpers.golden import GOLDEN

CV2 = GOLDEN / "netcdf" / "chunks_cv2.nc"


@pytest.mark.parametrize("format", ["csv", "CSV", "arff", "Arff"])
def test_there_and_back(run: Run, format: str, tmp_path: Path) -> None:
    tables, again = tmp_path / "tables", tmp_path / "again.nc"
    code, out, err = run(
        "export", "--input", CV2, "--format", format, "--labels-last", "--name", "x", "--output", tables
    )
    assert (code, out) == (0, "")
    assert f"wrote 12 instances of 800 features to 4 files x.{format.lower()} in the folders below {tables}" in err
    code, out, err = run("import", "--basedir", tables, "--name", "x", "--output", again)
    assert (code, out) == (0, "")
    assert f"wrote 12 instances of time (20) x freq (40) to {again}" in err
    with load(again) as ours, load(CV2) as theirs:
        assert_equal(in_order(ours), in_order(theirs))


def test_a_plain_file_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "birds.csv").write_text("file,part,class,x\na,0,owl,1\na,1,owl,2\n")
    code, _, _ = run(
        "import", "--basedir", tmp_path, "--name", "birds.csv", "--output", tmp_path / "birds.nc",
        "--filename-attribute", "file", "--chunk-nr-attribute", "part", "--label-nominal-attribute", "class",
    )  # fmt: skip
    assert code == 0
    with load(tmp_path / "birds.nc") as data_set:
        assert data_set.chunk_nr.tolist() == [0, 1]
    code, _, err = run("export", "--input", tmp_path / "birds.nc", "--format", "arff", "--output", tmp_path)
    assert code == 0
    assert f"wrote 2 instances of 1 features to {tmp_path / 'birds.arff'}" in err


def test_features_of_audioset(run: Run, tmp_path: Path) -> None:
    for name, label in (("bal_train", 0), ("eval", 1)):
        write(tmp_path / f"features/{name}/00.tfrecord", clip(name, np.zeros((10, 128)), [label]))
    (tmp_path / "labels.csv").write_text("index,mid,display_name\n0,/m/a,Bark\n1,/m/b,Speech\n")
    command = ["import", "--format", "audioset", "--basedir", tmp_path / "features"]
    output = tmp_path / "x.nc"
    code, out, err = run(*command, "--class-labels", tmp_path / "labels.csv", "--output", output)
    assert (code, out) == (0, "")
    assert f"wrote 2 instances of 10 x 128 features to {output}" in err
    assert run("-q", "validate", "--input", output)[0] == 0
    code, out, _ = run("inspect", "netcdf", "--input", output, "-f", "json")
    facts = json.loads(out)
    assert facts["partitions"] == {"train": 1, "test": 1}
    assert facts["instances_per_label_of_sets"] == {"Bark": 1, "Speech": 1}


@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        (["export", "--input", "none.nc", "--format", "csv", "--output", "out"], 1, "there is no file none.nc"),
        (
            ["export", "--input", "none.nc", "--format", "xls", "--output", "out"],
            2,
            "'xls' is not one of CSV, ARFF",
        ),
        (["export", "--input", "none.nc", "--output", "out"], 2, "required: --format"),
        (["import", "--basedir", "none", "--name", "x", "--output", "out.nc"], 1, "there is no folder none"),
        (["import", "--basedir", "none", "--output", "out.nc"], 2, "--name is required to import tables"),
        (["import", "--format", "audioset", "--basedir", ".", "--output", "out.nc"], 1, "no .tfrecord files"),
        (
            ["import", "--basedir", ".", "--name", "x", "--output", "x.nc", "--filename-attribute", "chunk_nr"],
            2,
            "--filename-attribute: 'chunk_nr' is used for two attributes",
        ),
    ],
)
def test_mistakes(
    run: Run, options: list[str], code: int, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result, out, err = run(*options)
    assert (result, out) == (code, "")
    assert problem in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["export", "import"])
def test_help_needs_no_data_libraries(command: str) -> None:
    script = (
        "import argparse, sys; import audeep.cli.exchange as module; "
        f"module.{command.title()}(None, None).get_parser('x').format_help(); "
        "sys.exit(bool({'numpy', 'pandas', 'xarray', 'arff'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
