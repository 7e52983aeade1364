"""The Python interface as a whole: what every public function makes of arguments that are not what it expects."""

import inspect
from pathlib import Path
from typing import Any

import pytest

import audeep
from audeep.backend.options import Config
from audeep.testing import make_data_set

FUNCTIONS = {name: item for name in audeep.__all__ if inspect.isfunction(item := getattr(audeep, name))}
REQUIRED: dict[str, Any] = {
    "architecture": audeep.TimeAutoencoderConfig(),
    "classifier": audeep.SVMConfig(complexity=1),
    "config": None,
    "basedir": "missing",
    "model_dir": "missing",
    "output": "new",
    "run_name": "run",
    "name": "data",
    "path": "missing.nc",
    "reconstruction": None,
    "recordings": "missing.wav",
}


def arguments(name: str, **given: Any) -> dict[str, Any]:
    """Choose a value for each required parameter of a function."""
    parameters = inspect.signature(FUNCTIONS[name]).parameters.values()
    data = make_data_set(4, labels=["a", "b"], generated=2)
    fallback = REQUIRED | dict.fromkeys(("data", "train"), data) | {"inputs": [data]}
    return {item.name: fallback[item.name] for item in parameters if item.default is item.empty} | given


def taking(*parameters: str) -> list[tuple[str, str]]:
    """List the functions that have one of these parameters, with its name."""
    return [
        (name, item)
        for name, function in FUNCTIONS.items()
        for item in inspect.signature(function).parameters
        if item in parameters
    ]


CONFIGURATIONS = [
    item
    for item in taking("config", "checkpoints", "extraction", "names")
    # The one needs a trained model first, the other takes names of data sets.
    if item not in {("generate", "config"), ("compare", "names")}
]


@pytest.mark.parametrize(("name", "parameter"), CONFIGURATIONS)
@pytest.mark.parametrize("wrong", ["nonsense", 3, audeep.SpectrogramConfig], ids=["text", "number", "class"])
def test_what_is_no_configuration_is_refused(
    name: str, parameter: str, wrong: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(audeep.AudeepError) as error:
        FUNCTIONS[name](**arguments(name, **{parameter: wrong}))
    assert "expected a" in str(error.value) or "is not one of" in str(error.value)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(("name", "parameter"), taking("data", "train", "inputs"))
@pytest.mark.parametrize("wrong", [3, [3, 4], None, {"a": 1}.items()], ids=["number", "list", "None", "view"])
def test_what_is_no_data_set_is_refused(
    name: str, parameter: str, wrong: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = {
        "modify": {"remove_cv_setup": True},
        "evaluate": {"cross_validate": True},
        "predict": {},
        "export": "csv",
    }
    with pytest.raises(audeep.AudeepError, match="expected"):
        FUNCTIONS[name](
            **arguments(name, **{parameter: wrong}, **({"config": config[name]} if name in config else {}))
        )
    assert not [*tmp_path.iterdir()]


def test_a_dict_is_a_configuration() -> None:
    data = make_data_set(6, generated=2)
    assert audeep.modify(data, {"add_cv_setup": 3}, seed=1).num_folds == 3
    with pytest.raises(audeep.AudeepError, match="ModificationConfig has no parameter `folds`"):
        audeep.modify(data, {"folds": 3})
    with pytest.raises(audeep.AudeepError, match="no parameter `add_cv_setups`; did you mean `add_cv_setup`"):
        audeep.modify(data, {"add_cv_setups": 3})


def test_a_list_is_no_folder() -> None:
    with pytest.raises(audeep.AudeepError, match="`basedir`: expected a folder, got list"):
        audeep.preprocess(["recordings"], "out.nc")  # type: ignore[arg-type]


def test_partitions_by_name() -> None:
    data = make_data_set(6, partitions=[*audeep.Partition], generated=2)
    expected = ["0.wav", "3.wav"]
    for partitions in ("train", ["TRAIN"], audeep.Partition.TRAIN, [audeep.Partition.TRAIN]):
        assert data.in_partitions(partitions).filename.tolist() == expected
    with pytest.raises(audeep.AudeepError, match="`partitions`: 'dev' is not one of TRAIN, DEVEL, TEST"):
        data.in_partitions(["dev"])


def test_one_value_is_as_good_as_several() -> None:
    assert audeep.EvaluationConfig(train_partitions="TRAIN", eval_partitions=audeep.Partition.TEST) == (
        audeep.EvaluationConfig(train_partitions=["TRAIN"], eval_partitions=["TEST"])
    )
    assert audeep.GenerationConfig(steps=3).steps == (3,)


def test_one_path_is_not_taken_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_data_set(2, generated=2).save("ab.nc")
    with pytest.raises(audeep.AudeepError, match="expected two or more data sets to fuse, got 1"):
        audeep.fuse("ab.nc")


@pytest.mark.parametrize("wrong", ["t-rae", audeep.TimeAutoencoderConfig, {"num_units": 3}])
def test_what_is_no_model_is_not_trained(wrong: Any, tmp_path: Path) -> None:
    with pytest.raises(audeep.AudeepError, match="expected the configuration of a model"):
        audeep.train(make_data_set(2, time=3, freq=2), tmp_path / "run", wrong)


@pytest.mark.parametrize("wrong", ["svm", audeep.SVMConfig, audeep.SpectrogramConfig()])
def test_what_is_no_classifier_is_not_evaluated(wrong: Any) -> None:
    with pytest.raises(audeep.AudeepError, match="expected the configuration of a classifier, such as MLPConfig"):
        audeep.evaluate(
            make_data_set(6, labels=["a", "b"], num_folds=2, generated=2), wrong, {"cross_validate": True}
        )


def test_all_configurations_explain_themselves() -> None:
    for name in audeep.__all__:
        item = getattr(audeep, name)
        if isinstance(item, type) and issubclass(item, Config):
            assert "Parameters\n----------" in (item.__doc__ or "")
