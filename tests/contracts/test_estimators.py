"""What holds for every model as a scikit-learn estimator: the tests walk over the kinds of models."""

import copy
import inspect
import pickle
import re
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

import audeep
from audeep.backend.errors import DataError, ModelError, OptionError
from audeep.backend.estimators.models import ModelTransformer
from audeep.backend.estimators.spectrograms import SpectrogramTransformer
from audeep.backend.training.architecture import ARCHITECTURES, architecture_class
from tests.contracts import test_classifiers
from tests.contracts.test_models import SMALL
from tests.helpers.models import waves
from tests.helpers.selection import long_except

ESTIMATORS = {estimator.architecture.kind: estimator for estimator in ModelTransformer.__subclasses__()}
#: Settings with which the data of scikit-learn's checks, up to 16 numbers per recording, become spectrograms of 3
#: frames and 5 bands.
TINY = SpectrogramTransformer(sample_rate=1000, window_width=0.008, window_overlap=0.004, fixed_length=0.016)
#: Parameters with which each model can be fitted on them.
CHECKED: dict[str, dict[str, Any]] = {
    "t-rae": {"num_units": 2, "num_epochs": 1},
    "f-rae": {"num_units": 2, "num_epochs": 1, "freq_window_width": 1, "freq_window_overlap": 0},
    "ft-rae": {
        "num_f_units": 2, "num_t_units": 2, "num_t_layers": 1, "num_epochs": 1, "freq_window_width": 1,
        "freq_window_overlap": 0,
    },
    "dictionary": {"kernels": "RANDOM", "num_kernels": 1, "kernel_shapes": ("3x3",), "num_bands": 1},
    "contrastive": {
        "channels": (2, 2), "first_kernel": 2, "num_bands": 1, "num_epochs": 1, "min_crop": 1, "max_crop": 3,
        "view_frames": 2,
    },
}  # fmt: skip
#: Checks of scikit-learn that need not pass, with the reason.
EXCEPTIONS = {
    "contrastive": {"check_fit2d_1sample": "a contrastive network compares recordings, so it needs at least two"}
}

every_kind = pytest.mark.parametrize("kind", ARCHITECTURES)


def small(kind: str, **parameters: Any) -> ModelTransformer:
    """Make an estimator that is quick to fit on `waves`."""
    epochs = {"num_epochs": 1} if architecture_class(kind).training else {}
    # As in the checks of scikit-learn: 0 is a seed, too.
    return ESTIMATORS[kind](**SMALL[kind].to_dict() | epochs | {"random_state": 0} | parameters)


@pytest.fixture(scope="module")
def spectrograms() -> np.ndarray:
    return waves().features.values


# A time-recurrent autoencoder is fitted in the documentation, too.
@pytest.fixture(scope="module", params=long_except(ARCHITECTURES, "dictionary"))
def fitted(
    request: pytest.FixtureRequest, spectrograms: np.ndarray, tmp_path_factory: pytest.TempPathFactory
) -> ModelTransformer:
    """Fit each kind of model, and keep its run folder."""
    pooling = {"pooling": "MEAN"} if request.param == "f-rae" else {}
    return small(request.param, run_name=tmp_path_factory.mktemp("run"), **pooling).fit(spectrograms)


@every_kind
def test_every_kind_is_an_estimator(kind: str) -> None:
    assert getattr(audeep, ESTIMATORS[kind].__name__) is ESTIMATORS[kind]
    text = Path(__file__).parents[2].joinpath("docs", "python", "reference.md").read_text(encoding="utf-8")
    assert f"   {ESTIMATORS[kind].__name__}\n" in text


@every_kind
def test_parameters_are_those_of_the_configurations(kind: str) -> None:
    architecture = architecture_class(kind)
    parameters = ESTIMATORS[kind]().get_params()
    assert architecture(**{name: parameters.pop(name) for name in architecture().to_dict()}) == architecture()
    if training := architecture.training:
        names = set(training().to_dict()) - {"resume"}
        assert training(**{name: parameters.pop(name) for name in names}) == training()
    generation = architecture.generation()
    assert architecture.generation(**{name: parameters.pop(name) for name in generation.choices()}) == generation
    assert parameters == {"spectrograms": None, "run_name": None, "random_state": None}


def test_parameters_are_checked_by_fit(spectrograms: np.ndarray) -> None:
    with pytest.raises(OptionError, match="`num_units`: must be at least 1"):
        small("t-rae", num_units=0).fit(spectrograms)
    with pytest.raises(OptionError, match="`layers` requires a `pooling`"):
        small("t-rae", layers=1).fit(spectrograms)


