"""``audeep inspect netcdf``, from the command line to what is printed."""

import json
from pathlib import Path

import numpy as np
import pytest

from audeep.backend.data.data_set import from_columns
from tests.cli.conftest import Run
from tests.helpers.golden import GOLDEN

CV2 = GOLDEN / "netcdf" / "chunks_cv2.nc"

TABLE = """\
+-------------------------------------+
| data set information                |
+------------------------+------------+
| number of instances    |         12 |
| number of audio files  |          4 |
| chunks per file        |          3 |
| feature dimensions     |   time: 20 |
|                        |   freq: 40 |
| number of labels       |          2 |
| instances per label    | falling: 6 |
|                        |  rising: 6 |
| label map              | falling: 0 |
|                        |  rising: 1 |
| cross validation folds |          2 |
| partitions             |   train: 6 |
|                        |   devel: 6 |
+------------------------+------------+
"""

FOLDS = """\
+-----------------------+--------+--------+
| training / validation | fold 1 | fold 2 |
+-----------------------+--------+--------+
| all instances         |  6 / 6 |  6 / 6 |
| falling               |  3 / 3 |  3 / 3 |
| rising                |  3 / 3 |  3 / 3 |
+-----------------------+--------+--------+
"""


def test_prints_a_table(run: Run) -> None:
    assert run("inspect", "netcdf", "--input", CV2) == (0, TABLE, "")


def test_folds_in_detail(run: Run) -> None:
    assert run("inspect", "netcdf", "--input", CV2, "--detailed-folds") == (0, TABLE + FOLDS, "")


def test_an_instance(run: Run) -> None:
    code, out, _ = run("inspect", "netcdf", "--input", CV2, "--instance", 3)
    assert code == 0
    assert out.startswith(TABLE)
    rows = dict(line.strip("| ").split("|") for line in out.splitlines()[20:] if line.count("|") == 3)
    assert {name.strip(): value.strip() for name, value in rows.items()} == {
        "index": "3",
        "filename": "devel/rising/c.wav",
        "chunk number": "0",
        "label": "rising",
        "label number": "1",
        "partition": "devel",
        "cross validation splits": "validation, training",
        "feature shape": "20, 40",
        "minimum": "-1",
        "mean": "-0.220296",
        "maximum": "1",
    }


def test_prints_json(run: Run) -> None:
    code, out, _ = run("inspect", "netcdf", "--input", CV2, "--instance", 0, "--detailed-folds", "-f", "json")
    assert code == 0
    facts = json.loads(out)
    assert facts["feature_dimensions"] == {"time": 20, "freq": 40}
    assert facts["instance"]["feature_shape"] == [20, 40]
    assert facts["folds"][0]["training"] == {"instances": 6, "labels": {"falling": 3, "rising": 3}}


def test_unlabelled_instances_without_folds(run: Run, tmp_path: Path) -> None:
    from_columns(np.zeros((2, 1)), ["generated"], filename=["a_b", "c"], label_nominal=["dog_bark", None]).save(
        tmp_path / "data.nc"
    )
    code, out, _ = run("inspect", "netcdf", "--input", tmp_path / "data.nc", "--detailed-folds", "--instance", 1)
    assert code == 0
    assert "unlabelled instances" in out
    assert "dog_bark: 1 |" in out
    assert "fold 1" not in out


@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        ([CV2, "--instance", "12"], 2, f"12 is out of range; {CV2} has 12 instances, counted from 0"),
        (["none.nc"], 1, "there is no file none.nc"),
    ],
)
def test_mistakes(run: Run, options: list[object], code: int, problem: str) -> None:
    result, out, err = run("inspect", "netcdf", "--input", *options)
    assert (result, out) == (code, "")
    assert problem in err
