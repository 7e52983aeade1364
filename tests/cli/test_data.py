"""The commands fuse, fuse chunks, upsample, modify and validate."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from audeep.backend.data.data_set import from_columns, load
from audeep.backend.data.integrity import constraints
from tests.cli.conftest import Run
from tests.helpers.data_sets import assert_equal
from tests.helpers.golden import GOLDEN

CHUNKS = GOLDEN / "netcdf" / "mel40_chunks.nc"
CV2 = GOLDEN / "netcdf" / "chunks_cv2.nc"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Save a data set that breaks two rules."""
    from_columns(
        np.zeros((4, 1)),
        ["generated"],
        filename=["a.wav", "a.wav", "b.wav", "b.wav"],
        chunk_nr=[0, 1, 0, 3],
        label_nominal=["x", "y", "x", "x"],
        partition=[0, 0, 1, 1],
    ).save(tmp_path / "broken.nc")
    return tmp_path / "broken.nc"


def test_fuse(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "new folder" / "out.nc"
    code, out, err = run("fuse", "--input", CHUNKS, CHUNKS, "--dimension", "freq", "--output", output)
    assert (code, out) == (0, "")
    assert f"wrote 12 instances of time (20) x freq (80) to {output}" in err
    with load(output) as fused, load(CHUNKS) as data_set:
        np.testing.assert_array_equal(fused.features[..., :40], data_set.features)
        np.testing.assert_array_equal(fused.features[..., 40:], data_set.features)


def test_fuse_aligns(run: Run, tmp_path: Path) -> None:
    with load(CHUNKS) as data_set:
        data_set.select(np.arange(12)[::-1]).save(tmp_path / "turned.nc")
    run(
        "fuse",
        "--input",
        CHUNKS,
        tmp_path / "turned.nc",
        "--dimension",
        "time",
        "--output",
        tmp_path / "turned.out",
    )
    run("fuse", "--input", CHUNKS, CHUNKS, "--dimension", "time", "--output", tmp_path / "same.out")
    with load(tmp_path / "turned.out") as turned, load(tmp_path / "same.out") as same:
        assert_equal(turned, same)


def test_fuse_chunks(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "out.nc"
    code, out, err = run("fuse", "chunks", "--input", CHUNKS, "--dimension", "time", "--output", output)
    assert (code, out) == (0, "")
    assert f"wrote 4 instances of time (60) x freq (40) to {output}" in err
    with load(output) as ours, load(GOLDEN / "netcdf" / "fused_chunks.nc") as theirs:
        assert_equal(ours, theirs)


def test_upsample(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("upsample", "--input", CHUNKS, "--output", tmp_path / "out.nc", "--partitions", "train")
    assert (code, out) == (0, "")
    with load(tmp_path / "out.nc") as ours, load(GOLDEN / "netcdf" / "up.nc") as theirs:
        train = ours.partition == 0
        assert ours.filename[train].tolist() == theirs.filename[train].tolist()
        assert ours.filename[~train].tolist() == [
            name.removesuffix(".upsampled.1") for name in theirs.filename[~train]
        ]


def test_modify(run: Run, tmp_path: Path) -> None:
    command = ["modify", "--input", CV2, "--seed", 3, "--add-cv-setup", 4, "--add-partitioning", "TRAIN", "TEST"]
    outputs = [tmp_path / "1.nc", tmp_path / "2.nc"]
    for output in outputs:
        code, out, err = run(*command, "--output", output)
        assert (code, out) == (0, "")
        assert "replacing 2 cross-validation folds" in err
    with load(outputs[0]) as first, load(outputs[1]) as second:
        assert first.num_folds == 4
        assert sorted(set(first.partition)) == [0, 2]
        assert_equal(first, second)
    code, _, _ = run(
        "modify", "--input", outputs[0], "--remove-cv-setup", "--remove-partitioning", "--output", outputs[1]
    )
    assert code == 0
    with load(outputs[1]) as removed:
        assert (removed.num_folds, removed.has_partitions) == (0, False)


def test_validate_what_is_valid(run: Run) -> None:
    code, out, err = run("validate", "--input", CV2, "--detailed")
    assert (code, err) == (0, "")
    assert out.count("| ok |") == len(constraints())


def test_validate_what_is_not(run: Run, broken: Path) -> None:
    code, out, err = run("validate", "--input", broken)
    assert code == 1
    assert out.count(" ok |") == len(constraints()) - 2
    assert out.count("violated by 1 file |") == 2
    assert "b.wav" not in out
    assert err == "--detailed lists the violations\n"


def test_validate_in_detail(run: Run, broken: Path) -> None:
    code, out, err = run("validate", "--input", broken, "--detailed")
    assert (code, err) == (1, "")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in out.splitlines() if ".wav" in line]
    assert rows == [
        ["all chunks of a file have the same nominal label", "a.wav", "0", "x"],
        ["all chunks of a file have the same nominal label", "a.wav", "1", "y"],
        ["the chunks of a file are numbered 0, 1, 2 and so on", "b.wav", "0", "0"],
        ["the chunks of a file are numbered 0, 1, 2 and so on", "b.wav", "3", "3"],
    ]


def test_validate_for_programs(run: Run, broken: Path) -> None:
    code, out, _ = run("-q", "validate", "--input", broken, "--detailed", "-f", "json")
    assert code == 1
    facts = json.loads(out)
    assert facts["nominal_labels"] == facts["chunk_numbers"] == 1
    assert facts["partitions"] == 0
    assert facts["violations"][1] == {
        "constraint": "nominal_labels", "filename": "a.wav", "chunk_nr": 1, "found": "y"
    }  # fmt: skip
    assert run("validate", "--input", CV2, "-f", "json")[0] == 0


@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        (
            ["fuse", "--input", CHUNKS, "--output", "out.nc"],
            2,
            "--input: expected two or more data sets to fuse, got 1",
        ),
        (["fuse", "--input", CHUNKS, CHUNKS], 2, "required: --output"),
        (["fuse", "--input", CHUNKS, CHUNKS, "--output", "out.nc"], 1, "dimensions found: time, freq"),
        (["fuse", "--input", CHUNKS, "none.nc", "--output", "out.nc"], 1, "there is no file none.nc"),
        (["fuse", "--input", CHUNKS, CV2, "--dimension", "time", "--output", "out.nc"], 1, "folds: 0 and 2"),
        (["fuse", "chunks", "--input", CHUNKS, "--output", "out.nc"], 1, "dimensions found: time, freq"),
        (["upsample", "--input", CHUNKS, "--output", "out.nc", "--partitions", "TEST"], 1, "partition TEST"),
        (["upsample", "--input", CHUNKS, "--output", "out.nc", "--partitions", "x"], 2, "TRAIN, DEVEL, TEST"),
        (["modify", "--input", CHUNKS, "--output", "out.nc"], 2, "nothing to change"),
        (["modify", "--input", CHUNKS, "--output", "out.nc", "--add-cv-setup", "1"], 2, "must be at least 2"),
        (
            ["modify", "--input", CHUNKS, "--output", "out.nc", "--remove-cv-setup", "--seed", "-1"],
            2,
            "--seed: must be",
        ),
        (
            ["modify", "--input", CHUNKS, "--output", "out.nc", "--add-cv-setup", "5"],
            1,
            "has 4 files; expected at least 5",
        ),
        (
            ["modify", "--input", CHUNKS, "--output", "out.nc", "--add-cv-setup", "2", "--remove-cv-setup"],
            2,
            "--add-cv-setup and --remove-cv-setup exclude each other",
        ),
        (["validate", "--input", "none.nc"], 1, "there is no file none.nc"),
    ],
)
def test_mistakes(
    run: Run, options: list[object], code: int, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result, out, err = run(*options)
    assert (result, out) == (code, "")
    assert problem in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_help_needs_no_data_libraries() -> None:
    script = (
        "import sys\nfrom audeep.cli import data, inspect, visualize\n"
        "for command in (data.Fuse, data.FuseChunks, data.Upsample, data.Modify, data.Validate,\n"
        "                inspect.InspectNetCDF, visualize.VisualizeTSNE):\n"
        "    command(None, None).get_parser('x').format_help()\n"
        "sys.exit(bool({'numpy', 'pandas', 'xarray', 'sklearn', 'matplotlib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_violations_in_json_have_no_numbers_that_are_none(run: Run, tmp_path: Path) -> None:
    columns = {"filename": ["a", "a"], "chunk_nr": [0, 1], "partition": [None, 1], "cv_folds": [[0, None], [0, 1]]}
    from_columns(np.zeros((2, 1)), ["generated"], **columns).save(tmp_path / "x.nc")
    _, stdout, _ = run("validate", "--input", tmp_path / "x.nc", "--detailed", "-f", "json")

    def refuse(text: str) -> None:
        raise AssertionError(text)

    found = [item["found"] for item in json.loads(stdout, parse_constant=refuse)["violations"]]
    assert found == [[0, None], [0, 1], None, 1]
    _, stdout, _ = run("validate", "--input", tmp_path / "x.nc", "--detailed")
    assert "nan" not in stdout