def test_vectors_are_those_of_the_model_folder(fitted: ModelTransformer, spectrograms: np.ndarray) -> None:
    pooling = {"pooling": "MEAN"} if isinstance(fitted, audeep.FrequencyAutoencoder) else {}
    [expected] = audeep.generate(Path(fitted.run_name) / "logs", waves(), pooling)
    vectors = fitted.transform(spectrograms)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected.features.values, atol=1e-6)
    np.testing.assert_allclose(fitted.transform(spectrograms[5:6]), vectors[5:6], atol=1e-5)


def test_the_model_is_that_of_the_same_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    logs = audeep.train(waves(), tmp_path / "run", SMALL["dictionary"], seed=7)
    [expected] = audeep.generate(logs, waves())
    vectors = small("dictionary", random_state=7).fit_transform(waves().features.values)
    np.testing.assert_allclose(vectors, expected.features.values, atol=1e-6)
    other = small("dictionary", random_state=np.random.RandomState(7)).fit_transform(waves().features.values)
    assert np.abs(other - vectors).max() > 1e-3
    assert not [*(tmp_path / "temporary").iterdir()]


def test_copies_give_the_same_vectors(fitted: ModelTransformer, spectrograms: np.ndarray, tmp_path: Path) -> None:
    vectors = fitted.transform(spectrograms)
    joblib.dump(make_pipeline(fitted), tmp_path / "pipeline.joblib")
    copies = pickle.loads(pickle.dumps(fitted)), copy.deepcopy(fitted), joblib.load(tmp_path / "pipeline.joblib")
    for again in copies:
        np.testing.assert_array_equal(again.transform(spectrograms), vectors)
    assert clone(fitted).get_params() == fitted.get_params()
    assert not hasattr(clone(fitted), "weights_")


def test_tables_have_names(fitted: ModelTransformer, spectrograms: np.ndarray) -> None:
    vectors = fitted.transform(spectrograms)
    name = type(fitted).__name__.lower()
    table = copy.deepcopy(fitted).set_output(transform="pandas").transform(spectrograms)
    if vectors.ndim == 3:
        assert isinstance(table, np.ndarray)
        assert not hasattr(fitted, "get_feature_names_out")
        return
    assert fitted.get_feature_names_out().tolist() == [f"{name}{index}" for index in range(vectors.shape[1])]
    assert list(table.columns) == fitted.get_feature_names_out().tolist()
    np.testing.assert_array_equal(table.to_numpy(), vectors)


def test_what_does_not_fit_is_refused(fitted: ModelTransformer, spectrograms: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"fitted on spectrograms of shape \(9, 6\), got \(8, 6\)"):
        fitted.transform(spectrograms[:, :8])
    with pytest.raises(ValueError, match="NaN"):
        fitted.transform(np.full_like(spectrograms, np.nan))
    with pytest.raises(DataError, match="expected spectrograms, got recordings"):
        fitted.transform(["a.wav"])
    with pytest.raises(ModelError, match=r"already contains .*use a different `run_name`"):
        clone(fitted).fit(spectrograms)


@pytest.mark.long
def test_sequences_are_input_of_the_next_model(spectrograms: np.ndarray) -> None:
    pipeline = make_pipeline(small("f-rae"), small("dictionary", num_bands=1), StandardScaler())
    table = pipeline.set_output(transform="pandas").fit_transform(spectrograms)
    assert table.shape == (24, 16)


@pytest.mark.long
@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_is_an_estimator_of_scikit_learn(kind: str) -> None:
    estimator = ESTIMATORS[kind](**CHECKED[kind], spectrograms=TINY)
    results = check_estimator(estimator, expected_failed_checks=EXCEPTIONS.get(kind, {}), on_skip=None)
    assert len(results) > 40


def test_spectrograms_are_an_estimator_of_scikit_learn() -> None:
    results = check_estimator(TINY, on_skip=None)
    assert len(results) > 40


def test_documentation_lists_the_exceptions() -> None:
    page = Path(__file__).parents[2] / "docs" / "guide" / "scikit-learn.md"
    documented = re.findall(r"`(check_\w+)`", page.read_text(encoding="utf-8"))
    exceptions = (*EXCEPTIONS.values(), *test_classifiers.EXCEPTIONS.values())
    assert {*documented} - {"check_estimator"} == {name for checks in exceptions for name in checks}


@every_kind
def test_signature_names_all_parameters(kind: str) -> None:
    assert set(inspect.signature(ESTIMATORS[kind]).parameters) == set(ESTIMATORS[kind]().get_params())
