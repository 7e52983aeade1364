"""``audeep visualize tsne``."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

from audeep.backend.data.data_set import from_columns
from tests.cli.conftest import Run
from tests.helpers.golden import GOLDEN


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0).standard_normal((12, 3))
    from_columns(noise, ["generated"], filename=[str(number) for number in range(12)]).save(tmp_path / "data.nc")
    return tmp_path / "data.nc"


def test_writes_a_picture(run: Run, vectors: Path) -> None:
    pictures = [vectors.with_name("1.png"), vectors.with_name("2.png")]
    for picture in pictures:
        code, out, err = run(
            "visualize", "tsne", "--input", vectors, "--perplexity", 3, "--seed", 1, "--plot", picture
        )
        assert (code, out) == (0, "")
        assert f"wrote {picture}" in err
        assert picture.read_bytes().startswith(b"\x89PNG")
    assert pictures[0].read_bytes() == pictures[1].read_bytes()


def test_few_instances(run: Run, vectors: Path) -> None:
    picture = vectors.with_name("picture.png")
    code, _, err = run("visualize", "tsne", "--input", vectors, "--plot", picture)
    assert code == 0
    assert "perplexity lowered from 50 to 3" in err
    assert "set --perplexity to choose another" in err
    assert picture.exists()


def test_without_a_screen(run: Run, vectors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    mpl.use("agg")
    code, _, err = run("visualize", "tsne", "--input", vectors, "--perplexity", 3)
    assert code == 2
    assert "there is no display to open a window on; --plot FILE" in err


@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        (["--perplexity", "12"], 2, "--perplexity: 12 is too high for the 12 instances"),
        (["--perplexity", "3", "--seed", "-1"], 2, "--seed: must be at least 0 and below 4294967296"),
        (["--perplexity", "0"], 2, "must be above 0"),
        (["--perplexity", "3", "--plot", "picture.xyz"], 2, "picture.xyz must end in one of"),
    ],
)
def test_mistakes(
    run: Run, vectors: Path, options: list[str], code: int, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(vectors.parent)
    result, _, err = run("visualize", "tsne", "--input", vectors, "--plot", "picture.png", *options)
    assert result == code
    assert problem in err
    assert [path.name for path in vectors.parent.iterdir()] == ["data.nc"]


def test_spectrograms_are_no_vectors(run: Run, tmp_path: Path) -> None:
    chunks = GOLDEN / "netcdf" / "mel40_chunks.nc"
    code, _, err = run("visualize", "tsne", "--input", chunks, "--plot", tmp_path / "picture.png")
    assert code == 1
    assert "have the dimensions time (20) x freq (40), but t-SNE takes one vector per instance" in err
    assert not list(tmp_path.iterdir())
