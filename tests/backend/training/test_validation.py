"""Instances that are set aside, and the loss on them."""

from typing import Any

import numpy as np
import pytest

from audeep.backend.autoencoders.architectures import TimeAutoencoderConfig
from audeep.backend.contrastive.config import ContrastiveConfig
from audeep.backend.data.data_set import DataSet, Partition
from audeep.backend.errors import DataError, OptionError
from audeep.backend.training import records
from audeep.backend.training.config import TrainingConfig
from audeep.backend.training.validation import make_validation, set_aside
from audeep.testing import make_data_set
from tests.helpers.models import waves


def names(data_sets: list[DataSet]) -> list[tuple[str, int]]:
    return [(name, chunk) for data in data_sets for name, chunk in zip(data.filename, data.chunk_nr, strict=True)]


def divided(data_sets: list[DataSet], seed: int = 1, **config: Any) -> tuple[list[tuple[str, int]], ...]:
    rest, aside = map(names, set_aside(data_sets, TrainingConfig(**config), seed))
    assert sorted(rest + aside) == sorted(names(data_sets))
    return rest, aside


@pytest.mark.parametrize(("fraction", "count"), [(0.25, 5), (0.001, 1), (0.999, 19), (0.13, 3)])
def test_a_share_of_the_recordings_with_all_their_chunks(fraction: float, count: int) -> None:
    data = make_data_set(20, chunks=3, time=2, freq=2)
    rest, aside = divided([data], validation_fraction=fraction)
    assert len(aside) == 3 * count
    assert not {name for name, _ in rest} & {name for name, _ in aside}
    assert rest == sorted(rest, key=names([data]).index)


def test_a_recording_that_is_in_two_data_sets_is_on_one_side() -> None:
    data = make_data_set(10, chunks=2, time=2, freq=2)
    rest, aside = divided([data, data.select(slice(4, None))], validation_fraction=0.3)
    assert len({name for name, _ in aside}) == 3
    assert not {name for name, _ in rest} & {name for name, _ in aside}


def test_the_seed_decides() -> None:
    data = make_data_set(30, time=2, freq=2)
    one, same, other = (divided([data], seed, validation_fraction=0.2)[1] for seed in (1, 1, 2))
    assert one == same != other


def test_partitions_and_folds() -> None:
    data = make_data_set(9, partitions=[*Partition], num_folds=3, time=2, freq=2)
    _, aside = divided([data], validation_partitions=["DEVEL", "TEST"])
    assert [name for name, _ in aside] == [f"{number}.wav" for number in (1, 2, 4, 5, 7, 8)]
    _, aside = divided([data], validation_fold=2)
    assert [name for name, _ in aside] == ["1.wav", "4.wav", "7.wav"]


def test_without_validation_all_is_as_it_was() -> None:
    data = waves()
    assert set_aside([data], TrainingConfig(), 1) == ([data], [])


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"validation_fold": 3}, "has 2 cross-validation folds, no fold 3"),
        ({"validation_partitions": "TEST"}, "no instances are in the partition TEST, so that none validate"),
        ({"validation_partitions": ["TRAIN", "DEVEL"]}, "all instances are set aside .* none are left to train on"),
    ],
)
def test_nothing_on_one_side(config: dict[str, Any], problem: str) -> None:
    data = make_data_set(4, partitions=[Partition.TRAIN, Partition.DEVEL], num_folds=2, time=2, freq=2)
    with pytest.raises(DataError, match=problem):
        set_aside([data], TrainingConfig(**config), 1)


def test_a_single_recording_cannot_be_divided() -> None:
    with pytest.raises(DataError, match="`validation_fraction` needs at least two recordings, got 1"):
        set_aside([make_data_set(1, chunks=3, time=2, freq=2)], TrainingConfig(validation_fraction=0.5), 1)


def test_contradictory_options() -> None:
    with pytest.raises(OptionError, match="`validation_fraction` and `validation_fold` cannot be used together"):
        TrainingConfig(validation_fraction=0.1, validation_fold=1)
    with pytest.raises(OptionError, match="`early_stopping` requires validation data"):
        TrainingConfig(early_stopping=3)


@pytest.mark.parametrize("batch_size", [5, 100])
def test_the_loss_is_that_of_all_instances_together(batch_size: int) -> None:
    data = waves()
    model = TimeAutoencoderConfig(num_units=3, keep_prob=0.5, encoder_noise=0.5).make(data.feature_shape)
    outputs = model(data.features.values)
    expected = np.sqrt(np.mean((outputs["targets"] - outputs["reconstruction"]) ** 2))
    with records.written([data], None, seed=0) as paths:
        validate = make_validation(model, paths, len(data), batch_size)
        assert validate() == pytest.approx(expected, rel=1e-5)


def test_validation_draws_the_same_each_time_and_leaves_no_trace() -> None:
    data = waves()
    model = TimeAutoencoderConfig(num_units=3, feed_previous_prob=0.5).make(data.feature_shape)

    def reconstruction() -> np.ndarray:
        return np.asarray(model(data.features.values)["reconstruction"])

    # What is fed back is random outside training too.
    assert np.abs(reconstruction() - reconstruction()).max() > 0
    before = [variable.numpy() for variable in model.non_trainable_variables]
    with records.written([data], None, seed=0) as paths:
        validate = make_validation(model, paths, len(data), 10)
        assert validate() == validate()
    for variable, value in zip(model.non_trainable_variables, before, strict=True):
        np.testing.assert_array_equal(variable, value)


def test_too_few_to_contrast() -> None:
    model = ContrastiveConfig(channels=[2, 3], first_kernel=3, num_bands=2, max_crop=60).make((9, 6))
    with pytest.raises(DataError, match="a contrastive model needs at least 2 instances for validation, got 1"):
        make_validation(model, [], 1, 10)
