import pytest

from audeep.backend.classifiers.config import EvaluationConfig, MLPConfig, PredictionConfig, SVMConfig
from audeep.backend.classifiers.registry import estimator_class
from audeep.backend.data.schema import Partition
from audeep.backend.errors import OptionError
from audeep.backend.seeds import root_seed


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"cross_validate": True, "train_partitions": ["TRAIN"]}, ("`cross_validate`", "`train_partitions`")),
        ({"cross_validate": True, "eval_partitions": ["TEST"]}, ("`cross_validate`", "`eval_partitions`")),
        ({"train_partitions": ["TRAIN"]}, ("`train_partitions`", "`eval_partitions`")),
        ({"eval_partitions": ["TRAIN"]}, ("`eval_partitions`", "`train_partitions`")),
        ({}, ("`cross_validate`", "`train_partitions`", "`eval_partitions`")),
        ({"cross_validate": True, "repeat": 0}, ("`repeat`", "at least 1")),
        ({"train_partitions": ["dev"], "eval_partitions": ["TEST"]}, ("`train_partitions`", "DEVEL")),
    ],
)
def test_contradictions_name_the_options(options: dict, named: tuple[str, ...]) -> None:
    with pytest.raises(OptionError) as caught:
        EvaluationConfig(**options)
    assert all(name in str(caught.value) for name in named)


def test_partitions_by_name() -> None:
    config = PredictionConfig(train_partitions=["train", Partition.DEVEL])  # type: ignore[arg-type]
    assert config.train_partitions == (Partition.TRAIN, Partition.DEVEL)
    assert config.eval_partitions is None


def test_defaults_of_the_manual() -> None:
    assert MLPConfig() == MLPConfig(
        num_epochs=400, learning_rate=1e-3, num_layers=2, num_units=150, keep_prob=0.6, shuffle=False
    )
    config = EvaluationConfig(cross_validate=True)
    assert (config.repeat, config.upsample, config.majority_vote) == (1, False, False)


@pytest.mark.parametrize("complexity", [0, -1, float("nan"), "much"])
def test_complexity_is_positive(complexity: object) -> None:
    with pytest.raises(OptionError, match="`complexity`"):
        SVMConfig(complexity=complexity)  # type: ignore[arg-type]


def test_only_known_classifiers() -> None:
    with pytest.raises(OptionError, match=r"expected the configuration of a classifier, .* got EvaluationConfig"):
        estimator_class(EvaluationConfig)


def test_negative_seed() -> None:
    with pytest.raises(OptionError, match=r"`seed`.*-1"):
        root_seed(-1)
