"""Instances that TensorBoard is shown."""

import json
from pathlib import Path

import numpy as np

from audeep.backend.data.data_set import load
from audeep.backend.training.examples import choose_examples
from tests.helpers.models import save_waves, waves


def test_examples_are_instances_under_their_names(tmp_path: Path) -> None:
    first, second = waves(count=5), waves(count=7, frames=9).with_columns(chunk_nr=np.full(7, 3))
    first.attrs["spectrograms"] = json.dumps({"mel_spectrum": 6})
    examples = choose_examples([first, second, load(save_waves(tmp_path / "x.nc", count=4))], 12, seed=1)
    assert len(examples) == 12
    assert examples.spectrograms == {"mel_spectrum": 6}
    assert examples.feature_dims == ("time", "freq")
    chunks = dict(zip(first.filename, first.features.values, strict=True))
    thirds = dict(zip(second.filename, second.features.values, strict=True))
    for name, chunk, features in zip(examples.filename, examples.chunk_nr, examples.features.values, strict=True):
        np.testing.assert_array_equal(features, (thirds if chunk == 3 else chunks)[name])
    assert {*examples.chunk_nr} == {0, 3}


def test_the_seed_decides() -> None:
    one, same, other = (choose_examples([waves()], 6, seed).filename.tolist() for seed in (1, 1, 2))
    assert one == same != other
    assert len(set(one)) == 6


def test_all_of_few() -> None:
    assert sorted(choose_examples([waves(count=3)], 16, seed=1).filename) == ["000.wav", "001.wav", "002.wav"]
